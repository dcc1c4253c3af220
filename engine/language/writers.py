"""Three models that write on from a prompt, by name, and people's texts beside them.

Two count, those of marked.py; the third is the small GPT of base_lab.py. All say
log p of the next word, and may go on from any of their texts (decoding.Branching). END is never written.
"""

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from engine.core.trace import State, seeded
from engine.language import corpus, cutting, gpt, marked, ngram

SOURCES = (*marked.SOURCES, "small GPT")


def small(weights: State) -> gpt.GPT:
    """A GPT of four heads with the weights of a run; those of base_lab.py hold the merges, too."""
    words, d_model = weights["embedding.weight"].shape
    layers = len({name.split(".")[1] for name in weights if name.startswith("blocks.")})
    with seeded(0):  # its first weights are drawn, and replaced
        net = gpt.GPT(words, len(weights["place.weight"]), d_model, layers=layers)
    net.load_state_dict({name: one for name, one in weights.items() if name != "pairs"})
    return net


def endless(logits: Tensor) -> Tensor:
    """log p (B, V) of the words but END."""
    said = logits.double()
    said[:, corpus.END] = -torch.inf
    return said.log_softmax(-1)


class Counting(ngram.Reader):
    """An n-gram model that has read `before` (B, T)."""

    def __call__(self, words: Tensor) -> Tensor:
        return endless(super().__call__(words))

    def follow(self, rows: Tensor) -> None:
        """Text i goes on from where text rows[i] is."""
        self.x = self.x[rows]


class Reading(gpt.Reader):
    """A small GPT that has read `before` (B, T)."""

    def __init__(self, net: gpt.GPT, before: Tensor):
        super().__init__(net, len(before))
        if before.shape[1]:
            self.read(before)

    def __call__(self, words: Tensor) -> Tensor:
        return endless(super().__call__(words))

    def follow(self, rows: Tensor) -> None:
        """Text i goes on from where text rows[i] is."""
        self.kept = [part[:, rows] for part in self.kept]


def writer(name: str, net: gpt.GPT, prompt: Tensor, times: int = 1) -> Counting | Reading:
    """Who writes on from prompts (n, P), `times` texts each side by side; all but the last word is read."""
    before = prompt[:, :-1].repeat_interleave(times, 0)
    return Counting(marked.source(name), before) if name in marked.SOURCES else Reading(net, before)


@torch.no_grad()
def heard(name: str, net: gpt.GPT, prompt: Tensor, texts: Tensor) -> Tensor:
    """What the model itself thinks of texts (n, T) after prompts (n, P): log p (n, T, V) at every place."""
    say, before = writer(name, net, prompt), [prompt[:, -1], *texts.T[:-1]]
    return torch.stack([say(words) for words in before], 1)


@lru_cache(maxsize=4)
def passages(length: int, seed: int) -> np.ndarray:
    """Pieces of so many words of the held-out documents, none over the end of one, in an order drawn from the
    seed -> (pieces, length) int64."""
    pieces = cutting.pieces(corpus.read("prose").held, length)
    pieces = pieces[(pieces != corpus.END).all(1)]
    return pieces[np.random.default_rng(seed).permutation(len(pieces))]
