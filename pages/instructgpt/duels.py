"""A blind vote: whose reply meets SFT's next, and how often each model's replies are liked better."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.core.trace import Trace
from engine.reward.measures import wilson

YOU, PEOPLE, SOFT = "#2b6cb0", "#2a9272", "#8a9099"
Count = tuple[int, int, int]  # won, even, lost
APART = 0.17  # rows, between what people say of a model and what you say


@dataclass(frozen=True)
class Duel:
    """A model's reply and SFT's to one prompt. first: the model's is shown first."""

    arm: str
    row: int
    first: bool


def duel(
    arms: Mapping[str, np.ndarray], sft: np.ndarray, done: Collection[tuple[str, int]], seed: int
) -> Duel | None:
    """The next one: a model that has met SFT least often, by lot, on a prompt by lot, its side by lot.

    arms: name -> replies to every prompt, (24, REPLY) codes; sft: SFT's. done: (arm, row) judged already.
    None where every pair of replies that differ is judged. The same `done` and seed give the same duel.
    """
    left = {
        name: [row for row in np.flatnonzero((words != sft).any(1)).tolist() if (name, row) not in done]
        for name, words in arms.items()
    }
    met = {name: sum(arm == name for arm, _ in done) for name, rows in left.items() if rows}
    if not met:
        return None
    rng = np.random.default_rng((seed, len(done)))
    arm = str(rng.choice([name for name, count in met.items() if count == min(met.values())]))
    return Duel(arm, int(rng.choice(left[arm])), bool(rng.integers(2)))


def counted(votes: Collection[tuple[str, int, int]], arm: str) -> Count:
    """(arm, row, worth) votes -> how often this arm won, was even, lost. worth: 1, 0 or -1."""
    mine = [worth for name, _, worth in votes if name == arm]
    return mine.count(1), mine.count(0), mine.count(-1)


def won(trace: Trace, name: str) -> Count:
    """How often people liked replies of this model better than SFT's, as much, less, as the run saw it."""
    first, even, last = (int(v) for v in trace.last("won")[name])
    return first, even, last


def win_rates(people: Mapping[str, Count], you: Mapping[str, Count]) -> dict[str, Any]:
    """Win rates against SFT with Wilson's 95 % intervals, ties as halves: Plotly's data.

    people: of every model; you: a reader's own votes, of those that were met. One row for each model.
    """
    names = list(people)
    traces = [
        _dots("people of this world", people, names, -APART, PEOPLE, "circle"),
        _dots("you", {n: c for n, c in you.items() if sum(c)}, names, APART, YOU, "diamond"),
    ]
    layout = {
        "height": 96 + 46 * len(names),
        "margin": {"l": 128, "r": 8, "t": 34, "b": 46},
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "xaxis": {"range": [-0.03, 1.04], "title": {"text": "liked better than SFT's reply"},
                  "tickformat": ".0%"},
        "yaxis": {"range": [len(names) - 0.5, -0.5], "tickvals": list(range(len(names))), "ticktext": names,
                  "zeroline": False},
        "shapes": [{"type": "line", "x0": 0.5, "x1": 0.5, "yref": "paper", "y0": 0, "y1": 1,
                    "line": {"color": SOFT, "dash": "dot"}}],
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
    }  # fmt: skip
    return {"data": traces, "layout": layout}


def _dots(
    who: str, counts: Mapping[str, Count], names: list[str], beside: float, colour: str, symbol: str
) -> dict[str, Any]:
    """One voter's rates as dots with intervals."""
    at = [(count[0] + count[1] / 2, sum(count)) for count in counts.values()]
    spans = [wilson(w, n) for w, n in at]
    return {
        "type": "scatter", "mode": "markers", "name": who,
        "x": [round(w / n, 4) for w, n in at],
        "y": [names.index(name) + beside for name in counts],
        "customdata": [[name, n] for name, (_, n) in zip(counts, at, strict=True)],
        "marker": {"color": colour, "size": 11, "symbol": symbol},
        "error_x": {
            "type": "data", "color": colour, "width": 4, "thickness": 1.5,
            "array": [round(high - w / n, 4) for (w, n), (_, high) in zip(at, spans, strict=True)],
            "arrayminus": [round(w / n - low, 4) for (w, n), (low, _) in zip(at, spans, strict=True)],
        },
        "hovertemplate": "%{customdata[0]}: %{x:.2f} of %{customdata[1]} replies<extra>" + who + "</extra>",
    }  # fmt: skip
