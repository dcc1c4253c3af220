"""Striped shapes on plain paper: what a picture shows at large (a silhouette) and in small (its stripes) is
known apart, so that both can be measured apart.

Made by numpy alone from `shapes.draw`, so there is no licence to keep.

Honest limits: one shape a picture, stripes of one width, no noise, no shading. Shape, place, size, direction
and phase of the stripes are drawn independently, each evenly, so nothing of the stripes can be told from the
silhouette: photographs are not like that.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

from engine.data.shapes import SPRITES, draw

SIDE = 32
PERIOD = 5.0  # pixels from one dark stripe to the next
WAYS = 4  # directions of the stripes, 45 degrees apart
PALE, DARK = 0.25, 1.0  # ink between the stripes, and on them
LEARNED, KEPT = 3000, 400
BOX = 24  # pixels: wider than any shape


class Striped(NamedTuple):
    """Pictures (N, 32, 32), ink in [0, 1] to eight bits; inside (N, 32, 32) bool: the silhouette; factors
    (N, 2): which shape, which direction. Read-only."""

    x: np.ndarray
    inside: np.ndarray
    factors: np.ndarray


@cache
def striped_shapes(seed: int = 0) -> tuple[Striped, Striped]:
    """Those to learn from, and those to keep. No picture is drawn twice, so none is in both."""
    rng = np.random.default_rng(seed)
    n = LEARNED + KEPT
    shape, way = rng.integers(len(SPRITES), size=n), rng.integers(WAYS, size=n)
    radius = rng.uniform(7, 11, n)
    place = radius[:, None] + rng.uniform(size=(n, 2)) * (SIDE - 2 * radius[:, None])
    phase = rng.uniform(0, 2 * np.pi, n)
    covered = np.zeros((n, SIDE, SIDE))
    corner = np.clip(place - BOX / 2, 0, SIDE - BOX).astype(int)  # only a box around each shape is looked at
    for i, (row, col) in enumerate(corner):
        at = place[i] - corner[i]
        covered[i, row : row + BOX, col : col + BOX] = draw(SPRITES[shape[i]], BOX, at[0], at[1], radius[i])
    ink = covered * _stripes(way, phase)
    x = (255 * ink).round().astype(np.uint8).astype(np.float32) / 255
    if len({one.tobytes() for one in x}) < n:
        raise ValueError(f"seed must draw no picture twice, got {seed}")
    whole = Striped(x, covered > 0.5, np.stack([shape, way], 1))
    for array in whole:
        array.setflags(write=False)  # one copy serves everyone
    return Striped(*(a[:LEARNED] for a in whole)), Striped(*(a[LEARNED:] for a in whole))


def _stripes(way: np.ndarray, phase: np.ndarray) -> np.ndarray:
    """Smooth stripes over whole pictures, (N, 32, 32)."""
    row, col = np.mgrid[:SIDE, :SIDE]
    angle = np.pi * way[:, None, None] / WAYS
    along = row * np.sin(angle) + col * np.cos(angle)
    wave = np.sin(2 * np.pi * along / PERIOD + phase[:, None, None])
    return PALE + (DARK - PALE) * (1 + wave) / 2
