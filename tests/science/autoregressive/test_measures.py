"""The measures that the labs of this folder share, set against loops."""

import math

import numpy as np

from engine.autoregressive.measures import histogram_bits


def test_the_baseline_is_each_pixels_own_histogram_with_one_more_of_every_level():
    """Mutant killed: one histogram for all pixels."""
    rng = np.random.default_rng(0)
    train, test = rng.integers(3, size=(20, 2, 2)), rng.integers(3, size=(5, 2, 2))
    train[:, 0, 0] = 0
    bits = []
    for image in test:
        for r, c in np.ndindex(2, 2):
            count = sum(1 for other in train if other[r, c] == image[r, c])
            bits.append(-math.log2((count + 1) / (20 + 3)))
    assert math.isclose(histogram_bits(train, test, 3), sum(bits) / len(bits))
