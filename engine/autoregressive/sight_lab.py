"""Lab: what each way sees of a pixel's past, by gradient, and in how many steps. Nothing is learned."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch

from engine.autoregressive.image_gpt import ImageGPT
from engine.autoregressive.masks import Offset
from engine.autoregressive.pixelrnn import KINDS, PixelRNN
from engine.core.claims import Claim
from engine.core.params import Spec, param
from engine.core.trace import Event, State, Step, seeded, shots

PAPERS = ("oord2016pixelrnn", "chen2020igpt")
SIDE = 11
ALL = (*KINDS, "Transformer")
STEPS = {KINDS[0]: 1, KINDS[1]: SIDE, KINDS[2]: 2 * SIDE - 1, ALL[3]: 1}  # of one pass, one after the other
LONGEST = max(STEPS.values())


@dataclass(frozen=True)
class SightSpec(Spec):
    row: int = param(7, "Row", "Of the pixel that is guessed, from 0.", low=0, high=SIDE - 1)
    col: int = param(5, "Column", "Of the same pixel.", low=0, high=SIDE - 1)
    layers: int = param(2, "Layers", "After the first convolution; of the Transformer, all.", low=1, high=6)
    shifted: bool = param(
        True, "Moved down", "What comes from the right is moved down a row, as in the paper."
    )


@cache
def seen(kind: str, spec: SightSpec) -> np.ndarray:
    """Which pixels the guess of one pixel hangs on, by the gradient of a net as it starts: (SIDE, SIDE) bool.

    In double precision: what is not on any way to the guess has a slope of 0, to the bit.
    """
    with seeded(0):
        net = (
            ImageGPT(2, SIDE**2, 8, 2, spec.layers)
            if kind == ALL[3]
            else PixelRNN(kind, spec.layers, 8, 2, spec.shifted)
        ).double()
        x = torch.randint(2, (1, SIDE, SIDE))
    if isinstance(net, ImageGPT):
        told = net.wte(net.shifted(x.flatten(1))).detach().requires_grad_()  # place i is told pixel i - 1
        out = net.depths(told)[-1][0, spec.row * SIDE + spec.col].sum()
        slope = torch.autograd.grad(out, told)[0].abs().sum((0, 2))
        slope = torch.cat([slope[1:], slope[:1] * 0])
    else:
        inputs = net.embed(x).requires_grad_()
        out = net.from_input(inputs)[0, :, spec.row, spec.col].sum()
        slope = torch.autograd.grad(out, inputs)[0].abs()
    return (slope.view(SIDE, SIDE) > 0).numpy()


def past(row: int, col: int) -> Set[Offset]:
    """What comes before a pixel: the rows above, and what is left of it."""
    return {(i, j) for i in range(SIDE) for j in range(SIDE) if i * SIDE + j < row * SIDE + col}


def turn(kind: str) -> np.ndarray:
    """At which step of a pass each pixel's state is there, from 1: (SIDE, SIDE)."""
    rows, columns = np.indices((SIDE, SIDE))
    return {KINDS[1]: rows + 1, KINDS[2]: rows + columns + 1}.get(kind, np.ones((SIDE, SIDE), int))


def places(kind: str, step: int) -> np.ndarray:
    """Where the states that are made at one step stand, from the lower left corner: (2, SIDE * SIDE), NaN
    for the others. Before step 1 there are none."""
    rows, columns = np.nonzero(np.ones((SIDE, SIDE)))
    now = (turn(kind) == step).reshape(-1)
    return np.where(now, np.stack([columns + 0.5, SIDE - 0.5 - rows]), np.nan).astype(np.float16)


def restore(spec: SightSpec, weights: State | None) -> None:
    """Nothing is kept of the nets."""


def run(spec: SightSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """A moment a step of the longest pass. On the CPU whatever the device.

    wave: x0, y0, ... (SIDE * SIDE,), the states made at this step. sight: kind0, ... of ALL, which pixels
    each sees (SIDE, SIDE). count: seen (4,) of the past, leak (4,) of the rest; past, how many there are.
    """
    before = np.zeros((SIDE, SIDE), bool)
    for cell in past(spec.row, spec.col):
        before[cell] = True
    fields = [seen(kind, spec) for kind in ALL]
    counts = np.array([(field & before).sum() for field in fields])
    leaks = np.array([(field & ~before).sum() for field in fields])
    for step in range(LONGEST + 1):
        if step:
            yield Step(
                step, LONGEST, {"done": 100 * float(np.mean([(turn(kind) <= step).mean() for kind in ALL]))}
            )
        wave = {
            f"{axis}{i}": places(kind, step)[j] for i, kind in enumerate(ALL) for j, axis in enumerate("xy")
        }
        yield from shots(step, step, {
            "wave": wave,
            "sight": {f"kind{i}": field.astype(np.uint8) for i, field in enumerate(fields)},
            "count": {"seen": counts, "leak": leaks, "past": np.array([before.sum()])},
        })  # fmt: skip


SPEC = SightSpec
split = None  # exact: nothing is learned
CLAIMS: tuple[Claim, ...] = ()
RECORDED = (SightSpec(),)
