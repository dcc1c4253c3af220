"""Score-based generative modeling through SDEs. Song, Sohl-Dickstein, Kingma, Kumar, Ermon & Poole, 2021.
arXiv:2011.13456.

Names follow the paper: dx = f(x, t) dt + g(t) dw (Eq. 5) and its reverse (Eq. 6). Its ODE is in flow.py. t
runs from 0 (data) to 1 (noise). Departures from it:
  - one predictor, Euler-Maruyama; the paper's corrector, which is Langevin's, stands alone in langevin.py;
  - sigma of the VE SDE ends at 10: our data reach to 2, the paper's photographs have thousands of pixels.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import torch
from torch import Tensor

from engine.diffusion.schedule import BETA_MAX, BETA_MIN

Score = Callable[[Tensor, float], Tensor]  # x (B, D), t -> grad log p_t(x) (B, D)
END = 1e-3  # sampling and likelihood stop here: at t = 0 the noise on points is gone (appendix C)


class SDE(Protocol):
    """Both of the paper's: where x drifts, how much noise enters, and what x_t is given x_0."""

    def f(self, x: Tensor, t: float) -> Tensor: ...

    def g(self, t: float) -> float: ...

    def levels(self, t: float) -> tuple[float, float]:
        """x_t = scale x_0 + noise eps."""
        ...


@dataclass(frozen=True)
class VP:
    """Variance preserving (Eq. 11): a DDPM in continuous time."""

    def f(self, x: Tensor, t: float) -> Tensor:
        return -0.5 * self._beta(t) * x

    def g(self, t: float) -> float:
        return math.sqrt(self._beta(t))

    def levels(self, t: float) -> tuple[float, float]:
        """The perturbation kernel of appendix B: exp of half the integral of minus beta."""
        log = -0.5 * (BETA_MIN * t + (BETA_MAX - BETA_MIN) * t * t / 2)
        return math.exp(log), math.sqrt(-math.expm1(2 * log))

    def _beta(self, t: float) -> float:
        return BETA_MIN + t * (BETA_MAX - BETA_MIN)


@dataclass(frozen=True)
class VE:
    """Variance exploding (Eq. 9): noise of a geometric scale is added, nothing is shrunk."""

    low: float = 0.01
    high: float = 10.0

    def f(self, x: Tensor, t: float) -> Tensor:
        return torch.zeros_like(x)

    def g(self, t: float) -> float:
        """sqrt of d sigma^2 / dt, with the sigma of appendix C."""
        return self._sigma(t) * math.sqrt(2 * math.log(self.high / self.low))

    def levels(self, t: float) -> tuple[float, float]:
        """The perturbation kernel of appendix B: sigma^2(t) - sigma^2(0)."""
        return 1.0, math.sqrt(self._sigma(t) ** 2 - self.low**2)

    def _sigma(self, t: float) -> float:
        return self.low * (self.high / self.low) ** t


KINDS: dict[str, SDE] = {"VP": VP(), "VE": VE()}


def times(steps: int, end: float = END) -> list[float]:
    """From 1 (noise) to `end`, `steps` equal steps."""
    return [1 + (end - 1) * i / steps for i in range(steps + 1)]


def noise(sde: SDE, n: int, dims: int, rng: torch.Generator) -> Tensor:
    """The prior p_1, of which nothing is left to learn: N(0, noise(1)^2 I) -> (n, dims)."""
    return sde.levels(1.0)[1] * torch.randn(n, dims, generator=rng)


@torch.no_grad()
def forward(sde: SDE, x: Tensor, steps: int, rng: torch.Generator) -> Tensor:
    """Eq. 5 by Euler-Maruyama: data x (B, D) to noise. -> all of it, (steps + 1, B, D), data first."""
    path, through = [x], times(steps)[::-1]
    for t, s in pairwise(through):
        x, dt = path[-1], s - t
        z = torch.randn(x.shape, generator=rng, dtype=x.dtype)
        path.append(x + sde.f(x, t) * dt + sde.g(t) * math.sqrt(dt) * z)
    return torch.stack(path)


@torch.no_grad()
def reverse(sde: SDE, score: Score, x: Tensor, steps: int, rng: torch.Generator) -> Tensor:
    """Eq. 6 by Euler-Maruyama: noise x (B, D) to data. -> all of it, (steps + 1, B, D), noise first."""
    path, through = [x], times(steps)
    for t, s in pairwise(through):
        x, dt, g = path[-1], t - s, sde.g(t)
        z = torch.randn(x.shape, generator=rng, dtype=x.dtype)
        path.append(x - (sde.f(x, t) - g * g * score(x, t)) * dt + g * math.sqrt(dt) * z)
    return torch.stack(path)
