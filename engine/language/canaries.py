"""A text with secrets in it: lines of documentation, and among them canaries, random numbers of 16 digits.

Ten canaries come once, ten twice, and so on up to 16 times; as many candidates never come at all. A model
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
WORDS, OTHERS = 400, 1023  # lines of documentation; candidates that are in no text, so |R| = 1,024


class Canaries(NamedTuple):
    """lines (n, 16): the text, copies included. planted (50, 16): the canaries, from rare to frequent.
    never (10, 16), others (1023, 16): random numbers that are in no line."""

    lines: np.ndarray
    planted: np.ndarray
    never: np.ndarray
    others: np.ndarray


@lru_cache(maxsize=1)
def prose() -> np.ndarray:
    """Documentation in small letters and single spaces, cut into lines (n, 16) of the alphabet's numbers."""
    number = {sign: i for i, sign in enumerate(ALPHABET) if 0 < i < DIGIT}
    text = " ".join(documents("prose").values()).lower()
    words = " ".join("".join(sign if sign in number else " " for sign in text).split())
    n = len(words) // LENGTH
    return np.array([number[sign] for sign in words[: n * LENGTH]], np.uint8).reshape(n, LENGTH)


def drawn(seed: int, copies: bool) -> Canaries:
    """The text of a seed. Without copies each canary comes once, and other lines of documentation fill up."""
    rng = np.random.default_rng(seed)
    numbers = rng.integers(DIGIT, len(ALPHABET), (PLANTED + EACH + OTHERS, LENGTH), dtype=np.uint8)
    planted, never, others = np.split(numbers, [PLANTED, PLANTED + EACH])
    times = np.repeat(REPEATS, EACH)
    words = prose()[rng.permutation(len(prose()))[: WORDS + int((times - 1).sum())]]
    secret = planted.repeat(times if copies else 1, 0)
    filled = words[:WORDS] if copies else words
    return Canaries(np.concatenate([filled, secret]), planted, never, others)


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
