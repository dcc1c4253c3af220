"""Lab: skip-gram, or CBOW, learns a planted corpus; its vectors settle by who stands near whom."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.core.claims import Claim, Verdict, at_least, last
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, Trace, restored, shots
from engine.data.corpora import HE, JOBS, SHE, SOFT, Corpus, planted, questions
from engine.words import analogy, counts, probes, watch
from engine.words.cbow import CBOW, bags
from engine.words.feed import batches
from engine.words.shifted_pmi import ratio
from engine.words.skip_gram import SkipGram, drawn, noise, windows

PAPERS = ("mikolov2013efficient", "mikolov2013distributed", "mikolov2013regularities", "levy2014")
BATCH, MOMENTS = 1024, 18
SENTENCES = 20_000
LEAST, MOST = 10, 300  # pairs on the line: seen so often at least, so many at most


@dataclass(frozen=True)
class SkipGramSpec(Spec):
    model: str = param(
        "skip-gram", "Model", "A word predicts each neighbour, or all of them predict it.",
        choices=("skip-gram", "CBOW"),
    )  # fmt: skip
    corpus: str = param(
        "hard", "Corpus", "Planted templates, kept hard, or softened by chance words.", choices=tuple(SOFT)
    )
    K: int = param(5, "Negatives k", "Noise words for each true pair.", low=1, high=20)
    exponent: float = param(
        0.75, "Noise exponent", "Noise is as frequent as count to this power.", low=0.0, high=1.0
    )
    lean: float = param(
        1.0, "Lean", "How far professions lean to he or she in the corpus.", low=0.0, high=1.0
    )
    d: int = param(16, "Dimensions d", "Numbers in a vector.", choices=(2, 4, 8, 16, 32))
    c: int = param(5, "Window c", "How far a word looks at most.", low=1, high=8)
    t: float = param(
        1.0, "Subsampling t", "Words more frequent than this are thinned.", low=1e-4, high=1.0, log=True
    )  # fmt: skip
    lr: float = param(0.02, "Learning rate", "Of Adam; it falls to nothing.", low=1e-4, high=1.0, log=True)
    steps: int = param(900, "Training steps", "Batches of 1024 pairs, or of words.", low=10, high=4000)
    seed: int = param(0, "Seed", "Same seed, same corpus, same run.", low=0, high=9999)


def corpus(spec: SkipGramSpec) -> Corpus:
    """The sentences of a spec."""
    return planted(SENTENCES, spec.seed, SOFT[spec.corpus], spec.lean)


def restore(spec: SkipGramSpec, weights: State | None) -> SkipGram:
    """The vectors with these weights, or as they start from the seed."""
    V = len(corpus(spec).words)
    return restored(
        spec.seed, weights, lambda: CBOW(V, spec.d) if spec.model == "CBOW" else SkipGram(V, spec.d)
    )


def run(spec: SkipGramSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains on the CPU whatever the device: the work is looking up. `given["start"]` makes a fork."""
    text, draw = corpus(spec), torch.Generator().manual_seed(spec.seed)
    rng, look = np.random.default_rng(spec.seed), Look(spec, text)
    P_n = noise(np.bincount(text.tokens), spec.exponent)
    net = restore(spec, given.get("start"))
    feed = batches(
        bags if isinstance(net, CBOW) else windows, text.tokens, text.ends, spec.c, spec.t, BATCH, rng
    )
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr)
    moments = Moments(spec.steps, MOMENTS)
    yield from shots(0, 0, look(net), net, half=True)
    for step in range(1, spec.steps + 1):
        adam.param_groups[0]["lr"] = spec.lr * max(0.02, 1 - step / spec.steps)
        batch = next(feed)
        negatives = drawn(P_n, (len(batch[0]), spec.K), draw)
        if isinstance(net, CBOW):
            loss = net.bag_loss(batch[0], batch[1], batch[2], negatives)
        else:
            loss = net.loss(batch[0], batch[1], negatives)
        adam.zero_grad()
        loss.backward()
        adam.step()
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, {"loss": loss.item()})
            continue
        seen = look(net)
        yield Step(step, spec.steps, {"loss": loss.item(), "solved": 100 * float(seen["score"]["solved"])})
        yield from shots(moment, step, seen, net, half=True)


