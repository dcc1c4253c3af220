"""The probability-flow ODE of Song, Sohl-Dickstein, Kingma, Kumar, Ermon & Poole, 2021. arXiv:2011.13456.

An ODE whose x_t have the same distribution as the SDE's at every t (Eq. 13); each noise has one image.
Departures from it:
  - solved by Heun's second-order steps of equal size, not by an adaptive solver.
"""

from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from engine.diffusion.sde import SDE, Score


def slope(sde: SDE, score: Score, x: Tensor, t: float) -> Tensor:
    """Eq. 13: dx/dt. x (B, D) -> (B, D)."""
    return sde.f(x, t) - 0.5 * sde.g(t) ** 2 * score(x, t)


@torch.no_grad()
def flow(sde: SDE, score: Score, x: Tensor, through: list[float]) -> Tensor:
    """The ODE by Heun's steps through these times, down to data or up to noise. x (B, D) -> (len, B, D)."""
    path = [x]
    for t, s in pairwise(through):
        x = path[-1]
        first = slope(sde, score, x, t)
        second = slope(sde, score, x + (s - t) * first, s)
        path.append(x + (s - t) * (first + second) / 2)
    return torch.stack(path)


def crossed(paths: Tensor) -> Tensor:
    """How many pairs of paths in one dimension have changed their order by each time. (S, n) -> (S,).

    Solutions of an ODE never do: two that met would have one slope, and go on as one.
    """
    one, other = torch.triu_indices(paths.shape[1], paths.shape[1], 1)
    above = paths[:, one] > paths[:, other]  # (S, pairs)
    changed = np.logical_or.accumulate((above != above[:1]).numpy())
    return torch.from_numpy(changed.sum(1))
