"""A tokenizer as it was learned: merges over bytes (GPT-2) or characters (Sennrich et al.), text to ids and
back. And what may be typed or pasted into one.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from engine.words import bpe, byte_level, characters
from engine.words.bpe import Pair, Word

KINDS = ("bytes", "characters")


def readable(text: object, most: int, name: str = "text") -> str:
    """A text that people gave, as it is. Raises ValueError for what is no text, longer than `most`, or no
    Unicode (a lone surrogate is half a character)."""
    if not isinstance(text, str):
        raise ValueError(f"{name} must be a text, got {type(text).__name__}")
    if len(text) > most:
        raise ValueError(f"{name} must be at most {most:,} characters, got {len(text):,}")
    half = next((i for i, c in enumerate(text) if 0xD800 <= ord(c) <= 0xDFFF), None)
    if half is not None:
        code = f"U+{ord(text[half]):04X}"
        raise ValueError(f"{name} must be Unicode; character {half + 1} is a lone surrogate, {code}")
    return text


def uploaded(data: bytes, most: int) -> str:
    """A file as text. Raises ValueError for one that is too long or no UTF-8."""
    if len(data) > 4 * most:  # a character takes four bytes at most
        raise ValueError(f"the file must be at most {4 * most:,} bytes, got {len(data):,}")
    try:
        return readable(data.decode("utf-8-sig"), most, "the file")
    except UnicodeDecodeError as error:
        raise ValueError(f"the file must be UTF-8 text; byte {error.start + 1} is none") from None


@dataclass(frozen=True)
class Tokenizer:
    """`pairs`: the merges, in the order they were learned; `alphabet`: the characters that were there."""

    kind: str
    pairs: tuple[Pair, ...]
    alphabet: frozenset[int] = frozenset()

    @property
    def first(self) -> int:
        """The number of the first merged symbol."""
        return byte_level.FIRST if self.kind == "bytes" else characters.FIRST

    @cached_property
    def ranks(self) -> dict[Pair, int]:
        """Pair -> when it was learned, from 0."""
        return {pair: rank for rank, pair in enumerate(self.pairs)}

    def split(self, text: str) -> list[str]:
        """The parts of a text that no merge joins."""
        return (byte_level if self.kind == "bytes" else characters).split(text)

    def symbols(self, part: str) -> Word:
        """A part as bytes, or as characters and the end of the word."""
        return byte_level.symbols(part) if self.kind == "bytes" else characters.symbols(part, self.alphabet)

    def encode(self, text: str) -> list[int]:
        """Text as ids."""
        return [
            id for part in self.split(text) for id in bpe.encode(self.symbols(part), self.ranks, self.first)
        ]

    def decode(self, ids: Iterable[int]) -> str:
        """Ids as text."""
        symbols = bpe.expand(ids, self.pairs, self.first)
        return (byte_level if self.kind == "bytes" else characters).text(symbols)

    def token(self, id: int) -> str:
        """What one id stands for; bytes that are no whole character as hexadecimal numbers."""
        symbols = bpe.expand([id], self.pairs, self.first)
        if self.kind == "characters":
            return "".join(
                {characters.END: "·", characters.UNKNOWN: "\ufffd"}.get(s) or chr(s) for s in symbols
            )
        try:
            return bytes(symbols).decode("utf-8")
        except UnicodeDecodeError:
            return "\u202f".join(f"{byte:02X}" for byte in symbols)  # not a space: that is a sign here


def counted(text: str, kind: str) -> Counter[Word]:
    """The parts of a text as symbols, each with how often it is there."""
    ours = byte_level if kind == "bytes" else characters
    parts = Counter(ours.split(text))
    return Counter({ours.symbols(part): n for part, n in parts.items()})


def learned(text: str, kind: str, merges: int, least: int = 1) -> tuple[Tokenizer, list[int], list[int]]:
    """Learn at most so many merges from a text, all at once, of pairs that occur `least` times or more.

    Returns the tokenizer, how often each pair was there, and how many symbols the text was after 0, 1, ...
    merges.
    """
    alphabet = frozenset(map(ord, "".join(text.split()))) if kind == "characters" else frozenset()
    learner = bpe.Learner(counted(text, kind), Tokenizer(kind, ()).first)
    pairs, counts, sizes = [], [], [learner.size]
    while len(pairs) < merges and (pair := learner.best()) is not None and learner.pairs[pair] >= least:
        counts.append(learner.merge(pair))
        pairs.append(pair)
        sizes.append(learner.size)
    return Tokenizer(kind, tuple(pairs), alphabet), counts, sizes
