"""Progressive Growing of GANs for Improved Quality, Stability, and Variation. Karras, Aila, Laine & Lehtinen,
2017. arXiv:1710.10196.

Names: alpha, toRGB, fromRGB, He's constant c. Departures from it:
  - the loss is that of Goodfellow et al., 2014 (arXiv:1406.2661) with R1 of Mescheder et al., 2018
    (arXiv:1801.04406) in place of WGAN-GP;
  - one convolution a block in place of two, few maps, and 4 to 16 pixels in place of 4 to 1024;
  - no drift term, and no running average of G's weights.
"""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, conv2d, interpolate, leaky_relu

LEAK, EPSILON = 0.2, 1e-8


def pixel_norm(a: Tensor) -> Tensor:
    """Section 4.2: b = a / sqrt(mean over maps of a squared + 1e-8), at each pixel on its own."""
    return a / (a.square().mean(1, keepdim=True) + EPSILON).sqrt()


def minibatch_stddev(x: Tensor) -> Tensor:
    """Section 3: one more map, of one number: how much the batch varies, over maps and places on average."""
    spread = (x.var(0, unbiased=False) + EPSILON).sqrt().mean()
    return torch.cat([x, spread.expand(len(x), 1, *x.shape[2:])], 1)  # (B, C + 1, H, W)


def twice(x: Tensor) -> Tensor:
    """Each pixel four times: nearest neighbour."""
    return interpolate(x, scale_factor=2.0)


def half(x: Tensor) -> Tensor:
    """The mean of each four pixels."""
    return avg_pool2d(x, 2)


class EqualizedConv(nn.Module):
    """Section 4.1: weights from N(0, 1), scaled by c = gain / sqrt(fan in) at every use, not once."""

    def __init__(self, into: int, out: int, kernel: int, gain: float = 2**0.5):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out, into, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(out))
        self.c, self.padding = gain / (into * kernel**2) ** 0.5, kernel // 2 if kernel < 4 else 0

    def forward(self, x: Tensor) -> Tensor:
        return conv2d(x, self.c * self.weight, self.bias, padding=self.padding)


class Generator(nn.Module):
    """Grows: level 0 makes 4 x 4, each further one doubles it. channels: of the maps at each level."""

    def __init__(self, d: int, channels: Sequence[int]):
        super().__init__()
        self.project = EqualizedConv(d, 16 * channels[0], 1, gain=2**0.5)
        self.first = EqualizedConv(channels[0], channels[0], 3)
        pairs = pairwise(channels)
        self.blocks = nn.ModuleList(EqualizedConv(a, b, 3) for a, b in pairs)
        self.to_rgb = nn.ModuleList(EqualizedConv(c, 3, 1, gain=1) for c in channels)

    def paths(self, z: Tensor, level: int) -> tuple[Tensor | None, Tensor]:
        """Both ends of a fade: the level before, doubled (None at level 0), and the new one. Pictures."""
        x = pixel_norm(z)[:, :, None, None]
        x = self.project(x).unflatten(1, (-1, 4, 4)).squeeze((4, 5))
        x = pixel_norm(leaky_relu(x, LEAK))
        x = pixel_norm(leaky_relu(self.first(x), LEAK))
        old = None
        for i in range(level):
            old = twice(self.to_rgb[i](x)) if i == level - 1 else None
            x = pixel_norm(leaky_relu(self.blocks[i](twice(x)), LEAK))
        return old, self.to_rgb[level](x)

    def forward(self, z: Tensor, level: int, alpha: float) -> Tensor:
        """Figure 2: (1 - alpha) of the old path and alpha of the new."""
        old, new = self.paths(z, level)
        return new if old is None or alpha >= 1 else (1 - alpha) * old + alpha * new


class Discriminator(nn.Module):
    """G turned round, grown and faded in step with it."""

    def __init__(self, channels: Sequence[int]):
        super().__init__()
        c = channels[0]
        self.from_rgb = nn.ModuleList(EqualizedConv(3, one, 1) for one in channels)
        pairs = pairwise(channels)
        self.blocks = nn.ModuleList(EqualizedConv(b, a, 3) for a, b in pairs)
        self.last = EqualizedConv(c + 1, c, 3)
        self.whole = EqualizedConv(c, c, 4)
        self.says = EqualizedConv(c, 1, 1, gain=1)

    def forward(self, x: Tensor, level: int, alpha: float) -> Tensor:
        h = leaky_relu(self.from_rgb[level](x), LEAK)
        for i in range(level - 1, -1, -1):
            h = half(leaky_relu(self.blocks[i](h), LEAK))
            if i == level - 1 and alpha < 1:
                old = leaky_relu(self.from_rgb[i](half(x)), LEAK)
                h = (1 - alpha) * old + alpha * h
        h = leaky_relu(self.last(minibatch_stddev(h)), LEAK)
        return self.says(leaky_relu(self.whole(h), LEAK)).flatten()


def faded(real: Tensor, alpha: float) -> Tensor:
    """Real pictures are faded alike: (1 - alpha) of what was seen a level before, and alpha of them."""
    return real if alpha >= 1 else (1 - alpha) * twice(half(real)) + alpha * real
