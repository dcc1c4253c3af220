"""A corpus as a language model reads it: documents as subword ids, some of them held out, cut into windows.

A document is a file of documentation, or of source code, of the pinned libraries (engine/data/prose.py), so
that the ids are the same on every machine. Subwords are GPT-2's: byte pairs, engine/words/bpe.py; they are
learned from documents to learn from alone. Each document ends with END, a byte that no text has.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from engine.data.prose import documents
from engine.words import bpe, byte_level
from engine.words.tokenizer import Tokenizer, learned

END = 0  # the byte 0
VOCABULARY = 1024  # 256 bytes and 768 merges
HELD = 10  # one document of so many is never learned from


@dataclass(frozen=True)
class Corpus:
    """`train`, `held`: ids (N,) uint16, document after document. `held_characters`: of the held ones."""

    tokenizer: Tokenizer
    train: np.ndarray
    held: np.ndarray
    held_characters: int

    @property
    def per_token(self) -> float:
        """Characters of a held-out token, ends of documents counted as tokens of none."""
        return self.held_characters / len(self.held)


def split(names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Documents to learn from, and those held out. The name alone decides: a new document moves no other."""
    held = [name for name in names if int(hashlib.sha256(name.encode()).hexdigest(), 16) % HELD == 0]
    return [name for name in names if name not in held], held


@lru_cache(maxsize=2)
def tokenizer(kind: str) -> Tokenizer:
    """768 merges of bytes, learned from one in six of the documents to learn from. Raises ValueError."""
    texts = documents(kind)
    some = "\n".join(texts[name] for name in split(list(texts))[0][::6])
    return learned(some, "bytes", VOCABULARY - byte_level.FIRST)[0]


@lru_cache(maxsize=2)
def read(kind: str) -> Corpus:
    """All documents of "prose" or of "code", as ids. Raises ValueError."""
    texts, words = documents(kind), tokenizer(kind)
    known: dict[str, bpe.Word] = {}  # a part that was cut once is not cut again

    def ids(text: str) -> list[int]:
        out = []
        for part in words.split(text):
            if part not in known:
                known[part] = bpe.encode(words.symbols(part), words.ranks, words.first)
            out += known[part]
        return [*out, END]

    train, held = ([i for name in names for i in ids(texts[name])] for names in split(list(texts)))
    said = sum(len(texts[name]) for name in split(list(texts))[1])
    return Corpus(words, np.array(train, np.uint16), np.array(held, np.uint16), said)


def windows(ids: np.ndarray, length: int) -> Tensor:
    """Windows of `length` tokens, each with the one after it, side by side -> (n, length + 1) int64.

    Every token but the first is predicted exactly once; what is left over at the end is not.
    """
    n = (len(ids) - 1) // length
    at = np.arange(n)[:, None] * length + np.arange(length + 1)
    return torch.from_numpy(ids[at].astype(np.int64))


def drawn(ids: np.ndarray, length: int, n: int, rng: torch.Generator) -> Tensor:
    """n windows that begin anywhere, with the token after each -> (n, length + 1) int64."""
    at = torch.randint(len(ids) - length, (n, 1), generator=rng).numpy() + np.arange(length + 1)
    return torch.from_numpy(ids[at].astype(np.int64))
