"""Texts with and without a watermark, from language models that only count, and texts by people beside them.

The models count the documents to learn from of engine/language/corpus.py; people's texts are from the
documents that were held out. END is never written: a text goes on until it has its length.
"""

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from engine.attention.decoding import write
from engine.language import corpus, cutting, ngram, watermark

V = corpus.VOCABULARY
SOURCES = {"trigram": 3, "5-gram": 5}  # name -> order


@lru_cache(maxsize=2)
def source(name: str) -> ngram.NGram:
    """A model by its name. The first one takes two seconds, to read the corpus."""
    return ngram.NGram(corpus.read("prose").train, V, SOURCES[name])


class Endless(ngram.Reader):
    """A reader that ends no document, at a temperature: log p = log softmax(log p / temperature)."""

    def __init__(self, model: ngram.NGram, texts: int, temperature: float):
        super().__init__(model, torch.zeros(texts, 0, dtype=torch.long))
        self.temperature = temperature

    def __call__(self, words: Tensor) -> Tensor:
        logits = super().__call__(words) / self.temperature
        logits[:, corpus.END] = -torch.inf
        return logits.log_softmax(-1)


def written(
    name: str, temperature: float, uniforms: Tensor, green: Tensor, delta: float | Tensor
) -> tuple[Tensor, Tensor]:
    """Texts by uniforms (length, n), with delta on green words; and log p of the model itself, without
    delta, of every word at every place -> (n, length), (n, length, V)."""
    n = uniforms.shape[1]
    first = torch.full((n,), corpus.END)
    pick = watermark.by(uniforms, first, green, delta)
    return write(Endless(source(name), n, temperature), first, len(uniforms), pick)


def lost(words: Tensor, log_p: Tensor) -> np.ndarray:
    """-log p of each word that was written -> (n, length), in nats."""
    return -log_p.gather(2, words[..., None])[..., 0].numpy()


def entropy(log_p: Tensor) -> np.ndarray:
    """Nats of surprise that the model expects at each place. (..., V) -> (...)."""
    return -(log_p.exp() * log_p.clamp(min=-1e9)).sum(-1).numpy()


@lru_cache(maxsize=4)
def people(length: int, seed: int) -> np.ndarray:
    """The held-out documents in pieces of so many words, in an order drawn from the seed -> (pieces,
    length)."""
    held = corpus.read("prose").held
    pieces = cutting.pieces(held[held != corpus.END], length)
    return pieces[np.random.default_rng(seed).permutation(len(pieces))]
