"""Language Models are Unsupervised Multitask Learners. Radford, Wu, Child, Luan, Amodei & Sutskever, 2019.

Section 2.2, input representation: BPE over bytes, so that nothing is unknown, and never across kinds of
characters. The pattern is the one of the authors' published code. Departures from it:
  - a byte is its own number, 0 to 255; the authors number the bytes by how they print;
  - letters and numbers are those of this Python's Unicode tables.
"""

import re
import sys
import unicodedata
from collections.abc import Iterable
from functools import cache

from engine.words.bpe import Word

FIRST = 256  # of the merged symbols


@cache
def pattern() -> re.Pattern[str]:
    """The pattern of pre-tokens; `re` has no name for "number", so its signs are listed beside the digits."""
    numbers = [c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c) in ("Nl", "No")]
    n = "".join(map(re.escape, numbers))
    return re.compile(rf"'s|'t|'re|'ve|'m|'ll|'d| ?[^\W\d_{n}]+| ?[\d{n}]+| ?(?:[^\w\s]|_)+|\s+(?!\S)|\s+")


def split(text: str) -> list[str]:
    """Pre-tokens: no merge ever joins two of them. A word carries the space before it."""
    return pattern().findall(text)


def symbols(part: str) -> Word:
    """A pre-token as bytes."""
    return tuple(part.encode("utf-8"))


def text(symbols: Iterable[int]) -> str:
    """Bytes as text; what is no UTF-8, as half a character, becomes U+FFFD."""
    return bytes(symbols).decode("utf-8", errors="replace")
