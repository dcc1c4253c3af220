"""Categorical Reparameterization with Gumbel-Softmax. Jang, Gu & Poole, 2016. arXiv:1611.01144; the same
distribution as Concrete: Maddison, Mnih & Teh, 2016. arXiv:1611.00712.

Names follow the papers: pi, g, tau, y (a softened throw), z (a throw, one-hot). K faces, (..., K).
Departures from them:
  - none in what is thrown; densities of softened throws are not needed here.
"""

import math

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import one_hot

TEMPERATURES = np.geomspace(0.1, 5, 25).round(3).tolist()  # at which the exact labs look


def gumbels(shape: tuple[int, ...], rng: torch.Generator, dtype: torch.dtype = torch.float32) -> Tensor:
    """Noise with the Gumbel distribution: -log of an exponential one, on the CPU."""
    return -torch.empty(shape, dtype=dtype).exponential_(generator=rng).log()


def soften(log_pi: Tensor, g: Tensor, tau: float) -> Tensor:
    """y = softmax((log pi + g) / tau): a throw, softened. (..., K) -> the same, sums of 1."""
    return ((log_pi + g) / tau).softmax(-1)


def throw(log_pi: Tensor, g: Tensor) -> Tensor:
    """z: one-hot where log pi + g is largest. Face k comes with probability pi_k (the Gumbel-max trick)."""
    return one_hot((log_pi + g).argmax(-1), log_pi.shape[-1]).to(log_pi.dtype)


def straight_through(y: Tensor) -> Tensor:
    """One-hot on the way forward; the gradient goes back as if it were y."""
    hard = one_hot(y.argmax(-1), y.shape[-1]).to(y.dtype)
    return hard - y.detach() + y


def nearest(tau: float) -> int:
    """The number of the temperature that comes nearest, in the logarithm."""
    return min(range(len(TEMPERATURES)), key=lambda i: abs(math.log(TEMPERATURES[i] / tau)))
