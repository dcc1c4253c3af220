"""The digits of `digits`, each pixel black or white: for labs whose likelihood is of such pixels.

Two digits that differ in grey may be one in black and white. Of the 397 for testing 18 are then the same as
one for training: they are left out, so that what is kept was never learned.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from engine.data.digits import digits

BLACK = 8  # level, of 0 to 16, from which a pixel is black


class BlackDigits(NamedTuple):
    """For training (1400, 64) and kept (379, 64), 1 where black; labels of the kept ones (379,)."""

    learned: Tensor
    kept: Tensor
    labels: np.ndarray


@cache
def black_digits() -> BlackDigits:
    """All of them; one copy serves everyone, so nobody writes into it."""
    d = digits()
    learned, kept = ((x.reshape(-1, 64) >= BLACK).astype(np.float32) for x in (d.train_x, d.test_x))
    known = {row.tobytes() for row in learned}
    new = np.array([row.tobytes() not in known for row in kept])
    return BlackDigits(torch.from_numpy(learned), torch.from_numpy(kept[new]), d.test_y[new])


@cache
def independent() -> float:
    """Log-probability of a kept digit, in nats, for who knows how often each pixel is black and no more."""
    learned, kept, _ = black_digits()
    p = (learned.sum(0) + 0.5) / (len(learned) + 1)
    return float((kept * p.log() + (1 - kept) * (1 - p).log()).sum(1).mean())
