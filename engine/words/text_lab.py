"""Lab: the words of a real text, Python's own prose or one's own, as vectors by skip-gram."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch

from engine.core.claims import Claim, check, last
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, seeded, shots
from engine.data.corpora import Corpus, pythons_prose
from engine.words import analogy, counts, probes, watch
from engine.words.feed import batches
from engine.words.shifted_pmi import pmi
from engine.words.skip_gram import drawn, noise, windows
from engine.words.text import NamedVectors, cut

PAPERS = ("mikolov2013distributed", "mikolov2013regularities")
BATCH, MOMENTS, NEAR = 1024, 16, 8
MEASURED = 300  # words whose company is looked at
# Of Python's prose: words whose plural is made with an s; a question is made of two of them.
ONE = ("object", "value", "method", "name", "function", "argument", "type", "module", "attribute", "operator")
PLURALS = tuple((word, f"{word}s") for word in ONE)


@dataclass(frozen=True)
class TextSpec(Spec):
    words: int = param(400, "Words", "The most frequent ones get a vector.", low=50, high=2000)
    d: int = param(16, "Dimensions d", "Numbers in a vector.", choices=(2, 4, 8, 16, 32))
    c: int = param(5, "Window c", "How far a word looks at most.", low=1, high=10)
    K: int = param(5, "Negatives k", "Noise words for each true pair.", low=1, high=20)
    t: float = param(
        1e-3, "Subsampling t", "Words more frequent than this are thinned.", low=1e-5, high=1.0, log=True
    )  # fmt: skip
    lr: float = param(0.01, "Learning rate", "Of Adam; it falls to nothing.", low=1e-4, high=1.0, log=True)
    steps: int = param(1000, "Training steps", "Batches of 1024 pairs.", low=10, high=4000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


@lru_cache(maxsize=4)
def corpus(words: int, own: bytes = b"") -> Corpus:
    """Somebody's own text, in UTF-8, or Python's prose. Raises ValueError for one too short or too long."""
    return cut(own.decode() or pythons_prose(), words)


def restore(spec: TextSpec, weights: State | None) -> NamedVectors:
    """The vectors with these weights, or as they start from the seed."""
    if weights is not None:
        V, d = weights["v"].shape
        net = NamedVectors(V, d)
        net.load_state_dict(dict(weights))
        return net
    return _begun(spec, corpus(spec.words))


def _begun(spec: TextSpec, text: Corpus) -> NamedVectors:
    with seeded(spec.seed):
        return NamedVectors(len(text.words), spec.d, text.words)


def run(spec: TextSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains on the CPU whatever the device. `given["start"]` makes a fork; `given["own"]` holds somebody's
    own "text", its bytes."""
    own = given["own"]["text"].numpy().tobytes() if "own" in given else b""
    text, draw = corpus(spec.words, own), torch.Generator().manual_seed(spec.seed)
    P_n, look = noise(np.bincount(text.tokens)), Look(text, spec.c)
    feed = batches(windows, text.tokens, text.ends, spec.c, spec.t, BATCH, np.random.default_rng(spec.seed))
    net = restore(spec, given["start"]) if "start" in given else _begun(spec, text)
    adam, moments = torch.optim.Adam(net.parameters(), lr=spec.lr), Moments(spec.steps, MOMENTS)

    def state() -> State:
        return {"v": net.v.half(), "u": net.u.half(), "signs": net.signs}  # signs are whole numbers

    yield from shots(0, 0, look(net), state())
    for step in range(1, spec.steps + 1):
        adam.param_groups[0]["lr"] = spec.lr * max(0.02, 1 - step / spec.steps)
        centre, context = next(feed)
        loss = net.loss(centre, context, drawn(P_n, (len(centre), spec.K), draw))
        adam.zero_grad()
        loss.backward()
        adam.step()
        yield Step(step, spec.steps, {"loss": loss.item()})
        if (moment := moments.at(step)) is not None:
            yield from shots(moment, step, look(net), state())


class Look:
    """Whether words that lie near each other keep like company, and what answers when nothing is left out."""

    def __init__(self, text: Corpus, c: int):
        X = counts.near(text.tokens, text.ends, c, "reach")
        rows = analogy.unit(np.nan_to_num(np.maximum(pmi(X), 0)))
        self.alike = rows[:MEASURED] @ rows.T
        pairs = [(a, b, c, d) for i, (a, b) in enumerate(PLURALS) for c, d in PLURALS[:i] + PLURALS[i + 1 :]]
        self.asked = watch.places(text.words, pairs)

    def __call__(self, net: NamedVectors) -> dict[str, Arrays]:
        E = net.v.detach().numpy().astype(np.float64)
        near, n, own = analogy.unit(E[:MEASURED]) @ analogy.unit(E).T, len(E), min(len(E), MEASURED)
        near[np.arange(own), np.arange(own)] = -2
        first = np.argpartition(-near, NEAR, 1)[:, :NEAR]
        echo = [int(analogy.cosines(E, a, b, c).argmax()) in (a, b, c) for a, b, c, _ in self.asked.tolist()]
        solved, all_in = analogy.solved(E, self.asked)
        score = watch.figures(
            company=float(np.take_along_axis(self.alike, first, 1).mean()),
            any=float((self.alike.sum() - own) / (own * (n - 1))),
            echo=float(np.mean(echo)) if echo else 0.0,
            asked=len(self.asked),
            solved=solved,
            all_in=all_in,
        )
        return {"cloud": watch.cloud(E), "score": score}


SPEC = TextSpec
split = None  # measured against the counts of its own text
PROBES = {"parallelogram": probes.parallelogram}
CLAIMS = (
    Claim(
        "Words that lie near each other keep like company in the text.",
        check(
            lambda near, any_: near >= 2 * any_,
            "{:.2f} against {:.2f} for any two words",
            "at least twice as much",
            last("score", "company", "any"),
        ),
        "Neighbours whose rows of positive PMI are less than twice as alike, by cosine, as any two.",
    ),
)
RECORDED = (TextSpec(),)
