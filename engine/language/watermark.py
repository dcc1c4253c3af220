"""A Watermark for Large Language Models. Kirchenbauer et al., 2023. arXiv:2301.10226.

The soft watermark of Algorithm 2 and its test. Names follow the paper: V the vocabulary, G the green list,
gamma its share of V, delta what is added to green logits, |s|_G the green words of a text, T its words.
Seeding is that of the authors' program (`watermark_processor.py`, scheme `simple_1`): the list after a word
is the start of a permutation drawn by torch from the seed `hash_key * word`. Departures:
  - none of the method; the authors' detector is followed in counting each pair of words once.
"""

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from engine.attention.decoding import choose

HASH_KEY = 15485863  # the authors' default, the millionth prime: everybody knows it, so it keeps no secret
THRESHOLD = 4.0  # the authors' default


def greenlist(word: int, V: int, gamma: float, key: int) -> Tensor:
    """The words that are green after this one -> (gamma V,), in the order that they were drawn."""
    rng = torch.Generator().manual_seed(key * word)
    return torch.randperm(V, generator=rng)[: int(V * gamma)]


@lru_cache(maxsize=16)
def greenlists(V: int, gamma: float, key: int) -> Tensor:
    """Whether each word is green after each other: [before, word] -> (V, V) bool. Hundredths of a second."""
    green = torch.zeros(V, V, dtype=torch.bool)
    for word in range(V):
        green[word, greenlist(word, V, gamma, key)] = True
    return green


def raised(logits: Tensor, before: Tensor, green: Tensor, delta: float | Tensor) -> Tensor:
    """Algorithm 2: delta is added to the logits (B, V) of the words that are green after `before` (B,).
    delta: one for all texts, or one for each (B, 1)."""
    return logits + delta * green[before]


def by(uniforms: Tensor, first: Tensor, green: Tensor, delta: float | Tensor) -> Callable[[Tensor], Tensor]:
    """How `decoding.write` draws words with the watermark: by the next row of uniforms (n, B), after `first`
    (B,).

    With delta 0 they are the words of `decoding.by`: the same luck, without the mark.
    """
    rows, before = iter(uniforms), first

    def pick(logits: Tensor) -> Tensor:
        nonlocal before
        before = choose(raised(logits, before, green, delta).softmax(-1), next(rows))
        return before

    return pick


def hits(ids: np.ndarray, green: Tensor) -> np.ndarray:
    """Whether each word of texts (..., N) but the first is green after the one before it -> (..., N - 1)
    bool."""
    return green.numpy()[ids[..., :-1], ids[..., 1:]]


def pairs(ids: np.ndarray) -> np.ndarray:
    """Each word of a text (N,) but the first with the one before it, as one number -> (N - 1,)."""
    return ids[:-1].astype(np.int64) * 2**32 + ids[1:]


def fresh(ids: np.ndarray) -> np.ndarray:
    """Where a pair of words comes for the first time in a text (N,) -> (N - 1,) bool. A pair that comes
    again has the colour that it had, so it is no new evidence."""
    new = np.zeros(len(ids) - 1, bool)
    new[np.unique(pairs(ids), return_index=True)[1]] = True
    return new


def z_score(green: np.ndarray | float, T: np.ndarray | float, gamma: float) -> np.ndarray:
    """z = (|s|_G - gamma T) / sqrt(T gamma (1 - gamma)): how far the green words are above their share, in
    standard deviations. 0 where T is 0: nothing was seen."""
    T = np.asarray(T, float)
    return np.where(T > 0, (green - gamma * T) / np.sqrt(np.maximum(T, 1) * gamma * (1 - gamma)), 0.0)


def growing(ids: np.ndarray, green: Tensor, gamma: float, once: bool = True) -> np.ndarray:
    """z after each word of a text (N,), the first included -> (N,). once: each pair of words counts once."""
    seen, counted = hits(ids, green), fresh(ids) if once else np.ones(len(ids) - 1, bool)
    z = z_score(np.cumsum(seen & counted), np.cumsum(counted), gamma)
    return np.concatenate([[0.0], z])


def spike_entropy(p: np.ndarray, modulus: float) -> np.ndarray:
    """S(p, z) = sum_k p_k / (1 + z p_k) over the last axis: 1 / (1 + z) where one word is certain, near 1
    where many are possible. p (..., V) -> (...)."""
    return (p / (1 + modulus * p)).sum(-1)


def modulus(gamma: float, delta: float) -> float:
    """The z of the spike entropy in the paper's bound: (1 - gamma)(alpha - 1) / (1 + (alpha - 1) gamma)."""
    alpha = math.exp(delta)
    return (1 - gamma) * (alpha - 1) / (1 + (alpha - 1) * gamma)


def least(p: np.ndarray, gamma: float, delta: float) -> np.ndarray:
    """The paper's bound: over all green lists, a word drawn from p (..., V) is green this often at least."""
    alpha = math.exp(delta)
    return gamma * alpha / (1 + (alpha - 1) * gamma) * spike_entropy(p, modulus(gamma, delta))
