"""An Empirical Study of Smoothing Techniques for Language Modeling. Chen & Goodman, 1998, TR-10-98, Harvard.

Interpolated Kneser-Ney, with the discount of absolute discounting. Names follow the paper: c counts, D
discounts, N_1+ numbers of different words. The shortest n-grams are mixed with the uniform distribution, as
it allows, so that no word of the vocabulary is impossible. Departures from it:
  - the text is one row of words: a context may reach over the end of a document.
"""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

D_WHERE_NONE = 0.5  # the discount of a text so small that none of its n-grams comes once, or none twice


class Counts(NamedTuple):
    """The different n-grams of one order as numbers, rising; c of each, their sums up to each, and D."""

    gram: np.ndarray
    c: np.ndarray
    sums: np.ndarray
    D: float


class NGram:
    """p(w | the order - 1 words before), from a text: ids (N,) below V. Fitted at once: it only counts.

    D: one discount for all orders in the place of the estimated ones. Raises ValueError for an order that is
    none, too long for the text, or too long for V: an n-gram is kept as one whole number of 63 bits.
    """

    def __init__(self, ids: np.ndarray, V: int, order: int, D: float | None = None):
        if not 1 <= order <= len(ids) or V**order >= 2**63:
            bound = f"lie in [1, {len(ids)}], the words of the text, and {V} to its power below 2^63"
            raise ValueError(f"order must {bound}, got {order}")
        self.V, self.order = V, order
        self.counts: list[Counts] = []  # of order 1, 2, ...
        gram, c = np.unique(numbered(ids, V, order), return_counts=True)
        for n in range(order, 0, -1):
            sums = np.concatenate([[0], np.cumsum(c)])
            self.counts.insert(0, Counts(gram, c, sums, discount(c) if D is None else D))
            # of shorter n-grams c is N_1+(. n-gram): what stood before is let go, and counted once
            gram, c = np.unique(gram % V ** (n - 1), return_counts=True)

    def next(self, context: np.ndarray) -> np.ndarray:
        """p (V,) of each next word after a context of any length; what lies further back is not looked at."""
        p = np.full(self.V, 1 / self.V)
        for n, (gram, c, sums, D) in enumerate(self.counts[: len(context) + 1], start=1):
            h = int(numbered(context[len(context) - n + 1 :], self.V, n - 1)[0]) * self.V
            low, high = np.searchsorted(gram, (h, h + self.V))
            if low == high:  # a context that never came: neither did a longer one
                break
            total = sums[high] - sums[low]
            p = p * (D * (high - low) / total)  # gamma(h) = D N_1+(h .) / sum of c
            p[gram[low:high] - h] += (c[low:high] - D) / total
        return p

    def log_probs(self, ids: np.ndarray) -> np.ndarray:
        """log p of every word of a text (N,) after the words before it, as many as there are -> (N,)."""
        p = np.full(len(ids), 1 / self.V)
        for n, (gram, c, sums, D) in enumerate(self.counts[: len(ids)], start=1):
            own = numbered(ids, self.V, n)  # of each word from place n - 1 on
            h = own // self.V * self.V
            low, high = np.searchsorted(gram, h), np.searchsorted(gram, h + self.V)
            total = np.maximum(sums[high] - sums[low], 1)
            place = np.minimum(np.searchsorted(gram, own), len(gram) - 1)
            there = np.where(gram[place] == own, c[place] - D, 0.0)
            mixed = (there + D * (high - low) * p[n - 1 :]) / total
            p[n - 1 :] = np.where(high > low, mixed, p[n - 1 :])
        return np.log(p)


class Reader:
    """Texts being written, as engine/attention/decoding.py has it: takes their newest words (B,), gives log p
    (B, V) of the next. before (B, T): what was read until then."""

    def __init__(self, model: NGram, before: Tensor):
        self.model, self.x = model, before

    def __call__(self, words: Tensor) -> Tensor:
        kept = max(self.model.order - 2, 0)  # and the newest one makes it order - 1
        self.x = torch.cat([self.x[:, self.x.shape[1] - min(kept, self.x.shape[1]) :], words[:, None]], 1)
        return torch.from_numpy(np.stack([self.model.next(row) for row in self.x.numpy()])).log()


def numbered(ids: np.ndarray, V: int, n: int) -> np.ndarray:
    """Each n words in a row as one number, the first word the highest digit. (N,) -> (N - n + 1,) int64."""
    out = np.zeros(len(ids) - n + 1, np.int64)
    for i in range(n):
        out = out * V + ids[i : len(ids) - n + 1 + i]
    return out


def discount(c: np.ndarray) -> float:
    """Absolute discounting: D = n_1 / (n_1 + 2 n_2), from how many n-grams are there once, and twice."""
    once, twice = int((c == 1).sum()), int((c == 2).sum())
    return once / (once + 2 * twice) if once and twice else D_WHERE_NONE
