"""Batches without end from a corpus: pass after pass, each with its own windows, drops and order."""

from collections.abc import Callable, Iterator

import numpy as np
from torch import Tensor

from engine.words.skip_gram import kept

Windows = Callable[[np.ndarray, np.ndarray, int, np.random.Generator], tuple[Tensor, ...]]


def batches(
    cut: Windows, tokens: np.ndarray, ends: np.ndarray, c: int, t: float, size: int, rng: np.random.Generator
) -> Iterator[tuple[Tensor, ...]]:
    """What `cut` makes of the corpus, `size` examples at a time. Words are dropped first, as t says, so that
    windows reach over them. Raises ValueError where a pass leaves less than one example."""
    stay = kept(np.bincount(tokens), t)[tokens]
    while True:
        there = rng.random(len(tokens)) < stay
        found = cut(tokens[there], np.cumsum(there)[ends - 1], c, rng)
        if not len(found[0]):
            raise ValueError(f"t must leave words that stand near each other, got {t:g}")
        for at in range(0, len(found[0]), size):
            yield tuple(part[at : at + size] for part in found)
