"""Lab: a translator of dates learns where to look; or has to do with one vector."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import nn

from engine.attention import asking, verdicts
from engine.attention.bahdanau import RNNsearch
from engine.attention.fixed_vector import RNNencdec
from engine.attention.translation import Watch
from engine.core.claims import Claim
from engine.core.params import Spec, param
from engine.core.trace import Event, Moments, State, Step, restored, shots
from engine.data.dates import ALPHABET, WRITES, Sentence, encoded, sentences, targets

PAPERS = ("bahdanau2014", "cho2014")
BATCH = 32
COUNTS = (1, 2, 3)  # dates in the texts that it is scored on


@dataclass(frozen=True)
class BahdanauSpec(Spec):
    memory: str = param(
        "attention",
        "Memory",
        "All annotations, searched anew for each character; or one vector for the whole text.",
        choices=("attention", "one vector"),
    )
    dates: int = param(
        1, "Dates in a text", "Texts to learn from hold one date, up to so many.", low=1, high=3
    )
    hidden: int = param(
        40, "Units", "Size of the states; the encoder has half as many each way.", low=8, high=96
    )
    lr: float = param(6e-3, "Learning rate", "Step size of Adam.", low=1e-5, high=1.0, log=True)
    steps: int = param(360, "Training steps", "Batches of 32 texts.", low=10, high=3000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: BahdanauSpec, weights: State | None) -> RNNsearch | RNNencdec:
    """The net with these weights, or as it starts from the seed."""
    kind = RNNsearch if spec.memory == "attention" else RNNencdec
    return restored(spec.seed, weights, lambda: kind(len(ALPHABET) + 2, len(WRITES), spec.hidden))


def batches(spec: BahdanauSpec) -> Iterator[list[Sentence]]:
    """The texts of each step; their days are never those for testing."""
    rng = torch.Generator().manual_seed(spec.seed)
    for _ in range(spec.steps):
        dates = int(torch.randint(1, spec.dates + 1, (1,), generator=rng))
        yield sentences(BATCH, dates, rng)


def split(spec: BahdanauSpec) -> tuple[list[str], list[str]]:
    """The days that it learns from, and all that it is scored on, as 2024-05-31."""
    learned = [day for batch in batches(spec) for one in batch for day in one.iso.split()]
    return learned, Watch(COUNTS, torch.device("cpu")).days()


def run(spec: BahdanauSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
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
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)  # appendix B.2
        adam.step()
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, {"loss": loss.item()})
        else:
            seen = watch(net)
            yield Step(
                step, spec.steps, {"loss": loss.item(), "exact": 100 * float(seen["score"]["right"][0])}
            )
            yield from shots(moment, step, seen, net, half=True)


SPEC = BahdanauSpec
PROBES: dict[str, Callable[[RNNsearch | RNNencdec, asking.Inputs], asking.Answer]] = {
    "translate": asking.translate
}
LOOKS = {"attention": {"memory": "attention"}}
LARGER = "The net with one vector has 6 % more weights, not fewer."
LONGER = {"dates": 2, "steps": 600}  # texts of two dates take longer to learn
CLAIMS = (
    Claim(
        "With attention, year, month and day are each written from where they stand.",
        lambda traces: verdicts.looks_at_its_field(traces, (0.9, 0.75, 0.75)),
        "Rows of a year, a month or a day whose weight lies elsewhere in the text.",
        LOOKS,
    ),
    Claim(
        "After equally many steps, attention translates what one vector does not.",
        verdicts.learns_what_one_vector_does_not,
        "A net with one vector that gets as many dates exactly right.",
        {**LOOKS, "vector": {"memory": "one vector"}},
        beside=LARGER,
    ),
    Claim(
        "As the text grows, one vector loses more than attention does.",
        verdicts.loses_less_as_the_text_grows,
        "One vector that keeps two dates as well as one, or attention that loses as much.",
        {
            "attention": {**LONGER, "memory": "attention"},
            "vector": {**LONGER, "memory": "one vector"},
        },
        beside=LARGER,
    ),
    Claim(
        "Let the year's rows look at another year, and most of its digits are written.",
        verdicts.digits_follow,
        "More than one digit in five that does not become the other year's.",
        LOOKS,
    ),
    Claim(
        "With attention, a field that is wiped out takes hardly any other along.",
        verdicts.wiped_field_fails_alone,
        "Wrong characters all over the date.",
        LOOKS,
    ),
)
RECORDED = tuple(BahdanauSpec(memory=m) for m in ("attention", "one vector")) + tuple(
    BahdanauSpec(memory=m, dates=2, steps=600) for m in ("attention", "one vector")
)
