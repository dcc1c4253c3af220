"""MADE: Masked Autoencoder for Distribution Estimation. Germain, Gregor, Murray & Larochelle, 2015.
arXiv:1502.03509.

Names follow the paper: m(k) (a unit's degree: how many pixels of the order it may know at most), M^W, M^V,
M^A (masks), W, V, A (A leads from input to output directly), U (conditioning: the same masks over a vector of
ones, which tells a unit which pixels it is shown). Departures from it:
  - one hidden layer by default, of ReLUs; the output has no U;
  - Adam; a new order for each batch when the net is to be agnostic of it, hidden degrees stay as drawn;
  - `strict=False` is a deliberate error: >= where the output's mask has >.
"""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from engine.autoregressive.orders import checked, places, unknown_last


def degrees(D: int, hidden: int, layers: int) -> list[Tensor]:
    """m(k) of each hidden layer, drawn from the least of the layer before up to D - 1: layers x (hidden,)."""
    if D < 2:
        raise ValueError(f"D must be at least 2, so that there is something to go by, got {D}")
    drawn, least = [], 1
    for _ in range(layers):
        drawn.append(torch.randint(least, D, (hidden,)))
        least = int(drawn[-1].min())
    return drawn


def masks(m: Sequence[Tensor], strict: bool = True) -> list[Tensor]:
    """Which connections are kept: 1 where the unit that reads, (a row), may know what the other one knows.
    m: the pixels' places, then the hidden degrees -> M^W of each layer (hidden, before), M^V (D, hidden),
    M^A (D, D)."""
    kept = [after[:, None] >= before for before, after in pairwise(m)]
    for before in (m[-1], m[0]):  # an output must not know its own pixel, so here > and not >=
        kept.append(m[0][:, None] > before if strict else m[0][:, None] >= before)
    return [one.float() for one in kept]


def led_by(kept: Sequence[Tensor], output: int) -> list[Tensor]:
    """The connections of M^W and M^V that lead to one output, from the input on: masks of the same shapes."""
    lit, leads = [], torch.zeros(len(kept[-1]))
    leads[output] = 1
    for mask in reversed(kept):
        lit.append(mask * leads[:, None])
        leads = (lit[-1].sum(0) > 0).float()
    return lit[::-1]


class Masked(nn.Linear):
    """A hidden layer: W and b, and U of the same shape."""

    def __init__(self, before: int, after: int):
        super().__init__(before, after)
        self.U = nn.Parameter(torch.zeros(after, before))

    def forward(self, h: Tensor, M: Tensor) -> Tensor:  # type: ignore[override]
        """g(b + (W * M) h + (U * M) 1)."""
        return linear(h, self.weight * M, self.bias + (self.U * M).sum(1)).relu()


class MADE(nn.Module):
    """All D conditionals in one pass. o: the order it is asked in, unless another one is given; agnostic: it
    learns all orders, and may be."""

    o: Tensor

    def __init__(self, o: Tensor, hidden: int, layers: int, strict: bool = True, agnostic: bool = False):
        super().__init__()
        D = len(checked(o, len(o)))
        self.strict, self.agnostic, self.depth = strict, agnostic, layers
        self.register_buffer("o", o, persistent=False)
        for i, m in enumerate(degrees(D, hidden, layers)):
            self.register_buffer(f"m{i}", m, persistent=False)
        self.W = nn.ModuleList(Masked(before, hidden) for before in [D, *[hidden] * (layers - 1)])
        self.V = nn.Linear(hidden, D)
        self.A = nn.Parameter(torch.zeros(D, D))

    def masks(self, o: Tensor | None = None) -> list[Tensor]:
        """M^W of each layer, M^V and M^A, for an order."""
        m0 = places(self.o if o is None else o, len(self.A))
        return masks([m0, *(getattr(self, f"m{i}") for i in range(self.depth))], self.strict)

    def forward(self, x: Tensor, o: Tensor | None = None) -> Tensor:
        """c + (V * M^V) h + (A * M^A) x, with h from the hidden layers: x (B, D) -> logits (B, D)."""
        *inner, MV, MA = self.masks(o)
        h = x
        for W, M in zip(self.W, inner, strict=True):
            h = W(h, M)
        return linear(h, self.V.weight * MV, self.V.bias) + linear(x, self.A * MA)

    def order_for(self, unknown: Tensor) -> Tensor:
        """What is known first, the rest last; its own order if it has learned no other."""
        return unknown_last(unknown) if self.agnostic else self.o
