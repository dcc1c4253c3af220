"""The manifest of a run, as it is read from disk: each fact has the type that it is written with, or is left
out and named."""

import json
import math
from collections.abc import Callable
from typing import Any

ACTIVE = ("queued", "running", "paused")
FINAL = ("done", "stopped", "failed", "interrupted")
TEXT = 2000  # characters of a text


def _number(most: float) -> Callable[[Any], bool]:
    return lambda value: type(value) in (int, float) and math.isfinite(value) and 0 <= value <= most


def _text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= TEXT


def _state(value: Any) -> bool:
    return _text(value) and value in (*ACTIVE, *FINAL)


def _texts(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_text, value.values()))


FACTS: dict[str, tuple[Callable[[Any], bool], str]] = {
    **dict.fromkeys(("lab", "key", "message", "note", "code", "python", "torch", "supervisor", "device",
                     "node", "events"), (_text, "a text")),
    "state": (_state, f"one of {', '.join((*ACTIVE, *FINAL))}"),
    "started": (_number(1e11), "seconds since 1970"),
    "born": (_number(1e11), "seconds since 1970"),
    "seconds": (_number(1e9), "a number of seconds"),
    "pid": (lambda value: type(value) is int and 0 <= value < 2**31, "the number of a process"),
    "total": (lambda value: type(value) is int and 0 <= value <= 10**9, "a number of steps"),
    "spec": (lambda value: isinstance(value, dict), "an object"),
    "given": (_texts, "an object of texts"),
    "sums": (_texts, "an object of texts"),
    "private": (lambda value: isinstance(value, bool), "true or false"),
}  # fmt: skip


def read(text: str) -> tuple[dict[str, Any], list[str]]:
    """The facts of a manifest.json, and what is wrong with it, in words.

    Raises ValueError or RecursionError where it is no JSON object. A run is private unless it says clearly
    that it is not.
    """
    told = json.loads(text)
    if not isinstance(told, dict):
        raise ValueError("not an object")
    wrong = {name: words for name, (good, words) in FACTS.items() if name in told and not good(told[name])}
    facts = {name: value for name, value in told.items() if name not in wrong}
    if "private" in wrong:
        facts["private"] = True
    return facts, [f"manifest.json: {name} must be {words}" for name, words in wrong.items()]
