"""What Sohl-Dickstein et al. (2015) claim, checked on numbers."""

import math

import pytest
import torch

from engine.core.trace import seeded
from engine.diffusion import nonequilibrium as ne
from engine.diffusion.schedule import linear

T = 12
ALPHA_BAR = linear(T).float()


def points(n: int, seed: int = 0) -> torch.Tensor:
    return 1.3 * torch.randn(n, 2, generator=torch.Generator().manual_seed(seed)).abs() - 1


def net(seed: int = 0) -> ne.BumpNet:
    """A net with something to say: its last layer begins at zero."""
    with seeded(seed):
        made = ne.BumpNet(2, 16, T)
        for weight in made.parameters():
            weight.data += 0.1 * torch.randn_like(weight)
    return made.requires_grad_(False)


def best(deviation: float):
    """The net that reverses N(0, deviation^2) exactly: a Gaussian's reverse step is Gaussian."""

    def said(xt, t):
        ab, before = ALPHA_BAR[t][:, None], ALPHA_BAR[t - 1][:, None]
        alpha, beta = ab / before, 1 - ab / before
        now, then = (a * deviation**2 + 1 - a for a in (ab, before))
        mean, variance = alpha.sqrt() * then / now * xt, beta * then / now
        return torch.cat([(mean - alpha.sqrt() * xt) / beta.sqrt(), (variance / beta).log().expand_as(xt)], 1)

    return said


def bound(model, x: torch.Tensor, rng: torch.Generator, ab: torch.Tensor = ALPHA_BAR) -> torch.Tensor:
    """The sum of the terms, one a point."""
    total = ne.prior_term(x, ab)
    for t in range(1, len(ab)):
        total = total + ne.term(model, x, torch.full((len(x),), t), torch.randn(x.shape, generator=rng), ab)
    return total


@pytest.mark.parametrize("upto", [T, 6])
def test_the_sum_of_the_terms_is_the_bound_of_whole_trajectories(upto: int):
    """Eq. 14 against Eq. 12: within 5 standard errors of 40,000 points; a chain may end early.

    Killed: the KL the other way round; the prior's term left out; the posterior's variance as beta.
    """
    x, rng, model, ab = points(40_000), torch.Generator().manual_seed(1), net(), ALPHA_BAR[: upto + 1]
    gap = bound(model, x, rng, ab) - ne.trajectory_cost(model, x, ab, rng)
    assert abs(gap.mean()) < 5 * gap.std() / 200
    assert gap.std() / 200 < 0.02


def test_of_a_gaussian_the_optimal_reverse_is_known_and_the_bound_is_its_entropy():
    """No bits are lost: the bound is -E log p. Killed: the log of the variance without its half."""
    x = 0.7 * torch.randn(40_000, 2, generator=torch.Generator().manual_seed(0))
    found = bound(best(0.7), x, torch.Generator().manual_seed(1)).mean()
    entropy = math.log(2 * math.pi * math.e * 0.7**2)
    assert abs(found - entropy) < 0.02
    worse = bound(best(1.2), x, torch.Generator().manual_seed(1)).mean()
    assert worse > entropy + 0.05


def test_the_optimal_variance_lies_between_the_posteriors_and_beta():
    """beta_tilde <= sigma^2 <= beta for data as wide as noise or less. Killed: beta_tilde of alpha_bar_t."""
    xt = points(50)
    for t in range(2, T + 1):
        level = torch.full((50,), t)
        tilde = ne.posterior(xt, xt, ALPHA_BAR, level)[1]
        variance = ne.reverse(best(0.7), xt, ALPHA_BAR, level)[1]
        beta = 1 - ALPHA_BAR[t] / ALPHA_BAR[t - 1]
        assert (tilde < variance).all()
        assert (variance < beta).all()


def test_samples_by_the_optimal_reverse_have_the_datas_moments():
    """Killed: the variance in the place of its root; the mean's shift not scaled."""
    rng = torch.Generator().manual_seed(0)
    x = ne.sample(best(0.7), torch.randn(20_000, 2, generator=rng), ALPHA_BAR, rng)[-1]
    first = float(ne.reverse(best(0.7), x, ALPHA_BAR, torch.ones(20_000, dtype=torch.long))[1].mean())
    assert abs(x.mean()) < 0.02
    assert abs(x.var() + first - 0.49) < 0.02  # the last step draws no noise


def test_the_kl_is_torchs():
    """Killed: a sign; the square of the difference."""
    torch.manual_seed(0)
    a, b = (torch.randn(20, 3) for _ in range(2))
    va, vb = (torch.rand(20, 3) + 0.1 for _ in range(2))
    normal = torch.distributions.Normal
    wanted = torch.distributions.kl_divergence(normal(a, va.sqrt()), normal(b, vb.sqrt())).sum(1)
    assert torch.allclose(ne.kl(a, va, b, vb), wanted, atol=1e-5)


def test_the_posterior_is_bayes_rule():
    """q(x_{t-1} | x_t, x_0) is proportional to q(x_t | x_{t-1}) q(x_{t-1} | x_0).

    Killed: the weights of x_0 and x_t exchanged; alpha without its root.
    """
    for t in (2, 5, T):
        ab, before = float(ALPHA_BAR[t]), float(ALPHA_BAR[t - 1])
        alpha = ab / before
        precision = alpha / (1 - alpha) + 1 / (1 - before)
        wanted = (alpha**0.5 * 0.8 / (1 - alpha) + before**0.5 * -1.5 / (1 - before)) / precision
        mean, variance = ne.posterior(
            *(torch.full((1, 1), v) for v in (-1.5, 0.8)), ALPHA_BAR, torch.tensor([t])
        )
        assert mean.item() == pytest.approx(wanted, rel=1e-4, abs=1e-6)
        assert variance.item() == pytest.approx(1 / precision, rel=1e-4)


def test_an_untrained_net_takes_plain_steps_back():
    """Mean sqrt(1 - beta) x, variance beta. Killed: a last layer that does not begin at zero."""
    x, t = points(30), torch.randint(1, T + 1, (30,), generator=torch.Generator().manual_seed(0))
    mean, variance = ne.reverse(ne.BumpNet(2, 8, T), x, ALPHA_BAR, t)
    beta = (1 - ALPHA_BAR[t] / ALPHA_BAR[t - 1])[:, None]
    assert torch.allclose(mean, (1 - beta).sqrt() * x)
    assert torch.allclose(variance, beta.expand_as(x))
