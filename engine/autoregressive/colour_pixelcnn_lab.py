"""Lab: a PixelCNN learns to write in colour, red before green before blue, or all three side by side."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.autoregressive.checks import lately, nothing_leaks
from engine.autoregressive.colour_measures import Watch
from engine.autoregressive.colour_pixelcnn import ColourPixelCNN, sample
from engine.core.claims import Claim, Verdict
from engine.core.inputs import Answer, Inputs, whole
from engine.core.params import Spec, param
from engine.core.trace import Event, Moments, State, Step, Trace, restored, shots
from engine.data import colour_shapes

PAPERS = ("oord2016pixelrnn",)
BATCH = 32
GAIN, NONE, SOME = 0.15, 0.02, 0.05


@dataclass(frozen=True)
class ColourPixelCNNSpec(Spec):
    colours: str = param(
        "in order",
        "Colours",
        "R before G before B, each seeing those before it; or all three side by side.",
        choices=("in order", "side by side"),
    )
    levels: int = param(4, "Levels", "Of each colour; the paper has 256.", choices=(4, 16, 256))
    layers: int = param(4, "Layers", "The first convolution, then residual blocks.", low=1, high=8)
    channels: int = param(
        48, "Channels", "Features of each layer, a third a colour.", choices=(12, 24, 48, 72)
    )
    kernel: int = param(
        5, "First kernel", "Size of the first convolution; later ones are 3 x 3.", choices=(3, 5, 7)
    )
    lr: float = param(4e-3, "Learning rate", "Step size of Adam.", low=1e-5, high=1.0, log=True)
    steps: int = param(400, "Training steps", "Batches of 32 pictures.", low=10, high=3000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: ColourPixelCNNSpec, weights: State | None) -> ColourPixelCNN:
    """The net with these weights, or as it starts from the seed."""
    ordered = spec.colours == "in order"
    net = restored(
        spec.seed,
        weights,
        lambda: ColourPixelCNN(spec.layers, spec.channels, spec.kernel, spec.levels, ordered),
    )
    return net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def pictures(levels: int, own: State | None = None) -> tuple[Tensor, Tensor]:
    """For training and for testing, (N, H, W, 3) int64 levels: flat shapes, or somebody's own pictures.

    own: {"images": (N, S, S, 3) uint8}. A sixth of them are for testing; of fewer than six, all are for both.
    """
    if own is None:
        parts = (torch.from_numpy(x.astype(np.int64)) for x in colour_shapes.colour_shapes())
        train, test = (x * (levels - 1) // (colour_shapes.LEVELS - 1) for x in parts)
        return train, test
    x = own["images"].long() * levels // 256
    cut = len(x) // 6
    return (x[cut:], x[:cut]) if cut else (x, x)


def run(spec: ColourPixelCNNSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains; at each moment shows samples, the first pixel, score, leak.

    `given["start"]` makes a fork; `given["own"]` holds somebody's own pictures.
    """
    rng = torch.Generator().manual_seed(spec.seed)
    train, test = (x.to(device) for x in pictures(spec.levels, given.get("own")))
    watch = Watch(train, test, spec.levels, spec.seed)
    net = restore(spec, given.get("start")).to(device)
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr)
    moments = Moments(spec.steps)

    yield from shots(0, 0, watch(net), net, half=True)
    for step in range(1, spec.steps + 1):
        loss = net.loss(train[torch.randint(len(train), (BATCH,), generator=rng)])
        adam.zero_grad()
        loss.backward()
        adam.step()
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, {"loss": loss.item()})
        else:
            seen = watch(net)
            yield Step(step, spec.steps, {"loss": loss.item(), "test": float(seen["score"]["test_bits"])})
            yield from shots(moment, step, seen, net, half=True)


def split(spec: ColourPixelCNNSpec) -> tuple[Tensor, Tensor]:
    """The pictures that it learns from, and those that it is scored on."""
    return pictures(spec.levels)


def _order_saves_bits(traces: Mapping[str, Trace]) -> Verdict:
    ordered, beside = (float(traces[name].last("score")["test_bits"]) for name in ("ordered", "beside"))
    return Verdict(
        ordered <= (1 - GAIN) * beside,
        f"{ordered:.3f} against {beside:.3f} bits/dim, {100 * (1 - ordered / beside):.0f} % lower",
        f"at least {100 * GAIN:.0f} % lower",
    )


def _order_keeps_to_the_palette(traces: Mapping[str, Trace]) -> Verdict:
    ordered, beside = (lately(traces[name], "off_share") for name in ("ordered", "beside"))
    return Verdict(
        ordered <= NONE and beside >= SOME,
        f"{100 * ordered:.1f} % of the sampled pixels in order, {100 * beside:.1f} % side by side",
        f"at most {100 * NONE:.0f} % in order, at least {100 * SOME:.0f} % side by side",
    )


def _write(net: ColourPixelCNN, inputs: Inputs) -> Answer:
    """One picture: {"seed", "side"} -> picture (H, W, 3) uint8, probabilities (H, W, 3, K) float32."""
    side = whole(inputs, "side", 4, 16)
    rng = torch.Generator().manual_seed(whole(inputs, "seed", 0, 9999))
    x, p = sample(net, torch.rand(1, side, side, 3, generator=rng))
    return {"picture": x[0].numpy().astype(np.uint8), "probabilities": p[0].numpy()}


SPEC = ColourPixelCNNSpec
PROBES = {"write": _write}
FEWER = "Masks hide weights from who keeps the order, so the side by side net has more of them, not fewer."
BOTH = {"ordered": {"colours": "in order"}, "beside": {"colours": "side by side"}}
CLAIMS = (
    Claim(
        "With the colours in order a picture costs fewer bits than with R, G and B side by side.",
        _order_saves_bits,
        "A score in order less than 15 % below the score side by side.",
        BOTH,
        FEWER,
    ),
    Claim(
        "Side by side they make colours that never occur in the data; in order hardly ever.",
        _order_keeps_to_the_palette,
        "More than 2 % of such pixels in order, or fewer than 5 % side by side.",
        BOTH,
        FEWER,
    ),
    Claim(
        "No factor hears of its own dimension or of a later one.",
        nothing_leaks,
        "One logit that changes when only its own or later dimensions do.",
    ),
)
RECORDED = (ColourPixelCNNSpec(), ColourPixelCNNSpec(colours="side by side"))
