"""Lab: the same translator with multiplicative scores, looking everywhere or through a window."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import nn

from engine.attention import asking, verdicts
from engine.attention.luong import SCORES, WINDOWS, Attentional
from engine.attention.translation import Watch
from engine.core.claims import Claim
from engine.core.params import Spec, param
from engine.core.trace import Event, Moments, State, Step, restored, shots
from engine.data.dates import ALPHABET, WRITES, Sentence, encoded, sentences, targets

PAPERS = ("luong2015", "bahdanau2014")
BATCH = 32
COUNTS = (1,)  # dates in the texts that it is scored on
AS_LARGE = 54  # units of a base system with as many weights as attention with 40


@dataclass(frozen=True)
class LuongSpec(Spec):
    memory: str = param(
        "attention",
        "Memory",
        "Every source state, asked anew for each character; or the encoder's last state and nothing else.",
        choices=("attention", "one vector"),
    )
    score: str = param("general", "Score", "How a state is compared with a source state.", choices=SCORES)
    window: str = param(
        "global",
        "Window",
        "The whole text; a place the net predicts (local-p); or the place of the output (local-m).",
        choices=WINDOWS,
    )
    reach: float = param(4.0, "Half width D", "Of a local window, in characters.", low=1.0, high=48.0)
    feeding: bool = param(True, "Input feeding", "What attention found goes into the next step too.")
    hidden: int = param(40, "Units", "Size of the states on both sides.", low=8, high=96)
    lr: float = param(6e-3, "Learning rate", "Step size of Adam.", low=1e-5, high=1.0, log=True)
    steps: int = param(360, "Training steps", "Batches of 32 texts.", low=10, high=3000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: LuongSpec, weights: State | None) -> Attentional:
    """The net with these weights, or as it starts from the seed."""
    score = spec.score if spec.memory == "attention" else None
    return restored(
        spec.seed,
        weights,
        lambda: Attentional(
            len(ALPHABET) + 2, len(WRITES), spec.hidden, score, spec.window, spec.reach, spec.feeding
        ),
    )


def batches(spec: LuongSpec) -> Iterator[list[Sentence]]:
    """The texts of each step; their days are never those for testing."""
    rng = torch.Generator().manual_seed(spec.seed)
    for _ in range(spec.steps):
        yield sentences(BATCH, 1, rng)


def split(spec: LuongSpec) -> tuple[list[str], list[str]]:
    """The days that it learns from, and all that it is scored on, as 2024-05-31."""
    learned = [day for batch in batches(spec) for one in batch for day in one.iso.split()]
    return learned, Watch(COUNTS, torch.device("cpu")).days()


def run(spec: LuongSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains; at each moment shows alignments, score, blur, what forcing and blanking do.

    `given["start"]` makes a fork.
    """
    watch = Watch(COUNTS, device)
    net = restore(spec, given.get("start")).to(device)
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr)
    moments = Moments(spec.steps)

    yield from shots(0, 0, watch(net), net, half=True)
    for step, batch in enumerate(batches(spec), start=1):
        x, y = encoded([one.text for one in batch]), targets([one.iso for one in batch])
        loss = net.loss(x.to(device), y.to(device))
        adam.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)  # section 4.1
        adam.step()
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, {"loss": loss.item()})
        else:
            seen = watch(net)
            yield Step(
                step, spec.steps, {"loss": loss.item(), "exact": 100 * float(seen["score"]["right"][0])}
            )
            yield from shots(moment, step, seen, net, half=True)


SPEC = LuongSpec
PROBES: dict[str, Callable[[Attentional, asking.Inputs], asking.Answer]] = {"translate": asking.translate}
LOOKS = {"attention": {"memory": "attention"}}
CLAIMS = (
    Claim(
        "With attention, year, month and day are each written from where they stand.",
        lambda traces: verdicts.looks_at_its_field(traces, (0.9, 0.75, 0.8)),
        "Rows of a year, a month or a day whose weight lies elsewhere in the text.",
        LOOKS,
    ),
    Claim(
        "Attention learns in 360 steps what the base system, of as many weights, does not in 900.",
        verdicts.learns_sooner,
        "A base system that gets within 60 points of the dates that attention gets exactly right.",
        {
            "attention": {"memory": "attention", "steps": 360, "hidden": 40},
            "vector": {"memory": "one vector", "steps": 900, "hidden": AS_LARGE},
        },
        beside="The base system has 54 units instead of 40, so that both have as many weights; and it may "
        "learn 2.5 times as long.",
    ),
    Claim(
        "Let the year's rows look at another year, and most of its digits are written.",
        verdicts.digits_follow,
        "More than one digit in five that does not become the other year's.",
        LOOKS,
    ),
)
RECORDED = (LuongSpec(), LuongSpec(memory="one vector", steps=900, hidden=AS_LARGE))
