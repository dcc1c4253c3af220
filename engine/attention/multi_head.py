"""Attention Is All You Need: attention itself. Vaswani et al., 2017. arXiv:1706.03762, section 3.2.

Names follow the paper: Q, K, V, W^Q, W^K, W^V, W^O, d_k, d_model, h. Departures from it:
  - the matrices W_i^Q, W_i^K, W_i^V of all heads lie in one, `project`, so that one product serves them all;
  - every product has a bias, which the paper leaves out for W^Q, W^K, W^V and W^O.
"""

import math
from collections.abc import Callable

import torch.nn.functional as F
from torch import Tensor, nn

Vectors = tuple[Tensor, Tensor, Tensor]  # Q (B, h, T, d_k), K and V (B, h, S, d_k)
See = Callable[[Tensor, Vectors], Tensor]  # gets the weights (B, h, T, S), says which ones to read with


def weights_of(q: Tensor, k: Tensor, allowed: Tensor | None = None, divisor: float | None = None) -> Tensor:
    """Eq. 1, its first factor: softmax(Q K^T / sqrt(d_k)). q (..., T, d_k), k (..., S, d_k) -> (..., T, S).

    allowed: (..., T, S), False where a query may not look; each must be left some key. divisor: in the place
    of sqrt(d_k).
    """
    scores = (q / (divisor or math.sqrt(q.shape[-1]))) @ k.transpose(-2, -1)  # (..., T, S)
    if allowed is not None:
        scores = scores.masked_fill(~allowed, -math.inf)  # section 3.2.3: before the softmax, not after
    return scores.softmax(-1)


def attention(q: Tensor, k: Tensor, v: Tensor, allowed: Tensor | None = None) -> Tensor:
    """Eq. 1: softmax(Q K^T / sqrt(d_k)) V. v (..., S, d_v) -> (..., T, d_v).

    It is weights_of(q, k, allowed) @ v, in one call that keeps no weights: half the time.
    """
    return F.scaled_dot_product_attention(q, k, v, allowed)


class MultiHead(nn.Module):
    """Section 3.2.2: h attentions in d_k = d_model / h dimensions each, side by side, times W^O.

    Raises ValueError where h does not divide d_model.
    """

    def __init__(self, d_model: int, h: int):
        super().__init__()
        if d_model % h:
            raise ValueError(f"h must divide d_model, got {h} heads and {d_model} dimensions")
        self.h, self.d_model = h, d_model
        self.project = nn.Linear(d_model, 3 * d_model)  # W^Q, W^K, W^V, one below the other
        self.out = nn.Linear(d_model, d_model)  # W^O
        nn.init.xavier_uniform_(self.project.weight)
        nn.init.zeros_(self.project.bias)
        nn.init.zeros_(self.out.bias)

    def split(self, x: Tensor) -> tuple[Tensor, ...]:
        """(B, T, n d_model) -> n tensors (B, h, T, d_k): queries, keys, values, or some of them."""
        parts = x.shape[-1] // self.d_model
        apart = x.view(*x.shape[:2], parts, self.h, -1).unbind(2)  # (B, T, h, d_k) each
        return tuple(one.transpose(1, 2) for one in apart)

    def queries(self, x: Tensor) -> Tensor:
        """(B, T, d_model) -> Q (B, h, T, d_k)."""
        d = self.d_model
        return self.split(F.linear(x, self.project.weight[:d], self.project.bias[:d]))[0]

    def keys_values(self, memory: Tensor) -> tuple[Tensor, ...]:
        """(B, S, d_model) -> K and V, each (B, h, S, d_k)."""
        d = self.d_model
        return self.split(F.linear(memory, self.project.weight[d:], self.project.bias[d:]))

    def join(self, heads: Tensor) -> Tensor:
        """Concat(head_1, ..., head_h) W^O. (B, h, T, d_k) -> (B, T, d_model)."""
        return self.out(heads.transpose(1, 2).flatten(2))

    def forward(
        self, x: Tensor, memory: Tensor | None = None, allowed: Tensor | None = None, see: See | None = None
    ) -> Tensor:
        """x (B, T, d_model) asks; memory (B, S, d_model) answers, or x itself: self-attention.

        allowed: as `weights_of` wants it, against (B, h, T, S). see: is shown weights and vectors, and may
        change the weights; a head whose weights become 0 is switched off. -> (B, T, d_model).
        """
        if memory is None:
            q, k, v = self.split(self.project(x))
        else:
            q, (k, v) = self.queries(x), self.keys_values(memory)
        if see is None:
            return self.join(attention(q, k, v, allowed))
        return self.join(see(weights_of(q, k, allowed), (q, k, v)) @ v)
