"""The Curious Case of Neural Text Degeneration. Holtzman et al., 2020. arXiv:1904.09751. How a next word is
taken from what a model says: the likeliest (greedy), a drawn one at a temperature, of the k likeliest (Fan et
al., 2018, arXiv:1805.04833), of the nucleus; or a whole text by beam search.

Names follow the paper: V^(k) and V^(p) are the words that stay, p' the probability that they have together.
Departures:
  - a beam ends after a number of words, not at the end of a document, and no length is rewarded.
"""

from collections.abc import Callable
from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from engine.attention.decoding import Pick, choose


def top_k(logits: Tensor, k: int) -> Tensor:
    """Of each row (..., V) only the k largest logits stay, V^(k); others are -inf. k of V or more: all."""
    if k >= logits.shape[-1]:
        return logits
    order = logits.argsort(dim=-1, descending=True, stable=True)  # of equals those with the smaller numbers
    return logits.scatter(-1, order[..., k:], -torch.inf)


def nucleus(logits: Tensor, p: float) -> Tensor:
    """Of each row (..., V) only the smallest set of words stays, V^(p), whose probabilities add up to p at
    least; all others are -inf."""
    q, order = logits.softmax(-1).sort(dim=-1, descending=True, stable=True)
    before = q.cumsum(-1) - q  # what the likelier words have together; of the first nothing
    gone = torch.zeros_like(q, dtype=torch.bool).scatter(-1, order, (before >= p) & (before > 0))
    return logits.masked_fill(gone, -torch.inf)


def left(logits: Tensor, T: float, k: int, p: float) -> Tensor:
    """What is drawn from: logits (..., V) over the temperature, then the k likeliest, then the nucleus of
    those. k of V, p of 1: all. -> (..., V)."""
    cut = top_k(logits / T, k)
    return cut if p >= 1 else nucleus(cut, p)


def by(uniforms: Tensor, T: float = 1.0, k: int = 2**31, p: float = 1.0) -> Pick:
    """A word drawn from what is left, rescaled by p', by the next row of uniforms (n, B)."""
    rows = iter(uniforms)
    return lambda said: choose(left(said, T, k, p).softmax(-1), next(rows))


class Branching(Protocol):
    """A writer (engine/attention/decoding.py) of log p (B, V) whose texts may be left and split."""

    def __call__(self, words: Tensor) -> Tensor: ...

    def follow(self, rows: Tensor) -> None:
        """Text i goes on from where text rows[i] is. rows (B',)."""
        ...


class Beams(NamedTuple):
    """What a beam search found, and what it tried. n prompts, B texts each, 2B tries a step.

    words (n, B, T), the best text first, log_p (n, B) of them; at each step the best tries of all: parent
    (T, n, 2B), the text they go on from, word (T, n, 2B), total (T, n, 2B), log p until there. The first B
    are kept, in this order; the others are given up.
    """

    words: Tensor
    log_p: Tensor
    parent: Tensor
    word: Tensor
    total: Tensor


@torch.no_grad()
def beam_search(start: Callable[[int], Branching], first: Tensor, steps: int, B: int) -> Beams:
    """The B likeliest texts that can be reached when only B stay after each word.

    start(B): a writer of n B texts, those of a prompt side by side, that has read all but its last word,
    `first` (n,).
    """
    n, writer = len(first), start(B)
    last, held = first.repeat_interleave(B), torch.full((n, B), -torch.inf, dtype=torch.float64)
    held[:, 0] = 0  # at first all are the same text: one of them counts
    words, tried = first.new_empty(n * B, 0), []
    for _ in range(steps):
        log_p = writer(last).double()  # (n B, V)
        total, at = (held[:, :, None] + log_p.view(n, B, -1)).flatten(1).topk(2 * B)  # (n, 2B)
        parent, word = at // log_p.shape[1], at % log_p.shape[1]
        tried.append((parent, word, total))
        rows = (torch.arange(n, device=at.device)[:, None] * B + parent[:, :B]).flatten()
        last, held = word[:, :B].flatten(), total[:, :B]
        words = torch.cat([words[rows], last[:, None]], 1)
        writer.follow(rows)
    return Beams(words.view(n, B, -1), held, *(torch.stack(part) for part in zip(*tried, strict=True)))
