"""Lab: after some people have flipped a coin or not, which side lies up? Said at once, or step by step."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.core.claims import Claim, Figures, at_least, check, last
from engine.core.inputs import Answer, Inputs, whole
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, restored, shots
from engine.language.chain_of_thought import (
    FLIPS,
    HEADS,
    KEEPS,
    NOBODY,
    WAYS,
    N,
    answers,
    loss,
    net_of,
    parsed,
    sides,
    written,
)  # fmt: skip
from engine.language.gpt import GPT

PAPERS = ("wei2022chain", "radford2019")
BATCH, LEAD = 64, 20
SMALL = 4  # up to so many people there are too few rows to keep any back
ROWS = 200  # looked at, of each number of people, where there are as many
MOMENTS = 24


@dataclass(frozen=True)
class ChainSpec(Spec):
    way: str = param(WAYS[0], "It writes", "The sides one by one, dots, or the answer alone.", choices=WAYS)
    lr: float = param(3e-3, "Learning rate", "Step size of Adam.", low=1e-5, high=1.0, log=True)
    steps: int = param(400, "Training steps", "Batches of 64 rows of people.", low=10, high=3000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: ChainSpec, weights: State | None) -> GPT:
    """The net with these weights, or as it starts from the seed."""
    return restored(spec.seed, weights, net_of)


def rows(codes: Tensor, many: Tensor) -> Tensor:
    """Numbers whose binary digits say who flips, of `many` people (n, 1) -> rows (n, N)."""
    flips = codes[:, None] >> torch.arange(N) & 1
    people = torch.where(flips == 1, FLIPS, KEEPS)
    return people.masked_fill(torch.arange(N) >= many, NOBODY)


def held(seed: int) -> Tensor:
    """Which rows are kept back, by number of people and code: a quarter, from 5 people on. (N + 1, 2^N)."""
    rng, out = torch.Generator().manual_seed(seed + 10_000), torch.zeros(N + 1, 2**N, dtype=torch.bool)
    for n in range(SMALL + 1, N + 1):
        out[n, torch.randperm(2**n, generator=rng)[: 2**n // 4]] = True
    return out


def batches(spec: ChainSpec) -> Iterator[Tensor]:
    """The rows of each step, (BATCH, N): 1 to N people, none of them kept back."""
    rng, kept = torch.Generator().manual_seed(spec.seed), held(spec.seed)
    for _ in range(spec.steps):
        many = torch.randint(1, N + 1, (BATCH,), generator=rng)
        codes = torch.randint(2**N, (BATCH,), generator=rng) % 2**many
        while (taken := kept[many, codes]).any():
            codes[taken] = torch.randint(2**N, (int(taken.sum()),), generator=rng) % 2 ** many[taken]
        yield rows(codes, many[:, None])


class Watch:
    """Called with a net, shows how often it is right, by number of people, and what hangs on a step."""

    def __init__(self, seed: int, way: str, device: torch.device):
        kept, some = held(seed), []
        for n in range(1, N + 1):
            codes = kept[n].nonzero()[:, 0] if n > SMALL else torch.arange(2**n)
            some.append(rows(codes[:ROWS], torch.tensor(n)))
        self.way, self.sizes = way, [len(one) for one in some]
        self.people = torch.cat(some).to(device)
        self.truth = sides(self.people)[:, -1]  # nobody flips after the last
        rng = torch.Generator().manual_seed(seed + 20_000)
        at = torch.randint(N - 1, (ROWS, 1), generator=rng)  # a step before the last
        self.edit = (torch.arange(N) == at).to(device)

    def __call__(self, net: GPT) -> dict[str, Arrays]:
        """Snapshots by name.

        by: `right`, the share of right answers about 1 to N people (N,). edit: `turned` (), the share of
        answers about 12 that change when one step before is turned over; 0 where none are written.
        """
        said = answers(net, self.people, self.way)
        right = [float(one.float().mean()) for one in (said == self.truth).split(self.sizes)]
        turned = 0.0
        if self.way == WAYS[0]:
            edited = answers(net, self.people[-ROWS:], self.way, self.edit)
            turned = float((edited != said[-ROWS:]).float().mean())
        return {
            "by": {"right": np.array(right, np.float32)},
            "edit": {"turned": np.array(turned, np.float32)},
        }


def run(spec: ChainSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains to say which side lies up, in one of the ways. `given["start"]` makes a fork."""
    watch = Watch(spec.seed, spec.way, device)
    net = restore(spec, given.get("start")).to(device)
    moments = Moments(spec.steps, MOMENTS)

    yield from shots(0, 0, watch(net), net, half=True)  # first: what Adam imports takes a second
    adam = torch.optim.Adam(net.parameters(), betas=(0.9, 0.98))
    for step, people in enumerate(batches(spec), start=1):
        adam.param_groups[0]["lr"] = spec.lr * min(1, step / LEAD)
        nats = loss(net, people.to(device), spec.way)
        adam.zero_grad()
        nats.backward()
        adam.step()
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, {"loss": nats.item()})
        else:
            seen = watch(net)
            yield Step(step, spec.steps, {"loss": nats.item(), "right": float(seen["by"]["right"][-1])})
            yield from shots(moment, step, seen, net, half=True)


