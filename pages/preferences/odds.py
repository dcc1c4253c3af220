"""Figures of the constant that comparisons leave free: chances before and after, and words for them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

PAST, SOFT = "#2b6cb0", "#8a9099"
ARROWS = "↑→↓←"
SAID = {1.0: "left", 0.0: "right", 0.5: "equal"}
SAME = 5e-4  # a chance that moves by less than a tenth of a point has not moved on this screen


def arrows(pi: np.ndarray, side: int) -> np.ndarray:
    """The first of the best moves of each cell, as a sign: (side, side)."""
    return np.array(list(ARROWS))[pi.argmax(1)].reshape(side, side)


def path(walk: Sequence[int], side: int) -> np.ndarray:
    """1 in the cells of a walk: (side, side)."""
    cells = np.zeros(side * side, int)
    cells[list(walk)] = 1
    return cells.reshape(side, side)


def odds(before: np.ndarray, after: np.ndarray, mu: Sequence[float] | np.ndarray = ()) -> dict[str, Any]:
    """The chance of "left" for each pair: a ring as it was, a dot as it is with the constant. Plotly's data.

    mu: the labeller's answers, where it gave some.
    """
    pairs = list(range(1, len(before) + 1))
    names = [f"pair {n}<br>said {SAID[float(mu[n - 1])]}" if len(mu) else f"pair {n}" for n in pairs]
    ring = {"color": "rgba(0,0,0,0)", "size": 19, "line": {"color": SOFT, "width": 2.5}}
    data = [
        {
            "type": "scatter", "mode": "lines", "hoverinfo": "skip", "showlegend": False,
            "x": [v for a, b in zip(before, after, strict=True) for v in (float(a), float(b), None)],
            "y": [v for n in pairs for v in (n, n, None)], "line": {"color": PAST, "width": 2},
        },
        _marks("before", before, pairs, ring),
        _marks("with it", after, pairs, {"color": PAST, "size": 9}),
    ]  # fmt: skip
    layout = {
        "height": 270,
        "margin": {"l": 78, "r": 12, "t": 26, "b": 46},
        "legend": {"orientation": "h", "y": 1.14, "x": 0},
        "xaxis": {"range": [-0.04, 1.04], "title": {"text": "chance of “left is better”"}, "dtick": 0.25},
        "yaxis": {
            "range": [len(pairs) + 0.6, 0.4], "tickvals": pairs, "ticktext": names, "title": {"text": ""},
            "zeroline": False,
        },
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
    }  # fmt: skip
    return {"data": data, "layout": layout}


def _marks(name: str, x: np.ndarray, y: list[int], marker: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "markers", "name": name, "x": [float(v) for v in x], "y": y,
        "marker": marker, "hovertemplate": "%{x:.3f}<extra>" + name + "</extra>",
    }  # fmt: skip


def found(c: float, k: int, cut: int, change: float, moves: int, same_walk: bool) -> str:
    """What a constant has done, in Markdown."""
    if not c:
        return "Slide the constant. Each :gray[ring] stays where it is; the :blue[dots] may leave."
    gains = f"Each clip of {k} steps gains {c * k:+g}, both alike."
    if cut:
        gains = f"The left clip gains {c * k:+g}, the right one, a step shorter, {c * (k - cut):+g}."
    best = f"In {49 - moves} of 49 cells the best move is the same"
    walk = ", and so is the best walk." if same_walk else ", but the best walk is another."
    if change < SAME:
        return f"{gains} **No chance moved** ({change:.4f} at most). {best}{walk}"
    return f"{gains} :red[**A chance moved by {change:.2f}.**] {best}{walk}"
