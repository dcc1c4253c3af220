"""The prior over a VQ-VAE's codes. Van den Oord, Vinyals & Kavukcuoglu, 2017, sec. 3.3. arXiv:1711.00937.

The net is this project's PixelCNN (arXiv:1601.06759), over a grid of codes in the place of pixels.
Departures from the papers:
  - a code's number says nothing about its likeness to others, so the net reads a learned vector of each code,
    where the PixelCNN reads a grey level;
  - grids are 4 x 4 and the net is small.
"""

import torch
from torch import Tensor, nn

from engine.autoregressive.masks import MaskedConv2d, mask
from engine.autoregressive.pixelcnn import OnePixelAtATime, PixelCNN


class CodePrior(PixelCNN):
    """p(k) = prod_i p(k_i | k_1, ..., k_{i-1}) over a grid of codes: mask A first, then residual blocks B."""

    def __init__(self, K: int, layers: int, channels: int, kernel: int = 5, vector: int = 16):
        super().__init__(layers, channels, kernel, "A", K)
        self.vectors = nn.Embedding(K, vector)
        self.first = MaskedConv2d(vector, channels, mask("A", kernel))

    def embed(self, x: Tensor) -> Tensor:
        """Codes (B, h, w) -> what the net reads, (B, V, h, w). Outside the grid it reads zeros."""
        return self.vectors(x).permute(0, 3, 1, 2)

    def pixelwise(self, n: int, height: int, width: int) -> "OneCodeAtATime":
        """The same net for n grids that are still being written, computing nothing twice."""
        return OneCodeAtATime(self, n, height, width)


class OneCodeAtATime(OnePixelAtATime):
    """As one pixel at a time, but a code is put into its place as its vector."""

    def __init__(self, net: CodePrior, n: int, height: int, width: int):
        super().__init__(net, n, height, width)
        self.vectors = net.vectors
        shape = (n, height + 2 * self.halo, width + 2 * self.halo, net.vectors.embedding_dim)
        self.inputs = net.vectors.weight.new_zeros(shape)

    def put(self, row: int, col: int, levels: Tensor) -> None:
        """Write the code (n,) of all grids."""
        self.inputs[:, row + self.halo, col + self.halo] = self.vectors(levels)


def unigram(k: Tensor, K: int) -> Tensor:
    """How often each code occurs in grids k (N, h, w), each counted once more than it does -> p (K,)."""
    counts = torch.bincount(k.flatten(), minlength=K) + 1
    return counts / counts.sum()


def nats(p: Tensor, k: Tensor) -> float:
    """What the codes of grids k (N, h, w) cost when each comes by itself from p (K,): mean nats a code."""
    return float(-p[k].log().mean())


def independent(p: Tensor, uniforms: Tensor) -> Tensor:
    """Grids whose codes come each by itself from p (K,). uniforms (n, h, w) in [0, 1) -> (n, h, w) int64."""
    return torch.searchsorted(p.cumsum(0), uniforms, right=True).clamp(max=len(p) - 1)