def split(spec: ChainSpec) -> tuple[list[bytes], list[bytes]]:
    """The rows that it learns from, and those that it is scored on, of 5 people and more."""
    watch = Watch(spec.seed, spec.way, torch.device("cpu"))
    scored = watch.people[sum(watch.sizes[:SMALL]) :]
    return [one.numpy().tobytes() for one in torch.cat(list(batches(spec)))], [
        one.numpy().tobytes() for one in scored
    ]


def asked(net: GPT, inputs: Inputs) -> Answer:
    """Who flips the coin, asked after 1, 2, ..., 12 people of a net that writes in its own way.

    inputs: flips, names; way; edit, the number of the step that is turned over, 0 for none. -> truth and said
    (N,), 0 for heads and 1 for tails; chance (N,), of tails.
    """
    people, way = parsed(inputs["flips"]), str(inputs["way"])
    at = whole(inputs, "edit", 0, N)
    truth = sides(people)[0] - HEADS
    if way == WAYS[0]:
        said, chance = written(net, people, way, torch.arange(1, N + 1)[None] == at)
        return {"truth": truth.numpy(), "said": (said[0] - HEADS).numpy(), "chance": chance[0].numpy()}
    so_far = people.expand(N, -1).masked_fill(torch.arange(N) > torch.arange(N)[:, None], NOBODY)
    said, chance = written(net, so_far, way)
    column = torch.arange(N).clamp(max=said.shape[1] - 1)[:, None]
    return {"truth": truth.numpy(), "said": (said.gather(1, column)[:, 0] - HEADS).numpy(),
            "chance": chance.gather(1, column)[:, 0].numpy()}  # fmt: skip


def of_twelve(*runs: str) -> Figures:
    """The share of right answers about 12 people, of each run."""
    return last("by", "right", runs=runs, of=lambda share: share[-1])


SPEC = ChainSpec
PROBES = {"asked": asked}
STEPS = {"steps": {"way": WAYS[0]}}
LUCK = "{:.0%} right, with the steps {:.0%}; a coin is right half the time"
CLAIMS = (
    Claim(
        "Step by step it is right about 12 people, in rows that it never learned from.",
        at_least(0.9, "{:.1%} of 200 rows", "at least 90%", of_twelve("steps")),
        "Fewer than 90 of 100 rows of 12 people answered right.",
        STEPS,
    ),
    Claim(
        "Made to answer at once, the same net, trained as long, is right about 12 people far less often.",
        check(lambda once, steps: steps - once >= 0.25, LUCK, "at least 25 points less",
              of_twelve("once", "steps")),
        "A net that answers at once and is right within 25 points as often.",
        {**STEPS, "once": {"way": WAYS[2]}},
        beside="The texts differ by what stands before the answer, and so by how many sides there are to "
        "learn from: that is the method. Weights, rows and steps of training are equal.",
    ),
    Claim(
        "As many dots in the place of the steps, trained as long, are right less often.",
        check(lambda dots, steps: steps - dots >= 0.15, LUCK, "at least 15 points less",
              of_twelve("dots", "steps")),
        "A net that writes dots and is right within 15 points as often.",
        {**STEPS, "dots": {"way": WAYS[1]}},
        beside="As many tokens are written; they say nothing, and only the answer is learned from.",
    ),
    Claim(
        "Turn one written step over, and the answer turns over.",
        at_least(0.9, "{:.1%} of 200 answers about 12 people", "at least 90%",
                 last("edit", "turned", runs=("steps",))),
        "Fewer than 90 of 100 answers that change with one step before them.",
        STEPS,
    ),
)  # fmt: skip
RECORDED = (ChainSpec(), ChainSpec(way=WAYS[1]), ChainSpec(way=WAYS[2]))
