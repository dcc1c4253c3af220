"""The measures that the labs of this folder share, set against loops."""

import math

import numpy as np
import torch

from engine.autoregressive.measures import histogram_bits, nearest, recogniser
from engine.data.digits import digits


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


def test_the_nearest_digit_is_found_by_looking_at_all():
    """Mutant killed: the farthest."""
    d = digits()
    x = d.test_x[:5]
    found = nearest(
        torch.from_numpy(x.astype(np.int64)), torch.from_numpy(d.train_x.astype(np.int64))
    ).numpy()
    for image, near in zip(x.astype(int), found, strict=True):
        distances = [((image - other) ** 2).sum() for other in d.train_x.astype(int)]
        assert ((image - near) ** 2).sum() == min(distances)


def test_the_judge_knows_real_digits():
    """At least 98 % of 397 that it never saw. Mutant killed: a judge trained on other labels."""
    d = digits()
    judge = recogniser(d.train_x, d.train_y)
    assert judge.score(d.test_x.reshape(len(d.test_x), -1), d.test_y) >= 0.98
