"""Causal convolutions in time: the bridge from sequences to masked images. WaveNet, van den Oord, 2016.

arXiv:1609.03499, section 2.1. Departures from it: one channel, no gates, no residuals, no biases.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor


def causal_convolution(x: Tensor, w: Tensor, dilation: int = 1, strict: bool = False) -> Tensor:
    """Section 2.1: y_t = sum_i w_i x_{t - d i}; with `strict` shifted by one, so that y_t does not see x_t.

    x (B, T), w (k,): w_0 meets the newest value -> (B, T). What lies before the start counts as zero.
    """
    reach = dilation * (len(w) - 1)
    return _padded(x, w, dilation, reach + strict, -int(strict))  # on the left only: causal by this alone


def centred_convolution(x: Tensor, w: Tensor, dilation: int = 1) -> Tensor:
    """The usual one, padded on both sides: it sees what comes. Shapes as above."""
    reach = dilation * (len(w) - 1)
    return _padded(x, w, dilation, reach // 2, reach - reach // 2)


def _padded(x: Tensor, w: Tensor, dilation: int, left: int, right: int) -> Tensor:
    kernel = w.flip(0)[None, None]  # conv1d reads from old to new
    return F.conv1d(F.pad(x, (left, right))[:, None], kernel, dilation=dilation)[:, 0]


def stack(x: Tensor, ws: Sequence[Tensor], dilations: Sequence[int], padding: str) -> list[Tensor]:
    """Layers on one another: the input and what each of them says, (B, T) each.

    padding: "left", "left, shifted" (the first layer strict) or "both sides".
    """
    levels = [x]
    for i, (w, d) in enumerate(zip(ws, dilations, strict=True)):
        if padding == "both sides":
            levels.append(centred_convolution(levels[-1], w, d))
        else:
            levels.append(causal_convolution(levels[-1], w, d, padding == "left, shifted" and i == 0))
    return levels


def heard(levels: Sequence[Tensor], t: int) -> Tensor:
    """d y_t / d each value of each level, by autograd. levels (L + 1) of (1, T) -> (L + 1, T)."""
    slopes = torch.autograd.grad(levels[-1][0, t], levels, allow_unused=True, retain_graph=True)
    return torch.stack(
        [torch.zeros_like(y[0]) if g is None else g[0] for g, y in zip(slopes, levels, strict=True)]
    )


def receptive_field(length: int, kernel: int, dilations: tuple[int, ...], strict: bool) -> Tensor:
    """d y_t / d x_j for the last t of a stack of causal layers of ones, the first of them strict or not.

    Measured by autograd -> (length,) float64: how many paths lead from each x_j to y_t.
    """
    x = torch.zeros(1, length, dtype=torch.float64, requires_grad=True)
    ones = [torch.ones(kernel, dtype=torch.float64) for _ in dilations]
    return heard(stack(x, ones, dilations, "left, shifted" if strict else "left"), length - 1)[0]
