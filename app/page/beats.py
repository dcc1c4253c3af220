"""Beats: what a guided tour, a lecturer's arrow keys and a seminar's prompts have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.components.messages import mounted, nothing
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


def steps(slug: str, beats: Sequence[Beat], at: int, present: bool, code: str) -> int | None:
    """Draw the tour's line; -1 is before the first beat. Returns the beat just asked for, or None.

    code: a QR code as a data URL for presenter mode, or an empty text.
    """
    shown = [{"sentence": b.sentence, "note": b.note} for b in beats]
    data = {"beats": shown, "at": at, "present": present, "code": code}
    asked = _beats(key=f"beats.{slug}", data=data, on_go_change=nothing).get("go")
    return int(asked) if isinstance(asked, int | float) and 0 <= asked < len(beats) else None
