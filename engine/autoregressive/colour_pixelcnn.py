"""Pixel Recurrent Neural Networks: the PixelCNN in colour. Van den Oord et al., 2016. arXiv:1601.06759.

Departures from it (section 3.4, table 1, fig. 5):
  - pictures of 10 x 10 pixels and 4 levels a channel by default, so a softmax of 4 for each of R, G and B;
  - few channels and residual blocks, one hidden layer in the head;
  - for comparison the order of the colours can be left out: then R, G and B are drawn side by side, all three
    from the pixels before. No feature sees its own pixel, so nothing leaks.
"""

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.autoregressive.masks import mask

COLOURS = 3  # red, green, blue: the groups that features are split into


def colour_mask(kind: str, c_out: int, c_in: int, kernel: int, ordered: bool = True) -> np.ndarray:
    """Section 3.4: masks A and B over pixels and, at the pixel itself, over the colours.

    Features are split into three groups, for R, G and B. At the centre group g reads the groups before it
    under A, and its own as well under B. Not `ordered`: at the centre A shows nothing and B everything.
    kernel odd -> (c_out, c_in, kernel, kernel) uint8. Raises ValueError unless both are multiples of 3.
    """
    if c_out % COLOURS or c_in % COLOURS:
        raise ValueError(f"c_out and c_in must be multiples of 3, got {c_out} and {c_in}")
    m = np.broadcast_to(mask(kind, kernel), (c_out, c_in, kernel, kernel)).copy()
    if ordered:
        to = np.arange(c_out)[:, None] * COLOURS // c_out
        of = np.arange(c_in)[None] * COLOURS // c_in
        m[:, :, kernel // 2, kernel // 2] = of < to if kind == "A" else of <= to
    return m


class ColourConv2d(nn.Conv2d):
    """A convolution under a mask over colours too. (B, C_in, H, W) -> (B, C_out, H, W)."""

    def __init__(self, kind: str, c_in: int, c_out: int, kernel: int, ordered: bool):
        super().__init__(c_in, c_out, kernel, padding=kernel // 2)
        self.mask: Tensor
        m = torch.from_numpy(colour_mask(kind, c_out, c_in, kernel, ordered).astype(np.float32))
        self.register_buffer("mask", m, persistent=False)

    def forward(self, input: Tensor) -> Tensor:
        return F.conv2d(input, self.weight * self.mask, self.bias, padding=self.padding)

    def at(self, cells: Tensor, row: int, col: int) -> Tensor:
        """The same sums at one pixel. cells (B, C_in, H + 2h, W + 2h), padded by h -> (B, C_out)."""
        k = self.kernel_size[0]
        patch = cells[:, :, row : row + k, col : col + k].flatten(1)
        return F.linear(patch, (self.weight * self.mask).flatten(1), self.bias)


class ResidualBlock(nn.Module):
    """Fig. 5, left: 1x1 from 2h to h, 3x3, 1x1 to 2h, each mask B after a ReLU; plus the input."""

    def __init__(self, channels: int, ordered: bool):
        super().__init__()
        h = channels // 2
        self.narrow = ColourConv2d("B", channels, h, 1, ordered)
        self.masked = ColourConv2d("B", h, h, 3, ordered)
        self.widen = ColourConv2d("B", h, channels, 1, ordered)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.widen(self.masked(self.narrow(x.relu()).relu()).relu())  # (B, 2h, H, W)


class ColourPixelCNN(nn.Module):
    """Table 1 with the colours in order: mask A, residual blocks with mask B, 1x1 layers, three softmaxes.

    channels: features of each layer, a multiple of 6. levels: how many each colour has.
    """

    def __init__(self, layers: int, channels: int, kernel: int, levels: int, ordered: bool = True):
        super().__init__()
        if channels % (2 * COLOURS):
            raise ValueError(f"channels must be a multiple of {2 * COLOURS}, got {channels}")
        self.levels, self.ordered = levels, ordered
        self.first = ColourConv2d("A", COLOURS, channels, kernel, ordered)
        self.stack = [ResidualBlock(channels, ordered) for _ in range(layers - 1)]
        self.blocks = nn.Sequential(*self.stack)
        self.hidden = ColourConv2d("B", channels, channels, 1, ordered)
        self.out = ColourConv2d("B", channels, COLOURS * levels, 1, ordered)

    def weights(self) -> int:
        """How many numbers are trained: those that a mask hides do not count."""
        masked = [m for m in self.modules() if isinstance(m, ColourConv2d)]
        return sum(p.numel() for p in self.parameters()) - sum(int((m.mask == 0).sum()) for m in masked)

    def embed(self, x: Tensor) -> Tensor:
        """Levels (B, H, W, 3) -> what the net reads, (B, 3, H, W) in [-1, 1]; the padding is 0."""
        return x.permute(0, 3, 1, 2).to(self.out.weight.dtype) * 2 / (self.levels - 1) - 1

    def from_input(self, inputs: Tensor) -> Tensor:
        """(B, 3, H, W) -> logits (B, K, H, W, 3)."""
        z = self.first(inputs)  # (B, 2h, H, W)
        z = self.out(self.hidden(self.blocks(z).relu()).relu())  # (B, 3 K, H, W)
        return z.unflatten(1, (COLOURS, self.levels)).permute(0, 2, 3, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Eq. 2: logits of p(x_R | x_<i) p(x_G | x_<i, x_R) p(x_B | x_<i, x_R, x_G), all pixels at once."""
        return self.from_input(self.embed(x))

    def loss(self, x: Tensor) -> Tensor:
        """-log2 p(x) in bits per dimension: a dimension is one colour of one pixel. x (B, H, W, 3)."""
        return F.cross_entropy(self(x), x) / math.log(2)


class OneColourAtATime:
    """Section 2.1, generation, in colour: three steps a pixel, from what was kept of the pixels before it.

    Each step computes the pixel anew; the steps of a pixel differ in which of its own colours are there yet.
    """

    def __init__(self, net: ColourPixelCNN, n: int, height: int, width: int):
        def cells(channels: int, halo: int) -> Tensor:
            return net.out.weight.new_zeros(n, channels, height + 2 * halo, width + 2 * halo)

        self.net, self.halo = net, net.first.kernel_size[0] // 2
        self.inputs = cells(COLOURS, self.halo)
        self.narrowed = [cells(block.narrow.out_channels, 1) for block in net.stack]

    def put(self, row: int, col: int, colour: int, levels: Tensor) -> None:
        """Write one colour (n,) of one pixel of all pictures."""
        self.inputs[:, colour, row + self.halo, col + self.halo] = levels * 2 / (self.net.levels - 1) - 1

    def logits(self, row: int, col: int) -> Tensor:
        """Logits (n, 3, K) of one pixel; those of a colour are right once the colours before it are put."""
        z = self.net.first.at(self.inputs, row, col)  # (n, 2h)
        for block, cells in zip(self.net.stack, self.narrowed, strict=True):
            cells[:, :, row + 1, col + 1] = _pointwise(block.narrow, z.relu()).relu()
            z = z + _pointwise(block.widen, block.masked.at(cells, row, col).relu())
        z = _pointwise(self.net.out, _pointwise(self.net.hidden, z.relu()).relu())
        return z.unflatten(1, (COLOURS, self.net.levels))


def _pointwise(conv: ColourConv2d, x: Tensor) -> Tensor:
    return F.linear(x, (conv.weight * conv.mask)[:, :, 0, 0], conv.bias)


@torch.no_grad()
def sample(net: ColourPixelCNN, uniforms: Tensor, given: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Eq. 2 read as a recipe: draw R, then G given R, then B given both, pixel after pixel in raster order.

    uniforms (n, H, W, 3) in [0, 1). given (H, W, 3): levels to take instead of drawing where they are not
    negative. -> pictures (n, H, W, 3) int64 and probabilities (n, H, W, 3, K), each given all before it.
    """
    n, height, width, _ = uniforms.shape
    writing = OneColourAtATime(net, n, height, width)
    x = torch.zeros(uniforms.shape, dtype=torch.int64, device=uniforms.device)
    probabilities = uniforms.new_zeros(*uniforms.shape, net.levels)
    for row in range(height):
        for col in range(width):
            for colour in range(COLOURS):
                p = writing.logits(row, col)[:, colour].softmax(1)
                level = (p.cumsum(1) <= uniforms[:, row, col, colour, None]).sum(1).clamp(max=net.levels - 1)
                if given is not None and given[row, col, colour] >= 0:
                    level = given[row, col, colour].expand(n)
                writing.put(row, col, colour, level)
                x[:, row, col, colour], probabilities[:, row, col, colour] = level, p
    return x, probabilities
