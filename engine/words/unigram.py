"""Subword Regularization: Improving Neural Network Translation Models with Multiple Subword Candidates.
Kudo, 2018. arXiv:1804.10959. The language model of SentencePiece (Kudo & Richardson, 2018, arXiv:1808.06226).

A text is a chain of pieces, each drawn by itself: P(x) = p(x_1) p(x_2) ... p(x_M). Departures from it:
  - the seed vocabulary holds all frequent substrings of up to 8 characters, found by counting, not by a
    suffix array;
  - what removing a piece costs is taken as its expected count times what its best other reading costs, as
    the authors' program does; the paper recomputes the likelihood;
  - EM is plain: the authors' program also shrinks rare pieces by a Bayesian prior, which the paper has not;
  - no space is put before the text and no sign is normalised: what comes back is exactly what went in.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping

import numpy as np

SPACE, LONGEST, NEVER = "▁", 8, -math.inf
UNKNOWN = -30.0  # log p of a character that is no piece: dearer than any piece
Pieces = Mapping[str, float]  # piece -> log p
Arc = tuple[int, int, float]  # from, to, log p: a piece between two gaps of a word


def split(text: str) -> list[str]:
    """Words that carry their space in front, as SPACE; "".join of them is the text. No piece crosses them."""
    return re.findall(f"{SPACE}[^{SPACE}]*|[^{SPACE}]+", text.replace(" ", SPACE))


def join(pieces: list[str]) -> str:
    """Kudo & Richardson, "Lossless Tokenization": to detokenise is to join and to replace."""
    return "".join(pieces).replace(SPACE, " ")


def seeds(words: Mapping[str, int], size: int) -> dict[str, float]:
    """Section 3.2, step 1: all characters, and the substrings that cover most text, as many as `size`."""
    found: Counter[str] = Counter()
    for word, n in words.items():
        for i in range(len(word)):
            for j in range(i + 1, min(len(word), i + LONGEST) + 1):
                found[word[i:j]] += n
    longer = [piece for piece, n in found.items() if len(piece) > 1 and n > 1]
    best = sorted(longer, key=lambda piece: (-found[piece] * len(piece), piece))[:size]
    kept = {piece: found[piece] for piece in sorted(p for p in found if len(p) == 1)} | {
        p: found[p] for p in best
    }
    return normalised(kept)


def normalised(counts: Mapping[str, float]) -> dict[str, float]:
    """M step: p(x) is the share of its expected count."""
    total = sum(counts.values())
    return {piece: math.log(n / total) if n > 0 else UNKNOWN for piece, n in counts.items()}


def lattice(word: str, pieces: Pieces) -> list[Arc]:
    """All pieces that fit into a word, by where they end. A character that is no piece costs UNKNOWN."""
    arcs = []
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - LONGEST), end):
            p = pieces.get(word[start:end])
            if p is not None or end - start == 1:
                arcs.append((start, end, UNKNOWN if p is None else p))
    return arcs


def forward(arcs: list[Arc], length: int, alpha: float = 1.0) -> list[float]:
    """log of the summed weight of all ways from the word's start to each of its gaps: (length + 1)."""
    into: list[list[float]] = [[] for _ in range(length + 1)]
    a = [0.0] + [NEVER] * length
    for start, end, p in arcs:  # by their end, so a[start] is final
        into[end].append(0)
        score = a[start] + alpha * p
        high, low = (a[end], score) if a[end] > score else (score, a[end])
        a[end] = high + math.log1p(math.exp(low - high)) if low > NEVER else high
    return a


def posterior(arcs: list[Arc], length: int, alpha: float = 1.0) -> tuple[list[float], float]:
    """E step, section 3.2: P(a piece is used | word) for each arc, and log P(word); by forward-backward."""
    a = forward(arcs, length, alpha)
    b = [NEVER] * length + [0.0]
    for start, end, p in reversed(arcs):
        score = b[end] + alpha * p
        high, low = (b[start], score) if b[start] > score else (score, b[start])
        b[start] = high + math.log1p(math.exp(low - high)) if low > NEVER else high
    whole = a[length]
    return [math.exp(a[start] + alpha * p + b[end] - whole) for start, end, p in arcs], whole


def viterbi(arcs: list[Arc], length: int) -> tuple[list[int], float]:
    """Section 3.2: x*, the most probable segmentation, as the gaps where its pieces end; and log P(x*)."""
    best, back = [0.0] + [NEVER] * length, [0] * (length + 1)
    for start, end, p in arcs:
        if best[start] + p > best[end]:
            best[end], back[end] = best[start] + p, start
    ends, at = [], length
    while at > 0:
        ends.append(at)
        at = back[at]
    return ends[::-1], best[length]


def sample(arcs: list[Arc], length: int, alpha: float, rng: np.random.Generator) -> list[int]:
    """Section 3.3: a segmentation drawn in proportion to P(x)^alpha, from its end backwards."""
    a = forward(arcs, length, alpha)
    ends, at = [], length
    while at > 0:
        ends.append(at)
        into = [(start, a[start] + alpha * p) for start, end, p in arcs if end == at]
        weights = np.exp([score - a[at] for _, score in into])
        at = into[rng.choice(len(into), p=weights / weights.sum())][0]
    return ends[::-1]


def expected(words: Mapping[str, int], pieces: Pieces) -> tuple[dict[str, float], float]:
    """E step over a text: how often each piece is used in expectation; and the text's log likelihood."""
    counts, likelihood = dict.fromkeys(pieces, 0.0), 0.0
    for word, n in words.items():
        arcs = lattice(word, pieces)
        shares, p = posterior(arcs, len(word))
        likelihood += n * p
        for (start, end, _), share in zip(arcs, shares, strict=True):
            if (piece := word[start:end]) in counts:
                counts[piece] += n * share
    return counts, likelihood


def losses(counts: Mapping[str, float], pieces: Pieces) -> dict[str, float]:
    """Section 3.2, step 2b: what the likelihood loses without each piece of more than one character."""
    lost = {}
    for piece, p in pieces.items():
        if len(piece) > 1:
            others = [arc for arc in lattice(piece, pieces) if arc[1] - arc[0] < len(piece)]
            lost[piece] = counts[piece] * (p - viterbi(others, len(piece))[1])
    return lost


def pruned(counts: Mapping[str, float], pieces: Pieces, size: int) -> dict[str, float]:
    """Step 2c: the `size` pieces that are missed most; single characters always stay. Normalised anew."""
    lost = losses(counts, pieces)
    characters = [piece for piece in pieces if len(piece) == 1]
    kept = sorted(lost, key=lambda piece: (-lost[piece], piece))[: max(0, size - len(characters))]
    return normalised({piece: counts[piece] for piece in [*characters, *kept]})


def cut(word: str, ends: list[int]) -> Iterator[str]:
    """A word, cut at these gaps."""
    return (word[start:end] for start, end in zip([0, *ends], ends, strict=False))
