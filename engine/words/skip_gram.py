"""Distributed Representations of Words and Phrases and their Compositionality. Mikolov, Sutskever, Chen,
Corrado & Dean, 2013. arXiv:1310.4546.

Names follow the paper: v (the input vectors), k (negatives a pair), P_n (the noise), t and f (of the
subsampling), c (the window). Its output vectors v' are called u here. Departures from it:
  - Adam on shuffled batches takes the place of one pair at a time by many threads at once;
  - a pair's negatives may by chance be its own context; the authors' code drops those;
  - hierarchical softmax and phrases are left out;
  - corpora of 60 to 120 thousand words, vectors of 16 numbers; the paper has billions of words, and 300.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn


def noise(counts: np.ndarray, exponent: float = 0.75) -> Tensor:
    """Section 2.2: P_n(w) = U(w)^(3/4) / Z. counts (V,) -> (V,) float64."""
    raised = torch.from_numpy(np.asarray(counts, np.float64)) ** exponent
    return raised / raised.sum()


def kept(counts: np.ndarray, t: float) -> np.ndarray:
    """Section 2.3, eq. 5: a word of frequency f is dropped with chance 1 - sqrt(t / f). -> chance to stay."""
    f = np.asarray(counts, np.float64) / max(1, np.sum(counts))
    return np.minimum(1.0, np.sqrt(t / np.maximum(f, 1e-300)))


def windows(tokens: np.ndarray, ends: np.ndarray, c: int, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """All pairs (centre, context) once, in random order: each centre draws how far it looks, from 1 to c.

    tokens (N,), `ends` of the sentences, which no window crosses. -> two int64 tensors (pairs,).
    """
    sentence = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
    reach = rng.integers(1, c + 1, len(tokens))
    centres, contexts = [], []
    for apart in range(1, c + 1):
        left = np.flatnonzero(sentence[:-apart] == sentence[apart:])
        for here, there in ((left, left + apart), (left + apart, left)):
            seen = reach[here] >= apart
            centres.append(tokens[here[seen]])
            contexts.append(tokens[there[seen]])
    centre, context = np.concatenate(centres), np.concatenate(contexts)
    order = rng.permutation(len(centre))
    return torch.from_numpy(centre[order]), torch.from_numpy(context[order])


class SkipGram(nn.Module):
    """Vectors v (V, d) of words as centres, and u (V, d), the paper's v', of words as contexts."""

    def __init__(self, V: int, d: int):
        super().__init__()
        self.v = nn.Parameter((torch.rand(V, d) - 0.5) / d)  # as the authors' code begins
        self.u = nn.Parameter(torch.zeros(V, d))

    def loss(self, centre: Tensor, context: Tensor, negatives: Tensor) -> Tensor:
        """Eq. 4, negated: -log s(u_o . v_c) - sum over k negatives of log s(-u_n . v_c); mean over pairs.

        centre, context (B,), negatives (B, k).
        """
        return against_noise(F.embedding(centre, self.v), context, negatives, self.u)


def against_noise(h: Tensor, right: Tensor, negatives: Tensor, u: Tensor) -> Tensor:
    """Eq. 4 for any vectors h (B, d) that ask: right (B,), negatives (B, k), u (V, d)."""
    good = (h * F.embedding(right, u)).sum(1)
    bad = torch.einsum("bd,bkd->bk", h, F.embedding(negatives, u))
    return -(F.logsigmoid(good) + F.logsigmoid(-bad).sum(1)).mean()


def drawn(P_n: Tensor, shape: tuple[int, ...], rng: torch.Generator) -> Tensor:
    """Words by chance, as likely as P_n (V,) says. int64."""
    chance = torch.rand(shape, generator=rng, dtype=torch.float64)
    return torch.searchsorted(P_n.cumsum(0), chance).clamp(max=len(P_n) - 1)
