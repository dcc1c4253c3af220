"""A plane with marks (marks.py) that follows a film's time: a new picture is a new list of marks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.figures.kinds import Panel, Title, checked_range, panel
from app.figures.marks import Channel, Mark, channel


@dataclass(frozen=True)
class Axis:
    """One axis: what it counts, in which unit, from low to high.

    low, high: fixed for all moments. None leaves them to what is drawn: the steps of a training, the number
    of bars, or, over a training, the first values seen. ticks: None for round numbers, a number for as many
    in even steps, or {number: what is written}; names: one for each bar in place of its number. room: pixels
    left for what is written beside the plane. most: of a row of sideways bars, pixels.
    Raises ValueError for a range that is none, or one of a log axis that does not start above 0.
    """

    name: str = ""
    unit: str = ""
    low: float | None = None
    high: float | None = None
    log: bool = False
    ticks: int | Mapping[float, str] | None = None
    names: Sequence[str] | None = None
    room: int | None = None
    most: float | None = None

    def __post_init__(self) -> None:
        if self.high is not None:
            checked_range(self.low or 0, self.high)
        if self.log and (self.low is None or self.low <= 0 or self.high is None):
            raise ValueError(f"a log axis needs low and high above 0, got {self.low} and {self.high}")

    def _plain(self) -> dict[str, Any]:
        ticks = (
            [[at, said] for at, said in self.ticks.items()] if isinstance(self.ticks, Mapping) else self.ticks
        )
        names = [str(one) for one in self.names] if self.names else None
        return {**vars(self), "ticks": ticks, "names": names}


def plot(
    marks: Sequence[Mark],
    title: Title,
    x: Axis = Axis(),
    y: Axis = Axis(),
    *,
    tall: float = 340,
    aspect: float = 0.8,
    square: bool = False,
    inner: Sequence[str] = (),
    touch: Literal["", "click", "drag"] = "",
    when: Channel = None,
    least: float = 0,
    width: float = 1,
) -> Panel:
    """A plane with marks, drawn in their order.

    tall, aspect: its height on a phone, in pixels at most and as a share of its width. square: one unit is as
    long across as up. inner: one label for each frame of an inner time with a slider of its own, which all
    panels of a film share. touch: a click, or a drag, reports its place, in the numbers of the axes, as the
    film's `spot`. when: one number; until it has come to `least` the plane is pale and without bars. width:
    this panel's share of the row. Raises ValueError for an axis without ends that no mark can give it.
    """
    axes = {"x": x._plain(), "y": y._plain()}
    for which, axis in axes.items():
        if (axis["low"] is None or axis["high"] is None) and not any(_ends(mark, which) for mark in marks):
            raise ValueError(f"the {which} axis needs low and high: no mark of this plot gives it any")
    plane = {
        "marks": [mark | {"say": _said(mark, x, y)} for mark in marks],
        **axes, "square": square, "when": channel(when), "least": least,
    }  # fmt: skip
    return panel(
        "plot", None, title, width, planes=[plane], tall=tall, aspect=aspect, inner=list(inner) or None,
        shares=any(map(_is_way, marks)), drops=bool(touch), drags=touch == "drag",
    )  # fmt: skip


def stack(plots: Sequence[Panel], title: Title, tall: float = 340, width: float = 1) -> Panel:
    """Several plots below each other as one panel. Raises ValueError if there is none."""
    if not plots:
        raise ValueError("a stack needs at least one plot")
    planes = [plane for one in plots for plane in one["planes"]]
    whole = panel("plot", None, title, width, planes=planes, tall=tall, aspect=2, inner=plots[0]["inner"])
    return whole | {"shares": any(one["shares"] for one in plots), "drops": False, "drags": False}


def asked(of: Any) -> Iterator[str]:
    """Whatever a panel asks of a run: the names of arrays and of figures in it."""
    if isinstance(of, Mapping):
        yield from (
            of[key] for key in ("array", "over") if isinstance(of.get(key), str) and of[key] != "step"
        )
        for one in of.values():
            yield from asked(one)
    elif isinstance(of, list):
        for one in of:
            yield from asked(one)


def _is_way(mark: Mark) -> bool:
    given = (mark.get(field) for field in ("x", "y", "low"))  # the low of a heat is a number
    return any(isinstance(one, dict) and "over" in one for one in given)


def _ends(mark: Mark, which: str) -> bool:
    """Whether a mark can give an axis its ends."""
    if mark["mark"] == "bars":
        return mark["sideways"] is (which == "y")
    return "over" in (mark.get(which) or {})


def _said(mark: Mark, x: Axis, y: Axis) -> str:
    """What a mark says under the pointer, unless it has a sentence of its own."""
    if mark["say"] is not None:
        return mark["say"]
    value = y if not mark.get("sideways") else x
    up = " ".join(
        filter(None, (value.name, "{value}" if mark["mark"] in ("bars", "heat") else "{y}", value.unit))
    )
    across = " ".join(filter(None, (x.name, "{x}", x.unit)))
    match mark["mark"]:
        case "bars":
            return f"{(y if mark['sideways'] else x).name} {{name}}: {up}".strip()
        case "dots":
            return f"{{name}}: {across}, {up}" if mark["names"] else f"{across}, {up}"
        case "heat":
            return f"{across}, {' '.join(filter(None, (y.name, '{y}', y.unit)))}: {{value}}"
        case "regions":
            return "({x}, {y}): nearest is {name}"
        case "line" if not _is_way(mark) or mark["x"].get("over") != "step":
            return (
                f"{mark['label']}: {across}, {up}" if mark["names"] or mark["dots"] or _is_way(mark) else ""
            )
    return ""
