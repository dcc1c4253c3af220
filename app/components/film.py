"""The film: whatever follows a training's time, drawn, scrubbed and played in the browser (DESIGN 5).

Panels are plain dicts made by the builders below. An array is named "snapshot.array", as in "samples.x";
its first axis counts moments. A title is a list of (text, concept) pairs; a concept is past, model, truth,
blind, code or None.
"""

import base64
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.components.messages import finite, mounted, nothing

Panel = dict[str, Any]
Source = dict[str, Any]
Title = Sequence[tuple[str, str | None]]

CONCEPTS = ("past", "model", "truth", "blind", "code")
_SENDABLE = {
    "|u1",
    "|i1",
    "<u2",
    "<i2",
    "<u4",
    "<i4",
    "<f4",
    "<f8",
}  # what a typed array of the browser can hold

_component = mounted("film")


@dataclass(frozen=True)
class FilmState:
    """The moment that the viewer let go at (None until they do), and whether a live film just ended."""

    moment: int | None
    done: bool


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


def inline(block: bytes, stamp: str, label: str = "this run") -> Source:
    """A source that travels in the page's message. stamp: names the run; another stamp is another film."""
    return {"inline": base64.b64encode(block).decode(), "stamp": stamp, "label": label}


def fetched(url: str, stamp: str, label: str = "this run") -> Source:
    """A source that the browser fetches by itself, block by block, from `url`?from=a&to=b."""
    return {"url": url, "stamp": stamp, "label": label}


def film(
    panels: Sequence[Panel],
    source: Source,
    *,
    key: str,
    start: int | None = None,
    live: bool = False,
    timeline: str = "loss",
    timeline_unit: str = "",
    pinned: Source | None = None,
    band: Sequence[Mapping[str, Any]] = (),
    sentence: str = "",
    height: int = 260,
    name: str = "glassbox",
) -> FilmState:
    """Show a training as a film, with its timeline.

    panels: the first is the hero: on a phone it comes first, and with reduced motion it is drawn at six
    moments. source, pinned: from `inline` or `fetched`; a pinned one is drawn beside, on the same axes.
    start: the moment to open at (None: the last); a new value moves an open film. live: the source may not
    be there yet, or still grow. timeline: the scalar drawn under it, in timeline_unit. band: scalar-only
    runs (other seeds), each {"scalars": ...} as in `pack`. sentence: says what the picture shows; caption
    and alternative text. height: pixels of a panel. name: file name of a saved picture. Raises ValueError
    if there is no panel.
    """
    if not panels:
        raise ValueError("a film needs at least one panel")
    data = {
        "panels": list(panels),
        "source": source,
        "pinned": pinned,
        "band": [{"scalars": finite(one["scalars"])} for one in band],
        "start": start,
        "live": live,
        "timeline": timeline,
        "timelineUnit": timeline_unit,
        "sentence": sentence,
        "height": height,
        "name": name,
    }
    result = _component(key=key, data=data, on_moment_change=nothing, on_done_change=nothing)
    told = result.get("moment")
    mine = (
        isinstance(told, Mapping) and told.get("stamp") == source["stamp"]
    )  # not of a film shown here before
    moment = told.get("moment") if isinstance(told, Mapping) and mine else None
    is_moment = isinstance(moment, int) and not isinstance(moment, bool) and moment >= 0
    return FilmState(moment if is_moment else None, result.get("done") is True)
