"""The ranking desk: K replies to one prompt, put in order by the reader, and the comparisons that makes."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from app.components.messages import mounted, nothing
from pages.instructgpt.climbing import KINDS

FEWEST, MOST = 2, 9
_component = mounted("pages/instructgpt/desk.js", css="pages/instructgpt/desk.css")


def desk(
    prompt: str,
    replies: Sequence[Sequence[tuple[str, str]]],
    scores: Sequence[float],
    *,
    key: str,
    stamp: str,
    sentence: str = "",
) -> tuple[int, ...] | None:
    """Show it. The reader's order, best first, once all replies are placed; until then None.

    replies: 2 to 9, each as (word, kind) pairs, see `worded` of climbing.py. scores: the judge's r of each.
    stamp: names this prompt, these replies and this judge; with another the desk is empty again. Raises
    ValueError for a number of replies, a score or a kind that is none.
    """
    k = len(replies)
    if not FEWEST <= k <= MOST or len(scores) != k:
        raise ValueError(f"replies must be {FEWEST} to {MOST} with a score each, got {k} and {len(scores)}")
    if not all(math.isfinite(score) for score in scores):
        raise ValueError(f"scores must be finite, got {tuple(scores)}")
    for _, kind in (pair for reply in replies for pair in reply):
        if kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}, got {kind!r}")
    data: dict[str, Any] = {
        "prompt": prompt,
        "replies": [[list(pair) for pair in reply] for reply in replies],
        "scores": [float(score) for score in scores],
        "stamp": stamp,
        "sentence": sentence,
        "order": told(st.session_state.get(key), stamp, k),
    }
    return told(_component(key=key, data=data, on_order_change=nothing), stamp, k)


def told(state: Mapping[str, Any] | None, stamp: str, k: int) -> tuple[int, ...] | None:
    """The order that the browser said of this very desk, or None: anyone can send any message."""
    said = (state or {}).get("order")
    if not isinstance(said, Mapping) or said.get("stamp") != stamp:
        return None
    order = said.get("order")
    if not isinstance(order, list) or not all(type(one) is int for one in order):
        return None
    return tuple(order) if sorted(order) == list(range(k)) else None
