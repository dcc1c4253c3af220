"""What a standing chart is made of: axes, series, and how Vega-Lite is told of them. `charts` joins them.

Colours are Streamlit's names of colours: the theme says how they look, light or dark.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.figures.kinds import CONCEPTS

Chart = dict[str, Any]

HUES: dict[str, str] = dict(
    zip((*CONCEPTS, "soft"), ("blue", "orange", "green", "red", "violet", "gray"), strict=True)
)
INK = {"value": "currentColor"}  # the page's own, in both themes
FAINT, MIDDLE = (f"rgba(138,144,153,{a})" for a in (0.16, 0.3))  # nothing, and a signed zero, on any ground
ONE = {"values": [{}]}  # data of a mark that stands once
SHAPES = {
    "dot": "circle",
    "diamond": "diamond",
    "up": "triangle-up",
    "down": "triangle-down",
    "dash": "M-1,-.2H1V.2H-1Z",
    "ring": "M1,0A1,1,0,1,1,-1,0A1,1,0,1,1,1,0ZM.72,0A.72,.72,0,1,0,-.72,0A.72,.72,0,1,0,.72,0Z",
}
LEAST = "min(width, height)"  # the side of a square, whatever room there is
SQUARE = {"x": [0, {"expr": LEAST}], "y": [{"expr": LEAST}, 0]}
SHORT = 44  # letters of all names that fit into one row of a legend on a phone


@dataclass(frozen=True)
class Axis:
    """One axis. name: with its unit; "" where its words say enough. low, high: its range; else from the data.
    log: each step as many times. ticks: where, else as fits. format: of its numbers, as d3 writes them.
    words: a place for each instead of numbers, in this order; a line break in one is drawn. bare: no words at
    the places. rule: a dotted line across, here.

    Raises ValueError for a range that is none, or a logarithmic one that is not above 0.
    """

    name: str = ""
    low: float | None = None
    high: float | None = None
    log: bool = False
    ticks: Sequence[float] = ()
    format: str = ""
    words: Sequence[str] = ()
    bare: bool = False
    rule: float | None = None

    def __post_init__(self) -> None:
        if self.low is not None and self.high is not None and not self.low < self.high:
            raise ValueError(f"a range needs low < high, got {self.low} and {self.high}")
        if self.log and self.low is not None and self.low <= 0:
            raise ValueError(f"a logarithmic axis needs low > 0, got {self.low}")


@dataclass(frozen=True)
class Series:
    """Marks that belong together: one name in the legend, one concept's colour.

    x, y: as many; words on an axis of words. low, high: ends of an interval on the axis of numbers. said: a
    heading for each mark under the pointer, in place of the name. dash: a broken line. dots: the line's
    points are drawn. thin: a faint line behind others of the same name, without a tooltip. shape: of SHAPES;
    size: of its area. Raises ValueError for a concept or a shape that is none, and for unequal lengths.
    """

    name: str
    x: Sequence[Any] | np.ndarray
    y: Sequence[Any] | np.ndarray
    concept: str = "past"
    low: Sequence[float] | np.ndarray | None = None
    high: Sequence[float] | np.ndarray | None = None
    said: Sequence[str] = ()
    dash: bool = False
    dots: bool = False
    thin: bool = False
    shape: str = "dot"
    size: float = 70

    def __post_init__(self) -> None:
        if self.concept not in HUES:
            raise ValueError(f"concept must be one of {', '.join(HUES)}, got {self.concept!r}")
        if self.shape not in SHAPES:
            raise ValueError(f"shape must be one of {', '.join(SHAPES)}, got {self.shape!r}")
        if (self.low is None) != (self.high is None):
            raise ValueError("an interval needs both of low and high")
        given = (self.x, self.y, self.low, self.high, self.said or None)
        if len(lengths := {len(one) for one in given if one is not None}) > 1:
            raise ValueError(f"{self.name}: as many of each are needed, got {sorted(lengths)}")

    def rows(self, line: int) -> list[dict[str, Any]]:
        """Its marks, a dict each. line: its number in the chart."""
        said = self.said or [self.name] * len(self.x)
        columns = {"x": self.x, "y": self.y, "low": self.low, "high": self.high, "said": said}
        kept = {name: np.asarray(one).tolist() for name, one in columns.items() if one is not None}
        rest = {"name": self.name, "line": line, "size": self.size, "dots": self.dots, "thin": self.thin}
        return [{**rest, **dict(zip(kept, row, strict=True))} for row in zip(*kept.values(), strict=True)]


def channel(name: str, axis: Axis, numbers: Sequence[float] = ()) -> dict[str, Any]:
    """The channel x or y, by name. numbers: what stands on a logarithmic axis."""
    look: dict[str, Any] = {"titlePadding": 8, "labelPadding": 6, "labelFontSize": 12, "titleFontSize": 12}
    ends = {"domainMin": axis.low, "domainMax": axis.high}
    scale: dict[str, Any] = {name: end for name, end in ends.items() if end is not None}
    ticks = list(axis.ticks)
    if axis.words:
        scale = {"domain": list(axis.words)}
        look |= {"labelAngle": 0, "labelLimit": 190, "labelExpr": r"split(datum.label, '\n')"}
    elif len(scale) == 2:
        scale = {"domain": list(scale.values())}
    elif scale:
        scale["nice"] = True
    if axis.log:
        scale["type"] = "log"
        places = [math.log10(v) for v in numbers] or [0]
        ticks = ticks or [10.0**k for k in range(math.floor(min(places)), math.ceil(max(places)) + 1)]
    look |= {"values": ticks} if ticks else {"tickCount": 5}
    look |= {"format": axis.format} if axis.format else {}
    look |= {"labels": False} if axis.bare else {}
    kind = "ordinal" if axis.words else "quantitative"
    return {"field": name, "type": kind, "title": axis.name or None, "scale": scale, "axis": look}


def shared(series: Sequence[Series], x: Axis, y: Axis) -> dict[str, Any]:
    """What all marks of a chart have: their places, and the colour of their name."""
    rows = rows_of(series, x, y)
    places = {n: channel(n, one, [r[n] for r in rows if one.log]) for n, one in (("x", x), ("y", y))}
    return {**places, "color": by_name(series, lambda one: HUES[one.concept])}


def rows_of(series: Sequence[Series], x: Axis, y: Axis) -> list[dict[str, Any]]:
    """The marks of all series; what has no logarithm is not on a logarithmic axis."""
    rows = [row for i, one in enumerate(series) for row in one.rows(i)]
    return [r for r in rows if not (x.log and r["x"] <= 0) and not (y.log and r["y"] <= 0)]


def by_name(series: Sequence[Series], pick: Callable[[Series], Any]) -> dict[str, Any]:
    """A channel that says the name, and its legend where there are several. pick: what a series has there."""
    of = {one.name: pick(one) for one in series}  # the last of a name: the one in front
    told = {
        "title": None, "orient": "top", "labelLimit": 360, "labelFontSize": 12, "padding": 0, "offset": 8,
        "symbolSize": 90, "symbolOpacity": 1, "symbolStrokeWidth": 0,
    }  # fmt: skip
    if sum(map(len, of)) > SHORT:
        told["columns"] = 1
    scale = {"domain": list(of), "range": list(of.values())}
    shown = told if len(of) > 1 else None
    return {"field": "name", "type": "nominal", "scale": scale, "legend": shown}


def points(series: Sequence[Series], seen: dict[str, Any], x: Axis, y: Axis, all_: bool = True) -> Chart:
    """A dot for each mark, which answers the pointer. all_: else seen are those of lines with dots alone."""
    look: dict[str, Any] = {
        "size": {"field": "size", "type": "quantitative", "scale": None, "legend": None},
        "tooltip": tooltip(x, y),
    }
    if any(one.shape != "dot" for one in series):
        look["shape"] = by_name(series, lambda one: SHAPES[one.shape])
    if not all_:
        look["opacity"] = {"condition": {"test": "datum.dots", "value": 1}, "value": 0}
    return layer("point", {**seen, **look}, "!datum.thin", filled=True, opacity=1, shape="circle")


def tooltip(x: Axis, y: Axis) -> list[dict[str, Any]]:
    """What a mark tells the pointer: whose it is, and its numbers after the names of their axes."""
    told = [named(name, axis) for name, axis in (("x", x), ("y", y)) if axis.name and not axis.bare]
    return [{"field": "said", "type": "nominal", "title": "title"}, *told]  # a title is a heading


def named(place: str, axis: Axis) -> dict[str, Any]:
    """A number or a word under the pointer, after the name of its axis."""
    if axis.words:
        return {"field": place, "type": "nominal", "title": axis.name}
    return {"field": place, "type": "quantitative", "title": axis.name, "format": axis.format or ",.3~f"}


def layer(mark: str, encoding: dict[str, Any], only: str | None = None, **look: Any) -> Chart:
    """Marks of one kind. only: of which rows. They tell the pointer what `encoding` says, or nothing."""
    told = {} if "tooltip" in encoding else {"tooltip": None}
    some = {"transform": [{"filter": only}]} if only else {}
    return {"mark": {"type": mark, **told, **look}, "encoding": encoding, **some}


def framed(rows: Any, layers: list[Chart], height: int, said: str) -> Chart:
    """said: for a screen reader."""
    frame = {"background": "transparent", "padding": {"left": 2, "right": 8, "top": 4, "bottom": 4}}
    return {**frame, "height": height, "description": said, "data": {"values": rows}, "layer": layers}
