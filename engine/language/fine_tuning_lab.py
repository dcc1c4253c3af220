"""Lab: few labelled sentences, learned from a pretrained BERT and from nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.core.claims import Claim, check, last
from engine.core.params import Spec, param
from engine.core.trace import Event, State, Step, Trace, restored, seeded, shots
from engine.data import animals
from engine.language import bert, fine_tuning

PAPERS = ("devlin2019",)
NEEDS = {"bert": "language.bert"}
LABELS = (4, 8, 16, 32, 64, 128)
ARMS = ("pretrained", "scratch", "overlap")
BATCH = 32


@dataclass(frozen=True)
class FineTuningSpec(Spec):
    lr: float = param(1e-3, "Learning rate", "Of AdamW, for all weights.", low=1e-5, high=1.0, log=True)
    updates: int = param(60, "Updates", "Of each net, whatever the number of labels.", low=5, high=300)
    draws: int = param(4, "Draws", "How often the labelled sentences are drawn anew.", low=1, high=20)
    seed: int = param(0, "Seed", "Same seed, same draws, same run.", low=0, high=9999)


def split(spec: FineTuningSpec) -> tuple[np.ndarray, np.ndarray]:
    """Sentences that get labels (the pretrained net has read them without), and those that none has read."""
    return animals.parted(0)  # those of the recorded net


def restore(spec: FineTuningSpec, weights: State | None) -> fine_tuning.Classifier:
    """The classifier of the last draw with the most labels, pretrained; or one as it starts."""
    net = bert.BERT(len(animals.WORDS), animals.LENGTH)
    return restored(spec.seed, weights, lambda: fine_tuning.Classifier(net, 2))


def hidden(rows: np.ndarray) -> Tensor:
    """Sentences whose place is masked: it would give the kind away. (n, T)."""
    places = [animals.NUMBER[one] for kind in animals.PLACES for one in kind]
    return torch.from_numpy(np.where(np.isin(rows, places), animals.FIXED[1], rows))


def run(spec: FineTuningSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """A draw a step: for each number of labels both nets learn the same sentences, in the same batches."""
    learned, kept = split(spec)
    test, truth = hidden(kept).to(device), torch.from_numpy(animals.wild(kept)).to(device)
    known = {k.removeprefix("both."): v.float() for k, v in given["bert"].items() if k.startswith("both.")}
    nets = {arm: begun(spec.seed, known if arm == "pretrained" else None) for arm in ARMS[:2]}
    found = {arm: np.zeros((spec.draws, len(LABELS)), np.float32) for arm in ARMS}
    yield from shots(0, 0, {"score": measured(found, 0)}, nets["pretrained"], half=True)
    for draw in range(spec.draws):
        rng = torch.Generator().manual_seed(1000 * spec.seed + draw)
        order = torch.randperm(len(learned), generator=rng)[: max(LABELS)].numpy()
        for i, n in enumerate(LABELS):
            x, y = (
                hidden(learned[order[:n]]).to(device),
                torch.from_numpy(animals.wild(learned[order[:n]])).to(device),
            )
            batches = torch.randint(n, (spec.updates, min(n, BATCH)), generator=rng).to(device)
            for arm in ARMS[:2]:
                nets[arm] = begun(1000 * spec.seed + draw, known if arm == "pretrained" else None).to(device)
                fine_tuning.taught(nets[arm], x, y, batches, spec.lr)
                found[arm][draw, i] = fine_tuning.right(nets[arm], test, truth)
            found["overlap"][draw, i] = float(
                (y[fine_tuning.overlapping(x, test, len(animals.WORDS))] == truth).float().mean()
            )
        told = {arm: 100 * float(found[arm][: draw + 1, LABELS.index(16)].mean()) for arm in ARMS}
        yield Step(draw + 1, spec.draws, told)
        yield from shots(
            draw + 1, draw + 1, {"score": measured(found, draw + 1)}, nets["pretrained"], half=True
        )


def begun(seed: int, known: State | None) -> fine_tuning.Classifier:
    """A classifier whose net is pretrained, or as it starts; its own weights are the same for both."""
    with seeded(seed):
        net = bert.BERT(len(animals.WORDS), animals.LENGTH)
        made = fine_tuning.Classifier(net, 2)
    if known is not None:
        net.load_state_dict(dict(known))
    return made


def measured(found: Mapping[str, np.ndarray], draws: int) -> dict[str, np.ndarray]:
    """By arm the mean of the draws so far (6,), before the first one a coin's half."""
    return {
        arm: all_of[:draws].mean(0) if draws else np.full(len(LABELS), 0.5, np.float32)
        for arm, all_of in found.items()
    }


def _at(n: int) -> list:
    return [last("score", arm, of=lambda a: a[LABELS.index(n)]) for arm in ARMS]


def _leads(traces: Mapping[str, Trace]) -> list[float]:
    """By how much the pretrained net is ahead, with 16 labels and with 128."""
    score = traces["this"].last("score")
    return [float((score["pretrained"] - score["scratch"])[LABELS.index(n)]) for n in (16, 128)]


SPEC = FineTuningSpec
CLAIMS = (
    Claim(
        "With 16 labels a pretrained net sorts new sentences far better than the same net from nothing.",
        check(
            lambda known, new, _: known >= new + 0.1,
            "{:.0%} of new sentences right, {:.0%} from nothing, {:.0%} by the labelled one most alike",
            "ten points more at least",
            *_at(16),
        ),
        "A net from nothing that comes within ten points with 16 labels.",
    ),
    Claim(
        "With 128 labels little of the lead is left.",
        check(
            lambda lead, late: late <= lead / 2,
            "the lead is {0:.0%} with 16 labels, {1:.0%} with 128",
            "half as much at most",
            _leads,
        ),
        "A lead that is more than half as large with 128 labels.",
    ),
)  # fmt: skip
RECORDED = (FineTuningSpec(),)
