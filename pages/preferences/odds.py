"""Figures of the constant that comparisons leave free: chances before and after, and words for them."""

from collections.abc import Sequence

import numpy as np

from app.figures import charts
from app.figures.charts import Axis, Chart, Series

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


def odds(before: np.ndarray, after: np.ndarray, mu: Sequence[float] | np.ndarray = ()) -> Chart:
    """The chance of "left" for each pair: a ring as it was, a dot as it is with the constant, a line between.

    mu: the labeller's answers, where it gave some.
    """
    pairs = range(1, len(before) + 1)
    names = [f"pair {n}\nsaid {SAID[float(mu[n - 1])]}" if len(mu) else f"pair {n}" for n in pairs]
    low, high = np.minimum(before, after), np.maximum(before, after)
    ring = Series("before", before, names, "soft", shape="ring", size=320)
    x = Axis("chance of “left is better”", -0.04, 1.04, ticks=(0, 0.25, 0.5, 0.75, 1), format=".3~f")
    series = [ring, Series("with it", after, names, low=low, high=high)]
    return charts.interval(series, x, Axis(words=names), 270, beside=False)


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
