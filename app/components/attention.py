"""Attention as arcs, as a matrix and as a grid of heads: pointed at, pinned, forced and switched off."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

import numpy as np
import streamlit as st

from app.components.messages import mounted, nothing
from app.figures.kinds import Title, cells

_component = mounted("parts/attention.js", css="parts/attention.css")
VIEWS = ("arcs", "matrix")
NARROWEST = 1e-6  # of a forced row, before it is made to sum to one


@dataclass(frozen=True)
class AttentionState:
    """What the reader has picked.

    head: the one that is enlarged. query: the row they pinned, or None. row: the weights they gave that row
    (not negative, sum 1), or None. off: the heads they switched off.
    """

    head: int
    query: int | None
    row: tuple[float, ...] | None
    off: tuple[int, ...]


def attention(
    maps: np.ndarray,
    queries: Sequence[str],
    keys: Sequence[str],
    *,
    key: str,
    names: Sequence[str] = (),
    columns: int = 4,
    head: int = 0,
    query: int | None = None,
    views: Sequence[str] = VIEWS,
    force: bool = False,
    switches: bool = False,
    forbidden: np.ndarray | None = None,
    outline: np.ndarray | None = None,
    query_title: str = "output",
    key_title: str = "input",
    titles: Mapping[str, Title] | None = None,
    sentence: str = "",
    height: int = 320,
    name: str = "glassbox-attention",
) -> AttentionState:
    """Show who reads whom; report the head, the pinned row, a forced row and switched-off heads on release.

    maps: (H, Q, K) or (Q, K), weights in [0, 1]; a row of zeros asked nothing. queries, keys: Q and K
    labels. names: one a head. columns: heads in a row of the grid, which is drawn for H > 1. head, query:
    what it opens on; a new value moves an open picture. views: of "arcs" and "matrix". force: the weight of
    the pinned row can be moved. switches: each head can be switched off. forbidden, outline: (Q, K) of 0
    and 1, hatched and framed. query_title, key_title: what a query and a key are called. titles: over
    "arcs", "matrix" and "grid". sentence: caption and alternative text. height: pixels of a view. name: file
    name of a saved picture. A forced row is forgotten when the keys change or its query is gone. Raises
    ValueError for a shape, a weight, a view or a place that does not fit.
    """
    shown = np.asarray(maps, dtype=np.float32)
    shown = shown[None] if shown.ndim == 2 else shown
    _checked(shown, queries, keys, names, views, head, query)
    head, query = int(head), None if query is None else int(query)
    heads, shape = len(shown), shown.shape[1:]
    stamp = sha256("\0".join(map(str, keys)).encode()).hexdigest()[:12]  # a forced row is a row over these
    data: dict[str, Any] = {
        "maps": base64.b64encode(shown.astype("<f4").tobytes()).decode(), "shape": list(shown.shape),
        "queries": list(map(str, queries)), "keys": list(map(str, keys)), "names": list(map(str, names)),
        "columns": max(1, int(columns)), "head": head, "query": query, "views": list(views),
        "force": force, "switches": switches,
        "forbidden": cells("forbidden", forbidden, shape), "outline": cells("outline", outline, shape),
        "queryTitle": query_title, "keyTitle": key_title,
        "titles": {where: [list(pair) for pair in title] for where, title in (titles or {}).items()},
        "sentence": sentence, "height": height, "name": name, "stamp": stamp,
    }  # fmt: skip

    def state(told: Mapping[str, Any]) -> AttentionState:
        at, pinned, row = picked_in(told.get("picked"), shown.shape, stamp, head, query, forbidden)
        off = off_in(told.get("off"), heads) if switches else ()
        return AttentionState(at, pinned, row if force else None, off)

    # What the browser told before, for a picture that it has to make anew.
    data["now"] = asdict(state(st.session_state.get(key) or {}))
    return state(_component(key=key, data=data, on_picked_change=nothing, on_off_change=nothing))


def picked_in(
    told: Any,
    shape: tuple[int, ...],
    stamp: str,
    head: int,
    query: int | None,
    forbidden: np.ndarray | None = None,
) -> tuple[int, int | None, tuple[float, ...] | None]:
    """The head, the pinned row and the forced weights in a message of the browser, each looked at.

    What is not fit for maps of `shape`, or was picked before the page moved to another `head` and `query`,
    falls back to these; a row over other keys, or with weight on a `forbidden` cell, to none.
    """
    if not isinstance(told, Mapping):
        return head, query, None
    heads, queries, keys = shape
    mine, pinned = told.get("given") == [head, query], told.get("query")
    at = told["head"] if mine and _index(told.get("head"), heads) else head
    fits = pinned is None or _index(pinned, queries)
    row_at = pinned if mine and fits else query
    if row_at is None or (at, row_at) != (told.get("head"), pinned) or told.get("stamp") != stamp:
        return at, row_at, None
    row = row_in(told.get("row"), keys)
    if row and forbidden is not None and np.any(np.asarray(row)[np.asarray(forbidden)[row_at] != 0]):
        return at, row_at, None
    return at, row_at, row


def row_in(told: object, keys: int) -> tuple[float, ...] | None:
    """Forced weights of one row, made to sum to one, or None for what is no row of `keys` weights."""
    if not isinstance(told, list) or len(told) != keys:
        return None
    if not all(isinstance(one, int | float) and not isinstance(one, bool) and 0 <= one <= 1 for one in told):
        return None  # NaN and infinity are not in [0, 1] either
    total = float(sum(told))
    return tuple(float(one) / total for one in told) if total > NARROWEST else None


def off_in(told: Any, heads: int) -> tuple[int, ...]:
    """The heads switched off in a message of the browser, in order, each once."""
    if not isinstance(told, list) or len(told) > heads:
        return ()
    return tuple(sorted({one for one in told if _index(one, heads)}))


def _index(told: Any, count: int) -> bool:
    return isinstance(told, int) and not isinstance(told, bool) and 0 <= told < count


def _checked(
    maps: np.ndarray,
    queries: Sequence[str],
    keys: Sequence[str],
    names: Sequence[str],
    views: Sequence[str],
    head: int,
    query: int | None,
) -> None:
    if maps.ndim != 3 or 0 in maps.shape:
        raise ValueError(f"maps must be (heads, queries, keys) or (queries, keys), got {maps.shape}")
    if maps.shape[1:] != (len(queries), len(keys)):
        raise ValueError(
            f"maps must be (heads, {len(queries)} queries, {len(keys)} keys), got shape {maps.shape}"
        )
    if not np.isfinite(maps).all() or maps.min() < 0 or maps.max() > 1 + 1e-4:
        raise ValueError(f"weights must lie in [0, 1], got {maps.min()} to {maps.max()}")
    if names and len(names) != len(maps):
        raise ValueError(f"names must be one a head, {len(maps)}, got {len(names)}")
    if not views or set(views) - set(VIEWS):
        raise ValueError(f"views must be of {' and '.join(VIEWS)}, got {', '.join(views) or 'none'}")
    if not 0 <= head < len(maps):
        raise ValueError(f"head must lie in [0, {len(maps) - 1}], got {head}")
    if query is not None and not 0 <= query < len(queries):
        raise ValueError(f"query must lie in [0, {len(queries) - 1}], got {query}")
