"""Standing charts in the house's look: a few numbers in, a Vega-Lite chart as a plain dict out.

`lines`, `dots`, `bars`, `interval` and `heat`, for `st.vega_lite_chart`. Their rows are read back from
`chart["data"]["values"]`. A chart says which concept a mark wears, as Streamlit's names of colours: the theme
says how that looks, light or dark. Every mark answers the pointer with its number and the axis's name.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.figures import encodings
from app.figures.encodings import FAINT, HUES, INK, MIDDLE, ONE, SQUARE, Axis, Chart, Series


def lines(series: Sequence[Series], x: Axis, y: Axis, height: int = 300, numbers: bool = False) -> Chart:
    """y over x, a line each. numbers: written beside the points, of the first series above them."""
    shared = encodings.shared(series, x, y)
    strokes = {**shared, "detail": {"field": "line", "type": "nominal"}}
    if any(one.dash for one in series):
        strokes["strokeDash"] = encodings.by_name(series, lambda one: [3, 4] if one.dash else [1, 0])
    layers = [encodings.layer("line", strokes, "!datum.thin", strokeWidth=2.5)]
    if any(one.thin for one in series):
        layers.insert(0, encodings.layer("line", strokes, "datum.thin", strokeWidth=1, opacity=0.35))
    layers.append(encodings.points(series, shared, x, y, all_=False))
    if numbers:
        text = {"field": "y", "type": "quantitative", "format": y.format or ".0f"}
        for only, apart in (("!datum.line", {"dy": -13}), ("datum.line", {"dx": 18})):
            layers.append(encodings.layer("text", {**shared, "text": text}, only, fontSize=13, **apart))
    return _chart(series, x, y, height, layers)


def dots(series: Sequence[Series], x: Axis, y: Axis, height: int = 300) -> Chart:
    """A dot for each pair of numbers."""
    shared = encodings.shared(series, x, y)
    return _chart(series, x, y, height, [encodings.points(series, shared, x, y)])


def bars(series: Sequence[Series], x: Axis, y: Axis, height: int = 300, numbers: bool = False) -> Chart:
    """A bar for each number, from 0; series side by side. One axis has words. numbers: at the bars' ends."""
    shared = encodings.shared(series, x, y)
    shared |= _beside(series, y)
    layers = [encodings.layer("bar", {**shared, "tooltip": encodings.tooltip(x, y)}, cornerRadiusEnd=3)]
    if numbers:
        value, across = ("x", x) if y.words else ("y", y)
        apart: dict[str, Any] = {"align": "left", "dx": 5} if y.words else {"dy": -8}
        text = {"field": value, "type": "quantitative", "format": across.format or ".0f"}
        layers.append(encodings.layer("text", {**shared, "text": text}, fontSize=13, **apart))
    return _chart(series, x, y, height, layers)


def interval(
    series: Sequence[Series],
    x: Axis,
    y: Axis,
    height: int = 300,
    beside: bool = True,
    below: Sequence[str] = (),
) -> Chart:
    """A dot for each number with its interval as a line. One of the axes has words.

    beside: series side by side, else on one another. below: a picture (a data URL) or a word under each place
    of an x axis of words, in their order.
    """
    shared = encodings.shared(series, x, y) | (_beside(series, y) if beside else {})
    value = "x" if y.words else "y"
    ends = {value: {**shared[value], "field": "low"}, f"{value}2": {"field": "high"}}
    layers = [encodings.layer("rule", {**shared, **ends}, "isValid(datum.low)", strokeWidth=2)]
    layers.append(encodings.points(series, shared, x, y))
    chart = _chart(series, x, y, height, layers)
    if below:
        layers.append(_under(shared["x"], below))
        chart["data"]["values"] += [
            {"x": place, "below": one} for place, one in zip(x.words, below, strict=True)
        ]
    return chart


