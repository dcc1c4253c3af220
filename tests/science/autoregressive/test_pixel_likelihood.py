"""Likelihood against quality (arXiv:1511.01844): what the mixture with noise costs, and what it draws."""

import math

import numpy as np
import pytest
import torch

from engine.autoregressive.likelihood import LEVELS, NAMES, SIDE, mixed, mixed_samples, sets
from engine.data.digits import digits

NOISE = SIDE * SIDE * math.log2(LEVELS)


def test_the_mixture_is_the_sum_of_its_parts():
    """Where both count, by floats of Python. Killed: shares changed round; the noise of 16 levels."""
    for bits in (NOISE - 8, NOISE, NOISE + 3):
        p = 0.01 * 2 ** (NOISE - bits) + 0.99  # in units of the noise's probability
        found = float(mixed(torch.tensor([bits], dtype=torch.float64)))
        assert found == pytest.approx(NOISE - math.log2(p), abs=1e-9)


def test_it_costs_at_most_the_logarithm_of_the_share_and_nearly_that_on_good_pictures():
    """Killed: a share of 0.001; nats for bits."""
    bits = torch.linspace(50, 400, 100, dtype=torch.float64)
    more = mixed(bits) - bits
    assert (more <= math.log2(100) + 1e-9).all()
    assert float(more[0]) == pytest.approx(math.log2(100), abs=1e-6)


def test_of_its_samples_the_share_comes_from_the_net():
    """Killed: noise and net changed round."""
    n, share = 4000, 0.3
    x = mixed_samples(lambda u: torch.zeros_like(u, dtype=torch.int64), n, 0, share)
    of_net = float((x == 0).all(2).all(1).float().mean())
    assert abs(of_net - share) < 5 * math.sqrt(share * (1 - share) / n)


def test_the_sets_are_what_they_say():
    """Killed: pixels shuffled between pictures; noise of 16 levels."""
    kinds = sets(digits().test_x, 64, 0)
    assert tuple(kinds) == NAMES
    assert all(x.shape == (64, 8, 8) and x.dtype == np.uint8 and x.max() < LEVELS for x in kinds.values())
    sort = [np.sort(kinds[name].reshape(64, -1), 1) for name in ("digits", "shuffled")]
    assert np.array_equal(*sort)
    assert not np.array_equal(kinds["digits"], kinds["shuffled"])
    assert kinds["blank"].max() == 0
    assert (kinds["grey"] == kinds["grey"][:, :1, :1]).all()
    assert set(np.unique(kinds["noise"])) == set(range(LEVELS))
