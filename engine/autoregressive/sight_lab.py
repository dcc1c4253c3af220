"""Lab: what each way sees of a pixel's past, by gradient, and in how many steps. Nothing is learned."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.autoregressive.sight import ALL, LONGEST, SIDE, past, seen, turn
from engine.core.claims import Claim, check, last
from engine.core.params import Spec, param
from engine.core.trace import Event, State, Step, shots

PAPERS = ("oord2016pixelrnn", "chen2020igpt")


@dataclass(frozen=True)
class SightSpec(Spec):
    row: int = param(7, "Row", "Of the pixel that is guessed, from 0.", low=0, high=SIDE - 1)
    col: int = param(5, "Column", "Of the same pixel.", low=0, high=SIDE - 1)
    layers: int = param(2, "Layers", "After the first convolution; of the Transformer, all.", low=1, high=6)
    shifted: bool = param(
        True, "Moved down", "What comes from the right is moved down a row, as in the paper."
    )


def restore(spec: SightSpec, weights: State | None) -> None:
    """Nothing is kept of the nets."""


def run(spec: SightSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """A moment a step of the longest pass. On the CPU whatever the device.

    sight: kind0, ... of ALL, which pixels each sees (SIDE, SIDE). count: seen (4,) of the past, leak (4,) of
    the rest; past, how many there are.
    """
    before = np.zeros((SIDE, SIDE), bool)
    for cell in past(spec.row, spec.col):
        before[cell] = True
    where = spec.row, spec.col, spec.layers, spec.shifted
    fields = [seen(kind, *where) for kind in ALL]
    counts = np.array([(field & before).sum() for field in fields])
    leaks = np.array([(field & ~before).sum() for field in fields])
    for step in range(LONGEST + 1):
        if step:
            yield Step(
                step, LONGEST, {"done": 100 * float(np.mean([(turn(kind) <= step).mean() for kind in ALL]))}
            )
        yield from shots(step, step, {
            "sight": {f"kind{i}": field.astype(np.uint8) for i, field in enumerate(fields)},
            "count": {"seen": counts, "leak": leaks, "past": np.array([before.sum()])},
        })  # fmt: skip


SPEC = SightSpec
split = None  # exact: nothing is learned
HERE = {"row": 7, "col": 5, "layers": 2, "shifted": True}
CLAIMS = (
    Claim(
        "In row 7, column 5 (from 0), two layers of Diagonal BiLSTM miss one pixel of the past, of Row LSTM "
        "at least ten, of masked convolution at least fifty, a Transformer none; and none hears of a later "
        "one.",
        check(lambda c, r, d, t, past, leak: (d, t) == (past - 1, past) and r <= past - 10 and c <= past - 50
              and not leak, "{0:.0f}, {1:.0f}, {2:.0f}, {3:.0f} of {4:.0f} heard of; {5:.0f} later ones",
              "1 missed, at least 10, at least 50, 0; and 0 later ones",
              lambda traces: [float(one) for one in traces["here"].last("count")["seen"]],
              last("count", "past", runs=("here",)), last("count", "leak", runs=("here",), of=np.sum)),
        "Any other number missed by Diagonal BiLSTM or Transformer, or a later pixel that is heard of.",
        {"here": HERE},
    ),
)  # fmt: skip
RECORDED = (SightSpec(),)
