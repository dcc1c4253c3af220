"""Panels of a film for what moves on the plane or the line: flows of particles, rivers of paths. Plain
dicts."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.figures.panels import CONCEPTS, Panel, Title, checked_concept, checked_range, panel

Given = str | np.ndarray  # "snapshot.array" of the run, or an array that is the same at every moment


@dataclass(frozen=True)
class Layer:
    """One layer of a flow, switched on and off in the browser by its name.

    Particles and ghosts are (moments, n, 2), a field is (moments, g, g, 2) from the upper left, a density is
    (moments, h, w). With an inner time, arrays of the run are (moments, S, ...) and given ones (S, ...); a
    given array
    with a time axis where there is no inner time follows the film's own. value * scale is a place on the
    plane (for a
    field: a vector, 1 being long). high: the value of a density that is drawn darkest. of: the particles of
    ghosts, or the field that a field is drawn as the difference to.
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
        return {
            "name": self.name,
            "kind": self.kind,
            "array": _given(self.array),
            "concept": self.concept,
            "scale": self.scale,
            "high": self.high,
            "on": self.on,
            "of": _given(self.of.array) if self.of else None,
            "ofScale": self.of.scale if self.of else 1,
        }


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
    frame of an
    inner time with a slider of its own, which all panels of a film share; without it the film's time is the
    diffusion's. trail: how many earlier frames stay visible. drops: a click reports its place as the film's
    `spot`.
    dropped: label -> (concept, (S, 2) way of one particle from noise to data). Raises ValueError for a
    reach or an
    aspect that is not positive, and for ways of another shape.
    """
    if reach <= 0 or aspect <= 0:
        raise ValueError(f"reach and aspect must be above 0, got {reach} and {aspect}")
    ways = []
    for label, (concept, way) in (dropped or {}).items():
        if way.ndim != 2 or way.shape[1] != 2:
            raise ValueError(f"the way of {label} must have shape (S, 2), got {way.shape}")
        ways.append({"label": label, "concept": concept, "values": np.round(way, 3).tolist()})
    return panel(
        "flow",
        None,
        title,
        width,
        layers=[layer._plain() for layer in layers],
        reach=reach,
        aspect=aspect,
        inner=list(inner) or None,
        trail=trail,
        drops=drops,
        dropped=ways,
    )


def river(
    density: np.ndarray,
    paths: Mapping[str, np.ndarray],
    title: Title,
    reach: float,
    inner: Sequence[str] = (),
    width: float = 1,
) -> Panel:
    """Time across, from noise to data; position up and down, from -reach to reach.

    density: (rows, columns) uint8, rows from reach downwards. paths: concept -> (n, steps) positions.
    inner: as in `flow`. Raises ValueError for an array of another shape or a concept that is none.
    """
    if density.ndim != 2 or density.dtype != np.uint8:
        raise ValueError(f"density must be (rows, columns) of uint8, got {density.shape} of {density.dtype}")
    drawn = []
    for concept, way in paths.items():
        if concept not in CONCEPTS or way.ndim != 2:
            raise ValueError(f"paths must be concept -> (n, steps), got {concept!r} with shape {way.shape}")
        drawn.append(
            {
                "concept": concept,
                "array": _given(way.astype(np.float32)),
                "width": 2 if concept == "past" else 1.2,
            }
        )
    return panel(
        "river",
        None,
        title,
        width,
        density=_given(density),
        paths=drawn,
        reach=reach,
        inner=list(inner) or None,
    )


def scatter(
    across: str,
    up: str,
    title: Title,
    ranges: tuple[tuple[float, float], tuple[float, float]],
    titles: tuple[str, str],
    lines: Sequence[Mapping[str, Any]] = (),
    concept: str = "model",
    worth: float = 0.01,
    words: Sequence[str] | None = None,
    points: Sequence[str] | None = None,
    row: int = 0,
    width: float = 1,
) -> Panel:
    """One number against another. across, up: arrays (moments, P), `up` also (moments, R, P) with `row`.

    ranges, titles: of x and of y. lines: {"slope", "offset", "label", "concept"}. worth: what 1 in the arrays
    is worth. words: written beside the points; points: said of them under the pointer. Raises ValueError for
    a range that is none.
    """
    (x, y), (across_title, up_title) = (checked_range(*one) for one in ranges), titles
    return panel(
        "scatter", None, title, width, across=across, up=up, x=list(x), y=list(y), acrossTitle=across_title,
        upTitle=up_title, lines=[dict(one) for one in lines], concept=concept, worth=worth, row=row,
        words=list(words) if words else None, points=list(points) if points else None,
    )  # fmt: skip


def _given(array: Given) -> str | dict[str, Any]:
    """A name as it is; an array in a form that JSON and the browser's typed arrays hold."""
    if isinstance(array, str):
        return array
    sent = array.astype(np.float32) if array.dtype.kind == "f" else array
    if sent.dtype.str not in ("|u1", "|i1", "<i2", "<f4"):
        raise ValueError(
            f"an array of a panel must be float, or whole numbers of 8 or 16 bits, got {array.dtype}"
        )
    data = base64.b64encode(np.ascontiguousarray(sent).tobytes()).decode()
    return {"dtype": sent.dtype.str, "shape": list(sent.shape), "data": data}
