"""Lab: byte pair encoding, learned live: the most frequent pair becomes one symbol, again and again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from engine.core.claims import Claim, Verdict, check, last
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, Trace, shots
from engine.data.prose import ARTICLE, CORPORA, drawn
from engine.words import subword_probes
from engine.words.bpe import Learner, Pair, Word
from engine.words.example import SENTENCE
from engine.words.tokenizer import KINDS, Tokenizer, counted

PAPERS = ("sennrich2016", "radford2019")
MOMENTS = 120
OTHER = tuple(name for name, text in ARTICLE.items() if ord(text[0]) > 0x24F)  # written in no Latin letters
NONE = 2**32 - 1  # fills up the list of a moment's merges


@dataclass(frozen=True)
class BPESpec(Spec):
    steps: int = param(768, "Merges", "Each adds one symbol to the vocabulary.", low=16, high=3840)
    symbols: str = param(
        "bytes", "Start from", "256 bytes, as GPT-2; or characters and an end-of-word sign.", choices=KINDS
    )
    corpus: str = param(
        "prose",
        "Text",
        "Documentation, source code, half of each, or Python's language reference.",
        choices=CORPORA,
    )
    size: int = param(200, "Text, thousands", "How many thousand characters it counts in.", low=10, high=400)
    seed: int = param(0, "Seed", "Which paragraphs are read, and which are held out.", low=0, high=9999)


def restore(spec: BPESpec, weights: State | None) -> Tokenizer:
    """The tokenizer with these merges; without any, the bare symbols."""
    if weights is None:
        return Tokenizer(spec.symbols, ())
    pairs = tuple((int(left), int(right)) for left, right in weights["pairs"].tolist() if left >= 0)
    return Tokenizer(spec.symbols, pairs, frozenset(weights["alphabet"].tolist()))


def split(spec: BPESpec) -> tuple[list[str], list[str]]:
    """Lines that its merges are learned from, and lines of prose and code that it is measured on. A paragraph
    of prose is a line."""
    held = "\n".join(drawn(name, 1, spec.seed)[1] for name in ("prose", "code"))
    return drawn(spec.corpus, spec.size * 1000, spec.seed)[0].split("\n"), held.split("\n")


def run(spec: BPESpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """One merge a step. `given["start"]` makes a fork: its merges come first, then learning goes on."""
    train, _ = drawn(spec.corpus, spec.size * 1000, spec.seed)
    held = {name: drawn(name, 1, spec.seed)[1] for name in ("prose", "code")}
    alphabet = frozenset(map(ord, "".join(train.split())))
    texts = {
        "train": train,
        **held,
        **{f"in {name}": one for name, one in ARTICLE.items()},
        "example": SENTENCE,
    }
    blank = restore(spec, None)
    follow = {name: Learner(counted(text, spec.symbols), blank.first) for name, text in texts.items()}
    size = {name: len(text.encode()) for name, text in texts.items()}
    learner = follow["train"]
    known = restore(spec, given["start"]).pairs[: spec.steps - 1] if "start" in given else ()
    moments = Moments(spec.steps, MOMENTS)
    widest = max(b - a for a, b in zip(moments.steps, moments.steps[1:], strict=False))
    pairs: list[Pair] = []
    rows: list[tuple[int, int, int]] = []

    def look() -> dict[str, Arrays]:
        table = np.full((widest, 3), NONE, np.uint32)
        table[: len(rows)] = np.array(rows, np.uint32).reshape(-1, 3)
        rows.clear()
        fit = {name: np.float32(size[name] / follow[name].size) for name in ("train", "prose", "code")}
        cost = [follow[f"in {name}"].size for name in ARTICLE]
        words = counted(SENTENCE, spec.symbols)
        cuts = cut(words, dict(zip(words, follow["example"].words, strict=True)), pairs, blank.first)
        return {
            "merges": {"rows": table, "first": np.asarray(blank.first, np.uint32)},
            "fit": {name: np.asarray(value) for name, value in fit.items()},
            "languages": {"tokens": np.array(cost, np.uint16)},
            "sentence": {"cuts": cuts},
        }

    def state() -> State:
        parts = {"pairs": torch.tensor(pairs or [(-1, -1)]), "alphabet": torch.tensor(sorted(alphabet))}
        return {name: part.int() for name, part in parts.items()}

    yield from shots(0, 0, look(), state())
    for step in range(1, spec.steps + 1):
        pair = known[step - 1] if step <= len(known) else learner.best()
        count = 0
        if pair is not None:  # None: every part of the text is one symbol by now
            counts = {name: one.merge(pair) for name, one in follow.items()}
            count = counts["train"]
            pairs.append(pair)
            rows.append((*pair, count))
        yield Step(step, spec.steps, {"count": float(count), "train": size["train"] / learner.size})
        if (moment := moments.at(step)) is not None:
            yield from shots(moment, step, look(), state())


def cut(words: Iterable[Word], now: Mapping[Word, Word], pairs: Sequence[Pair], first: int) -> np.ndarray:
    """Where tokens begin: a 1 for each symbol that begins one, else 0."""
    long = dict[int, int]()
    for i, (left, right) in enumerate(pairs):
        long[first + i] = long.get(left, 1) + long.get(right, 1)
    return np.array(
        [int(k == 0) for word in words for id in now[word] for k in range(long.get(id, 1))], np.uint8
    )


def _own_kind(traces: Mapping[str, Trace]) -> Verdict:
    fit = {name: traces[name].last("fit") for name in ("prose", "code")}
    gain = {
        name: float(fit[name][name] / fit[other][name] - 1)
        for name, other in (("prose", "code"), ("code", "prose"))
    }
    return Verdict(
        min(gain.values()) >= 0.15,
        f"a token holds {gain['prose']:.0%} more prose, {gain['code']:.0%} more code, than one learned "
        "from the other",
        "at least 15% more, both ways",
    )


def _dearer(traces: Mapping[str, Trace]) -> Verdict:
    trace, names = traces["prose"], list(ARTICLE)
    begin, end = (trace.at("languages", m)["tokens"].astype(float) for m in (0, len(trace.moments) - 1))
    before, after = begin / begin[0], end / end[0]  # as many times as English
    grown = {names.index(name): float((after / before)[names.index(name)]) for name in OTHER}
    least, dearest = min(grown, key=lambda i: grown[i]), max(grown, key=lambda i: float(after[i]))
    return Verdict(
        grown[least] >= 1.5,
        f"{names[dearest]} costs {after[dearest]:.1f} times as much as English, as bare bytes "
        f"{before[dearest]:.1f}; of {len(OTHER)} scripts each grows {grown[least]:.1f} times at least",
        "each at least 1.5 times as dear beside English as before any merge",
    )


SPEC = BPESpec
PROBES = {
    "encode": subword_probes.encode,
    "forms": subword_probes.forms,
    "learn": subword_probes.learn,
    "ranks": subword_probes.ranks,
}
USUAL = {"symbols": "bytes", "steps": 768}
CLAIMS = (
    Claim(
        "After 768 merges a token holds nearly three bytes of English prose.",
        check(
            lambda held: 2.6 <= held <= 3.1,
            "{:.2f} bytes a token of held-out prose",
            "2.6 to 3.1",
            last("fit", "prose", runs=("prose",)),
        ),
        "Fewer than 2.6 or more than 3.1 bytes a token, on prose that was held out.",
        {"prose": USUAL | {"corpus": "prose"}},
    ),
    Claim(
        "A vocabulary fits what it was learned from.",
        _own_kind,
        "Merges learned from code that serve prose nearly as well, or the other way round.",
        {"prose": USUAL | {"corpus": "prose"}, "code": USUAL | {"corpus": "code"}},
    ),
    Claim(
        "Merges learned from English make every other script here dearer beside it.",
        _dearer,
        "A script in which the same sentence does not become half as dear again, counted in English ones.",
        {"prose": USUAL | {"corpus": "prose"}},
    ),
)
RECORDED = (BPESpec(), BPESpec(symbols="characters"), BPESpec(corpus="code"))
