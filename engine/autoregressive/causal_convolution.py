"""Causal convolutions in time: the bridge from sequences to masked images. WaveNet, van den Oord, 2016.

arXiv:1609.03499, section 2.1. Departures from it: one channel, no gates, no residuals, no biases.
"""

import torch
import torch.nn.functional as F
from torch import Tensor


def causal_convolution(x: Tensor, w: Tensor, dilation: int = 1, strict: bool = False) -> Tensor:
    """Section 2.1: y_t = sum_i w_i x_{t - d i}; with `strict` shifted by one, so that y_t does not see x_t.

    x (B, T), w (k,): w_0 meets the newest value -> (B, T). What lies before the start counts as zero.
    """
    reach = dilation * (len(w) - 1)
    padded = F.pad(x, (reach + strict, -int(strict)))  # on the left only: this is all the causality there is
    kernel = w.flip(0)[None, None]  # conv1d reads from old to new
    return F.conv1d(padded[:, None], kernel, dilation=dilation)[:, 0]


def receptive_field(length: int, kernel: int, dilations: tuple[int, ...], strict: bool) -> Tensor:
    """d y_t / d x_j for the last t of a stack of causal layers of ones, the first of them strict or not.

    Measured by autograd -> (length,) float64: how many paths lead from each x_j to y_t.
    """
    x = torch.zeros(1, length, dtype=torch.float64, requires_grad=True)
    y = x
    for i, d in enumerate(dilations):
        y = causal_convolution(y, torch.ones(kernel, dtype=torch.float64), d, strict and i == 0)
    (g,) = torch.autograd.grad(y[0, -1], x)
    return g[0]
