"""Patches of two photographs in eight-bit grey: real pixels of 256 levels, as they come with scikit-learn.

Source: china.jpg, by danielbuechele, and flower.jpg, by vultilion, flickr.com, 2011, both under CC BY 2.0;
scikit-learn ships them. Grey is the mean of red, green and blue; every second pixel of each axis is kept.

Honest limits: two photographs, compressed as JPEG, are no sample of the world. The cut is by place, so no
test pixel is a training pixel, but both come from the same scenes.
"""

from functools import cache

import numpy as np
from sklearn.datasets import load_sample_images

LEVELS = 256
SIDE = 8
TEST = 400  # of 2080 places


@cache
def photos(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Patches for training (1680, 8, 8) and for testing (400, 8, 8), uint8; read-only."""
    tiles = []
    for picture in load_sample_images().images:
        grey = np.asarray(picture, np.float64).mean(2).round().astype(np.uint8)[::2, ::2]
        rows, cols = (n // SIDE for n in grey.shape)
        cut = grey[: rows * SIDE, : cols * SIDE].reshape(rows, SIDE, cols, SIDE)
        tiles.append(cut.transpose(0, 2, 1, 3).reshape(-1, SIDE, SIDE))
    every = np.concatenate(tiles)
    every = every[np.random.default_rng(seed).permutation(len(every))]
    every.setflags(write=False)  # one copy serves everyone
    return every[TEST:], every[:TEST]
