"""Linguistic Regularities in Continuous Space Word Representations. Mikolov, Yih & Zweig, NAACL 2013.

a is to b as c is to ?: the word whose vector is nearest, by cosine, to b - a + c. Departures:
  - the paper never says that it leaves a, b and c out of the search; here both answers are given.
"""

from collections.abc import Sequence

import numpy as np


def unit(E: np.ndarray) -> np.ndarray:
    """Rows of length one; a row of zeros stays."""
    return E / np.maximum(np.linalg.norm(E, axis=-1, keepdims=True), 1e-12)


def cosines(E: np.ndarray, a: int, b: int, c: int) -> np.ndarray:
    """How near every word is to x_b - x_a + x_c, of vectors of length one. E (V, d) -> (V,)."""
    x = unit(E)
    return x @ unit(x[b] - x[a] + x[c])


def rank(near: np.ndarray, word: int, without: Sequence[int] = ()) -> int:
    """The place of a word, from 1, when all words but `without` are in line."""
    others = np.delete(near, [i for i in without if i != word])
    return 1 + int((others > near[word]).sum())


def solved(E: np.ndarray, asked: np.ndarray) -> tuple[float, float]:
    """Share of questions (Q, 4) whose fourth word comes first: the other three left out, and not."""
    left_out, all_in = 0, 0
    for a, b, c, d in asked.tolist():
        near = cosines(E, a, b, c)
        left_out += rank(near, d, (a, b, c)) == 1
        all_in += rank(near, d) == 1
    return left_out / max(1, len(asked)), all_in / max(1, len(asked))


def axis(E: np.ndarray, pairs: Sequence[tuple[int, int]]) -> np.ndarray:
    """The mean direction from the first word of each pair to the second, of length one. -> (d,)."""
    x = unit(E)
    return unit(sum((x[b] - x[a] for a, b in pairs), np.zeros(E.shape[1])))


def principal(E: np.ndarray) -> np.ndarray:
    """The plane in which a cloud E (V, d) is widest: two directions (2, d), signs by their largest part."""
    _, _, rows = np.linalg.svd(E - E.mean(0), full_matrices=False)
    plane = rows[:2]
    return plane * np.sign(plane[np.arange(2), abs(plane).argmax(1)])[:, None]
