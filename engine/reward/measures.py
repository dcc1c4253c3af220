"""How judges and policies are measured: pairs told right, best of n, rates of winning with intervals."""

import math

import torch
from torch import Tensor


def accuracy(r: Tensor, gold: Tensor, least: float = 0.01) -> float:
    """The share of pairs within a row that r orders as gold does; pairs nearer than `least` are no pairs.

    r, gold (P, N). Two replies of one row answer the same prompt.
    """
    i, j = torch.triu_indices(r.shape[1], r.shape[1], 1)
    truly = gold[:, i] - gold[:, j]
    told = (r[:, i] - r[:, j]) * truly > 0
    return told[truly.abs() > least].float().mean().item()


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
