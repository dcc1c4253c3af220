"""Deep Residual Learning for Image Recognition. He, Zhang, Ren & Sun, 2015. arXiv:1512.03385.

Names follow the paper: x, y, F, W1, W2. Departures from it:
  - pictures are digits of 8 x 8 pixels, so no block halves the sides, and every skip is the plain identity;
  - one width from the first layer to the last, instead of three stages;
  - the plain net is the same net with the same weights at the start, and nothing is added to F.
"""

from collections.abc import Collection

import torch
from torch import Tensor, nn


class Block(nn.Module):
    """Two convolutions, each with batch normalisation. skip: whether the input is added to what they make."""

    def __init__(self, channels: int, skip: bool):
        super().__init__()
        self.W1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.W2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm1, self.norm2 = nn.BatchNorm2d(channels), nn.BatchNorm2d(channels)
        self.skip = skip

    def F(self, x: Tensor) -> Tensor:
        """W2 relu(W1 x), the residual function; the norm comes after each convolution."""
        return self.norm2(self.W2(self.norm1(self.W1(x)).relu()))

    def forward(self, x: Tensor) -> Tensor:
        """y = F(x) + x, then the second ReLU; plain: F(x) alone. (B, C, H, W) -> the same."""
        return (self.F(x) + x if self.skip else self.F(x)).relu()


class ResNet(nn.Module):
    """A convolution, `blocks` blocks, the mean over all places, and a linear layer."""

    def __init__(self, channels: int, blocks: int, skip: bool, classes: int = 10):
        super().__init__()
        self.stem = nn.Conv2d(1, channels, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(channels)
        self.blocks = nn.ModuleList(Block(channels, skip) for _ in range(blocks))
        self.out = nn.Linear(channels, classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight)  # for layers with a ReLU behind them

    def forward(self, x: Tensor, off: Collection[int] = ()) -> Tensor:
        """Pictures (B, 1, H, W) -> logits (B, classes). off: blocks that are left out."""
        h = self.norm(self.stem(x)).relu()  # (B, C, H, W)
        for i, block in enumerate(self.blocks):
            if i not in off:
                h = block(h)
        return self.out(h.mean((2, 3)))


@torch.no_grad()
def accuracy(net: ResNet, x: Tensor, y: Tensor, off: Collection[int] = ()) -> float:
    """Percent of pictures (B, 1, H, W) read as their label (B,), by the norms' running means."""
    was = net.training
    net.eval()
    right = (net(x, off).argmax(1) == y).float().mean()
    net.train(was)
    return 100 * right.item()
