"""A poster: one panel of a recorded training that shows on a small card what a page is about."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from app.components.blocks import pack
from app.components.film import inline
from app.components.messages import mounted
from app.figures.films import header
from app.figures.panels import Panel
from app.page import moments
from engine.core.trace import Trace

_component = mounted("parts/poster.js")


def poster(panel: Panel, source: dict[str, Any], *, key: str, sentence: str, height: int = 200) -> None:
    """Show it at its last moment; it plays when it comes into sight, and under pointer or focus.

    source: from `thinned`. sentence: alternative text. height: in pixels.
    """
    _component(key=key, data={"panel": panel, "source": source, "sentence": sentence, "height": height})


def thinned(trace: Trace, panel: Panel, stamp: str, frames: int = 24) -> dict[str, Any]:
    """A film's source with the arrays that the panel draws, at `frames` moments of the trace at most."""
    named = set(_texts(panel))
    steps = trace.moments
    kept = np.unique(np.linspace(0, len(steps) - 1, min(frames, len(steps))).round().astype(int))
    arrays = {name: a[kept] for name, a in moments.stacks(trace, 0, len(steps))[0].items() if name in named}
    return inline(pack(header([steps[i] for i in kept], total=trace.total), arrays), stamp)


def _texts(value: Any) -> Iterator[str]:
    """Every text that stands somewhere in a panel: the names of its arrays are among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
