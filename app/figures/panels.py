"""Panels of a film: plain dicts that say what to draw, without the numbers.

An array is named "snapshot.array", as in "samples.x"; its first axis counts moments. A title is a list of
(text, concept) pairs; a concept is past, model, truth, blind, code or None.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

Panel = dict[str, Any]
Title = Sequence[tuple[str, str | None]]

CONCEPTS = ("past", "model", "truth", "blind", "code")


def images(
    array: str,
    title: Title,
    columns: int = 8,
    low: float = 0,
    high: float = 16,
    labels: Sequence[str] | None = None,
    below: str | None = None,
    below_label: str = "",
    width: float = 1,
) -> Panel:
    """A grid of grey images, ink on paper.

    array: name of (moments, N, H, W). low, high: the values drawn as paper and as ink. labels: one a image.
    below: an array of the same shape, drawn small under each image, and below_label says in words what it is.
    width: this panel's share of the row. Raises ValueError for a range or a concept that is none.
    """
    return _panel(
        "images",
        array,
        title,
        width,
        columns=columns,
        low=_range(low, high)[0],
        high=high,
        labels=list(labels) if labels else None,
        below=below,
        belowLabel=below_label,
    )


def heat(
    array: str,
    title: Title,
    scale: Literal["unsigned", "signed"] = "unsigned",
    low: float = 0,
    high: float = 1,
    unit: str = "",
    outline: str | None = None,
    columns: int = 2,
    width: float = 1,
) -> Panel:
    """A heat map, or several on one scale, with the scale as a legend in numbers.

    array: name of (moments, H, W) or (moments, N, H, W). outline: name of a 0/1 array of the same shape,
    whose ones are framed. low, high: fixed for all moments, in `unit`; a signed scale has its grey at 0, so
    needs low < 0 < high. Raises ValueError for a range or a concept that is none.
    """
    _range(low, high)
    if scale == "signed" and not low < 0 < high:
        raise ValueError(f"a signed scale needs low < 0 < high, got {low} and {high}")
    return _panel(
        "heat",
        array,
        title,
        width,
        scale=scale,
        low=low,
        high=high,
        unit=unit,
        outline=outline,
        columns=columns,
    )


def lines(
    scalars: Sequence[str] | Mapping[str, tuple[str, str | None]],
    title: Title,
    unit: str,
    x: str = "step",
    baseline: Mapping[str, Any] | None = None,
    bet: Mapping[str, Any] | None = None,
    low: float = 0,
    high: float | None = None,
    width: float = 1,
) -> Panel:
    """Figures over the steps of the training, with a mark that moves.

    scalars: names, or name -> (label, concept). A name with a dot is an array of one number a moment. unit
    names the y axis, x the other. baseline, bet: {"value": a number in `unit`, "label": words}, drawn as
    level lines. low, high: range of y; high=None takes it once from the first values. Raises ValueError for
    bad ranges or concepts.
    """
    named = scalars if isinstance(scalars, Mapping) else {name: (name, None) for name in scalars}
    for _, concept in named.values():
        _concept(concept)
    if high is not None:
        _range(low, high)
    series = [{"name": name, "label": label, "concept": concept} for name, (label, concept) in named.items()]
    return _panel(
        "lines",
        None,
        title,
        width,
        series=series,
        unit=unit,
        x=x,
        baseline=dict(baseline) if baseline else None,
        bet=dict(bet) if bet else None,
        low=low,
        high=high,
    )


def bars(
    array: str,
    title: Title,
    unit: str,
    mark: str | int | None = None,
    x: str = "level",
    high: float = 1,
    width: float = 1,
) -> Panel:
    """One categorical distribution as bars.

    array: name of (moments, K), from 0 to `high` in `unit`; x names the categories. mark: the current
    level, a number or the name of an array of one number a moment. Raises ValueError for a range or a
    concept that is none.
    """
    return _panel("bars", array, title, width, unit=unit, mark=mark, x=x, low=0, high=_range(0, high)[1])


def _panel(kind: str, array: str | None, title: Title, width: float, **rest: Any) -> Panel:
    for _, concept in title:
        _concept(concept)
    return {"kind": kind, "array": array, "title": [list(pair) for pair in title], "width": width, **rest}


def _concept(concept: str | None) -> None:
    if concept is not None and concept not in CONCEPTS:
        raise ValueError(f"concept must be one of {', '.join(CONCEPTS)}, got {concept!r}")


def _range(low: float, high: float) -> tuple[float, float]:
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ValueError(f"low must be below high and both finite, got {low} and {high}")
    return low, high
