"""Masked convolutions, and what they let through.

Pixel Recurrent Neural Networks. Van den Oord, Kalchbrenner & Kavukcuoglu, 2016. arXiv:1601.06759.
A mask is a (k, k) array of 0 and 1, k = 2h + 1 odd; its centre is the pixel itself.
Departures from the paper:
  - one colour, so the masks order pixels only, not the red, green and blue of one pixel;
  - rows and columns that a mask forbids as a whole are cut off, not multiplied by zero: the same sums.
"""

from collections.abc import Callable, Iterable, Set

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

Offset = tuple[int, int]  # rows down, columns to the right


def mask(kind: str, kernel: int) -> np.ndarray:
    """Section 3.4, fig. 2: mask A hides the pixel itself and all after it in raster order, B shows the pixel.

    kind "A" or "B", kernel odd -> (kernel, kernel) uint8. Raises ValueError for any other kind.
    """
    if kind not in ("A", "B"):
        raise ValueError(f"kind must be A or B, got {kind!r}")
    h = kernel // 2
    m = np.zeros((kernel, kernel), np.uint8)
    m[:h] = 1
    m[h, : h + (kind == "B")] = 1
    return m


def vertical_mask(kind: str, kernel: int) -> np.ndarray:
    """Section 2.2 of arXiv:1606.05328: the rows above, in full width; kind B also shows the row itself."""
    h = kernel // 2
    m = np.zeros((kernel, kernel), np.uint8)
    m[: h + (kind == "B")] = 1
    return m


def horizontal_mask(kind: str, kernel: int) -> np.ndarray:
    """Section 2.2 of arXiv:1606.05328: the pixels to the left in its row; kind B also shows the pixel."""
    h = kernel // 2
    m = np.zeros((kernel, kernel), np.uint8)
    m[h] = mask(kind, kernel)[h]
    return m


def support(m: np.ndarray) -> frozenset[Offset]:
    """Where a mask lets something through: offsets (rows down, columns right) from its centre. m (k, k)."""
    h = m.shape[0] // 2
    return frozenset((int(i) - h, int(j) - h) for i, j in np.argwhere(m))


def minkowski(
    supports: Iterable[Set[Offset]],
    start: Set[Offset] = frozenset({(0, 0)}),
    within: Callable[[Offset], bool] | None = None,
) -> Set[Offset]:
    """The receptive field of a stack: every sum of a cell of `start` and one offset from each support.

    `supports` go from the output down to the input. `within` says which cells exist: layers have no units
    outside the image, so a path that leaves it is lost. Without it the plane has no border.
    """
    for s in supports:
        sums = {(a + c, b + d) for a, b in start for c, d in s}
        start = set(filter(within, sums)) if within else sums
    return start


def spread(counts: np.ndarray, m: np.ndarray) -> np.ndarray:
    """Path counts one layer further down: each cell hands its count to all cells that the mask shows it.

    counts (H, W) int64, m (k, k) -> (H, W) int64. Exact: integers only.
    """
    h, (H, W) = m.shape[0] // 2, counts.shape
    out = np.zeros((H + 2 * h, W + 2 * h), np.int64)
    for i, j in np.argwhere(m):
        out[i : i + H, j : j + W] += counts
    return out[h : h + H, h : h + W]


class MaskedConv2d(nn.Conv2d):
    """Section 3.4: a convolution whose weights are multiplied by a mask, keeping the image's size.

    (B, C_in, H, W) -> (B, C_out, H, W).
    """

    def __init__(self, c_in: int, c_out: int, m: np.ndarray):
        self.h = h = m.shape[0] // 2
        self.support = support(m)
        rows, cols = np.flatnonzero(m.any(1)), np.flatnonzero(m.any(0))
        top, bottom, left, right = (rows[0], rows[-1], cols[0], cols[-1]) if m.any() else (h, h, h, h)
        super().__init__(c_in, c_out, (int(bottom - top) + 1, int(right - left) + 1))
        self.mask: Tensor
        cut = torch.from_numpy(m[top : bottom + 1, left : right + 1].astype(np.float32))
        self.register_buffer("mask", cut, persistent=False)
        # may be negative: cuts
        self.margin = tuple(int(v) for v in (h - left, right - h, h - top, bottom - h))
        self.corner = (int(top) - h, int(left) - h)  # of the kept weights, seen from the pixel

    def forward(self, input: Tensor) -> Tensor:
        return F.conv2d(F.pad(input, self.margin), self.weight * self.mask, self.bias)

    def hidden(self) -> int:
        """How many of its weights the mask hides: they are never used, and do not count as weights."""
        return int((self.mask == 0).sum()) * self.in_channels * self.out_channels

    def row(self, cells: Tensor, row: int) -> Tensor:
        """The same sums in one row only. cells (B, C_in, H + 2h, W + 2h), padded by h -> (B, C_out, W)."""
        tall, wide = self.mask.shape
        top, left, width = row + self.h + self.corner[0], self.h + self.corner[1], cells.shape[3] - 2 * self.h
        rows = cells[:, :, top : top + tall, left : left + width + wide - 1]
        return F.conv2d(rows, self.weight * self.mask, self.bias)[:, :, 0]

    def pointwise(self) -> Callable[[Tensor, int, int], Tensor]:
        """The same sum at one pixel only: what sampling needs.

        Gives a function of cells (B, H + 2h, W + 2h, C_in), padded by h on every side, and of a pixel's row
        and column -> (B, C_out). It keeps the weights of now: ask again after a training step.
        """
        tall, wide = self.mask.shape
        # (tall wide C_in, C_out)
        kernel = (self.weight * self.mask).permute(2, 3, 1, 0).reshape(-1, self.out_channels)
        top, left = self.h + self.corner[0], self.h + self.corner[1]
        assert self.bias is not None
        bias = self.bias

        def at(cells: Tensor, row: int, col: int) -> Tensor:
            patch = cells[:, row + top : row + top + tall, col + left : col + left + wide]
            return torch.addmm(bias, patch.flatten(1), kernel)

        return at
