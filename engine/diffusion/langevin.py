"""Generative modeling by estimating gradients of the data distribution. Song & Ermon, 2019. arXiv:1907.05600.

The sampling half: Langevin dynamics (Eq. 4), and annealed (Algorithm 1). The learning half is
score_matching.py. Departures from it:
  - the dynamics can be asked to leave out their noise, or part of it; then they climb, and do not sample.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor

Score = Callable[[Tensor], Tensor]  # x (B, D) -> (B, D)
ScoreAt = Callable[[Tensor, float], Tensor]  # the same at a noise scale sigma


def geometric(first: float, last: float, count: int) -> Tensor:
    """Noise scales sigma_1 > ... > sigma_L in equal ratios (section 4.1) -> (L,)."""
    return torch.exp(torch.linspace(math.log(first), math.log(last), count))


@torch.no_grad()
def langevin(
    score: Score, x: Tensor, eps: float, steps: int, rng: torch.Generator, heat: float = 1.0
) -> Tensor:
    """Eq. 4: x + eps/2 score + sqrt(eps) z, `steps` times. heat: how much of the noise; 0 climbs.

    x (B, D) -> all of it, (steps + 1, B, D).
    """
    path = [x]
    for _ in range(steps):
        z = torch.randn(x.shape, generator=rng, dtype=x.dtype)
        path.append(path[-1] + eps / 2 * score(path[-1]) + heat * math.sqrt(eps) * z)
    return torch.stack(path)


@torch.no_grad()
def annealed(
    score: ScoreAt,
    x: Tensor,
    sigmas: Tensor,
    eps: float,
    steps: int,
    rng: torch.Generator,
    heat: float = 1.0,
) -> Tensor:
    """Algorithm 1: Langevin at each sigma in turn, `steps` steps of alpha_i = eps sigma_i^2 / sigma_L^2.

    x (B, D) -> all of it, (L steps + 1, B, D).
    """
    path = x[None]
    for sigma in sigmas.tolist():
        alpha = eps * sigma**2 / float(sigmas[-1]) ** 2
        leg = langevin(lambda at, s=sigma: score(at, s), path[-1], alpha, steps, rng, heat)
        path = torch.cat([path, leg[1:]])
    return path
