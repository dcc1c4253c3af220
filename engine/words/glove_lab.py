"""Lab: GloVe fits the logarithms of a planted corpus' counts, as far as it has seen them: never the zeros."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.core.claims import Claim, Verdict, check, last
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, Trace, restored, shots
from engine.data.corpora import SOFT, WORDS, Corpus, planted, questions
from engine.words import analogy, counts, probes, watch
from engine.words.glove import AdaGrad, GloVe, f

PAPERS = ("pennington2014",)
MOMENTS, SENTENCES = 14, 20_000
LEAST, MOST = 10, 300


@dataclass(frozen=True)
class GloVeSpec(Spec):
    corpus: str = param(
        "softened",
        "Corpus",
        "Planted templates, kept hard, or softened by chance words.",
        choices=tuple(SOFT),
    )
    cap: float = param(100.0, "Cap x_max", "Counts above it weigh alike.", low=1.0, high=10_000.0, log=True)
    alpha: float = param(0.75, "Exponent alpha", "How a count below the cap weighs.", low=0.0, high=1.0)
    d: int = param(16, "Dimensions d", "Numbers in a vector.", choices=(2, 4, 8, 16, 32))
    c: int = param(5, "Window c", "How far a word looks; each pair counts 1 / distance.", low=1, high=8)
    lr: float = param(0.05, "Learning rate eta", "Of AdaGrad.", low=1e-4, high=1.0, log=True)
    steps: int = param(1500, "Training steps", "Each over all cells of the matrix.", low=10, high=6000)
    seed: int = param(0, "Seed", "Same seed, same corpus, same run.", low=0, high=9999)


def corpus(spec: GloVeSpec) -> Corpus:
    """The sentences of a spec: those that skip-gram reads at this seed."""
    return planted(SENTENCES, spec.seed, SOFT[spec.corpus])


def restore(spec: GloVeSpec, weights: State | None) -> GloVe:
    """The net with these weights, or as it starts from the seed."""
    return restored(spec.seed, weights, lambda: GloVe(len(WORDS), spec.d))


def run(spec: GloVeSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains on the CPU whatever the device. `given["start"]` makes a fork."""
    text = corpus(spec)
    X = torch.from_numpy(counts.near(text.tokens, text.ends, spec.c, "distance")).float()
    logX, weight = torch.where(X > 0, X, 1.0).log(), f(X, spec.cap, spec.alpha)
    net, look = restore(spec, given.get("start")), Look(X.numpy(), text)
    adagrad, moments, cells = AdaGrad(net, spec.lr), Moments(spec.steps, MOMENTS), int((X > 0).sum())
    yield from shots(0, 0, look(net), net, half=True)
    for step in range(1, spec.steps + 1):
        J = net.J(logX, weight)
        J.backward()
        adagrad.step()
        figures = {"loss": J.item() / cells}
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, figures)
            continue
        seen = look(net)
        yield Step(step, spec.steps, figures | {"solved": 100 * float(seen["score"]["solved"])})
        yield from shots(moment, step, seen, net, half=True)


class Look:
    """What is measured of the vectors at each moment."""

    def __init__(self, X: np.ndarray, text: Corpus):
        self.at, self.every = watch.pairs(X, LEAST, MOST).T, np.argwhere(X > LEAST).T
        self.logX = np.log(np.maximum(X, 1e-9))
        self.asked = watch.places(text.words, questions())
        self.zeros = float((X == 0).mean())

    def __call__(self, net: GloVe) -> dict[str, Arrays]:
        scores, E = (one.detach().numpy().astype(np.float64) for one in (net.scores(), net.vectors()))
        corr, _, _ = watch.line(self.logX[tuple(self.every)], scores[tuple(self.every)])
        solved, all_in = analogy.solved(E, self.asked)
        return {
            "cloud": watch.cloud(E),
            "line": {"x": watch.centi(self.logX[tuple(self.at)]), "y": watch.centi(scores[tuple(self.at)])},
            "score": watch.figures(solved=solved, all_in=all_in, corr=corr, zeros=self.zeros),
        }


def _fits(traces: Mapping[str, Trace]) -> Verdict:
    trace = traces["this"]
    loss, corr = trace.scalars["loss"][1], float(trace.last("score")["corr"])
    fell = loss[0] / loss[-1]
    return Verdict(
        fell >= 10 and corr >= 0.9,
        f"the weighted residual fell {fell:.0f} times; correlation {corr:.3f} where X > 10",
        "at least 10 times, and 0.90",
    )


SPEC = GloVeSpec
split = None  # its questions are no text that it reads
PROBES = {"parallelogram": probes.parallelogram}
PLAIN = {"d": 16, "c": 5, "cap": 100.0, "alpha": 0.75}
CLAIMS = (
    Claim(
        "The products of its vectors, with their biases, follow the logarithms of the counts.",
        _fits,
        "A residual that falls less than tenfold, or a correlation below 0.9.",
    ),
    Claim(
        "GloVe never looks at a zero: on hard templates, nearly all zeros, it answers far fewer analogies.",
        check(
            lambda hard, soft, zeros: soft >= hard + 0.25 and soft >= 0.7,
            "{0:.0%} where {2:.0%} of all cells are zero, {1:.0%} softened",
            "25 points apart, and at least 70% softened",
            last("score", "solved", runs=("hard", "softened")),
            last("score", "zeros", runs=("hard",)),
        ),
        "A corpus of hard templates on which it answers about as many questions as on softened ones.",
        {name: {**PLAIN, "corpus": name} for name in SOFT},
    ),
)
RECORDED = (GloVeSpec(), GloVeSpec(corpus="hard"))
