"""Lab: many texts under the test: how strong the mark must be, what it costs, and where it cannot be put."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.core.claims import Claim, Figures, Verdict, at_least, at_most, check, last
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, State, Step, Trace, shots
from engine.language import corpus, cutting, detection, marked
from engine.language import watermark as wm

PAPERS = ("kirchenbauer2023watermark", "chen1998smoothing")
LENGTH, EACH = 200, 4  # words of a text; texts a batch, at each delta
DELTAS = (0.0, 0.5, 1.0, 2.0, 4.0)
FAINT, USUAL = 2, 3  # delta 1 and delta 2 among them
LENGTHS = (25, 50, 100, 200)
CHOICES = (1.5, 3, 8, 20, 60)  # between these numbers of possible words, places are counted together
SHARE = 0.3  # of the words that are replaced
THRESHOLDS = np.linspace(-4, 8, 121)


@dataclass(frozen=True)
class DetectionSpec(Spec):
    gamma: float = param(0.25, "γ: green share", "Share of the vocabulary that is green.", low=0.1, high=0.9)
    temperature: float = param(1.0, "Temperature", "Below 1 the model is surer of itself.", low=0.2, high=1.5)
    source: str = param(
        "trigram", "Source", "How many words the model looks back: 2, or 4.", choices=tuple(marked.SOURCES)
    )
    steps: int = param(16, "Batches", "Four texts of 200 words each, at every δ.", low=2, high=100)
    seed: int = param(0, "Seed", "Of the texts' luck; each seed has a key of its own.", low=0, high=9999)


def restore(spec: DetectionSpec, weights: State | None) -> None:
    """There is no net."""


def split(spec: DetectionSpec) -> tuple[np.ndarray, np.ndarray]:
    """Pieces that the models counted, and pieces by people that the test must not take for marked ones."""
    return cutting.pieces(corpus.read("prose").train, LENGTH), marked.people(LENGTH, spec.seed)


def run(spec: DetectionSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """A batch of texts a step; nothing is learned, so a fork begins anew. On the CPU whatever the device."""
    corpus.tokenizer("prose")
    state = {"delta": torch.tensor(DELTAS)}
    yield from shots(0, 0, {}, state)  # the corpus takes another second or two
    watch = Watch(spec)
    rng = torch.Generator().manual_seed(spec.seed)
    delta = torch.tensor(DELTAS, dtype=torch.float64).repeat_interleave(EACH)[:, None]
    for step in range(1, spec.steps + 1):
        luck = torch.rand(LENGTH, EACH, generator=rng, dtype=torch.float64).repeat(1, len(DELTAS))
        watch.take(*marked.written(spec.source, spec.temperature, luck, watch.green, delta))
        seen = watch.seen()
        level = seen["level"]
        told = {"z": level["z"][USUAL], "found": level["found"][USUAL], "cost": level["cost"][USUAL]}
        yield Step(step, spec.steps, {name: float(value) for name, value in told.items()})
        yield from shots(step - 1, step, seen, state)


class Watch:
    """What is known of the texts so far, and of people's."""

    def __init__(self, spec: DetectionSpec):
        self.spec, self.rng = spec, np.random.default_rng(spec.seed)
        self.green = wm.greenlists(marked.V, spec.gamma, wm.HASH_KEY + spec.seed)
        self.people = marked.people(LENGTH, spec.seed)
        self.by_people = self.z(self.people)  # (P, LENGTH)
        self.every = self.z(self.people, once=False)[:, -1]
        self.known: dict[str, list[np.ndarray]] = defaultdict(list)  # batch by batch

    def z(self, texts: np.ndarray, once: bool = True) -> np.ndarray:
        """z after each word of each text -> (n, LENGTH)."""
        return np.stack([wm.growing(text, self.green, self.spec.gamma, once) for text in texts])

    def take(self, words: torch.Tensor, log_p: torch.Tensor) -> None:
        """Look at a batch, EACH texts for every delta, one delta after the other."""
        texts, one = words.numpy(), slice(USUAL * EACH, (USUAL + 1) * EACH)
        z = self.z(texts).reshape(len(DELTAS), EACH, LENGTH)
        nats = marked.lost(words, log_p).mean(1).reshape(len(DELTAS), EACH)
        log_p = log_p[one]
        other = self.people[self.rng.integers(len(self.people))]
        torn = [detection.attacked(detection.ATTACKS[0], text, SHARE, other, self.rng) for text in texts[one]]
        possible = np.exp(marked.entropy(log_p))[:, 1:]  # about how many words, at each place but the first
        bins = np.digitize(possible, CHOICES)
        new = np.stack([wm.fresh(text) for text in texts[one]])
        green = wm.hits(texts[one], self.green)
        least = wm.least(log_p.exp().numpy(), self.spec.gamma, DELTAS[USUAL])[:, 1:]
        for name, part in {"z": z, "nats": nats, "left": self.z(np.stack(torn))[:, -1]}.items():
            self.known[name].append(part)
        for name, part in {"green": green, "places": new, "least": least}.items():
            self.known[name].append(np.bincount(bins[new], part[new], len(CHOICES) + 1))

    def seen(self) -> dict[str, Arrays]:
        """z: of marked texts (deltas x texts of the whole run,), where those to come repeat those there; of
        people's (P,). roc: false and true positives at delta 1 (4, thresholds). choice: the share of green
        words by how many were possible (6,), the paper's bound, how many places. level: figures."""
        z, nats = (np.concatenate(self.known[name], 1) for name in ("z", "nats"))
        green, places, least = (np.sum(self.known[name], 0) for name in ("green", "places", "least"))
        many, usual, at = np.maximum(places, 1), z[USUAL], [length - 1 for length in LENGTHS]
        level = {
            "z": z[:, :, -1].mean(1),
            "found": (z[:, :, -1] > wm.THRESHOLD).mean(1),
            "cost": np.exp(nats.mean(1) - nats[0].mean()),
            "left": np.mean(self.known["left"]) / usual[:, -1].mean(),
            "told": (usual[:, at] > wm.THRESHOLD).mean(0),
            "people": self.by_people[:, -1].max(),
            "spread": self.by_people[:, -1].std(),
            "every": self.every.std(),
        }
        choice = {"share": green / many, "bound": least / many, "places": places, "chance": self.spec.gamma}
        roc = {
            "false": [detection.rates(self.by_people[:, i], THRESHOLDS) for i in at],
            "true": [detection.rates(z[FAINT, :, i], THRESHOLDS) for i in at],
        }
        dots = np.concatenate([np.resize(one, self.spec.steps * EACH) for one in z[:, :, -1]])
        texts = {"marked": dots, "people": self.by_people[:, -1]}
        seen = {"z": texts, "roc": roc, "choice": choice, "level": level}
        return {
            name: {part: np.asarray(value, np.float32) for part, value in parts.items()}
            for name, parts in seen.items()
        }


