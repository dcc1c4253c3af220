"""Lab: NADE learns digits, carrying one sum from pixel to pixel."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.autoregressive import chain_watch
from engine.autoregressive.chain_watch import grid, watched
from engine.autoregressive.nade import NADE
from engine.autoregressive.orders import ORDERS, bits, order
from engine.core.claims import Claim, check, last
from engine.core.inputs import Answer, Inputs
from engine.core.params import Spec, param
from engine.core.trace import Event, Moments, State, Step, restored, shots
from engine.data.black_digits import black_digits

PAPERS = ("larochelle2011", "uria2016")
BATCH, MOMENTS = 64, 24


@dataclass(frozen=True)
class NadeSpec(Spec):
    order: str = param(ORDERS[0], "Order", "In which pixels are guessed.", choices=ORDERS)
    hidden: int = param(64, "Hidden units", "Which sum up the pixels so far.", low=4, high=128)
    lr: float = param(5e-3, "Learning rate", "Step size of Adam.", low=1e-5, high=1.0, log=True)
    steps: int = param(1500, "Training steps", "Batches of 64 digits.", low=10, high=3000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def split(spec: NadeSpec) -> tuple[np.ndarray, np.ndarray]:
    """The digits that it learns from, and those that it is scored on."""
    return black_digits().learned.numpy(), black_digits().kept.numpy()


def restore(spec: NadeSpec, weights: State | None) -> NADE:
    """The net with these weights, or as it starts from the seed."""
    return restored(spec.seed, weights, lambda: NADE(order(spec.order, spec.seed), spec.hidden))


def run(spec: NadeSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains; at each moment draws and scores. `given["start"]` makes a fork."""
    rng = torch.Generator().manual_seed(spec.seed)
    learned = black_digits().learned.to(device)
    net = restore(spec, given.get("start")).to(device)
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr, fused=True)
    moments = Moments(spec.steps, MOMENTS)

    yield from shots(0, 0, watched(net, spec.seed), net, half=True)
    for step in range(1, spec.steps + 1):
        x = learned[torch.randint(len(learned), (BATCH,), generator=rng)]
        loss = bits(net(x), x).sum(1).mean()
        adam.zero_grad()
        loss.backward()
        adam.step()
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, {"loss": loss.item()})
        else:
            found = watched(net, spec.seed)
            figures = {name: float(found["score"][name]) for name in ("kept", "learned", "far")}
            yield Step(step, spec.steps, {"loss": loss.item(), **figures})
            yield from shots(moment, step, found, net, half=True)


@torch.no_grad()
def accumulate(net: NADE, inputs: Inputs) -> Answer:
    """{"x": (8, 8) of 0 and 1} -> what `read` says, and a (64, H): the accumulator before each pixel of the
    order; W (H, 64)."""
    a = net.accumulated(grid(inputs, "x")[None])[0]
    return {**chain_watch.read(net, inputs), "a": a.numpy(), "W": net.W.numpy()}


SPEC = NadeSpec
PROBES = {"accumulate": accumulate}
CLAIMS = (
    Claim(
        "Knowing the pixels before it saves NADE at least 10 bits a kept digit.",
        check(lambda kept, alone: kept <= alone - 10, "{:.2f} bits a kept digit; each pixel by itself {:.2f}",
              "at least 10 bits fewer", last("score", "kept", "alone")),
        "A NADE that saves less than 10 bits over each pixel's own frequency.",
    ),
)  # fmt: skip
RECORDED = (NadeSpec(),)
