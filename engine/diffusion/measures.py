"""How near two clouds of points are, and how near two fields."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity

WIDTHS = (0.15, 0.5)


def mmd(x: Tensor, y: Tensor, widths: Sequence[float] = WIDTHS) -> float:
    """Squared maximum mean discrepancy of two clouds (n, D), (m, D); see `floor` for what it is at best."""
    xx, yy, xy = (float(kernel(*pair, widths).mean()) for pair in ((x, x), (y, y), (x, y)))
    return xx + yy - 2 * xy


def floor(x: Tensor) -> float:
    """What `mmd` comes to on average for two clouds of this size from the density that x (n, D) is from.

    Each cloud meets itself on the diagonal: 2 / n of what a point's own kernel is above two strangers'.
    """
    n = len(x)
    strangers = float(kernel(x, x).sum() - n) / (n * (n - 1))
    return 2 / n * (1 - strangers)


def kernel(x: Tensor, y: Tensor, widths: Sequence[float] = WIDTHS) -> Tensor:
    """The mean of Gaussian kernels of these widths -> (n, m)."""
    far = torch.cdist(x, y).square()
    return sum((torch.exp(-far / (2 * h * h)) for h in widths), torch.zeros(())) / len(widths)


def agreement(field: Tensor, exact: Tensor, where: Tensor) -> float:
    """Mean cosine of two fields (N, D) over the places `where` (N,) is true; 0 where it is so nowhere."""
    return float(cosine_similarity(field, exact, dim=1)[where].mean()) if where.any() else 0.0
