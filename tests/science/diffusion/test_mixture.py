"""What is known of a Gaussian mixture under noise, against definitions that do not use it."""

import numpy as np
import pytest
import torch
from scipy.stats import multivariate_normal

from engine.diffusion.mixture import Mixture

MEANS, WEIGHTS = [[-1.0, 0.5], [1.2, 0.3], [0.1, -1.5]], [0.2, 0.5, 0.3]
LEVELS = pytest.mark.parametrize(("scale", "noise"), [(1.0, 0.0), (0.8, 0.6), (0.1, 0.995), (1.0, 7.0)])


def mixture() -> Mixture:
    weights = torch.tensor(WEIGHTS, dtype=torch.float64)
    return Mixture(torch.tensor(MEANS, dtype=torch.float64), weights, 0.3**2)


def places(n: int, reach: float = 3.0) -> torch.Tensor:
    rng = torch.Generator().manual_seed(0)
    return reach * (2 * torch.rand(n, 2, generator=rng, dtype=torch.float64) - 1)


@LEVELS
def test_noise_keeps_a_mixture_a_mixture(scale: float, noise: float) -> None:
    """Against scipy. Killed: noise for its square in the variance; means that are not shrunk."""
    x = places(50)
    covariance = np.eye(2) * ((scale * 0.3) ** 2 + noise**2)
    parts = [w * multivariate_normal.pdf(x, scale * np.array(m), covariance)
             for m, w in zip(MEANS, WEIGHTS, strict=True)]  # fmt: skip
    found = mixture().at(scale, noise).log_density(x)
    assert np.allclose(found, np.log(sum(parts)), atol=1e-9)


@LEVELS
def test_the_score_is_the_gradient_of_the_log_density(scale: float, noise: float) -> None:
    """Killed: shares that forget the weights; half of the means' squares left out."""
    x = places(200).requires_grad_()
    noised = mixture().at(scale, noise)
    wanted = torch.autograd.grad(noised.log_density(x).sum(), x)[0]
    assert torch.allclose(noised.score(x), wanted, rtol=1e-9, atol=1e-9)


def test_the_best_guess_of_the_data_is_their_mean_given_the_noised_place() -> None:
    """E[x_0 | x_t] by weighing draws of x_0, within 5 standard errors. Killed: the shrinkage left out;
    shrinkage by scale squared."""
    of, n = mixture(), 200_000
    clean = of.draw(n, torch.Generator().manual_seed(1))
    noised = of.at(0.8, 0.6)
    for x in places(5, 1.5):
        weight = torch.exp(-(x - 0.8 * clean).square().sum(1) / (2 * 0.6**2))
        share = weight / weight.sum()
        wanted = (share[:, None] * clean).sum(0)
        error = (share[:, None].square() * (clean - wanted).square()).sum(0).sqrt()
        assert ((noised.x0(x[None])[0] - wanted).abs() < 5 * error).all()


@LEVELS
def test_the_guesses_of_data_and_noise_add_up_to_the_place(scale: float, noise: float) -> None:
    """x_t = scale E[x_0] + noise E[eps]. Killed: eps with the other sign."""
    x, noised = places(50), mixture().at(scale, noise)
    assert torch.allclose(scale * noised.x0(x) + noise * noised.eps(x), x, atol=1e-9)


def test_the_training_sets_own_mixture_can_only_recall() -> None:
    """With little noise the best guess is a training point. Killed: a variance of 1 on each point."""
    train = places(30)
    rng = torch.Generator().manual_seed(2)
    x = train[:10] + 0.01 * torch.randn(10, 2, generator=rng, dtype=torch.float64)
    assert torch.allclose(Mixture.of_points(train).at(1.0, 0.02).x0(x), train[:10], atol=1e-3)


def test_draws_come_in_the_shares_of_the_weights() -> None:
    """Within 5 standard errors, and as wide as the modes. Killed: the variance in place of its root."""
    n = 40_000
    x = mixture().draw(n, torch.Generator().manual_seed(3))
    which = torch.cdist(x, mixture().means).argmin(1)
    for k, weight in enumerate(WEIGHTS):
        assert (
            abs(float((which == k).double().mean()) - weight) < 5 * (weight * (1 - weight) / n) ** 0.5 + 2e-3
        )
        assert abs(float(x[which == k].std(0).mean()) - 0.3) < 0.01
