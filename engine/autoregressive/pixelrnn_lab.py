"""Lab: masked convolution, Row LSTM or Diagonal BiLSTM, at equal weights, on the same digits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from engine.autoregressive.checks import nothing_leaks
from engine.autoregressive.measures import histogram_bits, largest_leak
from engine.autoregressive.pixelrnn import KINDS, LEVELS, PixelRNN, weights
from engine.autoregressive.sampling import Naive, sample
from engine.core.claims import Claim, check, last
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, restored, shots
from engine.data.digits import SIDE, digits

PAPERS = ("oord2016pixelrnn",)
BATCH, MOMENTS, DRAWN = 64, 10, 8
ROW, DIAGONAL = KINDS[1:]


@dataclass(frozen=True)
class PixelRNNSpec(Spec):
    kind: str = param(ROW, "Layers of", "What hands on what was seen.", choices=KINDS)
    layers: int = param(1, "Layers", "After the first convolution.", low=1, high=4)
    weights: int = param(
        6300, "Weights", "The number of channels comes as near to it as it can.", low=1500, high=30000
    )
    lr: float = param(6e-3, "Learning rate", "Step size of Adam.", low=1e-5, high=1.0, log=True)
    steps: int = param(240, "Training steps", "Batches of 64 digits.", low=10, high=2000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def channels(spec: PixelRNNSpec) -> int:
    """The even number of channels whose net comes nearest to the weights that the spec grants."""
    return min(range(4, 120, 2), key=lambda c: abs(weights(spec.kind, spec.layers, c) - spec.weights))


def split(spec: PixelRNNSpec) -> tuple[np.ndarray, np.ndarray]:
    """The digits that it learns from, and those that it is scored on."""
    return digits().train_x, digits().test_x


def restore(spec: PixelRNNSpec, weights: State | None) -> PixelRNN:
    """The net with these weights, or as it starts from the seed."""
    return restored(spec.seed, weights, lambda: PixelRNN(spec.kind, spec.layers, channels(spec)))


def run(spec: PixelRNNSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains; at each moment draws and scores. `given["start"]` makes a fork."""
    rng = torch.Generator().manual_seed(spec.seed)
    x, kept = (torch.from_numpy(one.astype(np.int64)).to(device) for one in split(spec))
    dice = torch.rand(DRAWN, SIDE, SIDE, generator=rng).to(device)
    alone = histogram_bits(*split(spec), LEVELS)
    net = restore(spec, given.get("start")).to(device)
    asked: Any = net  # it answers all that is asked of it here, though not all that a `Net` may be
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr, fused=True)
    moments = Moments(spec.steps, MOMENTS)

    @torch.no_grad()
    def look() -> dict[str, Arrays]:
        drawn, _ = sample(Naive(asked, DRAWN, SIDE, SIDE), dice)
        leak = largest_leak(asked, kept[0], torch.Generator().manual_seed(spec.seed))
        figures = {"test": net.loss(kept).item(), "alone": alone, "weights": net.size()}
        return {
            "samples": {"x": drawn.cpu().numpy().astype(np.uint8)},
            "score": {name: np.array(value, np.float32) for name, value in figures.items()},
            "leak": {"max_change": np.array(leak, np.float32)},
        }

    yield from shots(0, 0, look(), net)
    for step in range(1, spec.steps + 1):
        loss = net.loss(x[torch.randint(len(x), (BATCH,), generator=rng)])
        adam.zero_grad()
        loss.backward()
        adam.step()
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, {"loss": loss.item()})
        else:
            found = look()
            yield Step(step, spec.steps, {"loss": loss.item(), "test": float(found["score"]["test"])})
            yield from shots(moment, step, found, net)


SPEC = PixelRNNSpec
EACH = {"convolution": {"kind": KINDS[0]}, "row": {"kind": ROW}, "diagonal": {"kind": DIAGONAL}}
CLAIMS = (
    Claim(
        "No guess hears of its own pixel or of a later one, to the bit.",
        nothing_leaks,
        "A logit that changes when its own pixel or a later one does.",
    ),
    Claim(
        "A Row LSTM saves at least 0.25 bits a pixel of kept digits over each pixel's own histogram.",
        check(lambda test, alone: test <= alone - 0.25, "{:.2f} bits a pixel, histograms {:.2f}",
              "at least 0.25 less", last("score", "test", "alone", runs=("row",))),
        "A Row LSTM that saves less.",
        {"row": EACH["row"]},
    ),
    Claim(
        "At equal weights and steps the three ways lie within 0.2 bits a pixel of kept digits.",
        check(lambda *three: max(three) - min(three) <= 0.2, "{:.2f} masked convolution, {:.2f} Row LSTM, "
              "{:.2f} Diagonal BiLSTM", "0.2 apart at most", last("score", "test", runs=tuple(EACH))),
        "Two of them more than 0.2 bits apart.",
        EACH,
        "6,217, 6,439 and 6,161 weights are learned; those that a mask hides do not count.",
    ),
)  # fmt: skip
RECORDED = tuple(PixelRNNSpec(kind=kind) for kind in (ROW, KINDS[0], DIAGONAL))
