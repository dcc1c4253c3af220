"""Neural Machine Translation of Rare Words with Subword Units. Sennrich, Haddow & Birch, 2016.
arXiv:1508.07909.

The most frequent pair of neighbouring symbols becomes one new symbol, again and again. Symbols are whole
numbers here; what they stand for is said by byte_level.py (bytes, as GPT-2 has it) or characters.py (the
paper's own).
Departures from it:
  - of pairs that are equally frequent the one with the smaller numbers is merged; the paper leaves this open;
  - pairs are counted once and then kept up to date, where the paper's listing counts anew after each merge.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

Pair = tuple[int, int]
Word = tuple[int, ...]


def merged(word: Sequence[int], pair: Pair, new: int) -> Word:
    """`merge_vocab` of Algorithm 1 for one word: each such pair, from the left, becomes `new`."""
    out, i = [], 0
    while i < len(word):
        if i + 1 < len(word) and (word[i], word[i + 1]) == pair:
            out.append(new)
            i += 2
        else:
            out.append(word[i])
            i += 1
    return tuple(out)


class Learner:
    """Algorithm 1: learns merges from words and how often each occurs; the new symbols count from `first`."""

    def __init__(self, words: Mapping[Word, int], first: int):
        self.words, self.counts = list(words), list(words.values())
        self.next = first
        self.size = sum(len(word) * n for word, n in words.items())  # symbols in the whole text
        self.pairs: Counter[Pair] = Counter()  # `get_stats`
        self.where: dict[Pair, set[int]] = defaultdict(set)  # the words that hold a pair
        for i, word in enumerate(self.words):
            self._count(i, word, +1)

    def _count(self, i: int, word: Word, sign: int) -> None:
        for pair in pairwise(word):
            self.pairs[pair] += sign * self.counts[i]
            if sign > 0:
                self.where[pair].add(i)
            elif not self.pairs[pair]:
                del self.pairs[pair]  # else the list of pairs only grows

    def best(self) -> Pair | None:
        """argmax of count(a, b); None where no two symbols are left side by side."""
        most = max(self.pairs.values(), default=0)
        return min((pair for pair, n in self.pairs.items() if n == most), default=None)

    def merge(self, pair: Pair) -> int:
        """Make the pair one symbol everywhere. Returns how often the pair was there."""
        count = self.pairs[pair]
        for i in self.where.pop(pair, set()):
            old = self.words[i]
            new = merged(old, pair, self.next)
            if new != old:  # it may have lost the pair to an earlier merge
                self._count(i, old, -1)
                self.words[i] = new
                self.size -= (len(old) - len(new)) * self.counts[i]
                self._count(i, new, +1)
        self.next += 1
        return count


def encode(word: Sequence[int], ranks: Mapping[Pair, int], first: int) -> Word:
    """Section 3.2: apply the learned operations to a word, the earliest first, until none applies."""
    word = tuple(word)
    while len(word) > 1:
        pair = min(pairwise(word), key=lambda p: ranks.get(p, len(ranks)))
        if pair not in ranks:
            break
        word = merged(word, pair, first + ranks[pair])
    return word


def expand(ids: Iterable[int], pairs: Sequence[Pair], first: int) -> list[int]:
    """The symbols that ids were made of, all merges undone. Raises ValueError for an id that is none."""
    out, rest = [], list(ids)[::-1]
    while rest:
        id = rest.pop()
        if not 0 <= id < first + len(pairs):
            raise ValueError(f"an id must lie in [0, {first + len(pairs) - 1}], got {id}")
        if id < first:
            out.append(id)
        else:
            left, right = pairs[id - first]
            rest += [right, left]
    return out
