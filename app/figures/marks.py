"""The marks of a plot: what stands in its plane. Plain dicts; the scripts are panels/plot*.js.

Numbers of a mark come from a **channel**: the name of an array ("snapshot.array", whose first axis counts
moments), which follows the film; `at`, a part of such an array; `over`, a figure over the steps of the
training; or the numbers themselves, which stand still. What has no channel is the row's own number, 0, 1, ...

A concept is past, model, truth, blind, code, or soft, ink or line for what explains; a list gives each row
its own. say: the sentence under the pointer, with {x}, {y}, {name}, {step} and what `more` holds in it
("{y:+}" signed, "{y:%}" a percentage, "{y:1}" one digit); None leaves it to the plot, "" says nothing. names:
one a row. link: rows of that name are lit together in all panels of a film.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

from app.figures.kinds import CONCEPTS, Given, checked_range, given

Mark = dict[str, Any]
Channel = Given | float | Sequence[float] | dict[str, Any] | None
Worn = str | Sequence[str]
WORN = (*CONCEPTS, "soft", "ink", "line")


def at(
    array: Given, column: int | None = None, row: int | None = None, scale: float = 1,
    against: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """A part of an array: a column of (n, k), a row of (k, n). scale: what a 1 in it is worth; against: the
    row that each is divided by. Raises ValueError for both a column and a row.
    """
    if column is not None and row is not None:
        raise ValueError(f"one of column and row, got {column} and {row}")
    return {"array": given(array), "column": column, "row": row, "scale": scale, "against": against}


def over(figure: str = "step") -> dict[str, Any]:
    """A figure over the training, by the name of a scalar or of an array of one number a moment; or the step.

    A mark over the training is drawn pale as a whole and strong as far as the film has come; a pinned run is
    dashed beside it, other seeds thin.
    """
    return {"over": figure}


def channel(of: Channel) -> dict[str, Any] | None:
    """Any channel as it is sent."""
    if of is None or isinstance(of, dict):
        return of
    if isinstance(of, str) or (isinstance(of, np.ndarray) and of.ndim > 1):
        return at(of)
    return {"values": [round(float(v), 5) for v in np.atleast_1d(np.asarray(of, float))]}


def dots(
    x: Channel,
    y: Channel,
    concept: Worn = "model",
    *,
    size: float = 4,
    alpha: float = 0.9,
    names: Sequence[str] | None = None,
    written: bool | Literal["room"] = False,
    alive: Channel = None,
    lit: Channel = None,
    trail: int = 0,
    jump: float | None = None,
    ring: bool = False,
    shape: Literal["dot", "dash"] = "dot",
    say: str | None = None,
    more: Mapping[str, Channel] | None = None,
    link: str | None = None,
) -> Mark:
    """A dot for each row. size: its radius in pixels; ring: with an edge.

    names: one a row; written: beside the dots, all or, by "room", those with room. alive: a row with 0 is
    grey and hollow. lit: the row that stands out. trail: moments before that stay visible, without steps
    longer than `jump`. shape: a dash is as wide as a bar. Raises ValueError for a concept that is none.
    """
    return _mark(
        "dots", concept, say, more, link, x=x, y=y, size=size, alpha=alpha, names=names, written=written,
        alive=alive, lit=lit, trail=trail, jump=jump, ring=ring, shape=shape,
    )  # fmt: skip


def line(
    x: Channel,
    y: Channel,
    concept: Worn = "past",
    *,
    label: str = "",
    place: Literal["legend", "start", "end", "last", ""] = "legend",
    ends: str = "",
    width: float = 1.8,
    dash: Sequence[float] = (),
    alpha: float = 1,
    dots: float = 0,
    peak: bool = False,
    follows: bool = False,
    names: Sequence[str] | None = None,
    say: str | None = None,
) -> Mark:
    """A line through the rows, or over the training; twice as many y as x are two lines.

    label: in the legend, or on the line near its start, near its end, or at its last row. ends: over the
    training, what is written where it has come to ("{label} {y:+}"), in place of the legend. dots: radius of
    a dot at each row. peak: a ring where it stood highest. follows: pale, and strong as far as time has come.
    Raises ValueError for a concept that is none.
    """
    return _mark(
        "line", concept, say, x=x, y=y, label=label, place="" if ends else place, ends=ends,
        width=width, dash=list(dash), alpha=alpha, dots=dots, peak=peak, follows=follows, names=names,
    )  # fmt: skip


def band(
    x: Channel,
    low: Channel,
    high: Channel,
    concept: Worn = "past",
    *,
    alpha: float = 0.07,
    gap: str = "",
    names: Sequence[str] | None = None,
    say: str | None = None,
) -> Mark:
    """What lies between two lines, at the rows or over the training. gap: written where it has come to, with
    {gap} in it. Raises ValueError for a concept that is none.
    """
    return _mark("band", concept, say, x=x, low=low, high=high, alpha=alpha, gap=gap, names=names)


def bars(
    value: Channel,
    concept: Worn = "past",
    *,
    sideways: bool = False,
    lit: Channel = None,
    dim: float = 1,
    alpha: float = 1,
    gap: float = 0,
    names: Sequence[str] | None = None,
    say: str | None = None,
    more: Mapping[str, Channel] | None = None,
    link: str | None = None,
) -> Mark:
    """A bar from 0 for each row; sideways: from the left, one below the other.

    lit: the row that stands out; dim: how far the others then step back. gap: share of a bar left free at
    each side, a pixel at least. Raises ValueError for a concept that is none.
    """
    return _mark(
        "bars", concept, say, more, link, value=value, sideways=sideways, lit=lit, dim=dim, alpha=alpha,
        gap=gap, names=names,
    )  # fmt: skip


def arrows(
    x: Channel, y: Channel, dx: Channel, dy: Channel, concept: Worn = "model", width: float = 2.2
) -> Mark:
    """An arrow for each row, from (x, y) by (dx, dy). Raises ValueError for a concept that is none."""
    return _mark("arrows", concept, "", x=x, y=y, dx=dx, dy=dy, width=width)


def heat(
    value: Given,
    across: tuple[float, float] | None = None,
    up: tuple[float, float] | None = None,
    *,
    low: float = 0,
    high: float = 1,
    scale: Literal["ink", "grey", "unsigned", "second", "signed"] = "unsigned",
    smooth: bool = False,
    say: str | None = None,
) -> Mark:
    """Numbers as shades: (h, w), the upper row first, over the whole plane or a part of it.

    scale: ink is a shadow on the paper, grey is ink on it; a signed one has its grey in the middle of low and
    high. Raises ValueError for a range that is none.
    """
    for ends in ((low, high), across, up):
        checked_range(*ends or (0, 1))
    return _mark(
        "heat", "past", say, value=value, across=across, up=up, low=low, high=high, scale=scale,
        smooth=smooth,
    )  # fmt: skip


def words(
    text: Sequence[str | Sequence[tuple[str, str | None]]] | None = None,
    x: Channel = None,
    y: Channel = None,
    concept: Worn = "ink",
    *,
    value: Channel = None,
    form: str = "{value}",
    column: bool = False,
    head: str = "",
    shift: float = 0,
    align: Literal["left", "right", "center"] = "left",
    size: float = 12,
    mono: bool = False,
) -> Mark:
    """Words at places, `shift` pixels to the right; or in a column, one a row of sideways bars.

    text: a string, or (text, concept) pairs, for each row; or value and form, numbers as they are to be read.
    A column starts at the plane's left edge or, aligned right, ends at its right one, under `head`. Raises
    ValueError unless one of text and value is given.
    """
    if (text is None) == (value is None):
        raise ValueError("words need a text or a value, and not both")
    said = [[[one, None]] if isinstance(one, str) else [[*pair] for pair in one] for one in text or ()]
    return _mark(
        "words", concept, "", x=x, y=y, value=value, text=said, form=form, column=column, head=head,
        shift=shift, align=align, size=size, mono=mono,
    )  # fmt: skip


def rules(
    at: Channel,
    concept: Worn = "soft",
    *,
    axis: Literal["x", "y"] = "y",
    label: str = "",
    below: bool = False,
    last: bool = False,
    must: bool = False,
    flag: bool = False,
    follows: bool = False,
    width: float = 1,
    dash: Sequence[float] = (),
) -> Mark:
    """Straight across the plane at a number of `axis`; at `over()`, or as it follows, it moves with time.

    label: with {value} in it, below the rule or above, where there is room; last: only if the others leave
    some; must: in any case. flag: with a flag at its top. Raises ValueError for a concept that is none.
    """
    return _mark(
        "rules", concept, "", at=at, axis=axis, label=label, below=below, last=last, must=must, flag=flag,
        follows=follows, width=width, dash=list(dash),
    )  # fmt: skip


def regions(
    x: Channel,
    y: Channel,
    *,
    alive: Channel = None,
    lit: Channel = None,
    say: str | None = None,
    more: Mapping[str, Channel] | None = None,
    link: str | None = None,
) -> Mark:
    """What is nearer to each place than to any other. alive, lit: as for `dots`."""
    return _mark("regions", "code", say, more, link, x=x, y=y, alive=alive, lit=lit)


def swatches(rgb: Sequence[Channel], lit: Channel = None) -> Mark:
    """Under the plane, the colour that each place of its axis stands for.

    rgb: red, green and blue; None is the place's own number, and the last place is full.
    """
    return _mark("swatches", "ink", "", lit=lit) | {"rgb": [channel(one) for one in rgb]}


PLACES = ("x", "y", "low", "high", "value", "dx", "dy", "at", "alive", "lit")  # fields that are channels


def _mark(
    mark: str, concept: Worn, say: str | None, more: Mapping[str, Channel] | None = None,
    link: str | None = None, **rest: Any,
) -> Mark:  # fmt: skip
    whole = mark != "heat"  # its low and high are the ends of its scale
    sent = {k: channel(v) if k in PLACES and (whole or k == "value") else v for k, v in rest.items()}
    worn = [concept] if isinstance(concept, str) else list(concept)
    for one in worn:
        if one not in WORN:
            raise ValueError(f"concept must be one of {', '.join(WORN)}, got {one!r}")
    if names := rest.get("names"):
        sent["names"] = [str(one) for one in names]
    told = {name: channel(of) for name, of in (more or {}).items()}
    return {"mark": mark, "concept": worn, "say": say, "more": told, "link": link, **sent}
