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
from engine.language import corpus, cutting, decoding, degeneration, gpt, marked, writers

PAPERS = ("holtzman2020degeneration", "fan2018story", "welleck2020unlikelihood")
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
PEOPLE, GREEDY, SEARCH, NUCLEUS = 0, 1, 2, WAYS.index("nucleus 0.95")
TOLD = {"people": PEOPLE, "greedy": GREEDY, "beam": SEARCH, "nucleus": NUCLEUS}
P = 0.95  # of the nucleus that is looked at in the places of people's texts
PART = 20  # words that are counted together, from the first to the last
SHARES = np.linspace(0, 100, 21)  # of the places, in percent


@dataclass(frozen=True)
class DegenerationSpec(Spec):
    source: str = param(
        "trigram", "Model", "Looks back 2 words, 4, or all.", choices=writers.SOURCES
    )  # fmt: skip
    steps: int = param(8, "Batches", "Four prompts each, gone on with in seven ways.", low=2, high=24)
    seed: int = param(0, "Seed", "Of the prompts and of the luck of the drawing.", low=0, high=9999)


def restore(spec: DegenerationSpec, weights: State | None) -> None:
    """Nothing is learned here."""


def split(spec: DegenerationSpec) -> tuple[np.ndarray, np.ndarray]:
    """Pieces that the models have read, and those that are gone on with."""
    length = READ + LENGTH
    return cutting.pieces(corpus.read("prose").train, length), writers.passages(length, spec.seed)


def run(spec: DegenerationSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """A batch of prompts a step; a fork begins anew. On the CPU whatever the device."""
    state = {"drawn": torch.tensor(list(DRAWN.values()))}
    yield from shots(0, 0, {}, state)  # to read the corpus takes another second or two
    net = writers.small(given["base"])
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
        repeated = seen["ways"]["repeated"].tolist()
        yield Step(step, spec.steps, {name: repeated[way] for name, way in TOLD.items()})
        yield from shots(step - 1, step, seen, state)


def written(way: str, source: str, net: gpt.GPT, prompt: Tensor, luck: Tensor) -> Tensor:
    """Texts (n, LENGTH) after prompts (n, READ), in one of the ways; drawn by luck (LENGTH, n)."""
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
        self.sizes: list[int] = []  # of the nucleus, at each place of people's texts

    def take(self, way: str, words: Tensor, log_p: Tensor) -> None:
        """Look at texts (n, LENGTH) and at log p (n, LENGTH, V) of the model that wrote, or read, them."""
        self.texts[way] += [*words.numpy()]
        self.lost[way] += [*marked.lost(words, log_p)]
        if way == "people":
            self.sizes += decoding.nucleus(log_p, P).isfinite().sum(-1).flatten().tolist()

    def seen(self) -> dict[str, Arrays]:
        """ways: a figure for each of WAYS (8,): loss in nats a word, repeated and distinct as shares, zipf.
        part: loss by part of the text (8, LENGTH / PART). places: words in the nucleus at most, at so many of
        people's places as SHARES says (21,)."""
        texts, lost = self.texts, {way: np.stack(self.lost[way]) for way in WAYS}
        ways = {
            "loss": [lost[way].mean() for way in WAYS],
            "repeated": [np.mean([degeneration.repeated(text) for text in texts[way]]) for way in WAYS],
            "distinct": [degeneration.distinct(texts[way]) for way in WAYS],
            "zipf": [degeneration.zipf(texts[way]) for way in WAYS],
        }
        part = {"loss": np.stack([lost[way].mean(0).reshape(-1, PART).mean(1) for way in WAYS])}
        seen = {"ways": ways, "part": part, "places": {"size": np.percentile(self.sizes, SHARES)}}
        return {
            name: {one: np.asarray(value, np.float32) for one, value in parts.items()}
            for name, parts in seen.items()
        }


def _of(name: str, *ways: int, run: str) -> Figures:
    """A figure of each of these ways."""
    return lambda traces: [float(traces[run].last("ways")[name][way]) for way in ways]


def _parts(way: int, *parts: int) -> Figures:
    """The loss of parts of a way's texts, by the small GPT."""
    return lambda traces: [float(traces["net"].last("part")["loss"][way, part]) for part in parts]


NET = {"net": {"source": "small GPT"}}
BOTH = NET | {"trigram": {"source": "trigram"}}
SPEC = DegenerationSpec
CLAIMS = (
    Claim(
        "Greedy and beam search repeat themselves more than people do.",
        check(lambda *of: all(one >= of[i - i % 3] + 0.08 for i, one in enumerate(of) if i % 3),
              "runs of four words said before: small GPT {1:.0%} greedy, {2:.0%} beam, people {0:.0%}; "
              "trigram {4:.0%} greedy, {5:.0%} beam, people {3:.0%}", "8 points more at least, each time",
              *(_of("repeated", PEOPLE, GREEDY, SEARCH, run=run) for run in BOTH)),
        "One of the four with less than 8 points more of its runs of four words said before.",
        BOTH,
    ),
    Claim(
        "What beam search finds surprises the model less than half as much as what people write.",
        check(lambda net, people, trigram, same: net < 0.5 * people and trigram < 0.5 * same,
              "small GPT: beam search {0:.2f} nats a word, people {1:.2f}; trigram: {2:.2f}, people {3:.2f}",
              "less than half", *(_of("loss", SEARCH, PEOPLE, run=run) for run in BOTH)),
        "Texts of beam search with half the loss of people's, or more.",
        BOTH,
    ),
    Claim(
        "The small GPT grows surer of what its beam search writes as the text goes on.",
        check(lambda early, late: late <= 0.75 * early,
              f"{{0:.2f}} nats a word in the first {PART} words, {{1:.2f}} in the last {PART}",
              "a quarter less at least", _parts(SEARCH, 0, -1)),
        "A last part of the text that is not a quarter less surprising than the first.",
        NET,
    ),
    Claim(
        "Texts drawn from the nucleus of 0.95 repeat themselves no more than people's.",
        check(lambda *of: of[1] <= of[0] and of[3] <= of[2],
              "small GPT {1:.1%}, people {0:.1%}; trigram {3:.1%}, people {2:.1%}", "no more, both times",
              *(_of("repeated", PEOPLE, NUCLEUS, run=run) for run in BOTH)),
        "More of their runs of four words said before than of those in people's texts.",
        BOTH,
    ),
    Claim(
        "To the small GPT texts of that nucleus are nearer to people's in surprise than greedy's are.",
        check(lambda people, greedy, nucleus: abs(nucleus - people) < 0.75 * abs(greedy - people),
              "{2:.2f} nats a word; people {0:.2f}, greedy {1:.2f}", "a quarter nearer at least",
              _of("loss", PEOPLE, GREEDY, NUCLEUS, run="net")),
        "A loss that is not a quarter nearer to people's than greedy's is.",
        NET,
    ),
    Claim(
        "No one k fits: at some places of a text the nucleus of 0.95 holds 5 words at most, at others 80.",
        check(lambda few, many: few <= 5 and many >= 80,
              "{0:.0f} words at most at a tenth of the places, {1:.0f} at least at another tenth",
              "5 at most, and 80 at least",
              *(last("places", "size", runs=["net"], of=partial(np.interp, at, SHARES)) for at in (10, 90))),
        "To the small GPT a tenth percentile over 5 words, or a ninetieth under 80.",
        NET,
    ),
)  # fmt: skip
RECORDED = (DegenerationSpec(), DegenerationSpec(source="small GPT"), DegenerationSpec(source="5-gram"))
