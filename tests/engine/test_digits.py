"""The digits: all of them, once each, cut the same way every time."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from engine.data.digits import LEVELS, digits


def test_shapes_levels_and_sizes():
    d = digits()
    assert d.train_x.shape == (1400, 8, 8)
    assert d.test_x.shape == (397, 8, 8)
    assert d.train_x.dtype == d.test_x.dtype == np.uint8
    assert d.train_y.dtype == d.test_y.dtype == np.int64
    assert (d.train_x.min(), d.train_x.max()) == (0, LEVELS - 1)
    assert set(d.train_y) == set(d.test_y) == set(range(10))


def test_every_digit_is_there_once_with_its_own_label():
    d = digits()
    images, labels = load_digits(return_X_y=True)
    x, y = np.concatenate([d.train_x, d.test_x]), np.concatenate([d.train_y, d.test_y])
    have = [(image.tobytes(), int(label)) for image, label in zip(x, y, strict=True)]
    want = [(x.astype(np.uint8).tobytes(), int(y)) for x, y in zip(images, labels, strict=True)]
    assert sorted(have) == sorted(want)


def test_the_same_seed_cuts_the_same_way_and_another_does_not():
    assert np.array_equal(digits(0).test_y, digits.__wrapped__(0).test_y)
    assert not np.array_equal(digits(0).test_y, digits(1).test_y)


def test_nobody_can_write_into_the_shared_copy():
    with pytest.raises(ValueError, match="read-only"):
        digits().train_x[0, 0, 0] = 1
