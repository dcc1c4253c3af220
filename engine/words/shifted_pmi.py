"""Neural Word Embedding as Implicit Matrix Factorization. Levy & Goldberg, NeurIPS 2014.

With dimensions enough, skip-gram with k negatives makes v_c . u_o equal to log p(o|c)/P_n(o), less log k
(section 3.1). For noise as frequent as the words are, P_n(o) = p(o), and that is the PMI less log k.
Departures from the paper:
  - it derives the optimum for that noise alone; for counts to the power a the first form holds, and the
    scores exceed the shifted PMI by (1 - a) log p(o) and a constant;
  - 16 dimensions for 150 words: near the optimum, not at it.
"""

import numpy as np


def ratio(X: np.ndarray, P_n: np.ndarray) -> np.ndarray:
    """log p(o|c) / P_n(o): what k negatives a pair make the score, less log k. -inf where a pair was never
    seen. X (V, V), row c, column o; P_n (V,) -> (V, V)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(X / X.sum(1, keepdims=True)) - np.log(P_n)


def pmi(X: np.ndarray) -> np.ndarray:
    """Pointwise mutual information, log p(o, c) / p(o) p(c): the ratio for noise as frequent as words."""
    return ratio(X, X.sum(0) / X.sum())


def tilt(scores: np.ndarray, X: np.ndarray, at: np.ndarray) -> float:
    """How much the scores exceed the PMI for each nat of log p(o): 1 - a for noise of counts to the power a.

    at (2, P): rows and columns of pairs that were seen.
    """
    over = scores[tuple(at)] - pmi(X)[tuple(at)]
    return float(np.polyfit(np.log(X.sum(0) / X.sum())[at[1]], over, 1)[0])
