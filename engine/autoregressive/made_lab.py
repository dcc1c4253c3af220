"""Lab: MADE learns digits in one order, or in any; or with one sign wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.autoregressive import chain_watch
from engine.autoregressive.chain_watch import D, watched
from engine.autoregressive.made import MADE, degrees, led_by, masks
from engine.autoregressive.orders import ORDERS, bits, order
from engine.core.claims import Claim, check, last
from engine.core.inputs import Answer, Inputs, whole
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, restored, seeded, shots
from engine.data.black_digits import black_digits

PAPERS = ("germain2015",)
BATCH, MOMENTS = 64, 24
ANY, MASKS = "any", (">", ">=")


@dataclass(frozen=True)
class MadeSpec(Spec):
    order: str = param(
        ORDERS[0],
        "Order",
        "In which pixels are guessed; any: another one for each batch.",
        choices=(*ORDERS, ANY),
    )
    mask: str = param(MASKS[0], "Output sees", "Degrees below its place (>), or also equal ones (>=).",
                      choices=MASKS)  # fmt: skip
    layers: int = param(1, "Hidden layers", "Each masked.", low=1, high=3)
    hidden: int = param(100, "Hidden units", "Of each hidden layer.", low=8, high=256)
    lr: float = param(5e-3, "Learning rate", "Step size of Adam.", low=1e-5, high=1.0, log=True)
    steps: int = param(1500, "Training steps", "Batches of 64 digits.", low=10, high=5000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def split(spec: MadeSpec) -> tuple[np.ndarray, np.ndarray]:
    """The digits that it learns from, and those that it is scored on."""
    return black_digits().learned.numpy(), black_digits().kept.numpy()


def restore(spec: MadeSpec, weights: State | None) -> MADE:
    """The net with these weights, or as it starts from the seed; one for any order is asked row by row."""
    o, strict = order(spec.order, spec.seed), spec.mask == MASKS[0]
    return restored(
        spec.seed, weights, lambda: MADE(o, spec.hidden, spec.layers, strict, spec.order == ANY)
    )  # fmt: skip


def run(spec: MadeSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains; at each moment draws and scores. `given["start"]` makes a fork."""
    rng = torch.Generator().manual_seed(spec.seed)
    learned = black_digits().learned.to(device)
    net = restore(spec, given.get("start")).to(device)
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr, fused=True)
    moments = Moments(spec.steps, MOMENTS)

    yield from shots(0, 0, seen(net, spec), net, half=True)
    for step in range(1, spec.steps + 1):
        x = learned[torch.randint(len(learned), (BATCH,), generator=rng)]
        o = torch.randperm(x.shape[1], generator=rng).to(device) if spec.order == ANY else None
        loss = bits(net(x, o), x).sum(1).mean()
        adam.zero_grad()
        loss.backward()
        adam.step()
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, {"loss": loss.item()})
        else:
            found = seen(net, spec)
            figures = {name: float(found["score"][name]) for name in ("kept", "learned", "far")}
            yield Step(step, spec.steps, {"loss": loss.item(), **figures})
            yield from shots(moment, step, found, net, half=True)


