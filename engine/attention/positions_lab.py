"""Lab: put out the letter three places back. Learned at one length, tested up to eight times it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from engine.attention.positions import ENCODINGS, Reader, V
from engine.attention.positions_asked import TIMES, ends, kept, press, pressed, shares, stripes
from engine.attention.rotary import BASE
from engine.core.claims import Claim, Traces, Verdict
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, Trace, restored, shots

PAPERS = ("shaw2018", "su2021", "vaswani2017", "chen2023")
BATCH, FEW, MOMENTS = 32, 16, 20
BLOCKS = 32  # of places, over eight times the learned length
GUESS = 100 / V  # percent right by chance


@dataclass(frozen=True)
class PositionsSpec(Spec):
    encoding: str = param("relative", "Places", "How the net is told them.", choices=tuple(ENCODINGS))
    back: int = param(3, "Places back", "Which letter is to be put out.", low=1, high=6)
    clip: int = param(8, "Clip k (relative)", "Farther offsets share one vector.", low=1, high=16)
    base: float = param(BASE, "Base (rotary)", "The larger, the slower hands.", low=2.0, high=1e6, log=True)
    length: int = param(32, "Learned length", "Letters of a training text.", choices=(8, 16, 32))
    lr: float = param(3e-3, "Learning rate", "Of Adam; it falls to 0.", low=1e-5, high=1.0, log=True)
    steps: int = param(500, "Training steps", "Batches of 32 texts.", low=10, high=3000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: PositionsSpec, weights: State | None) -> Reader:
    """The net with these weights, or as it starts from the seed."""
    places = TIMES[-1] * spec.length
    return restored(spec.seed, weights, lambda: Reader(spec.encoding, places, spec.clip, spec.base))


def batches(spec: PositionsSpec) -> Iterator[Tensor]:
    """The texts of each step (32, length): tokens drawn one like another."""
    rng = torch.Generator().manual_seed(spec.seed)
    for _ in range(spec.steps):
        yield torch.randint(V, (BATCH, spec.length), generator=rng)


def split(spec: PositionsSpec) -> tuple[list[str], list[str]]:
    """The texts that it learns from, and those for testing in stretches of the same length, as letters."""
    sides = (torch.cat(list(batches(spec))), kept(spec.length).view(-1, spec.length))
    learned, scored = (["".join(chr(97 + c) for c in row) for row in rows.tolist()] for rows in sides)
    return learned, scored


def run(spec: PositionsSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains; at each moment shows how many tokens are right by place, and where the heads look.

    `given["start"]` makes a fork.
    """
    x_test = kept(spec.length).to(device)
    net = restore(spec, given.get("start")).to(device)
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr)
    moments = Moments(spec.steps, MOMENTS)

    yield from shots(0, 0, watched(net, x_test, spec), net, half=True)
    for step, x in enumerate(batches(spec), start=1):
        adam.param_groups[0]["lr"] = spec.lr * min(1, step / 30) * (1 - (step - 1) / spec.steps)
        loss = net.loss(x.to(device), spec.back)
        adam.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        adam.step()
        figures = {"loss": round(loss.item(), 3)}  # so many digits pack well
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, figures)
        else:
            seen = watched(net, x_test, spec)
            cells = 100 * seen["table"]["right"][0]
            figures |= {f"x{times}": float(cell) for times, cell in zip(TIMES, cells, strict=True)}
            yield Step(step, spec.steps, figures)
            yield from shots(moment, step, seen, net, half=True)


