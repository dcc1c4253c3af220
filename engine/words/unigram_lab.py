"""Lab: the unigram model of SentencePiece: begin with too many pieces, and give up the ones least missed."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.core.claims import Claim, check, last
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, State, Step, shots
from engine.data.prose import CORPORA, drawn
from engine.words import pieces, unigram
from engine.words.example import SENTENCE, WORD

PAPERS = ("kudo2018", "kudorichardson2018")
SEEDS = 6  # times as many pieces to begin with as are wanted in the end
GAP = unigram.SPACE


@dataclass(frozen=True)
class UnigramSpec(Spec):
    steps: int = param(
        22, "EM steps", "After every second one pieces are given up, but not after the last.", low=4, high=40
    )
    V: int = param(800, "Pieces V", "How many are left in the end.", low=200, high=2000)
    corpus: str = param(
        "prose",
        "Text",
        "Documentation, source code, half of each, or Python's language reference.",
        choices=CORPORA,
    )
    size: int = param(120, "Text, thousands", "How many thousand characters it reads.", low=10, high=200)
    seed: int = param(0, "Seed", "Which paragraphs are read, and which are held out.", low=0, high=9999)


def restore(spec: UnigramSpec, weights: State | None) -> dict[str, float]:
    """Pieces with their log probabilities; without weights the seed vocabulary, as it is counted."""
    if weights is None:
        return unigram.seeds(_words(drawn(spec.corpus, spec.size * 1000, spec.seed)[0]), SEEDS * spec.V)
    texts = ("".join(map(chr, (point for point in row if point))) for row in weights["points"].tolist())
    return dict(zip(texts, weights["log_p"].tolist(), strict=True))


def split(spec: UnigramSpec) -> tuple[list[str], list[str]]:
    """Lines that its pieces are learned from, and lines that it is measured on. A paragraph of prose is a
    line."""
    train, held = drawn(spec.corpus, spec.size * 1000, spec.seed)
    return train.split("\n"), held.split("\n")


def run(spec: UnigramSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """EM, and pruning after every second step but the last. `given["start"]` makes a fork: its pieces."""
    train, held = (_words(text) for text in drawn(spec.corpus, spec.size * 1000, spec.seed))
    letters, held_letters = (sum(len(word) * n for word, n in words.items()) for words in (train, held))
    now = restore(spec, given.get("start"))
    if "start" in given:  # its text may have had other characters
        missing = sorted(set("".join(train)) - set(now))
        now = unigram.normalised({p: math.exp(v) for p, v in now.items()} | dict.fromkeys(missing, 1e-6))
    bpe_bits = np.float32(pieces.bits_of_bpe(train, held, spec.V))
    rounds = (spec.steps - 1) // 2
    shrink = min(1.0, spec.V / len(now)) ** (1 / max(1, rounds))
    begin = len(now)

    def look(likelihood: float, gave_up: bool) -> dict[str, Arrays]:
        words = unigram.split(SENTENCE)
        best = [unigram.viterbi(unigram.lattice(word, now), len(word))[0] for word in words]
        cuts = [
            int(i in (0, *ends)) for word, ends in zip(words, best, strict=True) for i in range(len(word))
        ]
        one_way = sum(n * unigram.viterbi(unigram.lattice(w, now), len(w))[1] for w, n in held.items())
        fit = {"train": _bits(likelihood, letters), "best": _bits(one_way, held_letters)}
        one = f"{GAP}{WORD}"
        shape = {"pieces": len(now), "gave_up": int(gave_up)}
        return {
            "sentence": {"cuts": np.array(cuts, np.uint8)},
            "word": {"share": pieces.shares(one, now)},
            "fit": {**fit, "bpe": np.asarray(bpe_bits)},
            "vocabulary": {k: np.asarray(v, np.uint16) for k, v in shape.items()},
        }

    def state() -> State:
        points = np.zeros((len(now), unigram.LONGEST), np.int32)
        for row, piece in enumerate(now):
            points[row, : len(piece)] = [ord(c) for c in piece]
        return {"points": torch.from_numpy(points), "log_p": torch.tensor(list(now.values())).double()}

    counts, likelihood = unigram.expected(train, now)
    yield from shots(0, 0, look(likelihood, False), state())
    for step in range(1, spec.steps + 1):
        prunes = step % 2 == 0 and step < spec.steps
        if prunes:
            size = spec.V if step // 2 == rounds else round(begin * shrink ** (step // 2))
            now = unigram.pruned(counts, now, min(size, len(now)))
        else:
            now = unigram.normalised(counts)
        counts, likelihood = unigram.expected(train, now)
        bits = float(_bits(likelihood, letters))
        yield Step(step, spec.steps, {"bits": bits, "pieces": float(len(now)), "gave_up": float(prunes)})
        yield from shots(step, step, look(likelihood, prunes), state())


def _words(text: str) -> Counter[str]:
    return Counter(unigram.split(text.replace("\n", " ")))


def _bits(likelihood: float, letters: int) -> np.ndarray:
    """A log likelihood as bits a character."""
    return np.asarray(-likelihood / letters / math.log(2), np.float64)


SPEC = UnigramSpec
PROBES = {"encode": pieces.probe_encode, "alpha": pieces.probe_alpha}
CLAIMS = (
    Claim(
        "With as many pieces it needs fewer bits than BPE's, its best reading alone.",
        check(
            lambda best, bpe: best <= 0.97 * bpe,
            "{:.2f} bits a character of held-out text, best reading alone; {:.2f} in BPE's pieces",
            "at least 3% fewer",
            last("fit", "best", "bpe"),
        ),
        "Held-out text that costs more than 0.97 of what it costs in BPE's pieces, each by its frequency.",
    ),
)
RECORDED = (UnigramSpec(),)
