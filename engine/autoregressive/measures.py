"""What is asked of every net that predicts pixels: its score, its surprise, its field, its leaks.

Score and receptive field as in van den Oord et al., 2016. arXiv:1601.06759. Departure from it:
  - the field that a trained net uses is measured by gradients; the paper argues from the masks.
"""

import math
from collections.abc import Callable, Set
from typing import Protocol

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.autoregressive.masks import Offset
from engine.autoregressive.sampling import Stepper, sample
from engine.core.judges import nearest


class Net(Protocol):
    """Any net of this folder: levels (B, H, W) -> logits (B, K, H, W). Classes, if any, are filled in."""

    def __call__(self, x: Tensor) -> Tensor: ...

    def embed(self, x: Tensor) -> Tensor: ...

    def from_input(self, inputs: Tensor) -> Tensor: ...

    def sees(self, cell: Offset, height: int, width: int) -> Set[Offset]: ...

    def pixelwise(self, n: int, height: int, width: int) -> Stepper: ...


def histogram_bits(train: np.ndarray, test: np.ndarray, levels: int) -> float:
    """The score of a model that knows each pixel's own histogram and nothing of its neighbours, in bits/dim.

    train, test (N, H, W) levels. Each level is counted once more than it occurs, so none is impossible.
    """
    counts = 1 + (train[..., None] == np.arange(levels)).sum(0)  # (H, W, K)
    p = counts / (len(train) + levels)
    return float(-np.log2(np.take_along_axis(p[None], test[..., None].astype(np.int64), -1)).mean())


@torch.no_grad()
def surprise(net: Net, x: Tensor) -> Tensor:
    """Eq. 1, pixel by pixel: -log2 p(x_i | x_1, ..., x_{i-1}). x (B, H, W) int64 -> (B, H, W) bits."""
    return F.cross_entropy(net(x), x, reduction="none") / math.log(2)


def effective_field(net: Net, x: Tensor, cell: Offset) -> Tensor:
    """How much the log-probability of the pixel's own level hangs on each pixel: mean |d log p / d input|.

    x (B, H, W) int64 -> (H, W), scaled to a largest value of 1. Gradients of the logits themselves would also
    count what softmax cancels.
    """
    inputs = net.embed(x).requires_grad_()
    log_p = net.from_input(inputs)[:, :, *cell].log_softmax(1)  # (B, K)
    (g,) = torch.autograd.grad(log_p.gather(1, x[:, *cell, None]).sum(), inputs)
    field = g.abs().mean((0, 1))
    return field / field.max().clamp(min=torch.finfo(field.dtype).tiny)


def analytic_field(net: Net, cell: Offset, height: int, width: int) -> np.ndarray:
    """What the masks let a pixel see -> (H, W) uint8."""
    grid = np.zeros((height, width), np.uint8)
    for seen in net.sees(cell, height, width):
        grid[seen] = 1
    return grid


@torch.no_grad()
def largest_leak(net: Net, x: Tensor, rng: torch.Generator) -> float:
    """The largest change of any logit at pixels <= i when all pixels >= i are drawn anew, for every i.

    x (H, W) int64, one image. A causal net gives 0.0, to the bit.
    """
    n = x.numel()
    before = x.flatten().expand(n, n)  # row i of the batch is for pixel i
    i, j = torch.arange(n)[:, None], torch.arange(n)[None]
    other = torch.randint(int(x.max()) + 1, (n, n), generator=rng).to(x.device)
    after = torch.where((j >= i).to(x.device), other, before)
    # (i, j)
    change = (net(after.view(n, *x.shape)) - net(before.reshape(n, *x.shape))).abs().amax(1).flatten(1)
    return float(change[(j <= i).to(x.device)].max())


class Watch:
    """All that is shown of a net at each moment, with the same random numbers and test digits each time.

    train, test (N, H, W) uint8 levels, test_y (N,) classes; cell is the pixel whose field is shown.
    """

    def __init__(
        self,
        train: np.ndarray,
        test: np.ndarray,
        test_y: np.ndarray,
        levels: int,
        seed: int,
        cell: Offset,
        device: torch.device,
    ):
        self.train, self.test = (torch.from_numpy(x.astype(np.int64)).to(device) for x in (train, test))
        self.test_y, self.seed, self.cell = torch.from_numpy(test_y.copy()).to(device), seed, cell
        rng = torch.Generator().manual_seed(seed)
        self.uniforms = torch.rand(16, *test.shape[1:], generator=rng).to(device)
        self.sampled_y = torch.arange(16, device=device) % 10
        self.baseline = histogram_bits(train, test, levels)

    def __call__(self, of: Callable[[Tensor], Net]) -> dict[str, dict[str, np.ndarray]]:
        """`of(y)` is the net for images of these classes (B,); a net that knows no classes stays the same.

        -> samples (16 drawn images, of classes 0 to 9 and 0 to 5 where there are classes, each with its
        nearest training image), score (bits/dim), field, surprise (of four test images) and leak.
        """
        height, width = self.test.shape[1:]
        bits = surprise(of(self.test_y), self.test)
        x, _ = sample(of(self.sampled_y).pixelwise(16, height, width), self.uniforms)
        some = of(self.test_y[:32])
        effective = effective_field(some, self.test[:32], self.cell).cpu().numpy()
        shown = bits[:4].round(decimals=1).cpu().numpy().astype(np.float16)  # a tenth of a bit: smaller films
        again = torch.Generator().manual_seed(self.seed)
        leak = largest_leak(of(self.test_y[:1].expand(height * width)), self.test[0], again)
        return {
            "samples": {"x": _small(x), "nearest": _small(self.train[nearest(x, self.train)[0]])},
            "score": {"test_bits": _figure(bits.mean().item()), "baseline_bits": _figure(self.baseline)},
            "field": {
                "effective": effective.round(2).astype(np.float16),
                "analytic": analytic_field(some, self.cell, height, width),
            },
            "surprise": {"digits": _small(self.test[:4]), "bits": shown},
            "leak": {"max_change": _figure(leak)},
        }


def _small(levels: Tensor) -> np.ndarray:
    return levels.cpu().numpy().astype(np.uint8)


def _figure(value: float) -> np.ndarray:
    return np.asarray(value, np.float32)
