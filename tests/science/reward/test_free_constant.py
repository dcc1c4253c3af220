"""A reward that is only compared has no zero: a constant in every cell changes no answer and no walk."""

import pytest
import torch

from engine.reward import free_constant as engine
from engine.reward import gardens
from engine.reward import human_preferences as hp


def some(members: int = 3, n: int = 40, k: int = 8) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    rng = torch.Generator().manual_seed(1)
    r_hat = torch.randn(members, hp.CELLS, generator=rng)
    return r_hat, *torch.randint(hp.CELLS, (2, n, k), generator=rng)


@pytest.mark.parametrize("c", [-5.0, 0.3, 5.0])
def test_a_constant_moves_the_map_and_neither_an_answer_nor_a_move(c):
    """Killed: the constant added to one table of three; the map drawn without it; a policy that takes it out
    of some cells."""
    r_hat, a, b = some()
    plain, moved = (engine.shifted(r_hat, by, a, b, 42, 0.1) for by in (0.0, c))
    assert torch.allclose(moved.r_hat, plain.r_hat + c)
    change, moves = engine.unlike(plain, moved)
    assert change < 1e-12
    assert moves == 0
    assert moved.walk == plain.walk


def test_it_is_equal_length_that_makes_the_constant_free():
    """With a step less on the right, its log-odds fall by c, before slips. Killed: the cut left out; both
    clips cut; the first steps cut in place of the last."""
    r_hat, a, b = some(members=1)
    for cut in (1, 3):
        plain, moved = (engine.shifted(r_hat, by, a, b, 42, 0.0, cut) for by in (0.0, 0.7))
        gained = torch.logit(moved.odds) - torch.logit(plain.odds)
        assert torch.allclose(gained, torch.full_like(gained, 0.7 * cut), atol=1e-6)
    sums = r_hat[0].double()
    short = sums[a].sum(1) - sums[b[:, :-2]].sum(1)
    assert torch.allclose(engine.shifted(r_hat, 0.0, a, b, 42, 0.0, 2).odds, short.sigmoid())


def test_the_best_walk_leads_to_the_flag_and_ends_where_a_cell_comes_again():
    """Killed: the worst moves taken; a walk that ends a cell too early."""
    garden = gardens.GARDENS["one flag"]
    true, start = gardens.wanted(garden)[None], gardens.start_of(garden)
    _, a, b = some()
    found = engine.shifted(true, 0.0, a, b, start, 0.1)
    walk = found.walk
    row, col, _ = garden.flags[0]
    assert walk[0] == start
    assert row * hp.SIDE + col in walk
    assert len(set(walk)) == len(walk)
    assert int(hp.NEXT[walk[-1], found.pi[walk[-1]].argmax()]) in walk


def test_what_is_unlike_is_counted():
    """Killed: the mean change in place of the largest; moves counted in place of cells."""
    r_hat, a, b = some()
    plain, other = (engine.shifted(t, 0.0, a, b, 42, 0.1) for t in (r_hat, -r_hat))
    change, moves = engine.unlike(plain, other)
    assert change == float((plain.odds - other.odds).abs().max())
    assert moves == sum(not torch.equal(p, q) for p, q in zip(plain.pi, other.pi, strict=True)) > 0
