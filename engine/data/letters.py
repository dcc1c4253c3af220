"""Words of random letters, to be copied, reversed or sorted; and texts in which one segment repeats.

Made here, from a generator: no licence is needed, and no letter says anything of the next, so whatever a net
learns of them it has learned of the task. Honest limit: this is not language.
"""

import math

import torch
from torch import Tensor

PAD, START, END = 0, 1, 2
FIRST = 3  # the token of "a"
LETTERS = "abcdefghijklmnop"
TOKENS = FIRST + len(LETTERS)
SIGNS = ("·", ">", ".", *LETTERS)  # what stands for a token: padding, start and end, then the letters
TASKS = ("reverse", "copy", "sort")
SYMBOLS = "abcdefghijklmnopqrstuvwx"  # of repeated texts: token 0 is "a"


def words(
    n: int, shortest: int, longest: int, task: str, rng: torch.Generator, but: Tensor | None = None
) -> tuple[Tensor, Tensor, Tensor]:
    """n words of random length, and what is to be written for each, as `prepared` gives it.

    but: sources (m, longest + 1) of words that are not to be among them.
    """
    lengths = torch.randint(shortest, longest + 1, (n, 1), generator=rng)
    letters = torch.randint(FIRST, TOKENS, (n, longest), generator=rng)
    drawn = prepared(letters.masked_fill(torch.arange(longest) >= lengths, PAD), task)
    if but is None or not (taken := (drawn[0][:, None] == but).all(2).any(1)).any():
        return drawn
    fresh = words(int(taken.sum()), shortest, longest, task, rng, but)
    source, y, target = (torch.cat([a[~taken], b]) for a, b in zip(drawn, fresh, strict=True))
    return source, y, target


def prepared(word: Tensor, task: str) -> tuple[Tensor, Tensor, Tensor]:
    """word (n, L), letters and then PAD -> source (n, L + 1), each ended by END and padded; y (n, L + 1), the
    answer shifted right, START first; target (n, L + 1), the answer ended by END and padded. int64.
    """
    n, longest = word.shape
    lengths = (word != PAD).sum(1, keepdim=True)
    answer = word
    if task == "reverse":
        answer = word.gather(1, (lengths - 1 - torch.arange(longest)).clamp(min=0))
    elif task == "sort":
        answer = word.masked_fill(word == PAD, TOKENS).sort(1).values
    answer = answer.masked_fill(word == PAD, PAD)
    none = word.new_full((n, 1), PAD)
    source, target = (torch.cat([x, none], 1).scatter(1, lengths, END) for x in (word, answer))
    return source, torch.cat([word.new_full((n, 1), START), target[:, :-1]], 1), target


def token(letter: str) -> int:
    """The token of a letter. Raises ValueError, naming the letters there are."""
    if letter not in LETTERS:
        raise ValueError(f"letters must be in {LETTERS[0]} to {LETTERS[-1]}, got {letter!r}")
    return FIRST + LETTERS.index(letter)


def repeated(n: int, length: int, shortest: int, longest: int, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """n texts in which a segment of different symbols repeats; its length, the period, is drawn for each.

    With one period for all, a net can copy from a fixed distance and never needs to look for a symbol. ->
    texts (n, length) int64 of the 24 SYMBOLS, periods (n, 1).
    """
    periods = torch.randint(shortest, longest + 1, (n, 1), generator=rng)
    segments = torch.rand(n, len(SYMBOLS), generator=rng).argsort(1)  # no symbol twice within a segment
    return segments.gather(1, torch.arange(length)[None] % periods), periods


def least_loss(length: int, shortest: int, longest: int) -> float:
    """What predicting texts of `repeated` costs at best, in nats a symbol; the first is not predicted.

    A text shows its period and its segment, so its entropy is theirs: ln of the number of periods, and for a
    period p ln of the 24 (24 - 1) ... (24 - p + 1) segments. Exact for longest < length.
    """
    v, periods = len(SYMBOLS), range(shortest, longest + 1)
    segments = sum(math.log(math.perm(v, p)) for p in periods) / len(periods)
    return (math.log(len(periods)) + segments - math.log(v)) / (length - 1)
