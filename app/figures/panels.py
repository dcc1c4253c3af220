"""The panels that most films are made of. What a panel is: kinds.py."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

from app.figures import marks
from app.figures.kinds import Panel, Title, cells, checked_concept, checked_range, panel
from app.figures.marks import over
from app.figures.plot import Axis, plot


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
    return panel(
        "images", array, title, width, columns=columns, low=checked_range(low, high)[0], high=high,
        labels=list(labels) if labels else None, below=below, belowLabel=below_label,
    )  # fmt: skip


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
    checked_range(low, high)
    if scale == "signed" and not low < 0 < high:
        raise ValueError(f"a signed scale needs low < 0 < high, got {low} and {high}")
    return panel(
        "heat", array, title, width, scale=scale, low=low, high=high, unit=unit, outline=outline,
        columns=columns,
    )  # fmt: skip


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
        checked_concept(concept)
    drawn = [
        marks.line(over(), over(name), concept or "past", label=label)
        for name, (label, concept) in named.items()
    ]
    for level, concept, dash in ((baseline, "truth", (2, 3)), (bet, "model", (6, 3))):
        if level is not None:
            said = f"{level['label']} {{value}}"
            below = level is bet  # curves come from above
            drawn.append(
                marks.rules(level["value"], concept, label=said, below=below, must=True, width=1.4, dash=dash)
            )
    drawn.append(marks.rules(over(), "line", axis="x"))
    y = Axis("", unit, low=low, high=high, ticks=3)
    return plot(drawn, title, Axis(x), y, tall=200, aspect=3, width=width)


def bars(
    array: str,
    title: Title,
    unit: str,
    mark: str | int | None = None,
    x: str = "level",
    high: float = 1,
    width: float = 1,
    low: float = 0,
    labels: Sequence[str] | None = None,
    least: str | None = None,
) -> Panel:
    """One number a category as bars, as of a categorical distribution.

    array: name of (moments, K), from `low` to `high` in `unit`; x names the categories, labels each of them,
    else its number does. mark: the current level, a number or the name of an array of one number a moment.
    least: name of an array like `array`, a line across each bar: what none can go below. Raises ValueError
    for a range or a concept that is none, or bars that do not start at 0 between them.
    """
    checked_range(low, high)
    if low > 0 or high < 0:
        raise ValueError(f"bars start at 0, which must lie between low and high, got {low} and {high}")
    said = f"{x} {{name}}: {{value}} {unit}{', at least {least}' if least else ''}"
    drawn = [marks.bars(array, lit=mark, names=labels, say=said, more={"least": least} if least else None)]
    if least:
        drawn.append(marks.dots(None, least, "truth", shape="dash"))
    ticks = {v: f"{v:g}" for v in ((low, 0, high) if low < 0 else (0, high / 2, high))}
    y = Axis("", unit, low=low, high=high, ticks=ticks)
    return plot(drawn, title, Axis(x, names=labels), y, tall=180, aspect=3, width=width)


def attention(
    array: str,
    title: Title,
    queries: Sequence[str] | Mapping[str, Any],
    keys: Sequence[str] | Mapping[str, Any],
    view: Literal["arcs", "matrix", "grid"] = "matrix",
    names: Sequence[str] = (),
    columns: int = 4,
    head: int = 0,
    query: int | None = None,
    high: float = 1,
    wrong: str | None = None,
    outline: Sequence[Sequence[int]] | None = None,
    forbidden: Sequence[Sequence[int]] | None = None,
    query_title: str = "output",
    key_title: str = "input",
    width: float = 1,
) -> Panel:
    """Who reads whom: attention as arcs, as a matrix, or as a grid of heads.

    array: name of (moments, heads, Q, K) or (moments, Q, K), weights from 0 to `high`. queries, keys: Q and
    K labels, or {"array": name of (moments, Q) codes, "alphabet": labels}, where 255 is no label. The panels
    of a film share what the reader points at and which head is chosen; head, query: what they rest on.
    names: one a head, columns: heads in a row of the grid. wrong: name of a 0/1 array (moments, Q), queries
    to mark as errors. outline, forbidden: (Q, K) of 0 and 1, where the weight belongs and where it cannot
    be. query_title, key_title: what a query and a key are called. Raises ValueError for a view, a range, a
    place or a shape that is none.
    """
    if view not in ("arcs", "matrix", "grid"):
        raise ValueError(f"view must be arcs, matrix or grid, got {view!r}")
    if head < 0 or (query is not None and query < 0) or columns < 1:
        raise ValueError(f"head and query count from 0, columns from 1, got {head}, {query} and {columns}")
    sides = _labels("queries", queries), _labels("keys", keys)
    return panel(
        "attention", array, title, width, queries=sides[0], keys=sides[1], view=view, names=list(names),
        columns=columns, head=head, query=query, high=checked_range(0, high)[1], wrong=wrong,
        outline=_grid("outline", outline, sides), forbidden=_grid("forbidden", forbidden, sides),
        queryTitle=query_title, keyTitle=key_title,
    )  # fmt: skip


def _labels(which: str, given: Sequence[str] | Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        return {"labels": [str(one) for one in given]}
    if set(given) != {"array", "alphabet"}:
        raise ValueError(f"{which} must be labels, or an array and an alphabet, got {', '.join(given)}")
    return {"array": given["array"], "alphabet": list(given["alphabet"])}


def _grid(which: str, given: Any, sides: Sequence[Mapping[str, Any]]) -> list[list[int]] | None:
    """0/1 cells of Q x K; a number of labels that changes with the moment is checked by nobody."""
    found = (*np.array(given, object).shape, 0, 0)[:2]
    wanted = [len(side.get("labels", range(n))) for side, n in zip(sides, found, strict=True)]
    return cells(which, given, wanted)
