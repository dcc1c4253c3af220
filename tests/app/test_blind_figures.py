"""A blind vote: who is met next, and the intervals of what comes of it."""

from collections import Counter

import numpy as np
import pytest

from engine.core.trace import Trace
from engine.reward.measures import against, wilson
from pages.instructgpt import duels as fig

SFT = np.zeros((24, 8), np.uint8)


def arm(differs: range) -> np.ndarray:
    """Replies that are SFT's but for these prompts."""
    words = SFT.copy()
    words[list(differs)] = 1
    return words


def played(arms: dict[str, np.ndarray], seed: int = 0) -> list[fig.Duel]:
    """All duels, to the end."""
    duels: list[fig.Duel] = []
    while (one := fig.duel(arms, SFT, [(d.arm, d.row) for d in duels], seed)) is not None:
        duels.append(one)
        assert len(duels) < 100
    return duels


def test_every_pair_that_differs_is_met_once_and_the_least_met_model_first() -> None:
    """Killed: prompts with like replies shown; a pair shown twice; one model after the other."""
    arms = {"a": arm(range(3)), "b": arm(range(10, 15)), "same": SFT}
    duels = played(arms)
    assert sorted((d.arm, d.row) for d in duels) == [
        *(("a", row) for row in range(3)),
        *(("b", row) for row in range(10, 15)),
    ]
    for k in range(0, 6, 2):
        assert {d.arm for d in duels[k : k + 2]} == {"a", "b"}


def test_sides_and_prompts_come_by_lot_and_the_same_after_a_rerun() -> None:
    """Killed: the model always first; prompts in their order; a new draw at each look."""
    arms = {"a": arm(range(24)), "b": arm(range(24))}
    duels = played(arms)
    assert duels == played(arms)
    assert duels != played(arms, seed=1)
    assert 10 < Counter(d.first for d in duels)[True] < 38
    rows = [d.row for d in duels if d.arm == "a"]
    assert rows != sorted(rows)


def test_votes_are_counted_for_the_model_they_are_about() -> None:
    """Killed: won and lost swapped; votes about all models counted for each."""
    votes = [("a", 0, 1), ("a", 1, 1), ("a", 2, 0), ("b", 0, -1), ("a", 3, -1)]
    assert fig.counted(votes, "a") == (2, 1, 1)
    assert fig.counted(votes, "b") == (0, 0, 1)
    assert fig.counted(votes, "c") == (0, 0, 0)


def test_people_tell_replies_apart_by_their_points() -> None:
    """Killed: the sign; rounding taken for a difference."""
    assert against(np.array([1.0, 2.0, 0.005, 3.0]), np.array([0.0, 3.0, 0.0, 1.0])) == (2, 1, 1)
    assert against(np.ones(3), np.zeros(3)) == (3, 0, 0)
    trace = Trace(moments=[0])
    trace.snapshots["won", 0] = {"web": np.array([1, 2, 3], np.uint16)}
    assert fig.won(trace, "web") == (1, 2, 3)


def test_win_rates_carry_wilsons_intervals_side_by_side() -> None:
    """Killed: ties counted as wins; a model that was not met drawn at 0; rows of another model."""
    data = fig.win_rates({"web": (0, 0, 20), "PPO": (6, 4, 10)}, {"web": (0, 0, 0), "PPO": (3, 0, 1)})["data"]
    people, you = data
    low, high = wilson(8, 20)
    assert people["x"] == [0.0, 0.4]
    assert people["error_x"]["array"][1] == pytest.approx(high - 0.4, abs=1e-3)
    assert people["error_x"]["arrayminus"][1] == pytest.approx(0.4 - low, abs=1e-3)
    assert [row[1] for row in people["customdata"]] == [20, 20]
    assert you["x"] == [0.75]
    assert round(you["y"][0]) == 1 == round(people["y"][1])
    assert people["y"][1] < 1 < you["y"][0]
    assert you["customdata"] == [["PPO", 4]]
