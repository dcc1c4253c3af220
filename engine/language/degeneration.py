"""The Curious Case of Neural Text Degeneration. Holtzman et al., 2020. arXiv:1904.09751. What a text's words
tell of how it was written.

Departures from it:
  - repetition is the share of n-grams that were there before (seq-rep-n of Welleck et al., 2020,
    arXiv:1908.04319); the paper counts texts that end in a loop;
  - the Zipf coefficient is fitted to the RANKS commonest words of a few thousand.
"""

from collections.abc import Sequence

import numpy as np

RANKS = 100


def grams(ids: np.ndarray, n: int) -> list[tuple[int, ...]]:
    """Each n words in a row of a text (N,)."""
    return list(zip(*(ids[i : len(ids) - n + 1 + i].tolist() for i in range(n)), strict=True))


def repeated(ids: np.ndarray, n: int = 4) -> float:
    """The share of n-grams of a text (N,) that it has said before: 1 - different ones / all. N >= n."""
    all_of = grams(ids, n)
    return 1 - len(set(all_of)) / len(all_of)


def distinct(texts: Sequence[np.ndarray], n: int = 2) -> float:
    """Different n-grams of all texts together / all of them (Li et al., 2016)."""
    all_of = [gram for ids in texts for gram in grams(ids, n)]
    return len(set(all_of)) / len(all_of)


def zipf(texts: Sequence[np.ndarray]) -> float:
    """s, where the word of rank r comes in proportion to r^-s: minus the slope of log count over log rank."""
    counts = np.sort(np.unique(np.concatenate(texts), return_counts=True)[1])[::-1][:RANKS]
    return float(-np.polyfit(np.log(np.arange(1, len(counts) + 1)), np.log(counts), 1)[0])
