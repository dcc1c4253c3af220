"""The ranking desk: K replies to one prompt, put in order by the reader, and the comparisons that makes."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from app.components.messages import mounted, nothing

LETTERS = "ABCDEFGHI"
KINDS = ("right", "wrong", "polite", "over", "rude", "end", "plain")  # what a word of a reply is, to people
_component = mounted("pages/instructgpt/desk.js", css="pages/instructgpt/desk.css")


def desk(
    prompt: str, replies: Sequence[Sequence[tuple[str, str]]], scores: Sequence[float], *,
    key: str, stamp: str, sentence: str = "",
) -> tuple[int, ...] | None:  # fmt: skip
    """Show it. The reader's order, best first, once all replies are placed; until then None.

    replies: 2 to 9, each as (word, kind) pairs; a kind has a colour. scores: the judge's r of each.
    stamp: names this prompt, these replies and this judge; with another the desk is empty again.
    """
    assert 2 <= len(replies) == len(scores) <= len(LETTERS)
    sent = {"replies": [[list(pair) for pair in reply] for reply in replies], "scores": list(scores)}
    order = told(st.session_state.get(key), stamp, len(replies))
    data = {"prompt": prompt, **sent, "stamp": stamp, "sentence": sentence, "order": order}
    return told(_component(key=key, data=data, on_order_change=nothing), stamp, len(replies))


def told(state: Mapping[str, Any] | None, stamp: str, k: int) -> tuple[int, ...] | None:
    """The order that the browser said of this very desk, or None: anyone can send any message."""
    said = (state or {}).get("order")
    if not isinstance(said, Mapping) or said.get("stamp") != stamp:
        return None
    order = said.get("order")
    if not isinstance(order, list) or not all(type(one) is int for one in order):
        return None
    return tuple(order) if sorted(order) == list(range(k)) else None


def agreement(order: Sequence[int], scores: Sequence[float]) -> tuple[int, int]:
    """Pairs of a reader's ranking that the scores order alike, and pairs that they tell apart at all."""
    pairs = [(a, b) for i, a in enumerate(order) for b in order[i + 1 :] if scores[a] != scores[b]]
    return sum(scores[a] > scores[b] for a, b in pairs), len(pairs)
