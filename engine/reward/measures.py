"""How judges and policies are measured: pairs told right, best of n, rates of winning with intervals."""

import math

import numpy as np
import torch
from torch import Tensor

LEAST = 0.01  # points: what is nearer is as good


def told(r: Tensor, gold: Tensor) -> tuple[Tensor, Tensor]:
    """Of all pairs within a row, in the order of `ranking.pairs`: which r orders as gold does, and which gold
    tells apart at all. r, gold (P, N) -> (P, N (N - 1) / 2) each. A row's replies answer one prompt.
    """
    i, j = torch.triu_indices(r.shape[1], r.shape[1], 1)
    truly = gold[:, i] - gold[:, j]
    return (r[:, i] - r[:, j]) * truly > 0, truly.abs() > LEAST


def accuracy(r: Tensor, gold: Tensor) -> float:
    """The share of pairs told apart by gold that r orders alike. r, gold (P, N)."""
    right, apart = told(r, gold)
    return right[apart].float().mean().item()


def by_known(r: Tensor, gold: Tensor, read: Tensor) -> dict[str, float]:
    """`accuracy` of the pairs of which both replies were learned from, one, and neither; nan where there is
    no such pair. And the share of pairs of which neither was. r, gold, read (P, N)."""
    i, j = torch.triu_indices(r.shape[1], r.shape[1], 1)
    right, apart = told(r, gold)
    many = read[:, i].long() + read[:, j].long()
    found = {
        name: right[apart & (many == n)].float().mean().item()
        for n, name in ((2, "both"), (1, "one"), (0, "neither"))
    }
    return found | {"unread": (many == 0)[apart].float().mean().item()}


def against(points: Tensor | np.ndarray, others: Tensor | np.ndarray) -> tuple[int, int, int]:
    """How often replies have more points than others to the same prompts, as many, fewer. (N,) each."""
    ahead = points - others
    return int((ahead > LEAST).sum()), int((abs(ahead) <= LEAST).sum()), int((ahead < -LEAST).sum())


def best_of(n: int, r: Tensor, value: Tensor) -> float:
    """The mean value of the reply that r likes best among n, without luck: over all n of the N in each row.

    r, value (P, N), n at most N. The i-th worst of N is the best of n with probability C(i-1, n-1) / C(N, n).
    """
    N = r.shape[1]
    if not 1 <= n <= N:
        raise ValueError(f"n must be in [1, {N}], got {n}")
    chance = [math.comb(i, n - 1) / math.comb(N, n) for i in range(N)]
    ordered = value.gather(1, r.argsort(1))
    return float(
        (ordered.double() * torch.tensor(chance, dtype=torch.float64, device=r.device)).sum(1).mean()
    )


def kl_of_best(n: int) -> float:
    """KL(best of n, one draw) = log n - (n - 1)/n, in nats, where no two draws are the same."""
    return math.log(n) - (n - 1) / n


def wilson(won: float, n: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's interval of a share: with z = 1.96, 95 of 100 such intervals hold the true one.

    won may hold halves: a tie counts as one. Nothing played: all is possible.
    """
    if n == 0:
        return 0.0, 1.0
    p, centre = won / n, (won + z * z / 2) / (n + z * z)
    reach = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, centre - reach), min(1.0, centre + reach)
