"""Lab: many texts, written from the same prompts in seven ways, and what people wrote there. Nothing is
trained."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor

from engine.attention.decoding import likeliest, write
from engine.core.claims import Claim, Figures, check, last
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, State, Step, shots
from engine.language import base_lab, corpus, decoding, degeneration, writers

PAPERS = ("holtzman2020degeneration", "fan2018story", "welleck2020unlikelihood", "chen1998smoothing")
NEEDS = {"base": "language.base"}
READ, LENGTH, EACH = 20, 100, 4  # words of a prompt, and that are written; prompts a batch
BEAM = 4
DRAWN = {  # name -> temperature, k, p
    "sampling": (1.0, corpus.VOCABULARY, 1.0),
    "temperature 0.7": (0.7, corpus.VOCABULARY, 1.0),
    "top 40": (1.0, 40, 1.0),
    "nucleus 0.95": (1.0, corpus.VOCABULARY, 0.95),
    "nucleus 0.8": (1.0, corpus.VOCABULARY, 0.8),
}
WAYS = ("people", "greedy", "beam search", *DRAWN)
PEOPLE, GREEDY, SEARCH, PURE, NUCLEUS = (WAYS.index(way) for way in (*WAYS[:4], "nucleus 0.95"))
K, P = 40, 0.95  # what is looked at in the places of people's texts
PART = 20  # words that are counted together, from the first to the last
SHARES = np.linspace(0, 100, 21)  # of the places, in percent


@dataclass(frozen=True)
class DegenerationSpec(Spec):
    source: str = param(
        "trigram", "Model", "Looks back 2 words, 4, or all.", choices=tuple(writers.SOURCES)
    )  # fmt: skip
    steps: int = param(8, "Batches", "Four prompts each, gone on with in seven ways.", low=1, high=24)
    seed: int = param(0, "Seed", "Of the prompts and of the luck of the drawing.", low=0, high=9999)


def restore(spec: DegenerationSpec, weights: State | None) -> None:
    """Nothing is learned here."""


def split(spec: DegenerationSpec) -> tuple[np.ndarray, np.ndarray]:
    """Pieces that the models have read, and those that are gone on with."""
    train, length = corpus.read("prose").train.astype(np.int64), READ + LENGTH
    return train[: len(train) // length * length].reshape(-1, length), writers.passages(length, spec.seed)


def run(spec: DegenerationSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """A batch of prompts a step; a fork begins anew. On the CPU whatever the device."""
    state = {"drawn": torch.tensor(list(DRAWN.values()))}
    yield from shots(0, 0, {}, state)  # to read the corpus takes another second or two
    net = base_lab.restore(base_lab.SPEC(), given["base"]).float()
    passages, watch = torch.from_numpy(writers.passages(READ + LENGTH, spec.seed)), Watch()
    rng = torch.Generator().manual_seed(spec.seed)
    for step in range(1, spec.steps + 1):
        some = passages[torch.arange(EACH * (step - 1), EACH * step) % len(passages)]
        prompt, people = some[:, :READ], some[:, READ:]
        luck = torch.rand(LENGTH, EACH, generator=rng, dtype=torch.float64)
        for way in WAYS:
            words = people if way == "people" else written(way, spec.source, net, prompt, luck)
            watch.take(way, words, writers.heard(spec.source, net, prompt, words))
        seen = watch.seen()
        level = {name: seen["ways"][name] for name in ("loss", "repeated")}
        told = {f"{name}_{way}": float(level[name][i]) for name in level for i, way in enumerate(WAYS[:3])}
        told |= {f"{name}_nucleus": float(level[name][NUCLEUS]) for name in level}
        yield Step(step, spec.steps, {name.replace(" ", "_"): value for name, value in told.items()})
        yield from shots(step - 1, step, seen, state)


def written(way: str, source: str, net: base_lab.Base, prompt: Tensor, luck: Tensor) -> Tensor:
    """Texts (n, LENGTH) after prompts (n, READ), in one of the ways; by luck (LENGTH, n) where it is drawn."""
    start = partial(writers.writer, source, net, prompt)
    if way == "beam search":
        return decoding.beam_search(start, prompt[:, -1], LENGTH, BEAM).words[:, 0]
    pick = likeliest if way == "greedy" else decoding.by(luck, *DRAWN[way])
    return write(start(1), prompt[:, -1], LENGTH, pick)[0]


class Watch:
    """What is known of the texts so far."""

    def __init__(self) -> None:
        self.texts: dict[str, list[np.ndarray]] = defaultdict(list)
        self.lost: dict[str, list[np.ndarray]] = defaultdict(list)  # nats of each word
        self.places: dict[str, list[np.ndarray]] = defaultdict(list)  # of people's texts

    def take(self, way: str, words: Tensor, log_p: Tensor) -> None:
        """Look at texts (n, LENGTH) and at log p (n, LENGTH, V) of the model that wrote, or read, them."""
        self.texts[way] += [*words.numpy()]
        self.lost[way] += [*-writers.of(log_p, words).numpy()]
        if way == "people":
            self.places["size"].append(decoding.nucleus(log_p, P).isfinite().sum(-1).flatten().numpy())
            self.places["mass"].append(log_p.exp().topk(K).values.sum(-1).flatten().numpy())

    def seen(self) -> dict[str, Arrays]:
        """ways: a figure for each of WAYS (8,): loss in nats a word, repeated and distinct as shares, zipf.
        part: loss by part of the text (8, LENGTH / PART). places: words in the nucleus and mass of the top
        K, at the SHARES of people's places (21,)."""
        texts, lost = self.texts, {way: np.stack(self.lost[way]) for way in WAYS}
        ways = {
            "loss": [lost[way].mean() for way in WAYS],
            "repeated": [np.mean([degeneration.repeated(text) for text in texts[way]]) for way in WAYS],
            "distinct": [degeneration.distinct(texts[way]) for way in WAYS],
            "zipf": [degeneration.zipf(texts[way]) for way in WAYS],
        }
        part = {"loss": np.stack([lost[way].mean(0).reshape(-1, PART).mean(1) for way in WAYS])}
        places = {name: np.percentile(np.concatenate(of), SHARES) for name, of in self.places.items()}
        seen = {"ways": ways, "part": part, "places": places}
        return {
            name: {one: np.asarray(value, np.float32) for one, value in parts.items()}
            for name, parts in seen.items()
        }


