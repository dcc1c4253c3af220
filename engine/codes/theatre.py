"""A codebook in the plane, with the encoder held still: points come in batches, codes follow them.

Eqs. 6 to 8, appendix A.1, of the VQ-VAE. Van den Oord, Vinyals & Kavukcuoglu, 2017. arXiv:1711.00937.
Departure from it: there is no net; the points of the plane are the encoder's outputs, and they never move.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from engine.codes.vqvae import Codebook

POINTS = 280
REACH = 4.0  # the plane that is shown: [-REACH, REACH] squared


def points(name: str, seed: int, n: int = POINTS) -> Tensor:
    """Outputs of an encoder, made up: "islands" (7 clouds), "ring" or "spiral" -> (n, 2) within REACH."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=(n, 2))
    match name:
        case "islands":
            at = rng.integers(7, size=n) * 2 * np.pi / 7
            xy = 2.7 * np.stack([np.cos(at), np.sin(at)], 1) + 0.28 * noise
        case "ring":
            at = rng.uniform(0, 2 * np.pi, n)
            xy = 2.8 * np.stack([np.cos(at), np.sin(at)], 1) + 0.15 * noise
        case "spiral":
            t = np.sqrt(rng.uniform(0.02, 1, n))
            xy = (3.4 * t)[:, None] * np.stack([np.cos(9 * t), np.sin(9 * t)], 1) + 0.1 * noise
        case _:
            raise ValueError(f"points must be islands, ring or spiral, got {name!r}")
    return torch.from_numpy(xy.clip(-REACH + 0.1, REACH - 0.1).astype(np.float32))


class OneStep(NamedTuple):
    """Eqs. 6 to 8 for every code at one step: n (K,), sums (K, D), N, m, e before and after."""

    n: Tensor
    sums: Tensor
    N: tuple[Tensor, Tensor]
    m: tuple[Tensor, Tensor]
    e: tuple[Tensor, Tensor]
    restarted: int


def follow(
    book: Codebook, z_e: Tensor, batch: int, steps: int, gamma: float, below: float, rng: torch.Generator
) -> Iterator[OneStep]:
    """Batches of points z_e (M, 2) pass; the codes follow. below: N under which they restart, 0 for never."""
    for _ in range(steps):
        some = z_e[torch.randint(len(z_e), (batch,), generator=rng)]
        k = book.nearest(some)
        N, m, e = book.N.clone(), book.m.clone(), book.e.detach().clone()
        book.follow(some, k, gamma)
        n = torch.bincount(k, minlength=len(book.e))
        sums = torch.zeros_like(book.m).index_add_(0, k, some)
        after = book.N.clone(), book.m.clone(), book.e.detach().clone()
        restarted = book.restart(some, below, rng) if below else 0
        yield OneStep(n, sums, (N, after[0]), (m, after[1]), (e, after[2]), restarted)
