"""Gumbel-softmax (arXiv:1611.01144, 1611.00712) and REINFORCE: throws, soft throws, their gradients."""

import math

import pytest
import torch
from torch import Tensor
from torch.distributions import RelaxedOneHotCategorical
from torch.distributions.utils import clamp_probs
from torch.nn.functional import gumbel_softmax

from engine.core.trace import traced
from engine.latent import estimators, estimators_lab, gumbel, gumbel_lab

ONE = torch.float64


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def task(dice: int = 2) -> estimators_lab.Task:
    return estimators_lab.Task(dice, rng(1))


@pytest.mark.parametrize("tau", [0.1, 1.0, 5.0])
def test_a_softened_throw_is_torchs_gumbel_softmax_on_the_same_noise(tau: float) -> None:
    """To 1e-6; its relaxed categorical, too; and straight-through is its hard one. Killed: noise without its
    minus; times tau; tau left out of the logarithms; its root; the softmax over the dice."""
    log_pi = torch.randn(50, 3, 6, generator=rng(), dtype=ONE).log_softmax(2)
    with torch.random.fork_rng():
        torch.manual_seed(3)
        theirs = gumbel_softmax(log_pi, tau)
        torch.manual_seed(3)
        hard = gumbel_softmax(log_pi, tau, hard=True)
        torch.manual_seed(5)
        relaxed = RelaxedOneHotCategorical(torch.tensor(tau, dtype=ONE), logits=log_pi).rsample()
        torch.manual_seed(5)
        g = -(-clamp_probs(torch.rand(50, 3, 6, dtype=ONE)).log()).log()
    y = gumbel.soften(log_pi, gumbel.gumbels((50, 3, 6), rng(3), ONE), tau)
    assert torch.allclose(y, theirs, atol=1e-6)
    assert torch.allclose(gumbel.straight_through(y), hard, atol=1e-6)
    assert torch.allclose(gumbel.soften(log_pi, g, tau), relaxed, atol=1e-6)


def test_a_face_is_thrown_as_often_as_its_chance_says_and_leads_at_any_temperature() -> None:
    """Within five standard errors; exactly. Killed: the smallest for the largest; Gaussian noise; noise
    halved; noise divided by tau and the logarithms not."""
    log_pi, n = torch.tensor([0.5, 0.3, 0.15, 0.05], dtype=ONE).log(), 100_000
    g = gumbel.gumbels((n, 4), rng(), ONE)
    share = (z := gumbel.throw(log_pi, g)).mean(0)
    for tau in (0.01, 10.0):
        assert torch.equal(gumbel.soften(log_pi, g, tau).argmax(1), z.argmax(1))
    pi = log_pi.exp()
    assert ((share - pi).abs() <= 5 * (pi * (1 - pi) / n).sqrt()).all()


def test_the_exact_gradient_is_that_of_the_sum_over_all_throws() -> None:
    """Written out for two dice, to 1e-10: d/dl of sum p_a q_b f(a, b). Killed: probabilities added;
    the first die's used for both; one throw left out."""
    f, logits = task(), task().logits.clone().requires_grad_()
    one = torch.eye(6, dtype=ONE)
    a, b = logits.softmax(1)
    values = torch.stack([torch.stack([f(torch.stack([one[i], one[j]])[None])[0] for j in range(6)])
                          for i in range(6)])  # fmt: skip
    (mine,) = torch.autograd.grad(estimators.expected(f, logits), logits)
    A, B = a.detach(), b.detach()
    by_a, by_b = values @ B, A @ values
    wanted = torch.stack([A * (by_a - A @ by_a), B * (by_b - B @ by_b)])
    (auto,) = torch.autograd.grad(a @ values @ b, logits)
    assert torch.allclose(mine, wanted, atol=1e-10)
    assert torch.allclose(mine, auto, atol=1e-10)


def draws(tau: float, baseline: float, n: int = 40_000) -> tuple[estimators.Estimates, Tensor]:
    f = task()
    logits = f.logits.clone().requires_grad_()
    (exact,) = torch.autograd.grad(estimators.expected(f, logits), logits)
    return estimators.estimates(f, f.logits, gumbel.gumbels((n, 2, 6), rng(2), ONE), tau, baseline), exact


def test_reinforce_is_right_on_average_with_any_baseline_and_gumbel_softmax_when_it_is_cold() -> None:
    """Five standard errors; soft by hand at its own temperature. Killed: a sign; the baseline inside the
    gradient; log q of one die; soft at another temperature."""
    for baseline in (0.0, 1.7):
        found, exact = draws(1.0, baseline)
        error = found.reinforce.std(0) / len(found.reinforce) ** 0.5
        assert ((found.reinforce.mean(0) - exact).abs() <= 5 * error).all()
    cold, exact = draws(0.05, 0.0)
    error = cold.soft.std(0) / len(cold.soft) ** 0.5
    assert ((cold.soft.mean(0) - exact).abs() <= 5 * error + 0.02 * exact.norm()).all()
    warm, f = draws(0.7, 0.0, 100)[0], task()
    logits = f.logits.expand(100, -1, -1).clone().requires_grad_()
    y = ((logits.log_softmax(-1) + gumbel.gumbels((100, 2, 6), rng(2), ONE)) / 0.7).softmax(-1)
    assert torch.allclose(warm.soft, torch.autograd.grad(f(y).sum(), logits)[0], atol=1e-10)


def test_straight_through_takes_the_slope_at_whole_faces() -> None:
    """Of a linear function soft and straight-through agree; of a square they do not. Killed: the slope taken
    at y; the gradient stopped."""
    weights, logits = torch.randn(2, 6, generator=rng(), dtype=ONE), task().logits
    g = gumbel.gumbels((100, 2, 6), rng(2), ONE)
    line = estimators.estimates(lambda y: (y * weights).sum((1, 2)), logits, g, 0.7, 0.0)
    assert torch.allclose(line.soft, line.straight, atol=1e-10)
    square = estimators.estimates(lambda y: (y * weights).sum((1, 2)).square(), logits, g, 0.7, 0.0)
    hard = gumbel.throw(logits.log_softmax(1), g)
    slope = 2 * (hard * weights).sum((1, 2))
    assert torch.allclose(square.straight, slope[:, None, None] * line.soft, atol=1e-10)
    assert not torch.allclose(square.soft, square.straight, atol=1e-2)


def test_bias_and_deviation_are_told_in_lengths_of_the_exact_gradient() -> None:
    """By hand. Killed: the variance; scatter around the exact one; the length of the mean."""
    exact = torch.tensor([[3.0, 4.0]])
    found = torch.tensor([[[3.0, 4.0 + 5 + d]] for d in (-10.0, 10.0)])  # mean 5 off, 10 from it
    assert estimators.bias_and_deviation(found, exact) == pytest.approx((1.0, 2.0))


def test_one_weight_alone_takes_all_and_none_is_zero() -> None:
    """A face of weight 0 is refused by name, bound and value; the least there is comes one time in 2,000.
    Killed: weights taken for logarithms; the chances not brought to a sum of one."""
    with pytest.raises(ValueError, match=r"a must be a number in \[0.01, 10\], got 0"):
        gumbel_lab.SPEC(a=0.0)
    pi = next(iter(traced(gumbel_lab.run(gumbel_lab.SPEC(a=0.01, b=10.0, c=9.99),
                                         torch.device("cpu"), {})).snapshots.values()))["pi"]  # fmt: skip
    assert pi.tolist() == pytest.approx([0.0005, 0.5, 0.4995], rel=1e-4)
    assert math.isclose(pi.sum(), 1, rel_tol=1e-6)
