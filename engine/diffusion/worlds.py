"""A mixture and an SDE together: a world in which the score at every time is known."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.data.landscapes import LANDSCAPES, weights
from engine.diffusion.mixture import Mixture, Noised
from engine.diffusion.sde import KINDS, SDE

LINE = ((-1.8,), (0.0,), (1.8,))  # the modes of the problem in one dimension
LINE_WEIGHTS = (0.35, 0.25, 0.4)


@dataclass(frozen=True)
class World:
    """Data, and how they become noise."""

    sde: SDE
    data: Mixture

    def at(self, t: float) -> Noised:
        """p_t."""
        return self.data.at(*self.sde.levels(t))

    def score(self, x: Tensor, t: float) -> Tensor:
        """grad log p_t(x). x (N, D) -> (N, D)."""
        return self.at(t).score(x)

    def draw(self, n: int, t: float, rng: torch.Generator) -> Tensor:
        """n exact samples of p_t -> (n, D)."""
        scale, noise = self.sde.levels(t)
        clean = self.data.draw(n, rng)
        return scale * clean + noise * torch.randn(clean.shape, generator=rng)

    def spread(self, t: float) -> float:
        """What a picture divides places by: sqrt(scale^2 + noise^2). 1 for VP at every t."""
        return math.hypot(*self.sde.levels(t))


def landscape(shape: str, modes: int, spread: float, uneven: float) -> Mixture:
    """A mixture on the plane: `modes` Gaussians of standard deviation `spread`."""
    means = LANDSCAPES[shape](modes).astype(np.float32)
    return Mixture(torch.from_numpy(means), torch.from_numpy(weights(modes, uneven)).float(), spread**2)


def line(spread: float) -> Mixture:
    """Three modes in one dimension, for the river: a problem of its own."""
    return Mixture(torch.tensor(LINE), torch.tensor(LINE_WEIGHTS), spread**2)


def world(kind: str, data: Mixture) -> World:
    """`kind` is VP or VE."""
    return World(KINDS[kind], data)