@torch.no_grad()
def watched(net: Reader, x: Tensor, spec: PositionsSpec) -> dict[str, Arrays]:
    """-> blocks (share right, by block of places), table (the same at the end of each length), map (where
    heads look in the first two lengths, mean of heads and texts, in percent), text (one, and what is put
    out), and pressed (at each length, its places pressed into the learned one: share right, and share that
    is the token `times` as far back)."""
    odd = torch.arange(1, x.shape[1], 2)
    there = (odd >= spec.back).view(BLOCKS, -1).to(x.device)  # the first places have no letter so far back
    right = shares(net, x, odd, [spec.back])[0].view(BLOCKS, -1).sum(1) / there.sum(1).clamp(min=1)
    near = x[:FEW, : 2 * spec.length]
    ways = []
    for times in TIMES:
        n = times * spec.length
        p, asked = pressed(n, times).to(x.device), ends(spec.length, n)
        ways.append(shares(net, x[:, :n], asked, [spec.back, spec.back * times], p).mean(1))
    same, farther = torch.stack(ways, 1).cpu().numpy().round(4)
    logits, looks, _ = net.looks(near)
    text, out = near[0], logits[0].argmax(1)
    last = [BLOCKS * times // TIMES[-1] - 1 for times in TIMES]
    return {
        "blocks": {"right": right.cpu().numpy().round(4)},
        "table": {"right": right[last][None].cpu().numpy().round(4)},
        "map": {"looks": (100 * looks.mean((0, 1))).round().cpu().numpy().astype(np.uint8)},
        "text": {"read": text.cpu().numpy().astype(np.uint8), "out": out.cpu().numpy().astype(np.uint8)},
        "pressed": {"same": same, "farther": farther},
    }


def percent(trace: Trace, times: int, snapshot: str = "table", name: str = "right") -> float:
    """Percent right at so many times the learned length, mean of the last two moments."""
    last = range(max(0, len(trace.moments) - 2), len(trace.moments) or 1)  # none: a KeyError
    found = [trace.at(snapshot, moment)[name].ravel()[TIMES.index(times)] for moment in last]
    return 100 * float(np.mean(found))


ARMS = {name: {"encoding": name, "back": 3, "clip": 8, "base": BASE} for name in ENCODINGS}
FINDS, MOSTLY, HALF, LOSES = 95, 70, 50, 30  # percent
BESIDE = (
    "Learned places have 77 % more weights, a vector for each of eight times the learned length; training "
    "reaches those of the learned length, 10 % more than the others have, and the rest plays no part in it."
)


def said(found: Mapping[str, float]) -> str:
    """Percentages by name, and what chance gives."""
    told = ", ".join(f"{name} {value:.0f}%" for name, value in found.items())
    return f"{told}; by chance {GUESS:.0f}%; mean of the last two moments"


def found_at(times: int, names: tuple[str, ...], least: float) -> Callable[[Traces], Verdict]:
    """A check that each of these finds so many percent at so many times the length; none stands beside."""

    def checked(traces: Traces) -> Verdict:
        found = {name: percent(traces[name], times) for name in names}
        beside = found | {"none": percent(traces["none"], times)}
        return Verdict(min(found.values()) >= least, said(beside), f"at least {least}%")

    return checked


def lost_at_twice(traces: Traces) -> Verdict:
    """Learned and sinusoidal places at twice the length."""
    found = {name: percent(traces[name], 2) for name in ("learned", "sinusoidal")}
    return Verdict(max(found.values()) <= LOSES, said(found), f"at most {LOSES}% each")


def rotary_breaks(traces: Traces) -> Verdict:
    """Rotary places at twice the length, and at four times it."""
    twice, four = (percent(traces["rotary"], times) for times in (2, 4))
    return Verdict(
        twice >= MOSTLY and four <= HALF,
        said({"twice": twice, "four times": four}),
        f"at least {MOSTLY}% at twice, at most {HALF}% at four times",
    )


def fast_hands_hold(traces: Traces) -> Verdict:
    """Rotary places at four times the length, with two bases."""
    ten, usual = (percent(traces[f"base {base}"], 4) for base in ("10", "10000"))
    return Verdict(
        ten >= MOSTLY and usual <= HALF,
        said({"base 10": ten, "base 10000": usual}),
        f"at least {MOSTLY}% with base 10, at most {HALF}% with base 10000",
    )


def six_for_three(traces: Traces) -> Verdict:
    """Rotary places of twice the length, halved."""
    six, three = (percent(traces["rotary"], 2, "pressed", name) for name in ("farther", "same"))
    return Verdict(
        six >= MOSTLY and three <= LOSES,
        said({"six back": six, "three back": three}),
        f"at least {MOSTLY}% six back, at most {LOSES}% three back",
    )


def clipped(traces: Traces) -> Verdict:
    """Relative places, clipped at three and at eight, at the learned length."""
    eight, three = (percent(traces[f"clip {k}"], 1) for k in (8, 3))
    return Verdict(
        eight >= FINDS and three <= LOSES,
        said({"clip 8": eight, "clip 3": three}),
        f"at least {FINDS}% clipped at 8, at most {LOSES}% clipped at 3",
    )


SPEC = PositionsSpec
PROBES = {"press": press, "stripes": stripes}
CLAIMS = (
    Claim(
        "At the learned length, learned, sinusoidal, relative and rotary places each find the letter three "
        "back.",
        found_at(1, ("learned", "sinusoidal", "relative", "rotary"), FINDS),
        "One of the four that misses one of twenty.",
        ARMS,
        BESIDE,
    ),
    Claim(
        "At twice the learned length, learned and sinusoidal places miss it at least seven times of ten.",
        lost_at_twice,
        "One of the two that finds it more often.",
        {name: ARMS[name] for name in ("learned", "sinusoidal")},
        BESIDE,
    ),
    Claim(
        "Relative places find it at eight times the learned length.",
        found_at(8, ("relative",), FINDS),
        "Relative places that miss one of twenty there.",
        {name: ARMS[name] for name in ("relative", "none")},
    ),
    Claim(
        "Rotary places mostly find it at twice the learned length, and mostly miss it at four times.",
        rotary_breaks,
        "Rotary places that find it at four times the length, or miss it at twice.",
        {"rotary": ARMS["rotary"]},
    ),
    Claim(
        "At four times the learned length, rotary places with base 10 mostly find it; with base 10000 they "
        "mostly miss it.",
        fast_hands_hold,
        "A base of 10 that misses it, or one of 10000 that finds it.",
        {f"base {base:.0f}": ARMS["rotary"] | {"base": base} for base in (10.0, BASE)},
    ),
    Claim(
        "With the places of twice the length halved, rotary mostly reads six letters back, and not three.",
        six_for_three,
        "A net that still reads three back, or nothing in particular.",
        {"rotary": ARMS["rotary"]},
    ),
    Claim(
        "At the learned length, relative places that are clipped at three mostly miss the letter three back; "
        "clipped at eight they find it.",
        clipped,
        "A net clipped at three that finds it at the learned length.",
        {f"clip {k}": ARMS["relative"] | {"clip": k} for k in (8, 3)},
    ),
)
RECORDED = (
    PositionsSpec(),
    *(PositionsSpec(encoding=name) for name in ("none", "learned", "sinusoidal", "rotary")),
    PositionsSpec(encoding="rotary", base=10.0),
    PositionsSpec(clip=3),
)
