"""A text of any kind as words: how it is cut, which words are kept, and vectors that know their words' names.

The vectors are skip-gram's, engine/words/skip_gram.py. Departures from it:
  - words are runs of letters in lower case; numbers and signs are dropped; sentences end at full stops and
    blank lines;
  - only the most frequent words get a vector, the others are taken out of the text before windows are cut.
"""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from engine.data.corpora import Corpus
from engine.words.skip_gram import SkipGram

LONGEST = 20  # letters of a word
LEAST, MOST = 300, 500_000  # words, and signs, that a text must and may have
SHIFT = 2**15  # so that any sign of the first 65,535 fits 16 bits
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
STOP = re.compile(r"[.!?]+(?:\s|$)|\n\s*\n")


def cut(text: str, most: int, seen: int = 3) -> Corpus:
    """The text as a corpus of its `most` most frequent words, each seen `seen` times at least.

    Raises ValueError, by name, bound and value, for a text that is too long or has too few words.
    """
    if len(text) > MOST:
        raise ValueError(f"text must have at most {MOST} signs, got {len(text)}")
    sentences = [
        [w for w in WORD.findall(part.lower()) if len(w) <= LONGEST and max(w) <= "\uffff"]
        for part in STOP.split(text)
    ]
    times = Counter(word for one in sentences for word in one)
    words = [word for word, n in sorted(times.items(), key=lambda one: (-one[1], one[0]))[:most] if n >= seen]
    number = {word: i for i, word in enumerate(words)}
    kept = [[number[w] for w in one if w in number] for one in sentences]
    kept = [one for one in kept if len(one) > 1]
    tokens = np.array([i for one in kept for i in one], np.int64)
    if len(tokens) < LEAST or len(words) < 20:
        raise ValueError(
            f"text must have at least {LEAST} words in place, and 20 that come {seen} times, "
            f"got {len(tokens)} and {len(words)}"
        )
    return Corpus(tuple(words), tokens, np.cumsum([len(one) for one in kept]))


class NamedVectors(SkipGram):
    """Skip-gram's two tables, and the signs of each word (V, 20), nothing after its end."""

    def __init__(self, V: int, d: int, words: Sequence[str] = ()):
        super().__init__(V, d)
        self.signs: Tensor
        signs = torch.full((V, LONGEST), -SHIFT, dtype=torch.int16)
        for i, word in enumerate(words):
            signs[i, : len(word)] = torch.tensor([ord(sign) - SHIFT for sign in word])
        self.register_buffer("signs", signs)

    def words(self) -> tuple[str, ...]:
        """The words, in the order of the rows."""
        return tuple(
            "".join(chr(sign + SHIFT) for sign in row if sign != -SHIFT) for row in self.signs.tolist()
        )
