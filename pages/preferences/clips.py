"""Two clips side by side, four answers, and the map of what the machine believes: a v2 component."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app.components.messages import mounted, nothing
from app.figures.panels import Title

CHOICES = ("left", "equal", "pass", "right")
_component = mounted("pages/preferences/clips.js", css="pages/preferences/clips.css")


@dataclass(frozen=True)
class Asked:
    """A pair, the garden it was walked in, and what is believed of that garden. Cells count row by row."""

    left: Sequence[int]
    right: Sequence[int]
    start: tuple[int, int]
    flags: Sequence[tuple[int, int, float]]
    water: Sequence[tuple[int, int]]
    r_hat: Sequence[float]
    spread: Sequence[float]
    truth: Sequence[float]
    best: Sequence[Sequence[float]]  # (cells, 4): the policy's moves up, right, down, left


def told(key: str, stamp: str, turn: int) -> str | None:
    """The answer to this very pair, or None: what the browser said is looked at, and counts once."""
    said = (st.session_state.get(key) or {}).get("answer")
    if not isinstance(said, Mapping) or said.get("stamp") != stamp or said.get("turn") != turn:
        return None
    choice = said.get("choice")
    return choice if choice in CHOICES else None


def clips(
    asked: Asked,
    *,
    key: str,
    stamp: str,
    turn: int,
    titles: tuple[Title, Title],
    sentence: str,
    high: float = 2.5,
) -> None:
    """Show it. stamp: names the conversation; turn: how many answers were given in it. titles: of the map
    of beliefs and of the truth; high: the predicted reward that is drawn darkest. Raises ValueError for clips
    of different lengths or cells that are not in the garden."""
    side = round(len(asked.r_hat) ** 0.5)
    if len(asked.left) != len(asked.right) or not asked.left:
        raise ValueError(f"clips must be of one length, got {len(asked.left)} and {len(asked.right)}")
    if not all(0 <= cell < side * side for cell in (*asked.left, *asked.right)):
        raise ValueError(f"cells must lie in [0, {side * side - 1}]")
    data: dict[str, Any] = {
        **{name: value for name, value in vars(asked).items()},
        "side": side,
        "stamp": stamp,
        "turn": turn,
        "high": high,
        "beliefTitle": [list(pair) for pair in titles[0]],
        "truthTitle": [list(pair) for pair in titles[1]],
        "sentence": sentence,
        "leftSaid": _said(asked.left, side),
        "rightSaid": _said(asked.right, side),
    }
    _component(key=key, data=data, on_answer_change=nothing)


def _said(clip: Sequence[int], side: int) -> str:
    (r0, c0), (r1, c1) = divmod(clip[0], side), divmod(clip[-1], side)
    return f"from row {r0 + 1}, column {c0 + 1} to row {r1 + 1}, column {c1 + 1}"