def _usual(name: str, *runs: str) -> Figures:
    """A figure at delta 2 of each of these runs."""
    return last("level", name, runs=runs, of=lambda array: array[USUAL])


def _choice(traces: Mapping[str, Trace]) -> Verdict:
    choice = traces["this"].last("choice")
    share, places, chance = choice["share"], choice["places"][3:], float(choice["chance"])
    wanted = "at least 25 points apart, and the first within 12 points of chance"
    if min(choice["places"][0], places.sum()) < 100:
        return Verdict(None, "fewer than 100 places of a kind", wanted)
    sure, open_ = float(share[0]), float((share[3:] * places).sum() / places.sum())
    said = f"{sure:.0%} green where fewer than 1.5 words are possible, {open_:.0%} where more than 8 are"
    return Verdict(open_ - sure >= 0.25 and sure - chance <= 0.12, f"{said}; by chance {chance:.0%}", wanted)


FREE, SURE = {"temperature": 1.0}, {"temperature": 0.5}
SPEC = DetectionSpec
CLAIMS = (
    Claim(
        "At temperature 1 and δ = 2 the test finds nearly every marked text of 200 words.",
        at_least(0.95, "{:.0%} of texts have z over 4", "95% at least", _usual("found", "free")),
        "More than one marked text in twenty with z of 4 or less.",
        {"free": FREE},
    ),
    Claim(
        f"No piece of {LENGTH} words by people, held out, is taken for marked.",
        at_most(wm.THRESHOLD, "the largest z is {:.2f}", "4 at most", last("level", "people")),
        "A held-out piece by people with z over 4.",
    ),
    Claim(
        "The mark shows where many words are possible, and hardly where one is nearly certain.",
        _choice,
        "Words of certain places over 12 points above chance, or not 25 points less green than of open ones.",
    ),
    Claim(
        "A model that is surer of itself carries a weaker mark: at temperature ½ z is far lower than at 1.",
        check(lambda free, sure: free - sure >= 3.5, "z = {:.1f} at temperature 1, {:.1f} at ½", "3.5 lower",
              _usual("z", "free", "sure")),
        "A mean z at temperature ½ that is not 3.5 below the one at temperature 1.",
        {"free": FREE, "sure": SURE},
    ),
    Claim(
        "The mark has a price: at temperature 1, δ = 2 raises perplexity by a fifth or more.",
        at_least(1.2, "{:.2f} times the perplexity without", "1.2 times at least", _usual("cost", "free")),
        "Marked texts that are less than a fifth more surprising to the model that wrote them.",
        {"free": FREE},
    ),
    Claim(
        "Replace three words of ten by lot, and about half of z is left.",
        check(lambda left: 0.44 <= left <= 0.56, "{:.0%} of z is left", "44 to 56%", last("level", "left")),
        "Less than 44 or more than 56% of the mean z at δ = 2 after the attack.",
    ),
    Claim(
        "Counting a pair each time it comes, not once, spreads the z of people's texts.",
        check(lambda every, once: every >= 1.1 * once, "standard deviation {:.2f}, counted once {:.2f}",
              "a tenth more at least", last("level", "every", "spread")),
        "A standard deviation that is less than a tenth larger.",
    ),
)  # fmt: skip
RECORDED = (DetectionSpec(), DetectionSpec(temperature=0.5), DetectionSpec(source="5-gram"))
