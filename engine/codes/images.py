"""The pictures that this folder's nets learn from: 16 x 16, ink in [0, 1], cut into training and test.

digits are scikit-learn's 8 x 8 ones, every pixel doubled: nothing is finer than two pixels in them.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
import torch
from torch import Tensor

from engine.data import shapes
from engine.data.digits import LEVELS, digits

SIDE = 16
SETS = ("sprites", "factors", "digits")
DEFAULT = SETS[0]  # the prior of stage two stands on a stage one of this set


@cache
def images(name: str) -> tuple[Tensor, Tensor]:
    """(N, 16, 16) for training and (M, 16, 16) for testing; the cut is the same for every seed."""
    if name == "digits":
        data = digits()
        return tuple(_ink(x.repeat(2, 1).repeat(2, 2), LEVELS - 1) for x in (data.train_x, data.test_x))  # type: ignore[return-value]
    x = shapes.sprites(SIDE, places=9).x if name == "sprites" else shapes.factors(SIDE).x
    train, test = shapes.split(len(x), len(x) // 6)
    return _ink(x[train], 255), _ink(x[test], 255)


def _ink(x: np.ndarray, top: int) -> Tensor:
    return torch.from_numpy(x.astype(np.float32) / top)


def stacked(pictures: Sequence[np.ndarray]) -> Tensor:
    """Somebody's own pictures (S, S), ink in [0, 1] -> (N, S, S). One is enough.

    Raises ValueError for none, for unequal sizes, for a side that is no multiple of 4 up to 64, for values
    that are not in [0, 1].
    """
    sizes = sorted({np.shape(one) for one in pictures})
    if len(sizes) != 1:
        raise ValueError(f"all pictures must have one size, got {', '.join(map(str, sizes)) or 'none'}")
    if len(sizes[0]) != 2 or sizes[0][0] != sizes[0][1] or sizes[0][0] % 4 or not 4 <= sizes[0][0] <= 64:
        raise ValueError(f"a picture must be square, its side a multiple of 4 in [4, 64], got {sizes[0]}")
    x = np.stack([np.asarray(one, np.float32) for one in pictures])
    if not (x.min() >= 0 and x.max() <= 1):  # so that nan is refused, too
        raise ValueError(f"ink must lie in [0, 1], got values from {x.min():g} to {x.max():g}")
    return torch.from_numpy(x)
