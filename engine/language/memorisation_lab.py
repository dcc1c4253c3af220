"""Lab: a small GPT reads a text with numbers in it that come once to 16 times. Which can be had back?"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.core.claims import Claim, Figures, check, last
from engine.core.inputs import Answer, Inputs
from engine.core.params import Spec, Value, param
from engine.core.trace import Arrays, Event, Moments, State, Step, restored, shots
from engine.language import canaries, gpt
from engine.language import memorisation as mem

PAPERS = ("carlini2022quantifying", "carlini2019secret", "radford2019")
WIDTHS = {"small": 16, "medium": 32, "large": 48}
WINDOW, BATCH = 32, 32
KS = (2, 4, 6, 10)  # digits of context
WARMUP, LEAST = 50, 0.1  # steps in which the rate rises; the share of it that is left at the end
TYPED = 24


@dataclass(frozen=True)
class MemorisationSpec(Spec):
    size: str = param("large", "Size", "8, 28 or 60 thousand weights.", choices=tuple(WIDTHS))
    copies: bool = param(
        True, "Duplicates", "Without, each number comes once, and lines of words take the copies' place."
    )
    passes: int = param(36, "Passes", "How often the whole text is read.", low=2, high=100)
    lr: float = param(0.006, "Learning rate", "Highest step size of Adam.", low=1e-5, high=0.1, log=True)
    seed: int = param(0, "Seed", "Of the numbers, the weights and the order.", low=0, high=9999)


def restore(spec: MemorisationSpec, weights: State | None) -> gpt.GPT:
    """The net with these weights, or as it starts from the seed."""
    n, width = len(canaries.ALPHABET), WIDTHS[spec.size]
    return restored(spec.seed, weights, lambda: gpt.GPT(n, WINDOW, width, 4, 2))


def split(spec: MemorisationSpec) -> tuple[np.ndarray, np.ndarray]:
    """Lines that are learned, and the numbers that never come, against which membership is measured."""
    drawn = canaries.numbers(spec.seed)
    return canaries.text(spec.seed, spec.copies), np.concatenate([drawn.never, drawn.others])


def run(spec: MemorisationSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Next characters, pass after pass. `given["start"]` makes a fork."""
    net = restore(spec, given.get("start")).to(device)
    yield from shots(0, 0, {}, net, half=True)  # to read the documentation takes a second
    lines, rng = canaries.text(spec.seed, spec.copies), np.random.default_rng(spec.seed)
    watch = Watch(canaries.numbers(spec.seed), device)
    yield from shots(0, 0, watch(net))
    each = len(canaries.windows(lines, WINDOW, np.random.default_rng(0))) // BATCH
    total, step = spec.passes * each, 0
    moments = Moments(total, 30)
    adam = torch.optim.Adam(net.parameters())
    for _ in range(spec.passes):
        rows = canaries.windows(lines, WINDOW, rng)[: each * BATCH].reshape(each, BATCH, -1)
        for some in torch.from_numpy(rows.astype(np.int64)).to(device):
            step += 1
            falls = LEAST + (1 - LEAST) * (1 + math.cos(math.pi * step / total)) / 2
            adam.param_groups[0]["lr"] = spec.lr * min(1.0, step / WARMUP) * falls
            loss = gpt.loss(net, some, torch.ones_like(some, dtype=torch.bool))
            adam.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            adam.step()
            seen = watch(net) if (moment := moments.at(step)) is not None else {}
            told = {"loss": loss.item()}
            if seen:
                told["extracted"] = float(seen["wall"]["done"][canaries.EACH :].sum())
                told["once"] = float(seen["level"]["auc"][1])
            yield Step(step, total, told)
            if moment is not None:
                yield from shots(moment, step, seen, net, half=True)


class Watch:
    """What is known of the net's memory at each moment. Row 0 of all: numbers that never come."""

    def __init__(self, drawn: canaries.Numbers, device: torch.device):
        parts = (drawn.known, drawn.never, drawn.others)
        self.known, self.never, self.others = (
            torch.from_numpy(part.astype(np.int64)).to(device) for part in parts
        )

    def __call__(self, net: gpt.GPT) -> dict[str, Arrays]:
        """wall: of all 60, digits that come right after 10 digits of context, and whether all of them do.
        level: by how often the numbers come (6,), the share extracted after each context, k2 to k10; AUC of
        membership and mean exposure, in row 0 of 200 numbers."""
        right = {k: mem.right(net, self.known, k, canaries.SECRET).cpu().numpy() for k in KS}
        never, own, others = (
            mem.loss(net, part).cpu().numpy()
            for part in (self.never, self.known[canaries.EACH :], self.others)
        )
        rows = [never, *own.reshape(-1, canaries.EACH)]
        level = {
            f"k{k}": (one.reshape(-1, canaries.EACH) == canaries.SECRET).mean(1) for k, one in right.items()
        } | {
            "auc": np.array([mem.auc(row, others) for row in rows]),
            "exposure": np.array([mem.exposure(row, others).mean() for row in rows]),
        }
        long = right[KS[-1]].astype(np.uint8)
        wall = {"right": long, "done": (long == canaries.SECRET).astype(np.uint8)}
        return {"wall": wall, "level": {name: np.asarray(v, np.float32) for name, v in level.items()}}


