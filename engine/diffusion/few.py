"""What the labs of fewer steps share: a mixture on the line, its levels of noise, and a distance to the data.

Places are drawn divided by sqrt(1 + t^2), so that noise of every size fills the same picture, and times by
the number of their level: both as VP diffusion has them.
"""

import numpy as np
import torch
from torch import Tensor

from engine.diffusion.ddpm import DDPM
from engine.diffusion.karras import EPS, MOST, RHO, levels
from engine.diffusion.mixture import Mixture

REACH, ROWS = 2.9, 56  # the river goes from -REACH to REACH
T = 80  # levels of noise
MANY = 4000  # points that a distance is taken of
NOISES = (-1.9, -1.2, -0.75, -0.35, 0.1, 0.5, 0.95, 1.5, 2.1)  # that are drawn besides the reader's


def units(t: Tensor | float) -> Tensor:
    """By what a place at this noise is divided to be drawn."""
    return (1 + torch.as_tensor(t).square()).sqrt()


def way(t: Tensor) -> Tensor:
    """How far on the way from noise, 0, to data, 1, a level is."""
    high, low = MOST ** (1 / RHO), EPS ** (1 / RHO)
    return (high - t.pow(1 / RHO)) / (high - low)


def exact(of: Mixture) -> DDPM:
    """The best guess of the noise as a DDPM's net, with the levels of the ODE's grid; level 0 is the data."""
    sigma = torch.cat([torch.zeros(1), levels(T)])
    ab = 1 / (1 + sigma.double().square())
    return DDPM(lambda x, t: of.at(float(ab[t[0]].sqrt()), float((1 - ab[t[0]]).sqrt())).eps(x), ab)


def clump(of: Mixture, x: Tensor) -> Tensor:
    """The number of the nearest clump (N,)."""
    return torch.cdist(x, of.means).argmin(1)


def apart(x: Tensor, y: Tensor) -> float:
    """How far points x (N, 1) must be moved on average to lie as y (N, 1) do: the Wasserstein distance."""
    return float((x.flatten().sort().values - y.flatten().sort().values).abs().mean())


def river(of: Mixture) -> np.ndarray:
    """p_t as ink, a column for each of T levels from noise to data, from REACH down -> (ROWS, T) uint8."""
    y = torch.linspace(REACH, -REACH, ROWS)[:, None]
    columns = []
    for t in levels(T).flip(0).tolist():
        log = of.at(1.0, t).log_density(y * units(t))
        columns.append(255 * torch.exp((log - log.max()) / 2))
    return torch.stack(columns, 1).numpy().round().astype(np.uint8)
