"""Lab: a PixelCNN learns to write digits, pixel after pixel."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.autoregressive import probes
from engine.autoregressive.checks import beats_the_histogram, nothing_leaks, recent_loss
from engine.autoregressive.measures import Watch
from engine.autoregressive.pixelcnn import PixelCNN
from engine.core.claims import Claim, Verdict
from engine.core.params import Spec, param
from engine.core.trace import Event, Moments, State, Step, Trace, restored, shots
from engine.data.digits import LEVELS, SIDE, digits

PAPERS = ("oord2016pixelrnn",)
BATCH = 64
CENTRE = (4, 4)  # the pixel whose field is shown
LOWER, FURTHER = 0.75, 1.5


@dataclass(frozen=True)
class PixelCNNSpec(Spec):
    layers: int = param(5, "Layers", "The first convolution, then residual blocks.", low=1, high=8)
    channels: int = param(32, "Channels", "Feature maps of each layer.", low=4, high=96)
    kernel: int = param(
        5, "First kernel", "Size of the first convolution; later ones are 3 x 3.", choices=(3, 5, 7)
    )
    first: str = param(
        "A", "First mask", "A hides the pixel itself; B shows it, and it leaks.", choices=("A", "B")
    )
    lr: float = param(4e-3, "Learning rate", "Step size of Adam.", low=1e-5, high=1.0, log=True)
    steps: int = param(400, "Training steps", "Batches of 64 digits.", low=10, high=3000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: PixelCNNSpec, weights: State | None) -> PixelCNN:
    """The net with these weights, or as it starts from the seed."""
    net = restored(
        spec.seed, weights, lambda: PixelCNN(spec.layers, spec.channels, spec.kernel, spec.first, LEVELS)
    )
    return net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def run(spec: PixelCNNSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains; at each moment shows samples, score, field, surprise, leak. `given["start"]` makes a fork."""
    rng = torch.Generator().manual_seed(spec.seed)
    data = digits()
    train = torch.from_numpy(data.train_x.astype(np.int64)).to(device)
    watch = Watch(data.train_x, data.test_x, data.test_y, LEVELS, spec.seed, CENTRE, device)
    net = restore(spec, given.get("start")).to(device)
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr)
    moments = Moments(spec.steps)

    yield from shots(0, 0, watch(lambda classes: net), net)
    for step in range(1, spec.steps + 1):
        loss = net.loss(train[torch.randint(len(train), (BATCH,), generator=rng)])
        adam.zero_grad()
        loss.backward()
        adam.step()
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, {"loss": loss.item()})
        else:
            seen = watch(lambda classes: net)
            yield Step(step, spec.steps, {"loss": loss.item(), "test": float(seen["score"]["test_bits"])})
            yield from shots(moment, step, seen, net)


def split(spec: PixelCNNSpec) -> tuple[np.ndarray, np.ndarray]:
    """The digits that it learns from, and those that it is scored on."""
    return digits().train_x, digits().test_x


def _leaking_learns_to_copy(traces: Mapping[str, Trace]) -> Verdict:
    honest, leaking = traces["honest"], traces["leaking"]
    losses = recent_loss(leaking), recent_loss(honest)
    far = distance(leaking), distance(honest)
    return Verdict(
        losses[0] < LOWER * losses[1] and far[0] > far[1] + FURTHER,
        f"training loss {losses[0]:.2f} against {losses[1]:.2f} bits/dim; "
        f"samples {far[0]:.1f} against {far[1]:.1f} levels a pixel from the nearest digit",
        f"at most {LOWER} times the loss, and samples {FURTHER} levels further from any digit",
    )


def distance(trace: Trace) -> float:
    """Root mean square distance of the samples to their nearest training digits, in levels a pixel: the mean
    of the last ten moments."""
    last = range(max(0, len(trace.moments) - 10), len(trace.moments))
    far = []
    for moment in last:
        samples = trace.at("samples", moment)
        apart = samples["x"].astype(float) - samples["nearest"]
        far.append(np.sqrt((apart**2).mean((1, 2))).mean())
    return float(np.mean(far))


SPEC = PixelCNNSpec
PROBES: dict[str, Callable[[PixelCNN, probes.Inputs], probes.Answer]] = {
    "write": lambda net, inputs: probes.write(net, inputs, SIDE, LEVELS),
    "complete": lambda net, inputs: probes.complete(net, inputs, SIDE, LEVELS),
    "surprise": lambda net, inputs: probes.surprise(net, inputs, SIDE, LEVELS),
}
CLAIMS = (
    Claim(
        "No pixel's prediction depends on that pixel or on a later one.",
        nothing_leaks,
        "One logit that changes when only its own or later pixels do.",
    ),
    Claim(
        "Seeing the pixels before predicts a pixel better than its own histogram does.",
        beats_the_histogram,
        "A score on test digits within 0.3 bits/dim of the histogram's, or above it.",
    ),
    Claim(
        "With mask B in the first layer the loss falls far lower, and samples lie further from any digit.",
        _leaking_learns_to_copy,
        "A leaking net with over three quarters of the honest one's loss, or samples as near to digits.",
        {"honest": {"first": "A"}, "leaking": {"first": "B"}},
    ),
)
RECORDED = (PixelCNNSpec(), PixelCNNSpec(first="B"))
