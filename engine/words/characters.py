"""Characters and an end-of-word sign: the symbols of Sennrich, Haddow & Birch, 2016. arXiv:1508.07909.

Section 3.2: "each word as a sequence of characters, plus a special end-of-word symbol". Departures from it:
  - words are what stands between spaces; the paper's text was split at punctuation marks before;
  - a character's number is its Unicode code point;
  - a character that was not in the training text becomes one and the same unknown symbol.
"""

from collections.abc import Collection, Iterable

from engine.words.bpe import Word

END, UNKNOWN = 0x110000, 0x110001  # beyond the last code point
FIRST = 0x110002  # of the merged symbols


def split(text: str) -> list[str]:
    """Words; how many spaces stood between them is lost here."""
    return text.split()


def symbols(word: str, alphabet: Collection[int] | None = None) -> Word:
    """A word as code points and END; what is not in the alphabet, if one is given, is UNKNOWN."""
    points = (ord(c) for c in word)
    known = (c if alphabet is None or c in alphabet else UNKNOWN for c in points)
    return (*known, END)


def text(symbols: Iterable[int]) -> str:
    """Words with one space between them; an unknown character is a replacement sign."""
    signs = {END: " ", UNKNOWN: "\ufffd"}
    return "".join(signs.get(c) or chr(c) for c in symbols).removesuffix(" ")
