"""What all panels of a film have: a kind, a title, a width. A panel is a plain dict, without the numbers.

An array is named "snapshot.array", as in "samples.x"; its first axis counts moments. A title is a list of
(text, concept) pairs; a concept is past, model, truth, blind, code or None.
"""

import base64
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

Panel = dict[str, Any]
Title = Sequence[tuple[str, str | None]]
Given = str | np.ndarray  # "snapshot.array" of the run, or an array that is the same at every moment

CONCEPTS = ("past", "model", "truth", "blind", "code")


def panel(kind: str, array: str | None, title: Title, width: float, **rest: Any) -> Panel:
    """Any panel: what all kinds have, and the rest. Raises ValueError for a concept that is none."""
    for _, concept in title:
        checked_concept(concept)
    return {"kind": kind, "array": array, "title": [list(pair) for pair in title], "width": width, **rest}


def checked_concept(concept: str | None) -> None:
    """Raises ValueError for a concept that is none."""
    if concept is not None and concept not in CONCEPTS:
        raise ValueError(f"concept must be one of {', '.join(CONCEPTS)}, got {concept!r}")


def checked_range(low: float, high: float) -> tuple[float, float]:
    """Both ends of a range, as they are. Raises ValueError unless they are finite and low < high."""
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ValueError(f"low must be below high and both finite, got {low} and {high}")
    return low, high


def cells(which: str, given: Any, shape: Sequence[int]) -> list[list[int]] | None:
    """A grid of 0 and 1 as JSON holds it; None as it is. Raises ValueError for one of another shape."""
    if given is None:
        return None
    if (found := np.array(given, object).shape) != tuple(shape):
        raise ValueError(f"{which} must have shape {tuple(shape)}, got {found}")
    return (np.asarray(given) != 0).astype(int).tolist()


def given(array: Given) -> str | dict[str, Any]:
    """A name as it is; an array in a form that JSON and the browser's typed arrays hold.

    Raises ValueError for numbers that are neither floats nor whole ones of 8 or 16 bits.
    """
    if isinstance(array, str):
        return array
    sent = array.astype(np.float32) if array.dtype.kind == "f" else array
    if sent.dtype.str not in ("|u1", "|i1", "<i2", "<f4"):
        raise ValueError(
            f"an array of a panel must be float, or whole numbers of 8 or 16 bits, got {array.dtype}"
        )
    data = base64.b64encode(np.ascontiguousarray(sent).tobytes()).decode()
    return {"dtype": sent.dtype.str, "shape": list(sent.shape), "data": data}
