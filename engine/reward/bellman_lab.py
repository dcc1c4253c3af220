"""Lab: value iteration on a world of the reader's, beside a linear solve. Nothing is learned."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.core.claims import Claim, check, last
from engine.core.params import Spec, param
from engine.core.trace import Event, Moments, State, Step, shots
from engine.reward.bellman import backup, evaluate, greedy, value_iteration
from engine.reward.grids import DESCRIBED, PATTERN, THE_CLIFF, World, length, way, world

PAPERS = ("bellman1957", "sutton2018")
MOST, SEEN = 3000, 60  # sweeps; of one that would never settle, so many are shown


@dataclass(frozen=True)
class BellmanSpec(Spec):
    gamma: float = param(0.95, "Discount γ", "What a step later earns counts γ times.", low=0.0, high=1.0)
    wind: float = param(0.0, "Wind", "How likely a step is blown to one of its two sides.", low=0.0, high=0.5)
    step: float = param(-1.0, "A step earns", "Below 0 it is a price.", low=-4.0, high=1.0)
    fall: float = param(
        -100.0, "A fall earns", "Off the cliff, and back to the start.", low=-100.0, high=-1.0
    )
    prize: float = param(20.0, "The goal adds", "To what the last step earns.", low=0.0, high=50.0)
    grid: str = param(THE_CLIFF, "World", "Painted above; or written: . # x S G, rows parted by /.",
                      pattern=PATTERN, described=DESCRIBED)  # fmt: skip


def made(spec: BellmanSpec) -> World:
    """The world that a spec writes down."""
    return world(spec.grid, spec.step, spec.fall, spec.prize, spec.wind)


def endless(spec: BellmanSpec) -> bool:
    """Whether values run away: nothing is discounted, and somewhere a walk can go on for ever that earns or
    costs something at each step."""
    return spec.gamma == 1 and (spec.step > 0 or (spec.step < 0 and bool(made(spec).stuck().any())))


def restore(spec: BellmanSpec, weights: State | None) -> None:
    """Nothing is kept."""


def run(spec: BellmanSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """A moment a sweep; of many sweeps some, dense at the start. On the CPU whatever the device.

    table: q (4, n), v (n,), pi (4, n). way: cells of the best walk, moves, 0 for none. facts: sweeps in all,
    decided (the sweep after which no best move changed), off (|v - the linear solve of pi| at most; solved:
    whether it has one answer), stuck cells, endless.
    """
    here, gone = made(spec), endless(spec)
    v = value_iteration(here.P, here.r, spec.gamma, SEEN if gone else MOST)
    q = [backup(here.P, here.r, one, spec.gamma) for one in v]
    best = [greedy(one) > 0 for one in q]
    decided = max((i + 1 for i, one in enumerate(best) if (one != best[-1]).any()), default=0)
    solved = evaluate(here.P, here.r, greedy(q[-1]), spec.gamma)
    facts = {
        "sweeps": len(v) - 1, "decided": decided, "solved": solved is not None,
        "off": 0 if solved is None else np.abs(solved - v[-1]).max(), "stuck": here.stuck().sum(),
        "endless": gone,
    }  # fmt: skip
    moments, total = Moments(len(v) - 1), len(v) - 1
    for sweep in range(total + 1):
        if sweep:
            yield Step(sweep, total, {"change": float(np.abs(v[sweep] - v[sweep - 1]).max())})
        if (moment := moments.at(sweep)) is not None:
            walked = way(here, q[sweep])
            yield from shots(moment, sweep, {
                "table": {"q": q[sweep].astype(np.float32), "v": v[sweep].astype(np.float32),
                          "pi": best[sweep].astype(np.uint8)},
                "way": {"cells": walked.astype(np.int16), "moves": np.array([length(here, walked)])},
                "facts": {name: np.array([value], np.float32) for name, value in facts.items()},
            })  # fmt: skip


SPEC = BellmanSpec
split = None  # exact: nothing is learned
HERE = {"gamma": 0.95, "step": -1.0, "fall": -100.0, "prize": 20.0, "grid": THE_CLIFF}
CLAIMS = (
    Claim(
        "In the page's own world the best way runs along the cliff, 13 moves long; with a wind of 0.1 it "
        "keeps a row away, 15 moves.",
        check(lambda calm, windy: (calm, windy) == (13, 15), "{:.0f} moves without wind, {:.0f} with",
              "13 and 15", last("way", "moves", runs=("calm", "windy"))),
        "Another length of either way.",
        {"calm": HERE | {"wind": 0.0}, "windy": HERE | {"wind": 0.1}},
    ),
    Claim(
        "There, with a wind of 0.2, what to do is settled long before what it is worth: the last best move "
        "changes within a fifth of the sweeps that the values take.",
        check(lambda decided, sweeps: 5 * decided <= sweeps,
              "decided after {:.0f} sweeps, values after {:.0f} (none moves by more than 1e-10)",
              "a fifth at most", last("facts", "decided", "sweeps", runs=("windy",))),
        "A best move that changes later than that.",
        {"windy": HERE | {"wind": 0.2}},
    ),
)  # fmt: skip
RECORDED = (BellmanSpec(), BellmanSpec(wind=0.2))
