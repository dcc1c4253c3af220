"""A density and a field of arrows as small pictures: one number or one arrow a cell, from the upper left.

Places are in units of `spread`, so that a density that explodes with its noise stays in the picture.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from engine.diffusion.mixture import Noised

REACH, ASPECT = 3.2, 0.76  # the picture goes from -REACH to REACH across, ASPECT times that up and down
DENSITY, FIELD = (34, 44), (13, 17)  # rows and columns
LONG = 3.0  # an arrow of this length is the longest that is kept
HUNDREDTHS = 100  # places are kept as whole hundredths

Score = Callable[[Tensor], Tensor]  # x (B, 2) -> (B, 2)


def cells(size: tuple[int, int], reach: float = REACH, aspect: float = ASPECT) -> Tensor:
    """The centres of the cells of a picture, row by row -> (rows columns, 2)."""
    rows, columns = size
    y = aspect * reach * (1 - (2 * torch.arange(rows) + 1) / rows)
    x = reach * ((2 * torch.arange(columns) + 1) / columns - 1)
    return torch.stack([x.repeat(rows), y.repeat_interleave(columns)], 1)


def density(of: Noised, spread: float, reach: float = REACH, aspect: float = ASPECT) -> np.ndarray:
    """p as ink: 255 at its own highest cell, square root in between -> (rows, columns) uint8."""
    log = of.log_density(spread * cells(DENSITY, reach, aspect))
    return (255 * torch.exp((log - log.max()) / 2)).reshape(DENSITY).numpy().round().astype(np.uint8)


def arrows(
    score: Score,
    size: float,
    spread: float,
    reach: float = REACH,
    aspect: float = ASPECT,
    grid: tuple[int, int] = FIELD,
) -> Tensor:
    """size times score: with the standard deviation of one mode, about as long at every time -> (r, c, 2)."""
    return (size * score(spread * cells(grid, reach, aspect))).reshape(*grid, 2)


def kept(field: Tensor) -> np.ndarray:
    """Arrows in 127ths of LONG -> int8. Longer ones are cut, in their direction."""
    size = field.norm(dim=-1, keepdim=True).clamp(min=1e-9)
    return (127 / LONG * field * (LONG / size).clamp(max=1)).numpy().round().astype(np.int8)


def places(x: Tensor, spread: float = 1.0) -> np.ndarray:
    """Places as whole hundredths -> int16. Cut at 300, far out of the picture."""
    return (HUNDREDTHS * (x / spread).clamp(-300, 300)).numpy().round().astype(np.int16)
