"""Beats: what a guided tour, a lecturer's arrow keys and a seminar's prompts have in common.

A beat is a whole state of the page: every parameter, the moment, the stage that is looked at.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import streamlit as st

from app import style
from app.components.messages import mounted
from app.page.walking import Walk, walked
from engine.core.params import Value


@dataclass(frozen=True)
class Beat:
    """One thing to see: a sentence, the stage it is on, the parameters (`<paper>.<field>`) that are not as
    they are by default, the moment (None: the end), and a note that says what to do or to look for."""

    sentence: str
    stage: str
    parameters: Mapping[str, Value] = field(default_factory=dict)
    moment: int | None = None
    note: str = ""


_beats = mounted("parts/beats.js", css="parts/beats.css", html="<div class='beats'></div>")

WANTED = "beat.wanted"  # in the session: page, beat, and whether a whole page was drawn with it
TAKEN = "beat.taken"  # in the session, by page: when the browser asked for what was taken last


def ask(slug: str, beat: int | None) -> None:
    """Have the page set to a beat when it is drawn next, which is now, before any widget of it exists. -1
    leaves the tour."""
    st.session_state[WANTED] = {"slug": slug, "beat": beat, "whole": False}
    st.session_state["ordered"] = True  # a part of the page that is drawn alone has the whole page drawn


def stand(slug: str, count: int, go: Callable[[int], None]) -> int:
    """The beat that a page stands at, -1 before the first; `go` sets the page to one that was asked for.

    A rerun that another part of the page asks for at the same moment cuts the script off, and it comes with
    the address that the browser had before. So a beat is set again until a page that had it was drawn whole
    and the browser's address has it. What the browser asked for is looked at here too: such a rerun may even
    cut off the callback that takes it, and then Streamlit calls none again.
    """
    _take(slug)
    text = st.query_params.get("beat", "")
    at = int(text) if text.isdecimal() and len(text) < 3 and int(text) < count else -1
    wanted = st.session_state.get(WANTED)
    if wanted is None or wanted["slug"] != slug:
        st.session_state.pop(WANTED, None)
        return at
    beat = wanted["beat"]
    known = isinstance(beat, int | float) and not isinstance(beat, bool) and -1 <= beat < count
    if not known or (wanted["whole"] and at == beat):
        del st.session_state[WANTED]
        return at
    wanted["whole"] = False
    go(int(beat))
    return int(beat)


def _walk(slug: str) -> Walk | None:
    return walked(slug, partial(ask, slug)) if style.presenting() else None


def _take(slug: str) -> None:
    """Take what the browser asked for, unless it was taken."""
    told = (st.session_state.get(f"beats.{slug}") or {}).get("go")
    taken = st.session_state.setdefault(TAKEN, {})
    if not isinstance(told, Mapping) or told.get("when") == taken.get(slug):
        return
    if walk := _walk(slug):
        walk.go(told.get("beat"))
    else:
        ask(slug, told.get("beat"))
    taken[slug] = told.get("when")  # at the end: what is cut off before is taken again, and sets the same


def drawn() -> None:
    """The page was drawn to its end."""
    if (wanted := st.session_state.get(WANTED)) is not None:
        wanted["whole"] = True


def steps(slug: str, beats: Sequence[Beat], at: int, present: bool, title: str, code: str) -> None:
    """Draw the tour's line, or in presenter mode the head of the screen; at -1 is before the first beat.

    What is asked for is taken by a callback: the script may be cut off before this line. title: what stands
    there before the first beat. code: a QR code as a data URL, or an empty text.
    """
    walk = _walk(slug)
    shown = [{"sentence": b.sentence, "note": b.note, "stage": b.stage} for b in beats]
    if walk is not None:
        shown, at = walk.shown(shown), walk.place
    data = {"beats": shown, "at": at, "present": present, "title": title, "code": code, "slug": slug}
    data |= {"show": st.session_state.get("went", 0)}
    _beats(key=f"beats.{slug}", data=data, on_go_change=partial(_take, slug))
