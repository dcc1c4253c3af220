"""Who says whether a drawing is a digit: a support vector machine with an eleventh class, "no digit".

It knows the digits that the net was trained on, and things made of them that are none: pixels mixed between
images, halves of two digits put together, two digits laid over each other. Judged on digits that neither
has seen, it takes about nine in ten for digits; that is the most a net can hope for.
"""

from functools import cache

import numpy as np
from sklearn.svm import SVC

from engine.data.digits import digits

NONE = 10  # the class of what is no digit
MOST = 1600  # of them are kept: a judge must be ready within two seconds


def none_of(x: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Images made of digits x (N, 8, 8), y (N,), that are none -> (about 4 N, 8, 8) float."""
    n = len(x)
    mixed = np.stack([x.reshape(n, -1)[rng.permutation(n), pixel] for pixel in range(64)], 1)
    one, two = rng.permutation(n), rng.permutation(n)
    apart = y[one] != y[two]
    one, two = x[one[apart]].astype(float), x[two[apart]].astype(float)
    stacked, beside = one.copy(), one.copy()
    stacked[:, 4:], beside[:, :, 4:] = two[:, 4:], two[:, :, 4:]
    return np.concatenate([mixed.reshape(n, 8, 8), stacked, beside, (one + two) / 2])


@cache
def judge() -> SVC:
    """Trained once, on the training digits."""
    data = digits()
    rng = np.random.default_rng(0)
    fakes = rng.permutation(none_of(data.train_x, data.train_y, rng))[:MOST]
    x = np.concatenate([data.train_x, fakes]).reshape(-1, 64)
    return SVC(C=10, class_weight={NONE: 2}).fit(x, np.concatenate([data.train_y, np.full(len(fakes), NONE)]))


def verdicts(images: np.ndarray) -> np.ndarray:
    """Images (N, 8, 8) of levels 0..16 -> the class of each (N,), NONE for no digit."""
    return judge().predict(images.reshape(len(images), -1).astype(float))


@cache
def ceiling() -> float:
    """The share of test digits that the judge takes for digits."""
    return float((verdicts(digits().test_x) != NONE).mean())
