"""What is asked of a vocabulary of pieces: text cut into them, a word's readings, BPE on the same words."""

import math
from collections import Counter
from collections.abc import Mapping

import numpy as np

from engine.core.inputs import Answer, Inputs
from engine.words import bpe, unigram
from engine.words.tokenizer import readable
from engine.words.unigram import Pieces

BEYOND = 0x110000  # the first number that is no character
ALPHAS = np.linspace(0, 2, 41)
LENGTH, BEST, DRAWS = 24, 8, 10  # characters of a word, readings that are named, readings that are drawn


def encode(text: str, pieces: Pieces) -> list[str]:
    """A text as its most probable pieces."""
    words = unigram.split(text)
    best = (unigram.viterbi(unigram.lattice(word, pieces), len(word))[0] for word in words)
    return [piece for word, ends in zip(words, best, strict=True) for piece in unigram.cut(word, ends)]


def shares(word: str, pieces: Pieces, alpha: float = 1.0) -> np.ndarray:
    """P(a piece reaches from gap i to gap j | word), of P(x)^alpha: (n + 1, n + 1)."""
    arcs, table = unigram.lattice(word, pieces), np.zeros((len(word) + 1,) * 2, np.float32)
    for (start, end, _), share in zip(arcs, unigram.posterior(arcs, len(word), alpha)[0], strict=True):
        table[start, end] = share
    return table


def readings(word: str, pieces: Pieces, most: int) -> list[tuple[list[int], float]]:
    """The `most` likeliest segmentations (section 3.3), as the gaps where pieces end, and their log P."""
    best: list[list[tuple[float, list[int]]]] = [[(0.0, [])], *([] for _ in word)]
    for start, end, p in unigram.lattice(word, pieces):
        longer = best[end] + [(score + p, [*ends, end]) for score, ends in best[start]]
        best[end] = sorted(longer, key=lambda one: -one[0])[:most]
    return [(ends, score) for score, ends in best[-1]]


def bits_of_bpe(train: Mapping[str, int], held: Mapping[str, int], size: int) -> float:
    """Bits a character of held-out words, cut by BPE of `size` symbols learned from the same words, each
    symbol by its frequency in them (half an occurrence for one that is not there)."""
    words = {tuple(map(ord, word)): n for word, n in train.items()}
    learner, pairs = bpe.Learner(words, BEYOND), []
    for _ in range(size - len(set().union(*words))):
        if (pair := learner.best()) is None:
            break
        learner.merge(pair)
        pairs.append(pair)
    ranks = {pair: rank for rank, pair in enumerate(pairs)}
    known: Counter[int] = Counter()
    for word, n in zip(learner.words, learner.counts, strict=True):
        for symbol in word:
            known[symbol] += n
    total, bits = learner.size, 0.0
    for word, n in held.items():
        for symbol in bpe.encode(tuple(map(ord, word)), ranks, BEYOND):
            bits -= n * math.log2((known[symbol] or 0.5) / total)
    return bits / sum(len(word) * n for word, n in held.items())


def probe_encode(pieces: Pieces, inputs: Inputs) -> dict[str, list[str]]:
    """{"text"} -> pieces. Raises ValueError for a text that is none, or holds the sign for spaces."""
    return {"pieces": encode(plain(inputs.get("text"), 20_000, "text"), pieces)}


def probe_alpha(pieces: Pieces, inputs: Inputs) -> Answer:
    """{"word"} -> for each of ALPHAS: share (A, n + 1, n + 1) of each arc; cuts (A, DRAWS, n) of drawn ones,
    with the same random numbers; chance (A, BEST) of the likeliest readings. And ends (BEST, n + 1) of these,
    a 1 for each gap where a piece ends. Raises ValueError for a word that is none.
    """
    word = plain(inputs.get("word"), LENGTH, "word")
    if not word.strip():
        raise ValueError("word must hold a character that is no space, got none")
    word = unigram.SPACE + word.strip().replace(" ", unigram.SPACE)
    arcs, named = unigram.lattice(word, pieces), readings(word, pieces, BEST)
    cuts = np.zeros((len(ALPHAS), DRAWS, len(word)), np.uint8)
    chance = np.zeros((len(ALPHAS), BEST), np.float32)
    for t, alpha in enumerate(ALPHAS):
        rng = np.random.default_rng(0)
        for row in cuts[t]:
            row[[0, *unigram.sample(arcs, len(word), float(alpha), rng)[:-1]]] = 1
        whole = unigram.forward(arcs, len(word), float(alpha))[-1]
        chance[t, : len(named)] = [math.exp(alpha * p - whole) for _, p in named]
    ends = np.zeros((len(named), len(word) + 1), np.uint8)
    for row, (gaps, _) in zip(ends, named, strict=True):
        row[gaps] = 1
    share = np.stack([shares(word, pieces, float(alpha)) for alpha in ALPHAS])
    return {"share": share, "cuts": cuts, "chance": chance, "ends": ends}


def plain(text: object, most: int, name: str) -> str:
    """A text for this tokenizer: `readable`, and without the sign that it keeps for spaces."""
    read = readable(text, most, name)
    if unigram.SPACE in read:
        raise ValueError(
            f"{name} must not hold {unigram.SPACE}, the sign for a space, as character {read.index('▁') + 1}"
        )
    return read
