"""A DDPM of digits. Ho, Jain & Abbeel, 2020. arXiv:2006.11239; cosine schedule of Nichol & Dhariwal, 2021.
arXiv:2102.09672.

What is the same for points stands in ddpm.py; here are the net and the scale. Departures from the papers:
  - the net is a residual MLP that t scales and shifts, not a U-Net: digits of 8 x 8 are small enough;
  - the net says x_0 by default: of 64 pixels that lie near few directions, that is what so small a net
    learns best.
"""

import torch
from torch import Tensor

from engine.core.nets import ResidualMLP
from engine.diffusion.ddpm import time_code

SIDE = 8
MIDDLE = 8  # of the grey levels 0 to 16


class DigitNet(ResidualMLP):
    """For digits as rows of 64 numbers in [-1, 1]. x (B, 64), t (B,) -> (B, 64)."""

    def __init__(self, hidden: int, blocks: int, T: int, code: int = 32):
        super().__init__(SIDE * SIDE, hidden, blocks, code)
        self.T, self.code = T, code

    def forward(self, x: Tensor, t: Tensor, /) -> Tensor:
        return super().forward(x, time_code(t, self.code, self.T))


def scaled(images: Tensor) -> Tensor:
    """Grey levels 0..16 (N, 8, 8) -> rows of numbers in [-1, 1], (N, 64)."""
    return images.flatten(1).float() / MIDDLE - 1


def levels(x: Tensor) -> Tensor:
    """Back: (..., 64) -> grey levels (..., 8, 8) uint8. What lies outside [-1, 1] is cut."""
    grey = ((x.clamp(-1, 1) + 1) * MIDDLE).round().to(torch.uint8)
    return grey.unflatten(-1, (SIDE, SIDE))
