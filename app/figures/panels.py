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
    return panel(
        "images",
        array,
        title,
        width,
        columns=columns,
        low=checked_range(low, high)[0],
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
    checked_range(low, high)
    if scale == "signed" and not low < 0 < high:
        raise ValueError(f"a signed scale needs low < 0 < high, got {low} and {high}")
    return panel(
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
        checked_concept(concept)
    if high is not None:
        checked_range(low, high)
    series = [{"name": name, "label": label, "concept": concept} for name, (label, concept) in named.items()]
    return panel(
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
    named = [str(one) for one in labels] if labels else None
    rest = {"low": low, "high": high, "labels": named, "least": least}
    return panel("bars", array, title, width, unit=unit, mark=mark, x=x, **rest)


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
    queries_, keys_ = _labels("queries", queries), _labels("keys", keys)
    return panel(
        "attention",
        array,
        title,
        width,
        queries=queries_,
        keys=keys_,
        view=view,
        names=list(names),
        columns=columns,
        head=head,
        query=query,
        high=checked_range(0, high)[1],
        wrong=wrong,
        outline=_cells("outline", outline, queries_, keys_),
        forbidden=_cells("forbidden", forbidden, queries_, keys_),
        queryTitle=query_title,
        keyTitle=key_title,
    )


def _labels(which: str, given: Sequence[str] | Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        return {"labels": [str(one) for one in given]}
    if set(given) != {"array", "alphabet"}:
        raise ValueError(f"{which} must be labels, or an array and an alphabet, got {', '.join(given)}")
    return {"array": given["array"], "alphabet": list(given["alphabet"])}


def _cells(
    which: str, given: Sequence[Sequence[int]] | None, queries: dict[str, Any], keys: dict[str, Any]
) -> list[list[int]] | None:
    """0/1 cells of Q x K; a number of labels that changes with the moment is checked by nobody."""
    if given is None:
        return None
    cells = [[int(bool(cell)) for cell in row] for row in given]
    shape = (len(cells), len(cells[0]) if cells else 0)
    wanted = (len(queries.get("labels", cells)), len(keys.get("labels", cells[0] if cells else ())))
    if len({len(row) for row in cells}) > 1 or shape != wanted:
        raise ValueError(f"{which} must have shape {wanted}, got {shape}")
    return cells


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
