"""Noise schedules: how fast the signal goes. alpha_bar[t] for t = 0 (data) to T (noise).

`linear` is Ho, Jain & Abbeel, 2020. arXiv:2006.11239, section 4; `cosine` is Nichol & Dhariwal, 2021.
arXiv:2102.09672, Eq. 17. Departure from the first:
  - the paper's beta_t for T = 1000 are read as a rate in continuous time (as Song et al., 2021,
    arXiv:2011.13456, appendix C, do), so that alpha_bar ends at the same value for every T, and no beta
    reaches 1.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor

BETA_MIN, BETA_MAX = 0.1, 20.0  # 1000 times the paper's 1e-4 and 0.02: a rate over t in [0, 1]


def linear(T: int) -> Tensor:
    """alpha_bar (T + 1,) float64 for a rate that grows linearly: exp of minus its integral."""
    s = torch.linspace(0, 1, T + 1, dtype=torch.float64)
    return torch.exp(-(BETA_MIN * s + (BETA_MAX - BETA_MIN) * s**2 / 2))


def cosine(T: int) -> Tensor:
    """Eq. 17 of Nichol & Dhariwal -> alpha_bar (T + 1,) float64. No beta above 0.999, as in the paper."""
    s = 0.008
    f = torch.cos((torch.linspace(0, 1, T + 1, dtype=torch.float64) + s) / (1 + s) * math.pi / 2) ** 2
    return from_betas((1 - f[1:] / f[:-1]).clamp(max=0.999))


def from_betas(beta: Tensor) -> Tensor:
    """alpha_bar (T + 1,) of any beta (T,). Raises ValueError, naming the first that is not in (0, 1)."""
    for t, value in enumerate(beta.tolist(), 1):
        if not 0 < value < 1:
            raise ValueError(f"beta_{t} must lie between 0 and 1, got {value:g}")
    return torch.cat([torch.ones(1, dtype=torch.float64), (1 - beta.double()).cumprod(0)])


SCHEDULES: dict[str, Callable[[int], Tensor]] = {"linear": linear, "cosine": cosine}
