"""Drawing images pixel by pixel from any net of this folder. Van den Oord et al., 2016. arXiv:1601.06759.

Departure from it: a temperature, 1 in the paper. The random numbers are given from outside, one for each
pixel, so that the same numbers with a better net give a better drawing of nearly the same picture.
"""

from typing import Protocol

import torch
from torch import Tensor


class Stepper(Protocol):
    """Images being written: the logits (n, K) of the next pixel, and its level (n,) put into its place."""

    def logits(self, row: int, col: int) -> Tensor: ...

    def put(self, row: int, col: int, levels: Tensor) -> None: ...


class Net(Protocol):
    """levels (B, H, W) -> logits (B, K, H, W), and the same one pixel at a time."""

    def __call__(self, x: Tensor) -> Tensor: ...

    def pixelwise(self, n: int, height: int, width: int) -> Stepper: ...


class Naive:
    """The whole net anew for each pixel: the definition, against which the sparing way is measured."""

    def __init__(self, net: Net, n: int, height: int, width: int):
        self.net, self.images = net, torch.zeros(n, height, width, dtype=torch.int64)

    def logits(self, row: int, col: int) -> Tensor:
        """Of one pixel (n, K), all others thrown away."""
        return self.net(self.images)[:, :, row, col]

    def put(self, row: int, col: int, levels: Tensor) -> None:
        """Write the pixel (n,) of all images."""
        self.images[:, row, col] = levels


@torch.no_grad()
def sample(
    stepper: Stepper,
    uniforms: Tensor,
    temperature: float = 1.0,
    given: Tensor | None = None,
    keep: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """Eq. 1 read as a recipe: draw x_i from p(x_i | x_1, ..., x_{i-1}), pixel after pixel in raster order.

    uniforms (n, H, W) in [0, 1). Where keep (H, W) is true the pixel is not drawn but taken from given (H, W)
    or (n, H, W). -> images (n, H, W) int64 and probabilities (n, H W, K), each given the pixels before it.
    """
    n, height, width = uniforms.shape
    images = torch.zeros(n, height, width, dtype=torch.int64, device=uniforms.device)
    probabilities = []
    for row in range(height):
        for col in range(width):
            p = (stepper.logits(row, col) / temperature).softmax(1)
            probabilities.append(p)
            if keep is not None and given is not None and keep[row, col]:
                level = given[..., row, col].to(torch.int64).expand(n)
            else:  # invert the cumulative distribution; rounding may leave its end just below 1
                level = (p.cumsum(1) <= uniforms[:, row, col, None]).sum(1).clamp(max=p.shape[1] - 1)
            images[:, row, col] = level
            stepper.put(row, col, level)
    return images, torch.stack(probabilities, 1)
