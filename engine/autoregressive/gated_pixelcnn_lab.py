"""Lab: a Gated PixelCNN, its gates and stacks taken apart at equal weights, told a class or not."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from sklearn.svm import SVC

from engine.autoregressive import probes
from engine.autoregressive.checks import beats_the_histogram, nothing_leaks
from engine.autoregressive.gated_pixelcnn import CLASSES, LEVELS, GatedPixelCNN, count
from engine.autoregressive.measures import Watch
from engine.autoregressive.sampling import sample
from engine.core.claims import Claim, at_least, last
from engine.core.inputs import whole
from engine.core.judges import recogniser
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, restored, shots
from engine.data.digits import SIDE, digits

PAPERS = ("oord2016gated", "oord2016pixelrnn")
BATCH = 64
CENTRE = (4, 4)  # the pixel whose field is shown
EACH = 10  # images drawn of each class at each moment


@dataclass(frozen=True)
class GatedPixelCNNSpec(Spec):
    layers: int = param(5, "Layers", "Gated layers, one after the other.", low=1, high=8)
    weights: int = param(
        12000, "Weights", "As many channels as fit into this number of weights.", low=3000, high=60000
    )
    kernel: int = param(
        5, "First kernel", "Size of the first convolutions; later ones are 3 wide.", choices=(3, 5, 7)
    )
    gates: bool = param(True, "Gates", "tanh times sigmoid after each convolution; off: a ReLU.")
    stacks: str = param(
        "two", "Stacks", "A vertical and a horizontal stack, or one masked one.", choices=("two", "one")
    )
    conditional: bool = param(False, "Told the class", "Every layer is told which digit to write.")
    lr: float = param(2e-2, "Learning rate", "Step size of Adam.", low=1e-5, high=1.0, log=True)
    steps: int = param(350, "Training steps", "Batches of 64 digits.", low=10, high=3000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def channels(spec: GatedPixelCNNSpec) -> int:
    """The most channels whose net has no more weights than the spec grants."""
    two, c = spec.stacks == "two", 1
    while count(spec.layers, c + 1, spec.kernel, two, spec.gates, spec.conditional) <= spec.weights:
        c += 1
    return c


def restore(spec: GatedPixelCNNSpec, weights: State | None) -> GatedPixelCNN:
    """The net with these weights, or as it starts from the seed."""
    shape = spec.layers, channels(spec), spec.kernel, spec.stacks == "two", spec.gates, spec.conditional
    net = restored(spec.seed, weights, lambda: GatedPixelCNN(*shape))
    return net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def run(spec: GatedPixelCNNSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains; at each moment shows what a PixelCNN's lab shows and, if told classes, drawings of each.

    `given["start"]` makes a fork.
    """
    rng = torch.Generator().manual_seed(spec.seed)
    data = digits()
    x, y = (torch.from_numpy(part.astype(np.int64)).to(device) for part in (data.train_x, data.train_y))
    watch = Watch(data.train_x, data.test_x, data.test_y, LEVELS, spec.seed, CENTRE, device)
    net = restore(spec, given.get("start")).to(device)
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr)
    moments, uniforms = Moments(spec.steps), torch.rand(CLASSES * EACH, SIDE, SIDE, generator=rng).to(device)

    def look() -> dict[str, Arrays]:
        seen: dict[str, Arrays] = {**watch(net.of), "size": {"weights": np.asarray(net.weights())}}
        if spec.conditional:
            seen["classes"] = each_class(net, uniforms)
        return seen

    yield from shots(0, 0, look(), net)
    for step in range(1, spec.steps + 1):
        batch = torch.randint(len(x), (BATCH,), generator=rng)
        loss = net.loss(x[batch], y[batch])
        adam.zero_grad()
        loss.backward()
        adam.step()
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, {"loss": loss.item()})
        else:
            seen = look()
            yield Step(step, spec.steps, {"loss": loss.item(), "test": float(seen["score"]["test_bits"])})
            yield from shots(moment, step, seen, net)


def split(spec: GatedPixelCNNSpec) -> tuple[np.ndarray, np.ndarray]:
    """The digits that it learns from, and those that it is scored on."""
    return digits().train_x, digits().test_x


@cache
def _judge() -> SVC:
    return recogniser(digits().train_x, digits().train_y)


def each_class(net: GatedPixelCNN, uniforms: torch.Tensor) -> Arrays:
    """Drawings of each class, always from the same random numbers, and which share the judge takes for it.

    uniforms (CLASSES EACH, 8, 8) -> x (CLASSES 2, 8, 8) uint8, two of each in turn; recognised (), of all.
    """
    y = torch.arange(CLASSES, device=uniforms.device).repeat_interleave(EACH)
    x = sample(net.of(y).pixelwise(len(y), SIDE, SIDE), uniforms)[0].cpu().numpy().astype(np.uint8)
    said = _judge().predict(x.reshape(len(x), -1))
    return {
        "x": x.reshape(CLASSES, EACH, SIDE, SIDE)[:, :2].reshape(-1, SIDE, SIDE),
        "recognised": np.asarray((said == y.cpu().numpy()).mean(), np.float32),
    }


def _told(net: GatedPixelCNN, inputs: probes.Inputs) -> probes.Net:
    """The net told the class {"label": 0 to 9} of all images; a net that knows no classes needs none."""
    if not net.conditional:
        return net.of(None)
    return net.of(torch.tensor([whole(inputs, "label", 0, CLASSES - 1)]))


SPEC = GatedPixelCNNSpec
PROBES: dict[str, Callable[[GatedPixelCNN, probes.Inputs], probes.Answer]] = {
    "write": lambda net, inputs: probes.write(_told(net, inputs), inputs, SIDE, LEVELS),
    "complete": lambda net, inputs: probes.complete(_told(net, inputs), inputs, SIDE, LEVELS),
    "surprise": lambda net, inputs: probes.surprise(_told(net, inputs), inputs, SIDE, LEVELS),
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
        "Told a class, the net writes that class.",
        at_least(
            0.6,
            f"{{:.0%}} of {CLASSES * EACH} drawings",
            "at least 60%; chance is 10%",
            last("classes", "recognised", runs=("told",)),
        ),
        "A judge that was trained on real digits alone and takes most drawings for another class.",
        {"told": {"conditional": True}},
    ),
)
RECORDED = (GatedPixelCNNSpec(), GatedPixelCNNSpec(conditional=True))
