"""Data on the plane whose places are known, so that what a generator reaches can be counted.

Drawn anew at each step: there is no training set to learn by heart. Honest limit: two dimensions, and spots
far apart; between them there is nothing, which is not so of photographs.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.data.points import CELLS, REACH, cells, ring

RING, GRID, DRAWN = DATA = ("ring of 8", "grid of 25", "drawn")
SD, NEAR = 0.1, 0.3  # of a spot; a fake within three standard deviations lies on it
FAIR = 0.1  # a spot is reached where at least this part of its fair share lies on it


@dataclass(frozen=True)
class Spots:
    """Spots of equal weight: Gaussians, or the painted cells of a drawing."""

    centres: Tensor  # (K, 2)
    square: bool = False

    def draw(self, n: int, rng: torch.Generator) -> Tensor:
        """n points of the data -> (n, 2)."""
        which = torch.randint(len(self.centres), (n,), generator=rng)
        if self.square:
            within = (2 * torch.rand(n, 2, generator=rng) - 1) * REACH / CELLS
        else:
            within = SD * torch.randn(n, 2, generator=rng)
        return self.centres[which] + within

    def shares(self, x: Tensor) -> Tensor:
        """Of points (N, 2), the share that lies on each spot -> (K,); the rest lies on none."""
        far, which = torch.cdist(x, self.centres, p=torch.inf if self.square else 2.0).min(1)
        on = which[far <= (REACH / CELLS if self.square else NEAR)]
        return torch.bincount(on, minlength=len(self.centres)) / len(x)

    def reached(self, shares: Tensor) -> int:
        """How many spots have at least FAIR of their fair share."""
        return int((shares >= FAIR / len(self.centres)).sum())


def spots(data: str, drawing: str) -> Spots:
    """The spots of DATA. Raises ValueError for a drawing that is none."""
    if data == RING:
        return Spots(torch.from_numpy(ring()).float())
    if data == GRID:
        side = torch.linspace(-2, 2, 5)
        return Spots(torch.cartesian_prod(side, side))
    row, column = torch.from_numpy(cells(drawing)).nonzero().T
    size = 2 * REACH / CELLS
    return Spots(torch.stack([(column + 0.5) * size - REACH, REACH - (row + 0.5) * size], 1), square=True)
