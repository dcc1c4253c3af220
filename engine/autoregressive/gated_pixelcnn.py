"""Conditional Image Generation with PixelCNN Decoders. Van den Oord et al., 2016. arXiv:1606.05328.

Departures from it:
  - digits of one colour and 17 levels; few channels and layers;
  - the first layer is a gated layer too, without a residual, and only its kernel may be larger than 3;
  - the vertical stack is strict in its first layer, where the paper shifts it by one row at each link to the
    horizontal one: no pixel sees its own row through it either way;
  - for comparison the gates can be left out (a ReLU instead) and the two stacks replaced by one masked stack.
"""

import math
from collections.abc import Set

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.autoregressive.masks import MaskedConv2d, Offset, horizontal_mask, mask, minkowski, vertical_mask
from engine.autoregressive.pixelcnn import pointwise

LEVELS, CLASSES = 17, 10


def gate(y: Tensor) -> Tensor:
    """Eq. 2: tanh(W_f * x) sigma(W_g * x), both products in one tensor. (B, 2C, ...) -> (B, C, ...)."""
    f, g = y.chunk(2, 1)
    return f.clone().tanh() * g.clone().sigmoid()  # dense copies: on strided halves tanh and sigmoid are slow


class Vertical(nn.Module):
    """Fig. 2, left: the n x n convolution over the rows above, and its 1x1 link to the horizontal stack."""

    def __init__(self, c_in: int, wide: int, kernel: int, kind: str):
        super().__init__()
        self.conv = MaskedConv2d(c_in, wide, vertical_mask(kind, kernel))
        self.link = nn.Conv2d(wide, wide, 1)


class GatedLayer(nn.Module):
    """Fig. 2: vertical n x n and horizontal 1 x n convolutions, the link between them, a residual.

    `two`: both stacks, or one with a masked n x n convolution. `gates`: eq. 2, or a ReLU. `classes`: how
    many, or 0 for none. kind "A" makes it a first layer: strict, and without a residual.
    """

    def __init__(self, c_in: int, c: int, kernel: int, kind: str, two: bool, gates: bool, classes: int):
        super().__init__()
        self.residual, self.gates, wide = kind == "B", gates, 2 * c if gates else c
        self.horizontal = MaskedConv2d(c_in, wide, (horizontal_mask if two else mask)(kind, kernel))
        self.out = nn.Conv2d(c, c, 1)
        self.vertical = Vertical(c_in, wide, kernel, kind) if two else None
        self.V = nn.Linear(classes, wide * (1 + two), bias=False) if classes else None  # one for each stack

    def act(self, y: Tensor) -> Tensor:
        """What follows each convolution. (B, 2C or C, ...) -> (B, C, ...)."""
        return gate(y) if self.gates else y.relu()

    def told(self, onehot: Tensor | None) -> tuple[Tensor, Tensor]:
        """Eq. 4: V^T h, what the class adds in the horizontal and the vertical stack, (B or 1, wide, 1, 1).

        onehot (B, classes), or None for a net without classes: nothing is added.
        """
        wide = self.horizontal.out_channels
        if self.V is None or onehot is None:
            nothing = self.out.weight.new_zeros(1, wide, 1, 1)
            return nothing, nothing
        Vh = self.V(onehot)[:, :, None, None]
        return Vh[:, :wide], Vh[:, wide:]

    def forward(self, v: Tensor, h: Tensor, onehot: Tensor | None) -> tuple[Tensor, Tensor]:
        """v, h (B, C_in, H, W) -> the same of the next layer, (B, C, H, W)."""
        told_h, told_v = self.told(onehot)
        y = self.horizontal(h) + told_h
        if self.vertical is not None:
            above = self.vertical.conv(v) + told_v  # (B, wide, H, W)
            y = y + self.vertical.link(above)
            v = self.act(above)
        new = self.out(self.act(y))
        return v, h + new if self.residual else new


