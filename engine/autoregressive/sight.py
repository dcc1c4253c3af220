"""What a net's guess of one pixel may hear of, by gradient, and in which order its states are computed.

The ways of van den Oord et al., 2016 (arXiv:1601.06759, section 3) and of Chen et al., 2020, as nets that are
not trained. Departure from the first: it argues from the connections, here the slope is measured.
"""

from collections.abc import Set
from functools import cache

import numpy as np
import torch

from engine.autoregressive.image_gpt import ImageGPT
from engine.autoregressive.masks import Offset
from engine.autoregressive.pixelrnn import KINDS, PixelRNN

SIDE = 11
ALL = (*KINDS, "Transformer")
STEPS = {KINDS[0]: 1, KINDS[1]: SIDE, KINDS[2]: 2 * SIDE - 1, ALL[3]: 1}  # of one pass, one after the other
LONGEST = max(STEPS.values())


@cache
def seen(kind: str, row: int, col: int, layers: int, shifted: bool = True) -> np.ndarray:
    """Which pixels the guess of one pixel hangs on, by the gradient of a net as it starts: (SIDE, SIDE) bool.

    In double precision: what is not on any way to the guess has a slope of 0, to the bit.
    """
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(0)
        net = (
            ImageGPT(2, SIDE**2, 8, 2, layers) if kind == ALL[3] else PixelRNN(kind, layers, 8, 2, shifted)
        ).double()
        x = torch.randint(2, (1, SIDE, SIDE))
    if isinstance(net, ImageGPT):
        told = net.wte(net.shifted(x.flatten(1))).detach().requires_grad_()  # place i is told pixel i - 1
        out = net.depths(told)[-1][0, row * SIDE + col].sum()
        slope = torch.autograd.grad(out, told)[0].abs().sum((0, 2))
        slope = torch.cat([slope[1:], slope[:1] * 0])
    else:
        inputs = net.embed(x).requires_grad_()
        out = net.from_input(inputs)[0, :, row, col].sum()
        slope = torch.autograd.grad(out, inputs)[0].abs()
    return (slope.view(SIDE, SIDE) > 0).numpy()


def past(row: int, col: int) -> Set[Offset]:
    """What comes before a pixel: the rows above, and what is left of it."""
    return {(i, j) for i in range(SIDE) for j in range(SIDE) if i * SIDE + j < row * SIDE + col}


def turn(kind: str) -> np.ndarray:
    """At which step of a pass each pixel's state is there, from 1: (SIDE, SIDE)."""
    rows, columns = np.indices((SIDE, SIDE))
    return {KINDS[1]: rows + 1, KINDS[2]: rows + columns + 1}.get(kind, np.ones((SIDE, SIDE), int))
