"""Elucidating the design space of diffusion-based generative models. Karras, Aittala, Aila & Laine, 2022.
arXiv:2206.00364.

Its noise levels, its ODE and Heun's steps, on which consistency models stand: x_t = x_0 + t eps, so that the
time t is the noise's own standard deviation. Departures from it:
  - the denoiser is exact, that of a mixture of Gaussians; nothing is trained here;
  - Heun's steps end at the least noise EPS, as a consistency model's do, not at 0.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import torch
from torch import Tensor

from engine.diffusion.mixture import Mixture

EPS, MOST, RHO = 0.002, 80.0, 7.0  # the paper's
Denoise = Callable[[Tensor, Tensor], Tensor]  # x (B, D), t (B, 1) or () -> the best guess of x_0 (B, D)


def levels(n: int, low: float = EPS, high: float = MOST) -> Tensor:
    """n noise levels from low to high, closer together where noise is small (n,)."""
    if n < 2:
        raise ValueError(f"levels must be at least 2, got {n}")
    ends = (low ** (1 / RHO), high ** (1 / RHO))
    return torch.linspace(*ends, n, dtype=torch.float64).pow(RHO).float()


def denoiser(of: Mixture) -> Denoise:
    """E[x_0 | x_t] of a mixture, each row at a level of its own."""

    def denoise(x: Tensor, t: Tensor) -> Tensor:
        variance = of.variance + t * t
        far = (x[:, None] - of.means).square().sum(2)  # (B, K)
        means = (of.weights.log() - far / (2 * variance)).softmax(1) @ of.means
        return means + of.variance / variance * (x - means)

    return denoise


def slope(denoise: Denoise, x: Tensor, t: Tensor) -> Tensor:
    """dx/dt of the ODE: away from the guess, for noise grows with t. -> (B, D)."""
    return (x - denoise(x, t)) / t


def heun(denoise: Denoise, x: Tensor, t: Tensor, s: Tensor) -> Tensor:
    """One step from level t to s, of two evaluations. x (B, D); t, s (B, 1) or () -> (B, D)."""
    first = slope(denoise, x, t)
    second = slope(denoise, x + (s - t) * first, s)
    return x + (s - t) * (first + second) / 2


def euler(denoise: Denoise, x: Tensor, t: Tensor, s: Tensor) -> Tensor:
    """One step of one evaluation: of this ODE a DDIM's step."""
    return x + (s - t) * slope(denoise, x, t)


SOLVERS = {"Heun": heun, "Euler": euler}


@torch.no_grad()
def solve(denoise: Denoise, x: Tensor, through: Sequence[float] | Tensor, solver: str = "Heun") -> Tensor:
    """Through these levels, down or up. x (B, D) -> all of it, (len, B, D)."""
    path = [x]
    for t, s in pairwise(torch.as_tensor(through, dtype=x.dtype)):
        path.append(SOLVERS[solver](denoise, path[-1], t, s))
    return torch.stack(path)
