"""What a corpus says by mere counting: who stands near whom, and how much more often than by chance."""

import numpy as np


def near(tokens: np.ndarray, ends: np.ndarray, c: int, weigh: str) -> np.ndarray:
    """X (V, V): how often word j stands within c words of word i, in one sentence; symmetric, float64.

    weigh: "reach", as often as a window of random reach 1 to c takes the pair; "distance", 1 / distance, as
    GloVe does. Raises ValueError for another word.
    """
    if weigh not in ("reach", "distance"):
        raise ValueError(f"weigh must be reach or distance, got {weigh!r}")
    V = int(tokens.max()) + 1
    sentence = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
    X = np.zeros(V * V)
    for apart in range(1, c + 1):
        left = np.flatnonzero(sentence[:-apart] == sentence[apart:])
        worth = (c - apart + 1) / c if weigh == "reach" else 1 / apart
        X += worth * np.bincount(tokens[left] * V + tokens[left + apart], minlength=V * V)
    return (X + X.reshape(V, V).T.ravel()).reshape(V, V)
