"""A DDPM of digits. Ho, Jain & Abbeel, 2020. arXiv:2006.11239; cosine schedule of Nichol & Dhariwal, 2021.
arXiv:2102.09672.

What is the same for points stands in ddpm.py; here are the net and the scale. Departures from the papers:
  - the net is a residual MLP that t scales and shifts (FiLM: Perez et al., 2018. arXiv:1709.07871), not a
    U-Net: digits of 8 x 8 are small enough;
  - the net says x_0 by default: of 64 pixels that lie near few directions, that is what so small a net
    learns best.
"""

import torch
from torch import Tensor, nn

from engine.diffusion.ddpm import time_code

SIDE = 8
MIDDLE = 8  # of the grey levels 0 to 16


class Block(nn.Module):
    """x + what a layer makes of it, after t has scaled and shifted it. x (B, H), code (B, C) -> (B, H)."""

    def __init__(self, hidden: int, code: int):
        super().__init__()
        self.norm = nn.LayerNorm(hidden, elementwise_affine=False)
        self.film = nn.Linear(code, 2 * hidden)
        self.first, self.second = nn.Linear(hidden, hidden), nn.Linear(hidden, hidden)
        nn.init.zeros_(self.second.weight)  # each block begins as the identity
        nn.init.zeros_(self.second.bias)

    def forward(self, x: Tensor, code: Tensor) -> Tensor:
        scale, shift = self.film(code).chunk(2, 1)
        inside = self.first(self.norm(x) * (1 + scale) + shift)
        return x + self.second(nn.functional.silu(inside))


class DigitNet(nn.Module):
    """For digits as rows of 64 numbers in [-1, 1]. x (B, 64), t (B,) -> (B, 64)."""

    def __init__(self, hidden: int, blocks: int, T: int, code: int = 32):
        super().__init__()
        self.T, self.code = T, code
        self.inwards = nn.Linear(SIDE * SIDE, hidden)
        self.blocks = nn.ModuleList(Block(hidden, code) for _ in range(blocks))
        self.norm = nn.LayerNorm(hidden)
        self.outwards = nn.Linear(hidden, SIDE * SIDE)

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        code, x = time_code(t, self.code, self.T), self.inwards(x)
        for block in self.blocks:
            x = block(x, code)
        return self.outwards(self.norm(x))


def scaled(images: Tensor) -> Tensor:
    """Grey levels 0..16 (N, 8, 8) -> rows of numbers in [-1, 1], (N, 64)."""
    return images.flatten(1).float() / MIDDLE - 1


def levels(x: Tensor) -> Tensor:
    """Back: (..., 64) -> grey levels (..., 8, 8) uint8. What lies outside [-1, 1] is cut."""
    grey = ((x.clamp(-1, 1) + 1) * MIDDLE).round().to(torch.uint8)
    return grey.unflatten(-1, (SIDE, SIDE))
