"""Lab: digits read by a deep net, plain or residual; and what is lost with a block."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from engine.core.claims import Claim, Traces, Verdict
from engine.core.inputs import Answer, Inputs
from engine.core.params import Spec, param
from engine.core.trace import Event, Moments, State, Step, Trace, restored, shots
from engine.data.digits import digits
from engine.plumbing.resnet import ResNet, accuracy

PAPERS = ("he2015",)
BATCH, MOMENTS, MOMENTUM = 64, 30, 0.9
KINDS = ("residual", "plain")
DEPTHS = (3, 7, 15)  # blocks, of two layers each, that the page draws


@dataclass(frozen=True)
class ResnetSpec(Spec):
    kind: str = param("plain", "Net", "Whether a block's input is added to its output.", choices=KINDS)
    blocks: int = param(15, "Blocks", "Of two layers each.", low=1, high=24)
    channels: int = param(8, "Channels", "Maps that each layer makes.", low=4, high=24)
    lr: float = param(0.05, "Learning rate", "Of gradient descent.", low=1e-4, high=1.0, log=True)
    steps: int = param(120, "Training steps", "Batches of 64 digits.", low=10, high=1000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: ResnetSpec, weights: State | None) -> ResNet:
    """The net with these weights, or as it starts from the seed."""
    return restored(spec.seed, weights, lambda: ResNet(spec.channels, spec.blocks, spec.kind == "residual"))


def split(spec: ResnetSpec) -> tuple[np.ndarray, np.ndarray]:
    """The digits that it learns from, and those that it is scored on."""
    return digits().train_x, digits().test_x


def coded(x: np.ndarray, y: np.ndarray) -> tuple[Tensor, Tensor]:
    """Levels 0..16 (N, 8, 8) and labels -> (N, 1, 8, 8) in [0, 1], (N,)."""
    return torch.from_numpy(x / np.float32(16)).float()[:, None], torch.from_numpy(y.copy())


def run(spec: ResnetSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains; at each moment the percent of new digits that it reads. gradient: of the first layer.

    `given["start"]` makes a fork.
    """
    rng = torch.Generator().manual_seed(spec.seed)
    d = digits()
    x, y = (part.to(device) for part in coded(d.train_x, d.train_y))
    new_x, new_y = (part.to(device) for part in coded(d.test_x, d.test_y))
    net = restore(spec, given.get("start")).to(device)
    sgd = torch.optim.SGD(net.parameters(), lr=spec.lr, momentum=MOMENTUM)
    moments = Moments(spec.steps, MOMENTS)

    seen = {"score": {"right": np.array([accuracy(net, new_x, new_y)])}}
    yield from shots(0, 0, seen, net, half=True)
    for step in range(1, spec.steps + 1):
        some = torch.randint(len(x), (BATCH,), generator=rng).to(device)
        loss = nn.functional.cross_entropy(net(x[some]), y[some])
        sgd.zero_grad()
        loss.backward()
        first = net.stem.weight.grad
        sgd.step()
        figures = {"loss": loss.item(), "gradient": first.norm().item() if first is not None else 0.0}
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, figures)
        else:
            right = accuracy(net, new_x, new_y)
            seen = {"score": {"right": np.array([right])}}
            yield Step(step, spec.steps, figures | {"right": right})
            yield from shots(moment, step, seen, net, half=True)


def blocks_off(net: ResNet, inputs: Inputs) -> list[int]:
    """The blocks that are to be left out, from 0. Raises ValueError for one that the net has not."""
    off = inputs.get("off", [])
    if not isinstance(off, list | tuple) or not all(type(one) is int for one in off):
        raise ValueError(f"off must list numbers of blocks, got {off!r}")
    for one in off:
        if not 0 <= one < len(net.blocks):
            raise ValueError(f"off must lie in [0, {len(net.blocks) - 1}], got {one}")
    return sorted(set(off))


def without(net: ResNet, inputs: Inputs) -> Answer:
    """{"off"} -> percent of new digits right: whole, asked (without these blocks), each (n,), one deleted."""
    off = blocks_off(net, inputs)
    x, y = coded(digits().test_x, digits().test_y)
    each = [accuracy(net, x, y, (i,)) for i in range(len(net.blocks))]
    whole, asked = accuracy(net, x, y), accuracy(net, x, y, off)
    return {"whole": np.array([whole]), "asked": np.array([asked]), "each": np.array(each)}


def loss_at(trace: Trace, step: int) -> float:
    """Mean training loss of the last tenth of the steps up to this one; step from 1."""
    _, losses = trace.scalars["loss"]
    return float(np.mean(losses[step - max(1, step // 10) : step]))


def end_loss(trace: Trace) -> float:
    """The same at the newest step."""
    return loss_at(trace, len(trace.scalars["loss"][1]))


def falls_behind(traces: Traces) -> Verdict:
    """Training loss at the end, of two nets with the same weights at the start."""
    plain, residual = end_loss(traces["plain"]), end_loss(traces["residual"])
    return Verdict(
        residual <= plain / 3,
        f"train loss {plain:.2f} plain, {residual:.2f} residual, means of the last tenth of the steps; "
        "guessing: 2.30",
        "residual at most a third of plain",
    )


def deeper_is_worse(traces: Traces) -> Verdict:
    """Training loss of plain nets of two depths."""
    deep, shallow = end_loss(traces["deep"]), end_loss(traces["shallow"])
    return Verdict(
        deep >= 1.5 * shallow,
        f"train loss {shallow:.2f} with 3 blocks, {deep:.2f} with 15, means of the last tenth of the steps",
        "at least 1.5 times as high with 15 blocks",
    )


SPEC = ResnetSpec
PROBES = {"without": without}
CLAIMS = (
    Claim(
        "With 15 blocks of two layers, a net that adds each block's input to its output fits the training "
        "digits better than the same net without.",
        falls_behind,
        "A residual net whose training loss is more than a third of the plain net's.",
        {"plain": {"kind": "plain", "blocks": 15}, "residual": {"kind": "residual", "blocks": 15}},
    ),
    Claim(
        "Plain nets fit the training digits worse with 15 blocks than with 3, in as many steps.",
        deeper_is_worse,
        "A plain net of 15 blocks with less than 1.5 times the training loss of one with 3.",
        {"deep": {"kind": "plain", "blocks": 15}, "shallow": {"kind": "plain", "blocks": 3}},
        beside="Depth is what differs, and with it the number of weights: five times as many.",
    ),
)
RECORDED = tuple(ResnetSpec(kind=kind, blocks=n) for n in reversed(DEPTHS) for kind in ("plain", "residual"))
