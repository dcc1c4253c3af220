"""What can be read off attention weights, and what cannot: to see, to overrule, to measure.

Attention rollout is Abnar & Zuidema, Quantifying Attention Flow in Transformers, 2020, arXiv:2005.00928. The
induction score is Olsson et al., In-context Learning and Induction Heads, 2022. Other maps with the same
output are the question of Jain & Wallace, Attention is not Explanation, 2019, arXiv:1902.10186. Departures:
  - Jain & Wallace permute or optimise the one map of a recurrent net; here, in turn, one of many heads is
    made to look at everything alike, or at the mirror image of what it looked at.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from engine.attention.multi_head import Vectors

Head = tuple[str, int, int]  # kind of attention, layer, head


@dataclass
class Seen:
    """Takes down every map and its vectors, by kind and layer; heads in `off` are switched off meanwhile."""

    off: Collection[Head] = ()
    maps: dict[tuple[str, int], Tensor] = field(default_factory=dict)  # (B, h, T, S)
    vectors: dict[tuple[str, int], Vectors] = field(default_factory=dict)

    def __call__(self, kind: str, layer: int, weights: Tensor, vectors: Vectors) -> Tensor:
        self.maps[kind, layer], self.vectors[kind, layer] = weights, vectors
        heads = [h for k, n, h in self.off if (k, n) == (kind, layer)]
        if heads:
            weights = weights.clone()
            weights[:, heads] = 0  # values that nobody reads: head_i is 0 before W^O
        return weights

    def of(self, kind: str) -> Tensor:
        """All maps of one kind for the first text of the batch: (N h, T, S), layer after layer."""
        layers = sorted(n for k, n in self.maps if k == kind)
        return torch.cat([self.maps[kind, n][0] for n in layers])


@dataclass
class OneEach:
    """In the b-th text of a batch, only the b-th of `heads` looks as `change` says."""

    heads: list[Head]
    change: str  # "flat": at everything alike; "mirrored": at the mirror image
    moved: dict[Head, Tensor] = field(default_factory=dict)  # (T,): the mass moved in each row
    maps: dict[Head, Tensor] = field(default_factory=dict)  # (T, S): as it looks now

    def __call__(self, kind: str, layer: int, weights: Tensor, vectors: Vectors) -> Tensor:
        changed = weights.clone()
        for b, (k, n, h) in enumerate(self.heads):
            if (k, n) == (kind, layer):
                row = weights[b, h]  # (T, S)
                changed[b, h] = flat(row) if self.change == "flat" else mirrored(row)
                self.maps[k, n, h], self.moved[k, n, h] = changed[b, h], apart(row, changed[b, h])
        return changed


def flat(weights: Tensor) -> Tensor:
    """The same mass on every key that may be looked at, which are those with any mass. (..., S)."""
    may = (weights > 0).to(weights.dtype)
    return may / may.sum(-1, keepdim=True)


def mirrored(weights: Tensor) -> Tensor:
    """Each row's mass in reverse order over the keys that it may look at, which come first. (T, S)."""
    count = (weights > 0).sum(-1, keepdim=True)
    at = torch.arange(weights.shape[-1]).expand_as(weights)
    return torch.where(at < count, weights.gather(-1, (count - 1 - at).clamp(min=0)), 0)


def pressed(weights: Tensor) -> np.ndarray:
    """Weights in [0, 1] as uint8, 255 for 1."""
    return (weights * 255).round().cpu().numpy().astype(np.uint8)


def apart(a: Tensor, b: Tensor) -> Tensor:
    """Total variation distance, 0 to 1: the mass to move from one row to the other. (..., S) -> (...)."""
    return (a - b).abs().sum(-1) / 2


def rollout(maps: list[Tensor]) -> Tensor:
    """Abnar & Zuidema, section 3: A_N ... A_1 with A = W / 2 + I / 2, W the mean of the heads.

    maps: (h, T, T) of each layer of self-attention, the first layer first -> (T, T), rows that sum to 1.
    """
    total = torch.eye(maps[0].shape[-1])
    for weights in maps:
        total = (weights.mean(0) + torch.eye(len(total))) / 2 @ total
    return total


def follows(x: Tensor) -> Tensor:
    """Where an induction head looks: at a key that comes just after an earlier copy of the query's token.

    x (..., T) -> (..., T, T) bool.
    """
    t = x.shape[-1]
    same = torch.zeros(*x.shape, t, dtype=torch.bool, device=x.device)
    same[..., 1:] = x[..., :, None] == x[..., None, :-1]
    return same & torch.ones_like(same).tril()


def induction_score(weights: Tensor, x: Tensor) -> Tensor:
    """Olsson et al., prefix matching: the mean mass on `follows`. (B, h, T, T), (B, T) -> (h,).

    Averaged over the queries whose token has occurred before; a head that looks at everything alike scores
    the share of such keys.
    """
    wanted = follows(x)[:, None]  # (B, 1, T, T)
    repeated = wanted.any(-1)  # (B, 1, T)
    return ((weights * wanted).sum(-1) * repeated).sum((0, 2)) / repeated.sum()


def previous_score(weights: Tensor) -> Tensor:
    """The mean mass on the token just before the query. (B, h, T, T) -> (h,)."""
    return weights.diagonal(-1, 2, 3).mean((0, 2))
