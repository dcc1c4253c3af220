"""The Neural Autoregressive Distribution Estimator. Larochelle & Murray, 2011; Uria, Cote, Gregor, Murray &
Larochelle, 2016, arXiv:1605.02226.

Names follow the paper: W, V, b, c, and a, the accumulator: what the hidden units have summed up of the pixels
so far. Departures from it:
  - all a_d at once, by a cumulative sum over the pixels, in place of one after the other;
  - Adam in place of plain gradient descent.
"""

import torch
from torch import Tensor, nn

from engine.autoregressive.orders import checked


class NADE(nn.Module):
    """D small nets in one: they share the weights W, and each begins where the one before left off."""

    o: Tensor

    def __init__(self, o: Tensor, hidden: int):
        super().__init__()
        D = len(checked(o, len(o)))
        self.register_buffer("o", o, persistent=False)
        self.W = nn.Parameter(0.05 * torch.randn(hidden, D))
        self.V = nn.Parameter(0.05 * torch.randn(D, hidden))
        self.b, self.c = nn.Parameter(torch.zeros(D)), nn.Parameter(torch.zeros(hidden))

    def accumulated(self, x: Tensor) -> Tensor:
        """a_1 = c, and a_{d+1} = a_d + W_{:,d} x_d, with d along the order: x (B, D) -> (B, D, H)."""
        added = x[:, self.o, None] * self.W.T[self.o]
        return self.c + added.cumsum(1) - added  # without its own pixel

    def forward(self, x: Tensor) -> Tensor:
        """The logit of p(x_d = 1 | x_{<d}) is b_d + V_d sigm(a_d): x (B, D) -> (B, D), pixel by pixel."""
        along = (self.V[self.o] * self.accumulated(x).sigmoid()).sum(-1) + self.b[self.o]
        return along[:, self.o.argsort()]
