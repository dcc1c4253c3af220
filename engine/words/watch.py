"""What is seen of word vectors at each moment, small enough to be shipped."""

from collections.abc import Sequence

import numpy as np

from engine.core.trace import Arrays

LEVELS = 31  # steps of a component to each side: the pictures' precision, not the claims'
CENTI = 100  # scores are kept in hundredths of a nat


def cloud(E: np.ndarray) -> Arrays:
    """Vectors (V, d) as whole numbers, and what one step is worth: E is about v * step."""
    step = max(float(abs(E).max()), 1e-6) / LEVELS
    return {"v": (E / step).round().astype(np.int8), "step": np.asarray(step, np.float32)}


def pairs(X: np.ndarray, least: float, most: int) -> np.ndarray:
    """At most `most` pairs that were seen at least `least` times, evenly from the rarest to the commonest:
    (P, 2)."""
    seen = np.argwhere(least <= X)
    order = np.argsort(X[seen[:, 0], seen[:, 1]], kind="stable")
    return seen[order[np.linspace(0, len(order) - 1, min(most, len(order))).round().astype(int)]]


def centi(values: np.ndarray) -> np.ndarray:
    """Nats as hundredths, int16."""
    return (np.asarray(values) * CENTI).round().clip(-32768, 32767).astype(np.int16)


def line(x: np.ndarray, y: np.ndarray) -> tuple[float, float, float]:
    """How well y follows x + a constant: correlation, mean of y - x, slope. Zeros without spread."""
    if np.std(x) < 1e-9 or np.std(y) < 1e-9:
        return 0.0, float(np.mean(y - x)), 0.0
    return float(np.corrcoef(x, y)[0, 1]), float(np.mean(y - x)), float(np.polyfit(x, y, 1)[0])


def figures(**values: float) -> dict[str, np.ndarray]:
    """Figures as arrays of one number."""
    return {name: np.asarray(value, np.float32) for name, value in values.items()}


def places(words: Sequence[str], asked: Sequence[Sequence[str]]) -> np.ndarray:
    """Questions as numbers of words (Q, 4); those with a word that is not there are left out."""
    number = {word: i for i, word in enumerate(words)}
    found = [[number[w] for w in one] for one in asked if all(w in number for w in one)]
    return np.array(found, np.int64).reshape(-1, 4)
