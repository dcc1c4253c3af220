"""The chain rule along any order of the pixels: p(x) is the product, pixel by pixel, of the chance of each
given those before it. What MADE and NADE share; and the same with counted conditionals, where it is exact.

An order o lists the pixels as they are said: (D,), each of 0 to D - 1 once.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

ORDERS = ("rows", "columns", "random")
SIDE = 8


def order(name: str, seed: int, side: int = SIDE) -> Tensor:
    """The pixels row by row, column by column, or shuffled by the seed: (side * side,)."""
    rows = torch.arange(side * side)
    if name == "columns":
        return rows.view(side, side).T.reshape(-1)
    return (
        torch.randperm(side * side, generator=torch.Generator().manual_seed(seed))
        if name == "random"
        else rows
    )


def checked(o: Tensor, D: int) -> Tensor:
    """The order, if it is one. Raises ValueError."""
    if not torch.equal(o.sort().values, torch.arange(D, device=o.device)):
        raise ValueError(f"order must list each of 0 to {D - 1} once, got {str(o.tolist())[:60]}")
    return o


def places(o: Tensor, D: int) -> Tensor:
    """When each pixel is said, from 1 to D: the first of the order has a 1. (D,). Raises ValueError."""
    return checked(o, D).argsort() + 1


def unknown_last(unknown: Tensor) -> Tensor:
    """The order that says what is known first, then the rest, both row by row. unknown (D,) of 0 and 1."""
    return torch.sort(unknown.float(), stable=True).indices


def bits(logits: Tensor, x: Tensor) -> Tensor:
    """What each pixel costs: -log2 of the chance that it is as it is. logits, x (..., D) -> (..., D)."""
    return binary_cross_entropy_with_logits(logits, x.expand_as(logits), reduction="none") / math.log(2)


@torch.no_grad()
def draw(logits: Callable[[Tensor], Tensor], o: Tensor, x: Tensor, known: Tensor, dice: Tensor) -> Tensor:
    """One pixel a pass, in the order; known pixels stay as in x, one not yet drawn is a 0.
    x, dice (B, D), known (D,) of 0 and 1 -> (B, D)."""
    x = x * known
    for d in o.tolist():
        if not known[d]:
            x[:, d] = (dice[:, d] < logits(x)[:, d].sigmoid()).float()
    return x


def counted(x: Tensor, o: Tensor) -> Tensor:
    """Conditionals that are counted among rows x (N, D) of 0 and 1, along an order, for every row that there
    can be: (2^D, D), the first pixel as the highest digit of the number. Their product is the joint."""
    D = x.shape[1]
    every = (torch.arange(2**D)[:, None] >> torch.arange(D - 1, -1, -1)) & 1  # (2^D, D)
    same = (every[:, None] == x[None].long())[:, :, checked(o, D)].cumprod(-1)  # agree in all pixels so far
    so_far = torch.cat([torch.full((len(every), 1), len(x)), same.sum(1)], 1).double()  # (2^D, D + 1)
    return so_far[:, 1:] / so_far[:, :-1].clamp(min=1)  # what never began so cannot go on so