def _of(name: str, *ways: int, run: str) -> Figures:
    """A figure of each of these ways."""
    return lambda traces: [float(traces[run].last("ways")[name][way]) for way in ways]


def _part(way: int, part: int) -> Figures:
    """The loss of one part of the texts of a way, by the small GPT."""
    return lambda traces: [float(traces["net"].last("part")["loss"][way, part])]


def _place(name: str, share: float, run: str) -> Figures:
    """A figure of people's places, at a share of them in percent."""
    return last("places", name, runs=(run,), of=lambda of: np.interp(share, SHARES, of))


NET = {"net": {"source": "small GPT"}}
BOTH = NET | {"trigram": {"source": "trigram"}}
SPEC = DegenerationSpec
CLAIMS = (
    Claim(
        "Greedy and beam search repeat themselves: many more runs of four words come again than in people's texts.",
        check(
            lambda *of: all(one >= of[i - i % 3] + 0.08 for i, one in enumerate(of) if i % 3),
            "small GPT: people {0:.0%}, greedy {1:.0%}, beam {2:.0%}; trigram: {3:.0%}, {4:.0%}, {5:.0%}",
            "8 points more at least, each time",
            _of("repeated", PEOPLE, GREEDY, SEARCH, run="net"),
            _of("repeated", PEOPLE, GREEDY, SEARCH, run="trigram"),
        ),
        "Fewer than 8 points more of a text's runs of four words that it said before, in one of the four.",
        BOTH,
    ),
    Claim(
        "What is likeliest is not what people write: beam search costs the model less than half of what their texts do.",
        check(
            lambda net, people, trigram, same: net < 0.5 * people and trigram < 0.5 * same,
            "small GPT: {0:.2f} nats a word, people's {1:.2f}; trigram: {2:.2f}, people's {3:.2f}",
            "less than half",
            _of("loss", SEARCH, PEOPLE, run="net"),
            _of("loss", SEARCH, PEOPLE, run="trigram"),
        ),
        "Texts of beam search with half the loss of people's, or more.",
        BOTH,
    ),
    Claim(
        "The small GPT grows surer of what its beam search writes as the text goes on.",
        check(
            lambda early, late: late <= 0.75 * early,
            f"{{0:.2f}} nats a word in the first {PART}, {{1:.2f}} in the last {PART}",
            "a quarter less at least",
            _part(SEARCH, 0),
            _part(SEARCH, -1),
        ),
        "A last part of the text that is not a quarter less surprising than the first.",
        NET,
    ),
    Claim(
        "Texts drawn from the nucleus of 0.95 hardly repeat themselves, and surprise the model more like people's.",
        check(
            lambda people, own, theirs, greedy, nucleus: (
                own <= people + 0.02 and abs(nucleus - theirs) < 0.75 * abs(greedy - theirs)
            ),
            "{1:.1%} repeated, people {0:.1%}; {4:.2f} nats a word, people {2:.2f}, greedy {3:.2f}",
            "at most 2 points more than people; a quarter nearer to their loss than greedy's",
            _of("repeated", PEOPLE, NUCLEUS, run="net"),
            _of("loss", PEOPLE, GREEDY, NUCLEUS, run="net"),
        ),
        "Over 2 points more repeated than by people, or a loss not a quarter nearer to theirs than greedy's.",
        NET,
    ),
    Claim(
        "No one k fits: the nucleus of 0.95 has a few words at some places of people's texts, over 80 at others.",
        check(
            lambda few, many: few <= 5 and many >= 80,
            "{0:.0f} words or fewer at a tenth of the places, {1:.0f} or more at another tenth",
            "5 at most, and 80 at least",
            _place("size", 10, "net"),
            _place("size", 90, "net"),
        ),
        "A tenth percentile over 5 words, or a ninetieth under 80.",
        NET,
    ),
    Claim(
        "At a tenth of the places the top 40 leave out a tenth or more of what the model holds possible.",
        check(
            lambda mass: mass <= 0.9,
            "they hold {0:.0%} or less there",
            "90% at most",
            _place("mass", 10, "net"),
        ),
        "A tenth percentile of their mass over 90%.",
        NET,
    ),
)
RECORDED = (DegenerationSpec(), DegenerationSpec(source="small GPT"), DegenerationSpec(source="5-gram"))
