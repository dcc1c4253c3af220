"""Beats: what a guided tour, a lecturer's arrow keys and a seminar's prompts have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st

from app.components.messages import mounted
from engine.core.params import Value


@dataclass(frozen=True)
class Beat:
    """One thing to see: a sentence, the stage it is on, the parameters (`<paper>.<field>`) and the moment."""

    sentence: str
    stage: str
    parameters: Mapping[str, Value] = field(default_factory=dict)
    moment: int | None = None
    note: str = ""


_beats = mounted("parts/beats.js", css="parts/beats.css", html="<div class='beats'></div>")


ASKED = "asked.beat"  # in the session: the page and the beat that somebody just asked for


def ask(slug: str, beat: int | None) -> None:
    """Have the page set to a beat when it is drawn next, which is now, before any widget of it exists."""
    st.session_state[ASKED] = (slug, beat)
    st.session_state["ordered"] = True  # a part of the page that is drawn alone has the whole page drawn


def asked(slug: str, beats: Sequence[Beat]) -> int | None:
    """The beat of this page that was asked for since it was drawn last, or None."""
    page, beat = st.session_state.pop(ASKED, (slug, None))
    good = page == slug and isinstance(beat, int | float) and 0 <= beat < len(beats)
    return int(beat) if good else None


def steps(slug: str, beats: Sequence[Beat], at: int, present: bool, code: str) -> None:
    """Draw the tour's line; -1 is before the first beat.

    What is asked for is taken by a callback: a rerun that another part of the page asks for at the same time
    cuts the script off before this line, and the step would be lost. code: a QR code as a data URL for
    presenter mode, or an empty text.
    """
    key = f"beats.{slug}"

    def gone() -> None:
        told = (st.session_state.get(key) or {}).get("go")
        ask(slug, told.get("beat") if isinstance(told, Mapping) else None)

    shown = [{"sentence": b.sentence, "note": b.note} for b in beats]
    data = {"beats": shown, "at": at, "present": present, "code": code}
    _beats(key=key, data=data, on_go_change=gone)
