"""Self-attention with relative position representations. Shaw, Uszkoreit & Vaswani, 2018. arXiv:1803.02155.

Names follow the paper: e_ij, alpha_ij, z_i, a^K, a^V, k (here `clip`, as k is a key). Departure from it:
  - neither the vectors a_ij of all pairs nor their products are laid out: each query meets each of the 2k + 1
    vectors once, and the pairs look their score up.
"""

import math

from torch import Tensor


def pairs(i: Tensor, j: Tensor, clip: int) -> Tensor:
    """Section 3.2: which of the 2k + 1 vectors a pair uses, clip(j - i, -k, k) + k. (Q,), (T,) -> (Q, T).

    Places that are no whole numbers count by their distance, rounded.
    """
    return (j[None] - i[:, None]).round().long().clamp(-clip, clip) + clip


def scores(q: Tensor, k: Tensor, a_K: Tensor, pair: Tensor) -> Tensor:
    """Eq. 4: e_ij = q_i (k_j + a^K_ij)^T / sqrt(d). q (..., Q, d), k (..., T, d), pair (Q, T) -> (Q, T)."""
    to_content, to_place = q @ k.transpose(-2, -1), q @ a_K.T  # (..., Q, T), (..., Q, 2k + 1)
    return (to_content + to_place.gather(-1, pair.expand(to_content.shape))) / math.sqrt(q.shape[-1])


def read(alpha: Tensor, v: Tensor, a_V: Tensor, pair: Tensor) -> Tensor:
    """Eq. 3: z_i = sum_j alpha_ij (v_j + a^V_ij). alpha (..., Q, T), v (..., T, d) -> (..., Q, d)."""
    share = alpha.new_zeros(*alpha.shape[:-1], len(a_V))  # (..., Q, 2k + 1): what each vector is read with
    return alpha @ v + share.scatter_add(-1, pair.expand(alpha.shape), alpha) @ a_V
