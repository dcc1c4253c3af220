"""A grid of pixels that can be clicked and painted, by mouse, touch and keyboard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from app.components.messages import cell_in, mounted, nothing
from app.figures.kinds import cells

_component = mounted("parts/pixels.js")


@dataclass(frozen=True)
class PixelsState:
    """The (row, column) that the viewer picked last, the (H, W) values as they painted them; else None."""

    cell: tuple[int, int] | None
    values: np.ndarray | None


def pixels(
    values: np.ndarray,
    *,
    key: str,
    mode: Literal["pick", "paint", "show"] = "pick",
    low: float = 0,
    high: float = 1,
    palette: Literal["unsigned", "grey", "signed", "binary"] = "unsigned",
    text: Sequence[Sequence[Any]] | np.ndarray | None = None,
    hatch: np.ndarray | None = None,
    outline: np.ndarray | None = None,
    mark: tuple[int, int] | None = None,
    brush: Sequence[float] = (0, 1),
    label: str = "",
    sentence: str = "",
    unit: str = "",
    size: int = 240,
    version: int | str = 0,
) -> PixelsState:
    """Show a grid, and report once, on release, what is picked or painted.

    values: (H, W), drawn from `low` to `high` in `palette`; hover says the number in `unit`. text: (H, W)
    strings or numbers written into the cells. hatch, outline: (H, W) of 0 and 1. mark: the current pixel.
    brush: the levels that a painter may choose; with two, a touch toggles. label: names the grid to a
    screen reader; sentence: caption. size: widest the grid gets, in pixels. version: a new one takes
    `values` over what was painted so far. Raises ValueError for a shape, range, mode or mark that does not
    fit.
    """
    shape = _checked(values, low, high, mode, mark)
    if len(shape) != 2:
        raise ValueError(f"values must have two axes, got {len(shape)}")
    if text is not None and np.shape(text) != shape:
        raise ValueError(f"text must have shape {shape}, got {np.shape(text)}")
    data = {
        "values": np.asarray(values).tolist(), "mode": mode, "low": low, "high": high, "palette": palette,
        "text": None if text is None else [[str(one) for one in row] for row in text],
        "hatch": cells("hatch", hatch, shape), "outline": cells("outline", outline, shape),
        "mark": None if mark is None else [int(mark[0]), int(mark[1])],
        "brush": list(brush), "label": label, "sentence": sentence, "unit": unit, "size": size,
        "version": version,
    }  # fmt: skip
    result = _component(key=key, data=data, on_cell_change=nothing, on_painted_change=nothing)
    return PixelsState(
        cell_in(result.get("cell"), shape), painted_in(result.get("painted"), values, brush, version)
    )


def _checked(
    values: np.ndarray, low: float, high: float, mode: str, mark: tuple[int, int] | None
) -> tuple[int, ...]:
    shape = np.shape(values)
    if not low < high:
        raise ValueError(f"low must be below high, got {low} and {high}")
    if mode not in ("pick", "paint", "show"):
        raise ValueError(f"mode must be pick, paint or show, got {mode!r}")
    if mark is not None and cell_in(list(mark), shape) is None:
        raise ValueError(f"mark must lie in a grid of {shape}, got {mark}")
    return shape


def painted_in(
    told: Any, values: np.ndarray, brush: Sequence[float], version: int | str
) -> np.ndarray | None:
    """The painted values in a message of the browser, or None if they are not a painting of this grid.

    A painting has the grid's shape, and in it only levels of the brush or of the grid itself.
    """
    if not isinstance(told, Mapping) or told.get("version") != version:
        return None
    try:
        painted = np.asarray(told.get("values"), dtype=float)
    except (TypeError, ValueError):
        return None
    known = painted.shape == np.shape(values) and np.isin(painted, [*brush, *np.unique(values)]).all()
    return painted if known else None
