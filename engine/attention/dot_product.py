"""Why the scores are divided by sqrt(d_k). Vaswani et al., 2017. arXiv:1706.03762, section 3.2.1, footnote 4.

For independent components of mean 0 and variance 1, says the footnote, q . k has mean 0 and variance d_k.
Departures: none; the divisor may be any number.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from engine.attention.multi_head import weights_of

SETS = 500  # of a query and its keys, over which `saturation` takes means


class Journey(NamedTuple):
    """One query's way through eq. 1, at D divisors. n keys."""

    divisors: Tensor  # (D,), from 1 through sqrt(d_k), in the middle, to d_k
    scores: Tensor  # (n,), q . k
    weights: Tensor  # (D, n)
    entropy: Tensor  # (D,), of the weights, in nats
    values: Tensor  # (n, d_v), before they are weighted
    sums: Tensor  # (D, d_v), of the weighted values


class Saturation(NamedTuple):
    """Means over random queries and keys of one d_k, first without a divisor, then with sqrt(d_k)."""

    variance: float  # of q . k
    entropy: tuple[float, float]  # nats
    slope: tuple[float, float]  # sum of p (1 - p): the trace of the softmax's Jacobian


def entropy(weights: Tensor) -> Tensor:
    """In nats, of each row. (..., n) -> (...)."""
    return torch.special.entr(weights).sum(-1)


def journey(q: Tensor, k: Tensor, v: Tensor, steps: int = 40) -> Journey:
    """Eq. 1 for one query at steps + 1 divisors d_k^(i / steps). q (d_k,), k (n, d_k), v (n, d_v)."""
    powers = torch.arange(steps + 1, dtype=q.dtype) / steps
    divisors = float(len(q)) ** powers  # (D,)
    weights = torch.stack([weights_of(q[None], k, divisor=float(by))[0] for by in divisors])
    return Journey(divisors, k @ q, weights, entropy(weights), v, weights @ v)


def drawn(d_k: int, n: int, seed: int) -> tuple[Tensor, Tensor, Tensor]:
    """A query (d_k,), keys (n, d_k) and values (n, d_k): independent, mean 0, variance 1."""
    rng = torch.Generator().manual_seed(seed)
    q, k, v = (torch.randn(rows, d_k, generator=rng) for rows in (1, n, n))
    return q[0], k, v


def saturation(d_k: int, n: int, seed: int) -> Saturation:
    """Measured on 500 random queries, each with n keys of its own."""
    rng = torch.Generator().manual_seed(seed)
    q, k = (torch.randn(SETS, rows, d_k, generator=rng) for rows in (1, n))
    plain, divided = weights_of(q, k, divisor=1), weights_of(q, k)
    sums = [float((p * (1 - p)).sum(-1).mean()) for p in (plain, divided)]
    nats = [float(entropy(p).mean()) for p in (plain, divided)]
    return Saturation(float((q @ k.mT).var()), (nats[0], nats[1]), (sums[0], sums[1]))
