"""Likelihood by the flow of Song, Sohl-Dickstein, Kingma, Kumar, Ermon & Poole, 2021. arXiv:2011.13456.

Section 4.3 and appendix D.2: the ODE carries data to a code and back, and by the volume that it gains on the
way it knows how likely they are. Departures from it:
  - Heun's steps of equal size from t = 1e-3 to 1, not an adaptive solver from 1e-5;
  - the divergence is exact, one derivative a dimension; the paper estimates it, for it has thousands.
"""

import math
from itertools import pairwise

import torch
from torch import Tensor

from engine.diffusion.flow import slope
from engine.diffusion.sde import SDE, Score, times


def log_likelihood(sde: SDE, score: Score, x: Tensor, steps: int) -> tuple[Tensor, Tensor]:
    """Appendix D.2: log p_t along the ODE: the prior's log density of the code, and the volume still to gain.

    x (B, D) data -> path (steps + 1, B, D), code last, and log p_t(x_t) (steps + 1, B). The first row is the
    answer. The prior is N(0, noise(1)^2 I).
    """
    path, grown, through = [x], [torch.zeros(len(x), dtype=x.dtype)], times(steps)[::-1]
    for t, s in pairwise(through):
        first, gain = _with_divergence(sde, score, path[-1], t)
        second, later = _with_divergence(sde, score, path[-1] + (s - t) * first, s)
        path.append(path[-1] + (s - t) * (first + second) / 2)
        grown.append(grown[-1] + (s - t) * (gain + later) / 2)
    volume = torch.stack(grown)
    return torch.stack(path), prior(sde, path[-1]) + volume[-1] - volume


def prior(sde: SDE, x: Tensor) -> Tensor:
    """log p_1(x), the Gaussian that all noise ends in. x (B, D) -> (B,)."""
    scale = sde.levels(1.0)[1]
    return -x.square().sum(1) / (2 * scale**2) - x.shape[1] * math.log(scale * math.sqrt(2 * math.pi))


def _with_divergence(sde: SDE, score: Score, x: Tensor, t: float) -> tuple[Tensor, Tensor]:
    """The slope (B, D) and the trace of its Jacobian (B,), one derivative a dimension."""
    with torch.enable_grad():
        x = x.detach().requires_grad_()
        v = slope(sde, score, x, t)
        each = [torch.autograd.grad(v[:, d].sum(), x, retain_graph=True)[0][:, d] for d in range(x.shape[1])]
    return v.detach(), torch.stack(each).sum(0)
