"""Lab: skip-grams with 1, 5 and 15 negatives, and one with plain noise; scores lie log k below counts."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from engine.core.claims import Claim, Verdict
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, Trace, restored, shots
from engine.data.corpora import SOFT, WORDS, planted
from engine.words import counts, watch
from engine.words.feed import batches
from engine.words.shifted_pmi import pmi, ratio, tilt
from engine.words.skip_gram import SkipGram, drawn, noise, windows

PAPERS = ("levy2014", "mikolov2013distributed")
KS = (1, 5, 15)
PLAIN = 5  # negatives of the net whose noise is as frequent as the words are
BATCH, MOMENTS, SENTENCES, WINDOW = 1024, 20, 20_000, 5
LEAST, MOST = 10, 160


@dataclass(frozen=True)
class ShiftedPMISpec(Spec):
    exponent: float = param(
        0.75, "Noise exponent", "Three nets' noise is as frequent as count to this power.", low=0.0, high=1.0
    )  # fmt: skip
    corpus: str = param("hard", "Corpus", "Planted templates, hard or softened.", choices=tuple(SOFT))
    d: int = param(16, "Dimensions d", "Numbers in a vector.", choices=(4, 8, 16, 32))
    lr: float = param(0.02, "Learning rate", "Of Adam; it falls to nothing.", low=1e-4, high=1.0, log=True)
    steps: int = param(900, "Training steps", "Batches of 1024 pairs for each net.", low=10, high=4000)
    seed: int = param(0, "Seed", "Same seed, same corpus, same run.", low=0, high=9999)


def restore(spec: ShiftedPMISpec, weights: State | None) -> nn.ModuleList:
    """The four nets with these weights, or as they start from the seed: alike."""
    alike = (restored(spec.seed, None, lambda: SkipGram(len(WORDS), spec.d)) for _ in (*KS, PLAIN))
    held = nn.ModuleList(alike)
    if weights is not None:
        held.load_state_dict(dict(weights))
    return held


def run(spec: ShiftedPMISpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains the four on the same pairs, on the CPU whatever the device. No weights are kept."""
    text = planted(SENTENCES, spec.seed, SOFT[spec.corpus])
    times, draw = np.bincount(text.tokens), torch.Generator().manual_seed(spec.seed)
    noises = [noise(times, spec.exponent)] * len(KS) + [noise(times, 1.0)]
    feed = batches(windows, text.tokens, text.ends, WINDOW, 1.0, BATCH, np.random.default_rng(spec.seed))
    look = Look(counts.near(text.tokens, text.ends, WINDOW, "reach"), noises)
    nets = restore(spec, given.get("start"))
    adam = torch.optim.Adam(nets.parameters(), lr=spec.lr)
    moments = Moments(spec.steps, MOMENTS)
    yield from shots(0, 0, look(nets))
    for step in range(1, spec.steps + 1):
        adam.param_groups[0]["lr"] = spec.lr * max(0.02, 1 - step / spec.steps)
        centre, context = next(feed)
        losses = [
            net.loss(centre, context, drawn(P_n, (len(centre), k), draw))  # type: ignore[operator]
            for k, P_n, net in zip((*KS, PLAIN), noises, nets, strict=True)
        ]
        adam.zero_grad()
        torch.stack(losses).sum().backward()
        adam.step()
        yield Step(step, spec.steps, {"loss": losses[1].item()})
        if (moment := moments.at(step)) is not None:
            yield from shots(moment, step, look(nets))


class Look:
    """The scores of seen pairs, beside the corpus' own counts."""

    def __init__(self, X: np.ndarray, noises: Sequence[Tensor]):
        self.X, self.at, self.every = X, watch.pairs(X, LEAST, MOST).T, np.argwhere(X >= LEAST).T
        self.ratios, self.pmi = [ratio(X, P_n.numpy()) for P_n in noises], pmi(X)

    def __call__(self, nets: nn.ModuleList) -> dict[str, Arrays]:
        scores = [(net.v @ net.u.T).detach().numpy().astype(np.float64) for net in nets]  # type: ignore[union-attr]
        every = tuple(self.every)
        lines = [watch.line(r[every], one[every]) for r, one in zip(self.ratios, scores, strict=True)]
        return {
            "line": {
                "x": watch.centi(self.ratios[0][tuple(self.at)]),
                "pmi": watch.centi(self.pmi[tuple(self.at)]),
                "y": watch.centi(np.stack([one[tuple(self.at)] for one in scores])),
            },
            "score": {
                "corr": np.array([one[0] for one in lines], np.float32),
                "offset": np.array([one[1] for one in lines], np.float32),
                "tilt": np.array([tilt(one, self.X, self.every) for one in scores], np.float32),
            },
        }


def _log_k_apart(traces: Mapping[str, Trace]) -> Verdict:
    seen = traces["this"].last("score")
    off = [float(offset) + math.log(k) for k, offset in zip(KS, seen["offset"], strict=False)]
    said = ", ".join(f"{float(offset):.2f}" for offset in seen["offset"][: len(KS)])
    return Verdict(
        max(map(abs, off)) <= 0.15 and float(seen["corr"].min()) >= 0.75,
        f"offsets {said}; correlations from {float(seen['corr'].min()):.2f}",
        "0.00, -1.61, -2.71, each within 0.15; correlations of 0.75 or more",
    )


def _pmi_only_at_one(traces: Mapping[str, Trace]) -> Verdict:
    seen = traces["powered"].last("score")["tilt"]
    tilted, level = float(seen[: len(KS)].mean()), float(seen[len(KS)])
    return Verdict(
        abs(tilted - 0.25) <= 0.1 and abs(level) <= 0.1,
        f"{tilted:.2f} at exponent 0.75, {level:.2f} at 1",
        "0.25 and 0.00, each within 0.10",
    )


SPEC = ShiftedPMISpec
split = None  # measured against the counts of its own text
CLAIMS = (
    Claim(
        "With 1, 5 and 15 negatives the scores lie log k below the counts.",
        _log_k_apart,
        "An offset that is more than 0.15 nats from -log k, or a correlation below 0.75.",
    ),
    Claim(
        "They are the PMI only if the noise is as frequent as the words: else frequent words score higher.",
        _pmi_only_at_one,
        "Scores that exceed the PMI by other than 1 - a for each nat of log p(o).",
        {"powered": {"corpus": "hard", "d": 16, "exponent": 0.75}},
    ),
)
RECORDED = (ShiftedPMISpec(),)
