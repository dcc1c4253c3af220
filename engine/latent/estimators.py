"""Simple Statistical Gradient-Following Algorithms for Connectionist Reinforcement Learning (REINFORCE).
Williams, 1992. Beside it Gumbel-softmax and straight-through: Jang, Gu & Poole, 2016. arXiv:1611.01144.

Names follow the papers: pi, g, tau, y, z. N dice of K faces, logits (N, K). Departures from them:
  - what is averaged is a function of several dice, so that REINFORCE meets the noise of the other dice;
  - it is small enough that its exact gradient is had by adding up all throws.
"""

from collections.abc import Callable
from itertools import product
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from engine.latent.gumbel import soften, straight_through, throw

Loss = Callable[[Tensor], Tensor]  # of throws (B, N, K), soft or hard -> (B,)


def reinforce(value: Tensor, log_q: Tensor, baseline: Tensor | float) -> Tensor:
    """A number whose gradient is (value - baseline) grad log q, of values and log q (B,) -> (B,)."""
    return (value.detach() - baseline) * log_q


def expected(loss: Loss, logits: Tensor) -> Tensor:
    """E[loss], exactly: every throw of the N dice (N, K), weighed by its probability."""
    N, K = logits.shape
    faces = torch.tensor(list(product(range(K), repeat=N)))  # (K^N, N)
    log_p = logits.log_softmax(-1)[torch.arange(N), faces].sum(1)  # (K^N,)
    return (log_p.exp() * loss(one_hot(faces, K).to(logits.dtype))).sum()


class Estimates(NamedTuple):
    """Gradients by the logits, one for each draw: (B, N, K) each."""

    soft: Tensor
    straight: Tensor
    reinforce: Tensor


def estimates(loss: Loss, logits: Tensor, g: Tensor, tau: float, baseline: float) -> Estimates:
    """The three estimators on the same noise g (B, N, K)."""
    logits = logits.expand_as(g).clone().requires_grad_()
    log_pi = logits.log_softmax(-1)
    y, z = soften(log_pi, g, tau), throw(log_pi.detach(), g)
    value, log_q = loss(z), (z * log_pi).sum((1, 2))
    told = (loss(y), loss(straight_through(y)), reinforce(value, log_q, baseline))
    return Estimates(*(torch.autograd.grad(one.sum(), logits, retain_graph=True)[0] for one in told))


def bias_and_deviation(found: Tensor, exact: Tensor) -> tuple[float, float]:
    """How far the mean of estimates (B, N, K) lies from the exact gradient (N, K), and how far they scatter
    around their mean (root mean square); both as shares of the exact gradient's length."""
    mean, size = found.mean(0), exact.norm()
    scatter = (found - mean).square().sum((1, 2)).mean().sqrt()
    return ((mean - exact).norm() / size).item(), (scatter / size).item()
