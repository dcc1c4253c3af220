"""Handwritten digits of 8 x 8 pixels and 17 grey levels, as they come with scikit-learn.

Source: Optical Recognition of Handwritten Digits, E. Alpaydin & C. Kaynak, 1998, UCI Machine Learning
Repository, doi:10.24432/C50P49, licence CC BY 4.0. scikit-learn ships the 1797 images of its test part.

Honest limits: the images are tiny and few; each level counts black pixels in a 4 x 4 block of a scan, so the
levels are not photographic greys; 13 people wrote the digits, and this split goes by image, not by writer, so
the same hands are in both parts. Bits per dimension of 17 levels compare with no paper's figure for 256.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from sklearn.datasets import load_digits

LEVELS = 17
SIDE = 8
TRAIN = 1400  # of 1797; the other 397 are for testing


class Digits(NamedTuple):
    """Images (N, 8, 8) uint8 with levels 0..16 and labels (N,) int64; read-only."""

    train_x: np.ndarray
    train_y: np.ndarray
    test_x: np.ndarray
    test_y: np.ndarray


@cache
def digits(split_seed: int = 0) -> Digits:
    """All 1797 digits, shuffled by a generator of this seed, cut into 1400 for training, 397 for testing."""
    images, labels = (np.asarray(part) for part in load_digits(return_X_y=True))
    order = np.random.default_rng(split_seed).permutation(len(images))
    x, y = images.reshape(-1, SIDE, SIDE).astype(np.uint8)[order], labels.astype(np.int64)[order]
    parts = Digits(x[:TRAIN], y[:TRAIN], x[TRAIN:], y[TRAIN:])
    for array in parts:
        array.setflags(write=False)  # one copy serves everyone
    return parts
