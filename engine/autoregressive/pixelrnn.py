"""Pixel Recurrent Neural Networks: Row LSTM and Diagonal BiLSTM. Van den Oord et al., 2016. arXiv:1601.06759.

Names follow the paper: K^is, K^ss, the gates o, f, i, g, the states h, c. Departures from it:
  - the first convolution (mask A) is 3 x 3, not 7 x 7, and layers are one or few, not twelve;
  - one hidden layer in the head, digits of one colour: as in this folder's PixelCNN;
  - K^ss has no bias, so that a state outside the image stays 0 to the bit.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.autoregressive.masks import MaskedConv2d, horizontal_mask, mask
from engine.autoregressive.pixelcnn import LEVELS, ResidualBlock

KINDS = ("masked convolution", "Row LSTM", "Diagonal BiLSTM")


def lstm(gates: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
    """Section 3: c <- f c + i g, h = o tanh(c). gates (..., 4h, W), o f i g in turn -> h, c (..., h, W)."""
    o, f, i, g = gates.chunk(4, -2)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c


class RowLSTM(nn.Module):
    """Section 3.1: from the top row to the bottom one, all pixels of a row at once; a triangle of context."""

    def __init__(self, channels: int, h: int, kernel: int = 3):
        super().__init__()
        self.kernel = kernel
        self.K_is = MaskedConv2d(channels, 4 * h, horizontal_mask("B", kernel))  # of the whole map, at once
        self.K_ss = nn.Conv1d(h, 4 * h, kernel, padding=kernel // 2, bias=False)  # not masked: the row above

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, h, H, W), in H steps."""
        rows, out = self.K_is(x).unbind(2), []  # H of (B, 4h, W)
        h = c = rows[0].new_zeros(len(x), self.K_ss.in_channels, x.shape[3])
        for row in rows:
            h, c = lstm(row + self.K_ss(h), c)
            out.append(h)
        return torch.stack(out, 2)


def skew(x: Tensor) -> Tensor:
    """Section 3.2: row i moves i places to the right, so that a diagonal stands upright.

    (B, C, H, W) -> (B, C, H, W + H - 1).
    """
    H, W = x.shape[2:]
    return F.pad(x, (0, H)).flatten(2)[..., : H * (W + H - 1)].unflatten(2, (H, W + H - 1))


def unskew(x: Tensor) -> Tensor:
    """Back again: (B, C, H, W + H - 1) -> (B, C, H, W)."""
    H, wide = x.shape[2:]
    return F.pad(x.flatten(2), (0, H)).unflatten(2, (H, wide + 1))[..., : wide + 1 - H]


class DiagonalBiLSTM(nn.Module):
    """Section 3.2: from both upper corners, all pixels of a diagonal at once.

    Both directions run side by side, each with weights of its own. What comes from the right is moved down a
    row: it has seen the pixel itself, and those after it.
    """

    def __init__(self, channels: int, h: int, shifted: bool = True):
        super().__init__()
        self.shifted = shifted
        self.K_is = nn.ModuleList(nn.Conv2d(channels, 4 * h, 1) for _ in ("left", "right"))
        self.K_ss = nn.Conv1d(2 * h, 8 * h, 2, groups=2, bias=False)  # the pixel above, and the one before

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, h, H, W), in H + W - 1 steps."""
        ways = (x, x.flip(3))
        gates = torch.stack([skew(K(way)) for K, way in zip(self.K_is, ways, strict=True)], 1)
        out = []
        h = c = gates.new_zeros(len(x), 2, self.K_ss.in_channels // 2, x.shape[2])
        for column in gates.unbind(4):  # (B, 2, 4h, H)
            h, c = lstm(column + self.K_ss(F.pad(h.flatten(1, 2), (1, 0))).view_as(column), c)
            out.append(h)
        left, right = (unskew(way) for way in torch.stack(out, 4).unbind(1))
        right = right.flip(3)
        return left + (F.pad(right, (0, 0, 1, 0))[:, :, :-1] if self.shifted else right)


class Residual(nn.Module):
    """Section 3.3: 2h channels in; h come out of the LSTM, 1x1 makes them 2h, the input is added."""

    def __init__(self, lstm: RowLSTM | DiagonalBiLSTM, channels: int, h: int):
        super().__init__()
        self.lstm, self.widen = lstm, nn.Conv2d(h, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.widen(self.lstm(x))


class PixelRNN(nn.Module):
    """Table 1: a convolution with mask A, layers of one kind, 1x1 layers, a softmax."""

    def __init__(self, kind: str, layers: int, channels: int, levels: int = LEVELS, shifted: bool = True):
        super().__init__()
        self.kind, self.levels, h = kind, levels, channels // 2

        def layer() -> nn.Module:
            if kind == KINDS[0]:
                return ResidualBlock(channels)
            row = kind == KINDS[1]
            return Residual(
                RowLSTM(channels, h) if row else DiagonalBiLSTM(channels, h, shifted), channels, h
            )

        self.first = MaskedConv2d(1, channels, mask("A", 3))
        self.blocks = nn.Sequential(*[layer() for _ in range(layers)])
        self.hidden = nn.Conv2d(channels, channels, 1)
        self.out = nn.Conv2d(channels, levels, 1)

    def size(self) -> int:
        """How many weights are learned; those that a mask hides do not count."""
        hidden = sum(one.hidden() for one in self.modules() if isinstance(one, MaskedConv2d))
        return sum(one.numel() for one in self.parameters()) - hidden

    def embed(self, x: Tensor) -> Tensor:
        """Levels (B, H, W) -> what the net reads, (B, 1, H, W) in [0, 1]."""
        return x[:, None].to(self.out.weight.dtype) / (self.levels - 1)

    def from_input(self, inputs: Tensor) -> Tensor:
        """(B, 1, H, W) in [0, 1] -> logits (B, K, H, W)."""
        return self.out(self.hidden(self.blocks(self.first(inputs)).relu()).relu())

    def forward(self, x: Tensor) -> Tensor:
        """Eq. 1: the logits of p(x_i | x_1, ..., x_{i-1}), all i at once. x (B, H, W) -> (B, K, H, W)."""
        return self.from_input(self.embed(x))

    def loss(self, x: Tensor) -> Tensor:
        """-log2 p(x) / number of pixels, in bits per dimension; mean over the batch. x (B, H, W)."""
        return F.cross_entropy(self(x), x) / math.log(2)


def weights(kind: str, layers: int, channels: int) -> int:
    """How many weights such a net learns; none is made."""
    with torch.device("meta"):
        return PixelRNN(kind, layers, channels).size()