def heat(
    values: np.ndarray,
    rows: Axis,
    columns: Axis,
    unit: str,
    low: float,
    high: float,
    concept: str | None = "past",
    height: int = 300,
    numbers: bool = False,
    told: Mapping[float, str] | None = None,
    cut: int | None = None,
    square: bool = False,
) -> Chart:
    """A cell for each value of (R, C), rows from above; none where it is nan. Both axes have words.

    concept: its hue, from nothing to full; None: a signed scale, blue over grey to orange. unit: what a value
    is. numbers: written into the cells. told: a legend, these values in words. cut: a line before this row
    and this column. square: the whole is one, whatever room there is. Raises ValueError for a range that is
    none.
    """
    if not low < high:
        raise ValueError(f"a range needs low < high, got {low} and {high}")
    ends, hues = [low, high], [FAINT, HUES[concept or "past"]]
    if concept is None:
        ends, hues = [low, (low + high) / 2, high], [HUES["past"], MIDDLE, HUES["model"]]
    scale = {"domain": ends, "range": hues, "interpolate": "rgb"}
    shared = {"x": encodings.channel("x", columns), "y": encodings.channel("y", rows)}
    if square:
        shared["x"]["scale"]["range"] = shared["y"]["scale"]["range"] = SQUARE["x"]
        shared["x"]["axis"]["titleAnchor"] = "start"
    value = {"field": "value", "type": "quantitative"}
    named = reversed(encodings.tooltip(columns, rows)[1:])  # the row's first
    cells = {
        **shared,
        "color": {**value, "scale": scale, "legend": _told(told) if told else None},
        "tooltip": [*named, {**value, "title": unit, "format": ",.3~f"}],
    }
    layers = [
        encodings.layer("rect", cells, opacity=0.6 if numbers else 1)
    ]  # ink reads on it, in both themes
    if numbers:
        text = {**value, "format": ".0f"}
        layers.append(encodings.layer("text", {**shared, "text": text, "color": INK}, fontSize=14))
    if cut is not None:
        layers += [_cut(shared, "x", "y", cut), _cut(shared, "y", "x", cut)]
    at = np.nonzero(~np.isnan(values))  # columns of numbers: 40,000 rows of dicts would take a second
    data = {"y": np.array([*rows.words])[at[0]], "x": np.array([*columns.words])[at[1]], "value": values[at]}
    said = f"{unit}, {rows.name or 'rows'} by {columns.name or 'columns'}"
    return encodings.framed(data, layers, height, said)


def _beside(series: Sequence[Series], y: Axis) -> dict[str, Any]:
    """Series of several names side by side, where the words are."""
    names = list(dict.fromkeys(one.name for one in series))
    apart = {"field": "name", "type": "nominal", "scale": {"domain": names}}
    return {"yOffset" if y.words else "xOffset": apart} if len(names) > 1 else {}


def _under(x: dict[str, Any], below: Sequence[str]) -> Chart:
    """Pictures or words below the plot, a place each."""
    place, only = {"x": x, "y": {"value": {"expr": "height + 6"}}}, "isValid(datum.below)"
    if below[0].startswith("data:"):
        side = {"expr": f"min(46, 0.86 * width / {len(below)})"}
        return encodings.layer(
            "image", {**place, "url": {"field": "below"}}, only, width=side, height=side, baseline="top"
        )
    size = {"expr": f"min(12, 0.6 * width / {len(below)})"}
    slanted = {"angle": 318, "align": "right", "baseline": "top", "fontSize": size}
    return encodings.layer("text", {**place, "text": {"field": "below"}, "color": INK}, only, **slanted)


def _cut(shared: dict[str, Any], across: str, along: str, place: int) -> Chart:
    """A line between two blocks of rows, or of columns."""
    first, *_, last = shared[along]["scale"]["domain"]
    at = {"datum": shared[across]["scale"]["domain"][place], "bandPosition": 0}
    ends = {along: {"datum": first, "bandPosition": 0}, f"{along}2": {"datum": last, "bandPosition": 1}}
    rule = encodings.layer("rule", {across: at, **ends, "color": {"value": "gray"}}, strokeWidth=2)
    return {**rule, "data": ONE}


def _told(words: Mapping[float, str]) -> dict[str, Any]:
    """The legend of a scale: some of its values, in words."""
    said = str({f"{value:g}": word for value, word in words.items()})
    look = {"title": None, "orient": "top", "labelFontSize": 12}
    look |= {"gradientThickness": 8, "gradientLength": 190}
    return {**look, "values": list(words), "labelExpr": f"({said})[datum.value]"}


def _chart(series: Sequence[Series], x: Axis, y: Axis, height: int, layers: list[Chart]) -> Chart:
    rows, names = encodings.rows_of(series, x, y), ", ".join(dict.fromkeys(one.name for one in series))
    for channel, axis in (("x", x), ("y", y)):
        if axis.rule is not None:
            across = {channel: {"datum": axis.rule}, "color": {"value": "gray"}}
            layers.append({**encodings.layer("rule", across, strokeDash=[2, 3]), "data": ONE})
    return encodings.framed(rows, layers, height, f"{y.name or 'rows'} by {x.name or 'columns'}: {names}")
