"""Pixel Recurrent Neural Networks: the PixelCNN. Van den Oord et al., 2016. arXiv:1601.06759.

Departures from it (table 1, fig. 5):
  - digits of one colour and 17 levels, not colour images of 256: a 17-way softmax;
  - C = 2h channels are 32, not 256, and the residual blocks are few;
  - one hidden layer of C channels in the head, where the paper has two of 1024 for ImageNet and CIFAR-10.
"""

import math
from collections.abc import Set

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.autoregressive.masks import MaskedConv2d, Offset, mask, minkowski

LEVELS = 17


def pointwise(conv: nn.Conv2d, x: Tensor) -> Tensor:
    """A 1x1 convolution at one pixel. x (B, C_in) -> (B, C_out)."""
    return F.linear(x, conv.weight[:, :, 0, 0], conv.bias)


class ResidualBlock(nn.Module):
    """Fig. 5, left: 1x1 from 2h to h, 3x3 with mask B, 1x1 back to 2h, each after a ReLU; plus the input."""

    def __init__(self, channels: int):
        super().__init__()
        h = channels // 2
        self.narrow = nn.Conv2d(channels, h, 1)
        self.masked = MaskedConv2d(h, h, mask("B", 3))
        self.widen = nn.Conv2d(h, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.widen(self.masked(self.narrow(x.relu()).relu()).relu())  # (B, 2h, H, W)


class PixelCNN(nn.Module):
    """Table 1: a convolution with mask A, residual blocks with mask B, 1x1 layers, a softmax."""

    def __init__(self, layers: int, channels: int, kernel: int, first: str = "A", levels: int = LEVELS):
        super().__init__()
        self.levels, self.first_mask = levels, first
        self.first = MaskedConv2d(1, channels, mask(first, kernel))
        self.stack = [ResidualBlock(channels) for _ in range(layers - 1)]
        self.blocks = nn.Sequential(*self.stack)
        self.hidden = nn.Conv2d(channels, channels, 1)
        self.out = nn.Conv2d(channels, levels, 1)

    def embed(self, x: Tensor) -> Tensor:
        """Levels (B, H, W) -> what the net reads, (B, 1, H, W) in [0, 1]. Level 0 equals the padding."""
        return x[:, None].to(self.out.weight.dtype) / (self.levels - 1)

    def from_input(self, inputs: Tensor) -> Tensor:
        """(B, 1, H, W) in [0, 1] -> logits (B, K, H, W)."""
        z = self.first(inputs.contiguous(memory_format=torch.channels_last))  # (B, C, H, W)
        return self.out(self.hidden(self.blocks(z).relu()).relu())

    def forward(self, x: Tensor) -> Tensor:
        """Eq. 1: the logits of p(x_i | x_1, ..., x_{i-1}), all i at once. x (B, H, W) -> (B, K, H, W)."""
        return self.from_input(self.embed(x))

    def loss(self, x: Tensor) -> Tensor:
        """Eq. 1: -log2 p(x) / number of pixels, in bits per dimension; mean over the batch. x (B, H, W)."""
        return F.cross_entropy(self(x), x) / math.log(2)

    def sees(self, cell: Offset, height: int, width: int) -> Set[Offset]:
        """Section 3.4: the pixels that the masks let a pixel see, as (row, column)."""
        supports = [block.masked.support for block in self.stack] + [self.first.support]
        return minkowski(supports, {cell}, lambda c: 0 <= c[0] < height and 0 <= c[1] < width)

    def pixelwise(self, n: int, height: int, width: int) -> "OnePixelAtATime":
        """The same net for n images that are still being written, computing nothing twice."""
        return OnePixelAtATime(self, n, height, width)


class OnePixelAtATime:
    """Section 2.1, generation: the logits of one pixel, from what was kept of the pixels before it.

    A new pixel changes only what comes after it, so each layer's features stay valid once they are computed.
    """

    def __init__(self, net: PixelCNN, n: int, height: int, width: int):
        def cells(channels: int, halo: int) -> Tensor:
            return net.out.weight.new_zeros(n, height + 2 * halo, width + 2 * halo, channels)

        self.net, self.halo = net, net.first.h
        self.inputs, self.first = cells(1, self.halo), net.first.pointwise()
        self.masked = [block.masked.pointwise() for block in net.stack]
        self.narrowed = [cells(block.narrow.out_channels, 1) for block in net.stack]

    def put(self, row: int, col: int, levels: Tensor) -> None:
        """Write the pixel (n,) of all images. A first mask B reads it at once: its features change."""
        self.inputs[:, row + self.halo, col + self.halo, 0] = levels / (self.net.levels - 1)
        if self.net.first_mask == "B":
            self.logits(row, col)

    def logits(self, row: int, col: int) -> Tensor:
        """The logits (n, K) of one pixel; all pixels before it must have been asked for and put."""
        z = self.first(self.inputs, row, col)  # (n, C)
        for block, masked, cells in zip(self.net.stack, self.masked, self.narrowed, strict=True):
            cells[:, row + 1, col + 1] = pointwise(block.narrow, z.relu()).relu()
            z = z + pointwise(block.widen, masked(cells, row, col).relu())
        return pointwise(self.net.out, pointwise(self.net.hidden, z.relu()).relu())
