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
from engine.words.tokenizer import KINDS, Tokenizer, any_texts, counted, failures

PAPERS = ("sennrich2016", "radford2019")
MOMENTS, TEXTS = 120, 1000
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


def run(spec: BPESpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """One merge a step. `given["start"]` makes a fork: its merges come first, then learning goes on."""
    rng = np.random.default_rng(spec.seed)
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

    def look(left: int) -> dict[str, Arrays]:
        table = np.full((widest, 3), NONE, np.uint32)
        table[: len(rows)] = np.array(rows, np.uint32).reshape(-1, 3)
        rows.clear()
        fit = {name: np.float32(size[name] / follow[name].size) for name in ("train", "prose", "code")}
        cost = [follow[f"in {name}"].size for name in ARTICLE]
        words = counted(SENTENCE, spec.symbols)
        cuts = cut(words, dict(zip(words, follow["example"].words, strict=True)), pairs, blank.first)
        tokenizer = Tokenizer(spec.symbols, tuple(pairs), alphabet)
        lost = 0 if left else failures(tokenizer, any_texts(TEXTS, rng))
        trip = {"tried": 0 if left else TEXTS, "lost": lost}
        return {
            "merges": {"rows": table, "first": np.asarray(blank.first, np.uint32)},
            "fit": {name: np.asarray(value) for name, value in fit.items()},
            "languages": {"tokens": np.array(cost, np.uint16)},
            "sentence": {"cuts": cuts},
            "trip": {name: np.asarray(n, np.uint16) for name, n in trip.items()},
        }

    def state() -> State:
        parts = {"pairs": torch.tensor(pairs or [(-1, -1)]), "alphabet": torch.tensor(sorted(alphabet))}
        return {name: part.int() for name, part in parts.items()}

    yield from shots(0, 0, look(spec.steps), state())
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
            yield from shots(moment, step, look(spec.steps - step), state())


def cut(words: Iterable[Word], now: Mapping[Word, Word], pairs: Sequence[Pair], first: int) -> np.ndarray:
    """Where tokens begin: a 1 for each symbol that begins one, else 0."""
    long = dict[int, int]()
    for i, (left, right) in enumerate(pairs):
        long[first + i] = long.get(left, 1) + long.get(right, 1)
    return np.array(
        [int(k == 0) for word in words for id in now[word] for k in range(long.get(id, 1))], np.uint8
    )


def _shorter(traces: Mapping[str, Trace]) -> Verdict:
    trace = traces["this"]
    train = np.array(trace.scalars["train"][1])
    fit = np.array(
        [[float(trace.at("fit", m)[name]) for name in ("prose", "code")] for m in range(len(trace.moments))]
    )
    back = int((np.diff(train) < 0).sum() + (np.diff(fit, axis=0) < -1e-6).sum())
    return Verdict(
        back == 0 and train[-1] > train[0],
        f"{train[0]:.2f} to {train[-1]:.2f} bytes a token in {len(train)} merges; {back} times less",
        "never less, neither in the text nor in held-out text",
    )


def _nothing_lost(traces: Mapping[str, Trace]) -> Verdict:
    trips = {name: traces[name].last("trip") for name in KINDS}
    lost = {name: int(trip["lost"]) for name, trip in trips.items()}
    return Verdict(
        lost["bytes"] == 0 and int(trips["bytes"]["tried"]) == TEXTS and lost["characters"] > 0,
        f"of {TEXTS} random texts {lost['bytes']} came back changed from bytes, "
        f"{lost['characters']} from characters",
        "0 from bytes, more than 0 from characters",
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
    worst = int((end / end[0]).argmax())
    before, after = (float(cost[worst] / cost[0]) for cost in (begin, end))
    return Verdict(
        after >= 1.5 * before,
        f"{names[worst]} costs {after:.1f} times as much as English; as bare bytes it was {before:.1f}",
        "the dearest at least 1.5 times as dear as before any merge",
    )


SPEC = BPESpec
PROBES = {"encode": subword_probes.encode, "forms": subword_probes.forms, "ranks": subword_probes.ranks}
USUAL = {"symbols": "bytes", "steps": 768}
CLAIMS = (
    Claim(
        "Every merge makes the text shorter.",
        _shorter,
        "A merge after which a token holds fewer bytes, of the text or of held-out text.",
    ),
    Claim(
        "After 768 merges a token holds about three bytes of English.",
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
        "From bytes any text comes back; from characters not every one.",
        _nothing_lost,
        "A random Unicode text that comes back changed from bytes, or none from characters.",
        {"bytes": {"symbols": "bytes"}, "characters": {"symbols": "characters"}},
    ),
    Claim(
        "A vocabulary fits what it was learned from.",
        _own_kind,
        "Merges learned from code that serve prose nearly as well, or the other way round.",
        {"prose": USUAL | {"corpus": "prose"}, "code": USUAL | {"corpus": "code"}},
    ),
    Claim(
        "Merges learned from English make other scripts dearer beside it.",
        _dearer,
        "A ratio of tokens for the same sentence that does not grow by half.",
        {"prose": USUAL | {"corpus": "prose"}},
    ),
)
RECORDED = (BPESpec(), BPESpec(symbols="characters"), BPESpec(corpus="code"))
