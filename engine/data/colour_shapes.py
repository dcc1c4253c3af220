"""Flat shapes on flat grounds, six colours of four levels a channel: pictures whose colours can be counted.

Made by numpy alone from `shapes.draw`, so there is no licence to keep. The palette is chosen so that red,
green and blue, each for itself, say little of which of the six it is: only together are they a colour.

Honest limits: one shape a picture, no shading, no smoothed edge, and thus no colour beside the six.
"""

from functools import cache

import numpy as np

from engine.data.shapes import SPRITES, draw

LEVELS = 4  # a channel: 0, 85, 170 and 255 of the eight-bit scale
SIDE = 10
PALETTE = np.array([[3, 1, 0], [0, 2, 2], [3, 2, 0], [0, 1, 2], [2, 0, 1], [3, 3, 2]], np.uint8)
TRAIN, TEST = 2000, 400


@cache
def colour_shapes(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Pictures for training (2000, 10, 10, 3) and for testing (400, ...), levels 0..3; read-only.

    Ground and shape have different colours, each pair equally likely; size and place vary. No picture is
    drawn twice, so none for testing is one for training.
    """
    rng = np.random.default_rng(seed)
    drawn: dict[bytes, np.ndarray] = {}
    while len(drawn) < TRAIN + TEST:
        picture = _one(rng)
        drawn.setdefault(picture.tobytes(), picture)
    pictures = np.stack(list(drawn.values()))
    pictures.setflags(write=False)  # one copy serves everyone
    return pictures[:TRAIN], pictures[TRAIN:]


def _one(rng: np.random.Generator) -> np.ndarray:
    ground, ink = rng.choice(len(PALETTE), 2, replace=False)
    radius = rng.uniform(2.2, 3.6)
    row, col = rng.uniform(radius, SIDE - radius, 2)
    inside = draw(SPRITES[rng.integers(len(SPRITES))], SIDE, row, col, radius) > 0.5
    return np.where(inside[..., None], PALETTE[ink], PALETTE[ground])
