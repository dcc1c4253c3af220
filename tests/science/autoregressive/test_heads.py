"""Heads on eight bits: a softmax (arXiv:1601.06759), a cut Gaussian, cut logistics (arXiv:1701.05517)."""

import numpy as np
import pytest
import torch
from scipy import stats

from engine.autoregressive.heads import HEADS, LEVELS, MIXTURE, SHARPEST, HeadedPixelCNN, gaussian, logistics
from engine.data.photos import photos

ALL = torch.arange(LEVELS)
EDGES = (np.arange(LEVELS - 1) + 0.5) * 2 / (LEVELS - 1) - 1


def probabilities(cdf) -> np.ndarray:
    """P of each level from a cumulative distribution, by its definition."""
    return np.diff(np.concatenate([[0], cdf(EDGES), [1]]))


@pytest.mark.parametrize("head", HEADS)
def test_the_256_probabilities_sum_to_one_also_far_out(head: str):
    """Killed: half of a level's width at both ends; the last level without what lies beyond."""
    log_p, out = HEADS[head]
    z = torch.randn(200, out, generator=torch.Generator().manual_seed(0), dtype=torch.float64) * 2
    assert (log_p(z, ALL).exp().sum(-1) - 1).abs().max() < 1e-5


def test_the_gaussian_is_scipys():
    """Killed: variance for deviation; levels in [0, 1]; the mirror right of the mean left out."""
    for mean, log_s in [(0.1, -1.0), (-0.9, -2.5), (0.8, 0.3)]:
        z = torch.tensor([mean, log_s], dtype=torch.float64)
        wanted = probabilities(stats.norm(mean, np.exp(log_s)).cdf)
        assert gaussian(z, ALL).exp().numpy() == pytest.approx(wanted, abs=1e-9)


def test_the_mixture_of_logistics_is_scipys():
    """Eq. 2. Killed: shares without softmax; scales and means changed round."""
    rng = np.random.default_rng(0)
    share, mean, log_s = rng.normal(size=MIXTURE), rng.uniform(-1, 1, MIXTURE), rng.uniform(-4, 0, MIXTURE)
    p = np.exp(share) / np.exp(share).sum()
    parts = [probabilities(stats.logistic(m, np.exp(s)).cdf) for m, s in zip(mean, log_s, strict=True)]
    z = torch.from_numpy(np.concatenate([share, mean, log_s]))
    assert logistics(z, ALL).exp().numpy() == pytest.approx(p @ np.array(parts), abs=1e-9)


def test_a_tail_is_small_but_has_a_gradient():
    """Right of the mean in single precision, where both cumulative values round to 1. Killed: no mirror."""
    z = torch.tensor([-0.9, -3.0], requires_grad=True)
    log_p = gaussian(z, torch.tensor([200, 55]))
    assert torch.isfinite(log_p).all()
    assert log_p[0] < -200
    (g,) = torch.autograd.grad(log_p[0], z)
    assert g[0] > 100  # it pulls the mean towards the level


def test_two_peaks_cost_a_categorical_their_entropy_and_a_gaussian_more_than_a_bit_beside():
    """One pixel, 50 or 192: one bit. The best Gaussian of a grid. Killed: a Gaussian that may split."""
    mean, log_s = torch.meshgrid(torch.linspace(-1, 1, 201), torch.linspace(SHARPEST, 1, 141), indexing="ij")
    log_p = gaussian(torch.stack([mean, log_s], -1), torch.tensor([50, 192]))
    best = float(-log_p.mean(-1).max()) / np.log(2)
    z = torch.full((LEVELS,), -30.0)
    z[[50, 192]] = 0.0
    categorical = -HEADS["categorical"][0](z, torch.tensor([50, 192])).mean() / np.log(2)
    assert float(categorical) == pytest.approx(1, abs=1e-5)
    assert best > 2
    grey = HEADS["categorical"][0](z, torch.tensor([121])).exp()
    assert float(grey) < 1e-9  # it never draws the mean of the two


def test_the_nets_have_equally_many_weights_and_read_only_the_past():
    """Killed: the same width of the hidden layer for all; mask B in the first layer."""
    nets = [HeadedPixelCNN(head, 3, 24, 8000) for head in HEADS]
    counts = [net.weights() for net in nets]
    assert max(counts) / min(counts) < 1.03
    x = torch.from_numpy(photos()[1][:1].astype(np.int64))
    other = x.clone()
    other[0, 4, 4:], other[0, 5:] = 0, 255
    for net in nets:
        with torch.no_grad():
            one, two = net(x).flatten(1, 2), net(other).flatten(1, 2)
        assert torch.equal(one[:, : 4 * 8 + 5], two[:, : 4 * 8 + 5])


def test_bits_are_those_of_the_pixels_own_level():
    """Killed: natural logarithm; the level of the pixel before."""
    x = torch.from_numpy(photos()[1][:2].astype(np.int64))
    for head in HEADS:
        torch.manual_seed(0)
        net = HeadedPixelCNN(head, 2, 12, 4000)
        with torch.no_grad():
            wanted = -net.log_p(x).gather(-1, x[..., None])[..., 0] / np.log(2)
            assert torch.allclose(net.bits(x), wanted, atol=1e-4)
