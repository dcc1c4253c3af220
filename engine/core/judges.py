"""Who judges what a model makes, and shares nothing with it: how near to data, and which digit if any.

The judge of digits is a support vector machine with an eleventh class, "no digit". It knows the digits that
a net was trained on, and things made of them that are none: pixels mixed between images, halves of two digits
put together, two digits laid over each other. Judged on digits that neither has seen, it takes about nine in
ten for digits; that is the most a net can hope for.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
import torch
from sklearn.svm import SVC
from torch import Tensor

from engine.data.digits import digits

WIDTHS = (0.15, 0.5)
NONE = 10  # the class of what is no digit
MOST = 1600  # of them are kept: a judge must be ready within two seconds


def nearest(x: Tensor, train: Tensor) -> tuple[Tensor, Tensor]:
    """For each x (N, ...) the closest of train (M, ...), by Euclid -> numbers (N,) and distances (N,)."""
    far, which = torch.cdist(x.flatten(1).float(), train.flatten(1).float()).min(1)
    return which, far


def mmd(x: Tensor, y: Tensor, widths: Sequence[float] = WIDTHS) -> float:
    """Squared maximum mean discrepancy of two clouds (n, D), (m, D); see `floor` for what it is at best."""
    xx, yy, xy = (float(kernel(*pair, widths).mean()) for pair in ((x, x), (y, y), (x, y)))
    return xx + yy - 2 * xy


def floor(x: Tensor) -> float:
    """What `mmd` comes to on average for two clouds of this size from the density that x (n, D) is from.

    Each cloud meets itself on the diagonal: 2 / n of what a point's own kernel is above two strangers'.
    """
    n = len(x)
    strangers = float(kernel(x, x).sum() - n) / (n * (n - 1))
    return 2 / n * (1 - strangers)


def kernel(x: Tensor, y: Tensor, widths: Sequence[float] = WIDTHS) -> Tensor:
    """The mean of Gaussian kernels of these widths -> (n, m)."""
    far = torch.cdist(x, y).square()
    return sum((torch.exp(-far / (2 * h * h)) for h in widths), torch.zeros(())) / len(widths)


def recogniser(x: np.ndarray, y: np.ndarray) -> SVC:
    """A judge of classes alone: each image is one of them. x (N, H, W), y (N,) classes."""
    return SVC(kernel="rbf", gamma="scale").fit(x.reshape(len(x), -1), y)


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
def digit_judge() -> SVC:
    """Trained once, on the training digits."""
    data = digits()
    rng = np.random.default_rng(0)
    fakes = rng.permutation(none_of(data.train_x, data.train_y, rng))[:MOST]
    x = np.concatenate([data.train_x, fakes]).reshape(-1, 64)
    return SVC(C=10, class_weight={NONE: 2}).fit(x, np.concatenate([data.train_y, np.full(len(fakes), NONE)]))


def which_digit(images: np.ndarray) -> np.ndarray:
    """Images (N, 8, 8) of levels 0..16 -> the class of each (N,), NONE for no digit."""
    return digit_judge().predict(images.reshape(len(images), -1).astype(float))


@cache
def ceiling() -> float:
    """The share of test digits that the judge takes for digits."""
    return float((which_digit(digits().test_x) != NONE).mean())
