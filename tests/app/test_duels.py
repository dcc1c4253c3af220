"""A blind vote: who is met next, and the intervals of what comes of it."""

from collections import Counter

import numpy as np
import pytest

from app.voting import duels as fig
from engine.reward.measures import wilson

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


def test_win_rates_carry_wilsons_intervals_side_by_side() -> None:
    """Killed: ties counted as wins; a model that was not met drawn at 0; rows of another model."""
    people, you = "people", "you"
    chart = fig.win_rates(
        people, {"web": (0, 0, 20), "PPO": (6, 4, 10)}, {"web": (0, 0, 0), "PPO": (3, 0, 1)}, "SFT"
    )
    rows = chart["data"]["values"]
    assert [(r["name"], r["y"], r["x"]) for r in rows] == [
        (people, "web", 0.0), (people, "PPO", 0.4), (you, "PPO", 0.75)
    ]  # fmt: skip
    assert (rows[1]["low"], rows[1]["high"]) == pytest.approx(wilson(8, 20))
    assert all("20 replies" in row["said"] for row in rows[:2])
    assert "PPO, you: 4 replies" in rows[2]["said"]
    assert chart["layer"][0]["encoding"]["yOffset"]["scale"]["domain"] == [people, you]