@torch.no_grad()
def seen(net: MADE, spec: MadeSpec) -> dict[str, Arrays]:
    """As `watched`; and upper, lower: bits of that half of a kept digit while the other half is known."""
    kept = black_digits().kept.to(net.o.device)
    place = torch.arange(D, device=kept.device)
    halves = {"upper": place < D // 2, "lower": place >= D // 2}
    found = {
        name: bits(net(kept, net.order_for(half)), kept)[:, half].sum(1).mean().item()
        for name, half in halves.items()
    }
    return watched(net, spec.seed, **found)


def connections(net: MADE, inputs: Inputs) -> Answer:
    """{"seed", "shuffled": 0 or 1} -> a net of 8 pixels and two times 12 units, masked as this one: m0 (8,),
    m1, m2 (12,) degrees; kept1 (12, 8), kept2 (12, 12), kept3 (8, 12); lit1, lit2, lit3: those that lead to
    each output, by its place (8, ...); and jacobian (64, 64): how far each logit of this net (a row) hangs on
    each pixel, by their places, the mean over 32 kept digits of the slope's size."""
    seed, shuffled = whole(inputs, "seed", 0, 9999), whole(inputs, "shuffled", 0, 1)
    with seeded(seed):
        m = [torch.randperm(8) + 1 if shuffled else torch.arange(8) + 1, *degrees(8, 12, 2)]
    *kept, _ = masks(m, net.strict)
    lit = [torch.stack(one) for one in zip(*(led_by(kept, int(d)) for d in m[0].argsort()), strict=True)]
    x = black_digits().kept[:32].clone().requires_grad_()
    logits = net(x).sum(0)
    slopes = torch.stack([torch.autograd.grad(logits[d], x, retain_graph=True)[0] for d in net.o])
    named = {f"m{i}": one for i, one in enumerate(m)}
    named |= {
        f"{name}{i + 1}": one for name, all in (("kept", kept), ("lit", lit)) for i, one in enumerate(all)
    }
    return {name: one.numpy() for name, one in named.items()} | {
        "jacobian": slopes.abs().mean(1)[:, net.o].numpy()
    }


SPEC = MadeSpec
PROBES = {"read": chain_watch.read, "fill": chain_watch.fill, "connections": connections}
OWN = {"rows": {"order": "rows", "mask": ">"}}
LEAK = {"leak": {"order": "rows", "mask": ">="}}
AGNOSTIC = {"any": {"order": ANY, "mask": ">"}}
BESIDE = {name: {"order": name, "mask": ">"} for name in ORDERS}
CLAIMS = (
    Claim(
        "Knowing the pixels before it saves at least 9 bits a kept digit.",
        check(lambda kept, alone: kept <= alone - 9, "{:.2f} bits a kept digit; each pixel by itself {:.2f}",
              "at least 9 bits fewer", last("score", "kept", "alone", runs=("rows",))),
        "A MADE that saves less than 9 bits over each pixel's own frequency.",
        OWN,
    ),
    Claim(
        "With >= for > a kept digit seems to cost at most 4 bits; yet what it draws lies at least 2 pixels "
        "farther from a learned digit than pixels drawn each by its own frequency.",
        check(lambda kept, far, alone: kept <= 4 and far >= alone + 2, "{:.2f} bits; {:.2f} pixels from a "
              "learned digit, pixels by themselves {:.2f}", "4 bits at most, and 2 pixels farther",
              last("score", "kept", "far", "far_alone", runs=("leak",))),
        "More than 4 bits, or draws less than 2 pixels farther.",
        LEAK,
    ),
    Claim(
        "Row by row, column by column or in a random order: the costs of a kept digit lie within 0.7 bits.",
        check(lambda *three: max(three) - min(three) <= 0.7, "{:.2f} bits by rows, {:.2f} by columns, {:.2f} "
              "in a random order", "0.7 bits apart at most", last("score", "kept", runs=ORDERS)),
        "Two of the three orders more than 0.7 bits apart.",
        BESIDE,
        "Each is a net of its own, with as many weights; the masks keep other ones of them.",
    ),
    Claim(
        "A net for all orders pays for it: row by row, a kept digit costs at least 2.5 bits more.",
        check(lambda any_, rows: any_ >= rows + 2.5, "{:.2f} bits; the net that learned rows alone {:.2f}",
              "at least 2.5 bits more", last("score", "kept", runs=("any", "rows"))),
        "A net for all orders within 2.5 bits.",
        AGNOSTIC | OWN,
    ),
    Claim(
        "Where the upper half is unknown, the net for all orders, asked for it last, needs at least 0.4 bits "
        "fewer for the true one than the net of rows, which cannot look ahead; where the lower half is, last "
        "by rows too, the net of rows needs at least 1 bit fewer.",
        check(lambda u, l, ru, rl: u <= ru - 0.4 and rl <= l - 1, "upper {:.2f}, lower {:.2f} bits; net of "
              "rows: upper {:.2f}, lower {:.2f}", "at least 0.4 bits fewer, and 1 more",
              last("score", "upper", "lower", runs=("any", "rows"))),
        "A net of rows within 0.4 bits for the upper half, or one that saves less than 1 for the lower.",
        AGNOSTIC | OWN,
    ),
)  # fmt: skip
RECORDED = (
    MadeSpec(), *(MadeSpec(order=name) for name in (*ORDERS[1:], ANY)), MadeSpec(mask=MASKS[1])
)  # fmt: skip
