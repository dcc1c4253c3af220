"""Panels of a film for what moves on the plane: flows of particles, one number against another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.kinds import Given, Panel, Title, checked_concept, checked_range, given, panel
from app.figures.marks import at
from app.figures.plot import Axis, plot


@dataclass(frozen=True)
class Layer:
    """One layer of a flow, switched on and off in the browser by its name.

    Particles and ghosts are (moments, n, 2), a field is (moments, g, g, 2) from the upper left, a density is
    (moments, h, w). With an inner time, arrays of the run are (moments, S, ...) and given ones (S, ...); a
    given array with a time axis where there is no inner time follows the film's own. value * scale is a place
    on the plane (for a field: a vector, 1 being long). high: the value of a density that is drawn darkest.
    of: the particles of ghosts, or the field that a field is drawn as the difference to.
    """

    name: str
    kind: str  # "density", "field", "ghosts" or "particles"
    array: Given
    concept: str | None = None
    scale: float = 1
    high: float = 255
    of: "Layer | None" = None
    on: bool = True

    def __post_init__(self) -> None:
        if self.kind not in ("density", "field", "ghosts", "particles"):
            raise ValueError(f"kind must be density, field, ghosts or particles, got {self.kind!r}")
        checked_concept(self.concept)
        other = self.of.kind if self.of else None
        if other not in {"ghosts": ("particles",), "field": (None, "field")}.get(self.kind, (None,)):
            raise ValueError("ghosts, and they alone, name the particles that they are of; a field a field")

    def _plain(self) -> dict[str, Any]:
        of = {"of": given(self.of.array) if self.of else None, "ofScale": self.of.scale if self.of else 1}
        return {**vars(self), "array": given(self.array), **of}


def flow(
    layers: Sequence[Layer],
    title: Title,
    reach: float = 3,
    aspect: float = 0.7,
    inner: Sequence[str] = (),
    trail: int = 8,
    drops: bool = False,
    dropped: Mapping[str, tuple[str, np.ndarray]] | None = None,
    width: float = 1,
) -> Panel:
    """Particles in a density and a field, drawn in the order of `layers`.

    The plane goes from -reach to reach across and aspect times that up and down. inner: one label for each
    frame of an inner time with a slider of its own, which all panels of a film share; without it the film's
    time is the diffusion's. trail: how many earlier frames stay visible. drops: a click reports its place as
    the film's `spot`. dropped: label -> (concept, (S, 2) way of one particle from noise to data). Raises
    ValueError for a reach or an aspect that is not positive, and for ways of another shape.
    """
    if reach <= 0 or aspect <= 0:
        raise ValueError(f"reach and aspect must be above 0, got {reach} and {aspect}")
    ways = []
    for label, (concept, way) in (dropped or {}).items():
        if way.ndim != 2 or way.shape[1] != 2:
            raise ValueError(f"the way of {label} must have shape (S, 2), got {way.shape}")
        ways.append({"label": label, "concept": concept, "values": np.round(way, 3).tolist()})
    return panel(
        "flow", None, title, width, layers=[layer._plain() for layer in layers], reach=reach, aspect=aspect,
        inner=list(inner) or None, trail=trail, drops=drops, dropped=ways,
    )  # fmt: skip


def scatter(
    across: str,
    up: str,
    title: Title,
    ranges: tuple[tuple[float, float], tuple[float, float]],
    titles: tuple[str, str],
    lines: Sequence[Mapping[str, Any]] = (),
    worth: float = 0.01,
    words: Sequence[str] | None = None,
    row: int = 0,
    width: float = 1,
) -> Panel:
    """One number against another. across, up: arrays (moments, P), `up` also (moments, R, P) with `row`.

    ranges, titles: of x and of y. lines: {"slope", "offset", "label", "concept"}. worth: what 1 in the arrays
    is worth. words: written beside the points. Raises ValueError for a range that is none.
    """
    ((x0, x1), (y0, y1)), (across_title, up_title) = (checked_range(*one) for one in ranges), titles
    drawn = [
        marks.line(
            [x0, x1], [one["slope"] * x + one["offset"] for x in (x0, x1)], one["concept"],
            label=one["label"], place="start" if one.get("below") else "end", dash=one.get("dash", ()),
            width=1.6,
        )
        for one in lines
    ]  # fmt: skip
    look: dict[str, Any] = {"size": 4, "alpha": 0.95} if words else {"size": 2.2, "alpha": 0.55}
    say = f"{'{name}' if words else 'A pair'}: {across_title} {{x}}, {up_title} {{y}}"
    places = at(across, scale=worth), at(up, row=row, scale=worth)
    drawn.append(marks.dots(*places, names=words, written=bool(words), say=say, **look))
    return plot(
        drawn, title, Axis(across_title, low=x0, high=x1), Axis(up_title, low=y0, high=y1), width=width
    )
