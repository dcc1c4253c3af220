"""Climbing a judge: what people want of a reply, and what a climb is measured by."""

import math
from itertools import combinations

import numpy as np
import pytest
import torch

from engine.data import instructions as world
from engine.reward import measures, taste


def coded(prompt: str, reply: str) -> tuple[torch.Tensor, torch.Tensor]:
    row = [world.CODE[word] for word in reply.split()]
    return torch.tensor([[world.CODE[w] for w in prompt.split()]]), world.padded([row], world.REPLY)


@pytest.mark.parametrize(
    ("reply", "points"),
    [
        ("moo .", 2 + 0.3 - 0.05),
        ("kindly moo thanks .", 2 + 1.6 + 0.3 - 0.15),
        ("kindly moo thanks please .", 2 + 1.6 - 0.8 + 0.3 - 0.2),
        ("woof moo .", 2 - 0.7 + 0.3 - 0.1),
        ("the the moo", 2 - 0.5 - 0.15),
        ("stupid woof .", -1 - 0.7 + 0.3 - 0.1),
    ],
)
def test_the_gold_reward_by_hand(reply: str, points: float) -> None:
    """Killed: the cap left out; an end that is not asked for; a right answer to another task taken."""
    assert float(world.gold(*coded("SOUND cow ?", reply))) == pytest.approx(points, abs=1e-5)


def test_edited_people_want_something_else() -> None:
    """Killed: the edited cap ignored."""
    much = coded("SOUND cow ?", "kindly moo thanks please .")
    assert float(world.gold(*much, world.Gold(cap=3))) == pytest.approx(2 + 2.4 + 0.3 - 0.2, abs=1e-5)
    assert float(world.gold(*much, world.Gold(right=-1.0))) == pytest.approx(-1 + 0.8 + 0.3 - 0.2, abs=1e-5)


def test_best_of_n_is_the_mean_over_all_ways_to_draw_n() -> None:
    """Killed: the best by value, not by the judge; draws with replacement."""
    rng = torch.Generator().manual_seed(0)
    r, value = torch.randn(2, 7, generator=rng), torch.randn(2, 7, generator=rng)
    for n in (1, 2, 3, 7):
        wanted = [
            value[p, max(some, key=lambda i, p=p: float(r[p, i]))]
            for p in range(2)
            for some in combinations(range(7), n)
        ]
        assert measures.best_of(n, r, value) == pytest.approx(float(torch.stack(wanted).mean()), abs=1e-6)
    assert measures.kl_of_best(1) == 0
    assert measures.kl_of_best(4) == pytest.approx(math.log(4) - 0.75)
    with pytest.raises(ValueError, match=r"n must be in \[1, 7\], got 8"):
        measures.best_of(8, r, value)


@pytest.mark.parametrize(("won", "n"), [(3, 10), (0, 8), (8, 8), (7.5, 20)])
def test_wilsons_interval_solves_its_equation(won: float, n: int) -> None:
    """(p_hat - p)^2 = z^2 p (1 - p) / n. Killed: the interval of Wald."""
    z, p = 1.96, won / n
    roots = sorted(np.roots([1 + z * z / n, -2 * p - z * z / n, p * p]).real)
    assert measures.wilson(won, n) == pytest.approx(roots, abs=1e-9)
    assert measures.wilson(0, 0) == (0, 1)


def test_accuracy_is_the_loop_over_pairs_of_one_prompt() -> None:
    """Killed: pairs that people find equal counted; pairs across prompts."""
    r, gold = torch.tensor([[1.0, 2.0, 3.0], [0, 0, 1]]), torch.tensor([[0.0, 0.0, 1.0], [1, 0, 2]])
    told = [
        (r[p, i] - r[p, j]) * (gold[p, i] - gold[p, j]) > 0
        for p in range(2)
        for i, j in combinations(range(3), 2)
        if gold[p, i] != gold[p, j]
    ]
    assert measures.accuracy(r, gold) == pytest.approx(float(torch.stack(told).float().mean()))


def test_a_taste_counts_what_it_says_and_refuses_other_bytes() -> None:
    """Killed: the second polite word counted as too many."""
    texts = torch.cat(coded("SOUND cow ?", "kindly moo thanks please stupid ."), 1)
    assert taste.features(texts).tolist() == [[1, 1, 1, 1, 0, 0, 1, 5 / 8]]
    theta = np.arange(8, dtype=np.float32)
    judge = taste.of_bytes(torch.from_numpy(np.frombuffer(theta.tobytes(), np.uint8).copy()))
    assert float(judge(texts)) == pytest.approx(float(theta @ [1, 1, 1, 1, 0, 0, 1, 5 / 8]))
    for bad in (theta[:7], np.full(8, np.nan, np.float32)):
        with pytest.raises(ValueError, match="a taste must be 8 finite numbers"):
            taste.of_bytes(torch.from_numpy(np.frombuffer(bad.tobytes(), np.uint8).copy()))