class GatedPixelCNN(nn.Module):
    """Section 2: gated layers, 1x1 layers, a softmax; with `conditional`, p(x | h) of eq. 3."""

    def __init__(
        self,
        layers: int,
        channels: int,
        kernel: int,
        two: bool = True,
        gates: bool = True,
        conditional: bool = False,
    ):
        super().__init__()
        self.conditional, classes = conditional, CLASSES if conditional else 0
        self.stack = [GatedLayer(1, channels, kernel, "A", two, gates, classes)]
        self.stack += [GatedLayer(channels, channels, 3, "B", two, gates, classes) for _ in range(layers - 1)]
        self.layers = nn.ModuleList(self.stack)
        self.hidden = nn.Conv2d(channels, channels, 1)
        self.readout = nn.Conv2d(channels, LEVELS, 1)

    def weights(self) -> int:
        """How many numbers are trained: those that a mask hides do not count."""
        masked = [m for m in self.modules() if isinstance(m, MaskedConv2d)]
        return sum(p.numel() for p in self.parameters()) - sum(m.hidden() for m in masked)

    def forward(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """Eq. 1, or 3 with classes y (B,): the logits of all pixels. x (B, H, W) -> (B, K, H, W)."""
        return self.of(y)(x)

    def loss(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """Eq. 1 or 3: -log2 p(x) or -log2 p(x | y) in bits per dimension. x (B, H, W), y (B,)."""
        return F.cross_entropy(self(x, y), x) / math.log(2)

    def of(self, y: Tensor | None) -> "OfClasses":
        """The net for images of these classes (B,). Raises ValueError if a conditional net is told none."""
        if not self.conditional:
            return OfClasses(self, None)
        if y is None:
            raise ValueError("y must be the classes of the images, got None")
        return OfClasses(self, F.one_hot(y, CLASSES).to(self.readout.weight.dtype))


def count(layers: int, channels: int, kernel: int, two: bool, gates: bool, conditional: bool) -> int:
    """What `GatedPixelCNN.weights` would say, without building the net."""
    c, wide, total = channels, 2 * channels if gates else channels, 0
    for i in range(layers):
        c_in, k, kind = (c, 3, "B") if i else (1, kernel, "A")
        seen = int((horizontal_mask if two else mask)(kind, k).sum())
        total += (seen * c_in + 1) * wide + (c + 1) * c  # the horizontal convolution and what follows it
        if two:
            total += (int(vertical_mask(kind, k).sum()) * c_in + 1) * wide + (wide + 1) * wide
        if conditional:
            total += CLASSES * wide * (1 + two)
    return total + (c + 1) * c + (c + 1) * LEVELS


class OfClasses:
    """A Gated PixelCNN with its classes filled in: a net like any other of this folder."""

    def __init__(self, net: GatedPixelCNN, onehot: Tensor | None):
        self.net, self.onehot = net, onehot  # (B, classes)

    def __call__(self, x: Tensor) -> Tensor:
        """Levels (B, H, W) -> logits (B, K, H, W)."""
        return self.from_input(self.embed(x))

    def embed(self, x: Tensor) -> Tensor:
        """Levels (B, H, W) -> what the net reads, (B, 1, H, W) in [0, 1]. Level 0 equals the padding."""
        return x[:, None].to(self.net.readout.weight.dtype) / (LEVELS - 1)

    def from_input(self, inputs: Tensor) -> Tensor:
        """(B, 1, H, W) in [0, 1] -> logits (B, K, H, W)."""
        v = h = inputs.contiguous(memory_format=torch.channels_last)
        for layer in self.net.stack:
            v, h = layer(v, h, self.onehot)
        return self.net.readout(self.net.hidden(h.relu()).relu())

    def sees(self, cell: Offset, height: int, width: int) -> Set[Offset]:
        """Section 2.2: the pixels that the masks of both stacks let a pixel see, as (row, column)."""

        def inside(c: Offset) -> bool:
            return 0 <= c[0] < height and 0 <= c[1] < width

        v: Set[Offset] = frozenset()
        h: Set[Offset] = {cell}
        for layer in reversed(self.net.stack):
            # the link: what the horizontal stack reads, reads the vertical one
            if layer.vertical is not None:
                v = minkowski([layer.vertical.conv.support], v | h, inside)
            h = minkowski([layer.horizontal.support], h, inside)
        return v | h

    def pixelwise(self, n: int, height: int, width: int) -> "OnePixelAtATime":
        """The same net for n images that are still being written, computing nothing twice."""
        return OnePixelAtATime(self, n, height, width)


class OnePixelAtATime:
    """The logits of one pixel, from what was kept: vertical stack row by row, horizontal pixel by pixel."""

    def __init__(self, of: OfClasses, n: int, height: int, width: int):
        net = of.net
        self.net, self.told = net, [layer.told(of.onehot) for layer in net.stack]
        like = net.readout.weight

        def cells(layer: GatedLayer) -> Tensor:
            halo, c_in = layer.horizontal.h, layer.horizontal.in_channels
            return like.new_zeros(n, height + 2 * halo, width + 2 * halo, c_in)

        self.h = [cells(layer) for layer in net.stack]
        self.v = [cells(layer).permute(0, 3, 1, 2) for layer in net.stack]  # (n, C_in, H + 2h, W + 2h)
        self.across = [layer.horizontal.pointwise() for layer in net.stack]
        self.linked = [like.new_zeros(0)] * len(net.stack)  # of the row being written, (n, wide, W) each

    def put(self, row: int, col: int, levels: Tensor) -> None:
        """Write the pixel (n,) of all images."""
        halo = self.net.stack[0].horizontal.h
        for cells in (self.h[0], self.v[0].permute(0, 2, 3, 1)):
            cells[:, row + halo, col + halo, 0] = levels / (LEVELS - 1)

    def logits(self, row: int, col: int) -> Tensor:
        """The logits (n, K) of one pixel; all pixels before it must have been asked for and put."""
        if col == 0:
            self._begin(row)
        z = self.h[0]
        for i, layer in enumerate(self.net.stack):
            halo = layer.horizontal.h
            if i:
                self.h[i][:, row + halo, col + halo] = z
            y = self.across[i](self.h[i], row, col) + self.told[i][0][:, :, 0, 0]  # (n, wide)
            if layer.vertical is not None:
                y = y + self.linked[i][:, :, col]
            new = pointwise(layer.out, layer.act(y))
            z = z + new if layer.residual else new
        return pointwise(self.net.readout, pointwise(self.net.hidden, z.relu()).relu())

    def _begin(self, row: int) -> None:
        """The whole row of the vertical stack at once: it depends on the rows above only."""
        for i, layer in enumerate(self.net.stack):
            if layer.vertical is None:
                return
            above = layer.vertical.conv.row(self.v[i], row) + self.told[i][1][:, :, 0]  # (n, wide, W)
            self.linked[i] = F.conv1d(above, layer.vertical.link.weight[:, :, 0], layer.vertical.link.bias)
            if i + 1 < len(self.net.stack):
                self.v[i + 1][:, :, row + 1, 1:-1] = layer.act(above)  # later layers have a halo of 1
