"""A note on the evaluation of generative models. Theis, van den Oord & Bethge, 2016. arXiv:1511.01844.

And, for pictures that were never trained on: Do deep generative models know what they don't know?
Nalisnick et al., 2019. arXiv:1810.09136. Departures from them:
  - a PixelCNN on digits of 8 x 8 pixels and 17 levels, trained for seconds;
  - the other sets are made by a program, so that anyone can see why a net finds them likely or not;
  - the noise of the mixture is uniform over all pictures.
"""

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from engine.data.shapes import SPRITES, draw

SIDE, LEVELS = 8, 17
SHARE = 0.01  # of the net in the mixture
NAMES = ("digits", "blank", "grey", "shapes", "shuffled", "noise")


def sets(digits: np.ndarray, n: int, seed: int) -> dict[str, np.ndarray]:
    """n pictures of each kind, (n, 8, 8) uint8 levels: test digits, empty pages, even greys, drawn shapes,
    digits with their pixels shuffled, and noise."""
    rng = np.random.default_rng(seed)
    some = digits[:n]
    flat = some.reshape(n, -1)
    greys = np.broadcast_to(np.linspace(4, LEVELS - 1, n).astype(np.uint8)[:, None, None], some.shape)
    return {
        "digits": some,
        "blank": np.zeros_like(some),
        "grey": greys.copy(),
        "shapes": np.stack([_shape(rng) for _ in range(n)]),
        "shuffled": rng.permuted(flat, axis=1).reshape(some.shape),
        "noise": rng.integers(0, LEVELS, some.shape).astype(np.uint8),
    }


def _shape(rng: np.random.Generator) -> np.ndarray:
    radius = rng.uniform(1.5, 3)
    row, col = rng.uniform(radius, SIDE - radius, 2)
    ink = draw(SPRITES[rng.integers(len(SPRITES))], SIDE, row, col, radius)
    return (ink * (LEVELS - 1)).round().astype(np.uint8)


def mixed(bits: Tensor, share: float = SHARE) -> Tensor:
    """Poor samples, great likelihood: bits of pictures under q = share p + (1 - share) noise. (N,) -> (N,).

    q is never below share p, so it costs at most log2(1 / share) bits a picture more than p.
    """
    noise = torch.full_like(bits, SIDE * SIDE * math.log2(LEVELS))
    both = torch.stack([math.log2(share) - bits, math.log2(1 - share) - noise])
    return -(both * math.log(2)).logsumexp(0) / math.log(2)


def mixed_samples(sample: Callable[[Tensor], Tensor], n: int, seed: int, share: float = SHARE) -> Tensor:
    """Draws of the same mixture: the net's with probability `share`, else noise. -> (n, 8, 8) int64.

    sample: uniforms (n, 8, 8) -> pictures of the net.
    """
    rng = torch.Generator().manual_seed(seed)
    uniforms = torch.rand(n, SIDE, SIDE, generator=rng)
    noise = torch.randint(LEVELS, (n, SIDE, SIDE), generator=rng)
    of_net = torch.rand(n, generator=rng) < share
    return torch.where(of_net[:, None, None], sample(uniforms), noise)
