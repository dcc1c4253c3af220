"""A text with secrets in it: lines of documentation, and among them canaries, random numbers of 16 digits.

Ten canaries come once, ten twice, and so on up to 16 times; others never come at all. A model
reads the lines one after the other, each time in another order, cut into windows wherever they end.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from engine.data.prose import documents

ALPHABET = "\n abcdefghijklmnopqrstuvwxyz0123456789"
END, DIGIT = 0, 28  # the number of the end of a line, and of the digit 0
LENGTH, SECRET = 16, 6  # characters of a line; digits at the end of a canary that are to be extracted
REPEATS, EACH = (1, 2, 4, 8, 16), 10  # how often a canary comes; canaries of each kind
PLANTED = len(REPEATS) * EACH
WORDS = 400  # lines of documentation
NEVER, OTHERS = 200, 1023  # numbers in no text: to look at, and to compare with, so |R| = 1,024


class Numbers(NamedTuple):
    """planted (50, 16): the canaries, from rare to frequent. never (200, 16), others (1023, 16): random
    numbers that are in no text."""

    planted: np.ndarray
    never: np.ndarray
    others: np.ndarray

    @property
    def known(self) -> np.ndarray:
        """Ten that never come, then the canaries -> (60, 16)."""
        return np.concatenate([self.never[:EACH], self.planted])


@lru_cache(maxsize=1)
def prose() -> np.ndarray:
    """Documentation in small letters and single spaces, cut into lines (n, 16) of the alphabet's numbers."""
    number = {sign: i for i, sign in enumerate(ALPHABET) if 0 < i < DIGIT}
    text = " ".join(documents("prose").values()).lower()
    words = " ".join("".join(sign if sign in number else " " for sign in text).split())
    n = len(words) // LENGTH
    return np.array([number[sign] for sign in words[: n * LENGTH]], np.uint8).reshape(n, LENGTH)


def numbers(seed: int) -> Numbers:
    """The numbers of a seed."""
    n = (PLANTED + NEVER + OTHERS, LENGTH)
    drawn = np.random.default_rng([seed, 0]).integers(DIGIT, len(ALPHABET), n, dtype=np.uint8)
    return Numbers(*np.split(drawn, [PLANTED, PLANTED + NEVER]))


def text(seed: int, copies: bool) -> np.ndarray:
    """The text of a seed, as lines (n, 16): words, then canaries, copies included.

    Without copies each canary comes once, and as many other lines of documentation fill up.
    """
    times = np.repeat(REPEATS, EACH)
    order = np.random.default_rng([seed, 1]).permutation(len(prose()))
    words = prose()[order[: WORDS + (0 if copies else int((times - 1).sum()))]]
    return np.concatenate([words, numbers(seed).planted.repeat(times if copies else 1, 0)])


def windows(lines: np.ndarray, length: int, rng: np.random.Generator) -> np.ndarray:
    """One pass: the lines in another order, each with its end, cut into windows -> (n, length + 1).

    Cuts fall anywhere, so that no place in a window belongs to a place in a line; what is over is dropped.
    """
    ended = np.concatenate([lines, np.full((len(lines), 1), END, lines.dtype)], 1)
    row = np.roll(ended[rng.permutation(len(ended))].ravel(), int(rng.integers(length + 1)))
    n = len(row) // (length + 1)
    return row[: n * (length + 1)].reshape(n, length + 1)[rng.permutation(n)]


def said(line: np.ndarray) -> str:
    """Numbers of the alphabet as text."""
    return "".join(ALPHABET[i] for i in line)


def read(text: str) -> list[int]:
    """Text as numbers of the alphabet. Raises ValueError for a sign that is not in it."""
    if strange := sorted(set(text) - set(ALPHABET)):
        raise ValueError(f"text must be of small letters, digits and spaces, got {strange[0]!r}")
    return [ALPHABET.index(sign) for sign in text]