class Look:
    """What is measured of the vectors at each moment."""

    def __init__(self, spec: SkipGramSpec, text: Corpus):
        X = counts.near(text.tokens, text.ends, spec.c, "reach")
        self.at = watch.pairs(X, LEAST, MOST).T
        every = np.argwhere(X >= LEAST).T
        counted = ratio(X, noise(np.bincount(text.tokens), spec.exponent).numpy())
        self.every, self.counted, self.shown = every, counted[tuple(every)], counted[tuple(self.at)]
        self.asked = watch.places(text.words, questions())
        number = text.place
        self.jobs = [number[job] for job in JOBS]
        self.sides = [(number[he], number[she]) for he, she in zip(HE, SHE, strict=True)]
        he, she = ([number[w] for w in side] for side in (HE, SHE))
        self.odds = np.log((X[np.ix_(self.jobs, she)].sum(1) + 0.5) / (X[np.ix_(self.jobs, he)].sum(1) + 0.5))

    def __call__(self, net: SkipGram) -> dict[str, Arrays]:
        v, u = (one.detach().numpy().astype(np.float64) for one in (net.v, net.u))
        scores = v @ u.T
        corr, offset, _ = watch.line(self.counted, scores[tuple(self.every)])
        solved, all_in = analogy.solved(v, self.asked)
        leans = analogy.unit(v[self.jobs]) @ analogy.axis(v, self.sides)
        return {
            "cloud": watch.cloud(v),
            "line": {"x": watch.centi(self.shown), "y": watch.centi(scores[tuple(self.at)])},
            "bias": {"odds": self.odds.astype(np.float32), "leans": leans.astype(np.float32)},
            "score": watch.figures(solved=solved, all_in=all_in, corr=corr, offset=offset),
        }


def _on_the_line(traces: Mapping[str, Trace]) -> Verdict:
    seen, k = traces["plain"].last("score"), 5
    corr, offset = float(seen["corr"]), float(seen["offset"])
    return Verdict(
        corr >= 0.75 and abs(offset + math.log(k)) <= 0.15,
        f"correlation {corr:.2f}, offset {offset:.2f} against -log {k} = {-math.log(k):.2f}",
        "at least 0.75, and within 0.15",
    )


def _bias_is_counted(traces: Mapping[str, Trace]) -> Verdict:
    seen = traces["this"].last("bias")
    if np.ptp(seen["odds"]) < 2:
        return Verdict(None, "the professions of this corpus hardly lean", "a lean of 0.5 or more")
    corr = float(np.corrcoef(seen["odds"], seen["leans"])[0, 1])
    return Verdict(corr >= 0.8, f"correlation {corr:.2f} over eight professions", "at least 0.80")


def _both_corpora(traces: Mapping[str, Trace]) -> Verdict:
    solved = {name: float(traces[name].last("score")["solved"]) for name in SOFT}
    said = ", ".join(f"{value:.0%} {name}" for name, value in solved.items())
    return Verdict(min(solved.values()) >= 0.8, said, "at least 80% on each")


SPEC = SkipGramSpec
split = None  # its questions are no text that it reads
PROBES = {"parallelogram": probes.parallelogram}
PLAIN = {"model": "skip-gram", "K": 5, "exponent": 0.75, "lean": 1.0, "d": 16, "c": 5, "t": 1.0}
CLAIMS = (
    Claim(
        "Differences of vectors answer analogies: what they plant, they find.",
        at_least(0.8, "{:.0%} of the planted questions", "at least 80%", last("score", "solved")),
        "Fewer than 80 of 100 planted questions whose fourth word comes first.",
    ),
    Claim(
        "Scores follow the counts: log p(o|c)/P_n(o), less log k.",
        _on_the_line,
        "Scores that correlate less than 0.75, or lie more than 0.15 nats off -log k.",
        {"plain": {**PLAIN, "corpus": "hard"}},
    ),
    Claim(
        "A profession leans to he or she in the vectors as it does in the corpus.",
        _bias_is_counted,
        "Leans whose correlation with the log odds of the counts is below 0.8.",
    ),
    Claim(
        "Skip-gram answers analogies on hard templates and on softened ones.",
        _both_corpora,
        "One of the two corpora on which it answers fewer than 80 of 100 questions.",
        {name: {**PLAIN, "corpus": name} for name in SOFT},
    ),
)
RECORDED = (SkipGramSpec(), SkipGramSpec(corpus="softened"), SkipGramSpec(model="CBOW"))
