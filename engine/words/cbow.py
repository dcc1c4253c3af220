"""Efficient Estimation of Word Representations in Vector Space. Mikolov, Chen, Corrado & Dean, 2013.
arXiv:1301.3781.

The continuous bag of words (section 3.1): the mean of the context's vectors predicts the word in its middle.
Names follow the paper of negative sampling, engine/words/skip_gram.py. Departures from it:
  - trained by negative sampling, which came half a year later; the paper has a hierarchical softmax.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.words.skip_gram import SkipGram, against_noise


def bags(
    tokens: np.ndarray, ends: np.ndarray, c: int, rng: np.random.Generator
) -> tuple[Tensor, Tensor, Tensor]:
    """Every word with its context, in random order: centre (N,), context (N, 2c), and which of it counts.

    Each centre draws how far it looks, from 1 to c; no window crosses a sentence's end. Words alone are left
    out.
    """
    sentence = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
    steps = np.concatenate([np.arange(-c, 0), np.arange(1, c + 1)])
    where = np.arange(len(tokens))[:, None] + steps
    there = where.clip(0, len(tokens) - 1)
    reach = rng.integers(1, c + 1, (len(tokens), 1))
    seen = (where == there) & (sentence[there] == sentence[:, None]) & (abs(steps) <= reach)
    rows = rng.permutation(np.flatnonzero(seen.any(1)))
    context = np.where(seen, tokens[there], 0)[rows]
    return torch.from_numpy(tokens[rows]), torch.from_numpy(context), torch.from_numpy(seen[rows])


class CBOW(SkipGram):
    """The same two tables; v (V, d) now of words as contexts, u (V, d) of the word they are asked for."""

    def bag_loss(self, centre: Tensor, context: Tensor, seen: Tensor, negatives: Tensor) -> Tensor:
        """The mean of the context's v predicts u of the centre, against k negatives.

        centre (B,), context (B, 2c), seen (B, 2c) bool, negatives (B, k).
        """
        share = seen.to(self.v.dtype) / seen.sum(1, keepdim=True)
        h = torch.einsum("bc,bcd->bd", share, F.embedding(context, self.v))
        return against_noise(h, centre, negatives, self.u)
