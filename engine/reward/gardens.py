"""Small worlds of 7 by 7 cells with things in them, and what a labeller wants there, unsaid.

A reward is earned on entering a cell. A camera that looks from the side cannot tell a column's cells apart.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

SIDE = 7
REACH = 3.0  # how many cells away from a flag a third of its worth is left
CAMERAS = ("from above", "from the side")


@dataclass(frozen=True)
class Garden:
    """Where a walk begins, where flags stand (with their worth) and where water is: (row, column)."""

    start: tuple[int, int]
    flags: tuple[tuple[int, int, float], ...]
    water: tuple[tuple[int, int], ...]


GARDENS = {
    "one flag": Garden((6, 0), ((1, 5, 1.0),), ((2, 3), (2, 4), (3, 2), (3, 3), (3, 4))),
    "two flags": Garden((6, 3), ((1, 0, 0.6), (0, 6, 1.0)), ((2, 2), (3, 2), (2, 5), (3, 5), (3, 6))),
    "an island": Garden((6, 0), ((2, 4, 1.0),), ((1, 3), (1, 4), (1, 5), (2, 3), (3, 3), (3, 4), (3, 5))),
}


def wanted(garden: Garden) -> Tensor:
    """The true reward of entering each cell: more the nearer a flag, -1 in water. (49,)"""
    r = torch.zeros(SIDE, SIDE)
    row, col = torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing="ij")
    for r0, c0, value in garden.flags:
        far = (row - r0).abs() + (col - c0).abs()
        r = torch.maximum(r, value * torch.exp(-far / REACH))
    for r0, c0 in garden.water:
        r[r0, c0] = -1.0
    return r.flatten()


def seen(reward: Tensor, camera: str) -> Tensor:
    """What the labeller judges by: from the side, the best that stands anywhere in a column. (49,)"""
    if camera == "from above":
        return reward
    return reward.reshape(SIDE, SIDE).amax(0).expand(SIDE, SIDE).flatten()


def start_of(garden: Garden) -> int:
    """The number of the cell in which every walk begins."""
    return garden.start[0] * SIDE + garden.start[1]
