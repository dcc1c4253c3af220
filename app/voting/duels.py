"""A blind vote: which model meets its rival next, and how often each one's replies are liked better. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from app.figures import charts
from app.figures.charts import Axis, Chart, Series
from engine.reward.measures import wilson

Count = tuple[int, int, int]  # won, even, lost


@dataclass(frozen=True)
class Duel:
    """A model's reply and the rival's to one prompt. first: the model's is shown first."""

    arm: str
    row: int
    first: bool


def duel(
    arms: Mapping[str, np.ndarray], rival: np.ndarray, done: Collection[tuple[str, int]], seed: int
) -> Duel | None:
    """The next one: a model that has met the rival least often, by lot, on a prompt by lot, its side by lot.

    arms: name -> replies to every prompt, (N, T) codes; rival: its own. done: (arm, row) judged already.
    None where every pair of replies that differ is judged. The same `done` and seed give the same duel.
    """
    left = {
        name: [row for row in np.flatnonzero((words != rival).any(1)).tolist() if (name, row) not in done]
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


def win_rates(others: str, people: Mapping[str, Count], you: Mapping[str, Count], rival: str) -> Chart:
    """Win rates against the rival with Wilson's 95 % intervals, ties as halves.

    others: who else voted, and `people`: how, on every model; you: a reader's own votes, of those that were
    met. One row for each model.
    """
    met = {name: count for name, count in you.items() if sum(count)}
    series = [_rates(others, people, "truth", "dot"), _rates("you", met, "past", "diamond")]
    title = f"liked better than {rival}'s reply"
    x = Axis(title, -0.03, 1.04, ticks=(0, 0.25, 0.5, 0.75, 1), format=".0%", rule=0.5)
    return charts.interval(series, x, Axis(words=list(people)), 92 + 42 * len(people))


def _rates(who: str, counts: Mapping[str, Count], concept: str, shape: str) -> Series:
    """One voter's rates with their intervals."""
    at = {name: (count[0] + count[1] / 2, sum(count)) for name, count in counts.items()}
    ends = np.array([wilson(w, n) for w, n in at.values()]).reshape(-1, 2)
    said = [f"{name}, {who}: {n} replies, {low:.0%} to {high:.0%}"
            for (name, (_, n)), (low, high) in zip(at.items(), ends, strict=True)]  # fmt: skip
    x = [w / n for w, n in at.values()]
    return Series(who, x, list(at), concept, ends[:, 0], ends[:, 1], said, shape=shape, size=110)