@torch.no_grad()
def _continue(net: gpt.GPT, inputs: Inputs) -> Answer:
    """Probe: {"text"}, 1 to 24 signs -> signs (6,) that the net writes next by greedy decoding, and the
    chance p (6,) of each. Raises ValueError."""
    text = inputs.get("text")
    if not isinstance(text, str) or not 1 <= len(text) <= TYPED:
        size = len(text) if isinstance(text, str) else "no text"
        raise ValueError(f"text must have 1 to {TYPED} characters, got {size}")
    x = torch.tensor([canaries.read(text)])
    said = mem.greedy(net, x, canaries.SECRET)
    p = net(torch.cat([x, said], 1)[:, :-1])[0, x.shape[1] - 1 :].softmax(-1)
    return {"signs": said[0].numpy(), "p": p.gather(1, said.T)[:, 0].numpy()}


def _row(name: str, times: int, run: str = "this") -> Figures:
    """A figure of the numbers that come so often."""
    row = 1 + canaries.REPEATS.index(times)
    return last("level", name, runs=(run,), of=lambda array: array[row])


def _planted(name: str, *runs: str) -> Figures:
    """The share of all 50 numbers, of each run."""
    return last("level", name, runs=runs, of=lambda array: array[1:].mean())


WITH: dict[str, Mapping[str, Value]] = {"with": {"copies": True, "size": "large", "passes": 36}}
SPEC = MemorisationSpec
PROBES: dict[str, Callable[[gpt.GPT, Inputs], Answer]] = {"continue": _continue}
CLAIMS = (
    Claim(
        "The large net gives back far more of the numbers that come 16 times than of those that come once.",
        check(lambda many, one: many - one >= 0.5, "{:.0%} of those that come 16 times, {:.0%} of those once",
              "50 points more", _row("k10", 16, "with"), _row("k10", 1, "with")),
        "Numbers that come 16 times extracted less than 50 points more often, after 10 digits of context.",
        WITH,
    ),
    Claim(
        "The more context, the more the large net gives back: after 10 digits far more than after 2.",
        check(lambda ten, two: ten - two >= 0.2,
              "{:.0%} of all planted numbers after 10 digits, {:.0%} after 2", "20 points more",
              _planted("k10", "with"), _planted("k2", "with")),
        "Less than 20 points between 10 and 2 digits of context, over all planted numbers.",
        WITH,
    ),
    Claim(
        "The larger net memorises more of the same text in as many steps.",
        check(lambda large, small: large - small >= 0.25,
              "{:.0%} of all planted numbers, the small net {:.0%}", "25 points more",
              _planted("k10", "large", "small")),
        "Less than 25 points between the large and the small net, after 10 digits of context.",
        {"large": WITH["with"], "small": {**WITH["with"], "size": "small"}},
        beside="they differ in weights, 60,000 and 8,000, which is what the sentence is about",
    ),
    Claim(
        "Few numbers that come once are had back from the large net, yet their loss tells they were read.",
        check(lambda auc, share: auc >= 0.8 and share <= 0.3, "AUC {:.2f}, and {:.0%} of them extracted",
              "AUC 0.8 at least, 30% extracted at most", _row("auc", 1, "with"), _row("k10", 1, "with")),
        "An AUC under 0.8 for numbers that come once, or more than 30% of them extracted.",
        WITH,
    ),
    Claim(
        "Without duplicates, in as many steps, the large net gives back far fewer of the same numbers.",
        check(lambda with_, without: with_ - without >= 0.25, "{:.0%} with duplicates, {:.0%} without",
              "25 points fewer", _planted("k10", "with", "without")),
        "Less than 25 points between the two texts, after 10 digits of context.",
        {**WITH, "without": {**WITH["with"], "copies": False}},
    ),
)  # fmt: skip
RECORDED = (
    MemorisationSpec(),
    MemorisationSpec(size="small"),
    MemorisationSpec(size="medium"),
    MemorisationSpec(copies=False),
    MemorisationSpec(passes=72),
)
