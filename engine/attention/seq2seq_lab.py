"""Lab: an LSTM repeats a text that it was told through one vector."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from engine.attention import seq2seq
from engine.attention.seq2seq import END, Seq2seq, V
from engine.core.claims import Claim, Traces, Verdict
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, Trace, restored, shots
from engine.data.letters import FIRST, LETTERS, token

PAPERS = ("sutskever2014",)
BATCH, MANY, MOMENTS = 64, 100, 18
EXAMPLE = "lemonandchickpea"
SHOWN = (1, 4, 8, 12, 16)  # lengths of the beginnings of the example
SCORED = (2, 4, 8, 12, 16)
LONGEST = 16  # a text's number has 64 bits
INSIDE = (2, 4, 8, 12)  # no longer than what is learned from by default
NOTHING = 255  # behind the end
LATER = 15  # points
GUESSED = 100 * (1 - 1 / V)  # percent of letters wrong by chance


@dataclass(frozen=True)
class Seq2seqSpec(Spec):
    backwards: bool = param(
        False, "Read from the end", "The source is read from its last letter to its first."
    )
    pipe: int = param(
        32, "Numbers in the vector", "All that goes from the reader to the writer.", low=1, high=64
    )
    longest: int = param(12, "Longest text learned", "Texts of 1 letter to so many.", low=1, high=16)
    hidden: int = param(48, "Units", "Of the reader, and as many of the writer.", low=4, high=96)
    lr: float = param(6e-3, "Learning rate", "Of Adam; it falls to 0.", low=1e-5, high=1.0, log=True)
    steps: int = param(1200, "Training steps", "Batches of 64 texts.", low=10, high=6000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: Seq2seqSpec, weights: State | None) -> Seq2seq:
    """The net with these weights, or as it starts from the seed."""
    return restored(spec.seed, weights, lambda: Seq2seq(spec.hidden, spec.pipe, spec.backwards))


def codes_of(text: str) -> Tensor:
    """Letters -> codes (n,). Raises ValueError for none, too many, or a letter that is none."""
    if not 1 <= len(text) <= LONGEST:
        raise ValueError(f"a text must have 1 to {LONGEST} letters, got {len(text)}")
    return torch.tensor([token(letter) - FIRST for letter in text])


def kept() -> dict[int, Tensor]:
    """The texts for testing, by length: (N, n), the example's beginning first. No net learns from them."""
    rng = torch.Generator().manual_seed(0)  # not the run's: all runs are scored on the same texts
    return {
        n: torch.cat(
            [codes_of(EXAMPLE[:n])[None], torch.randint(V, (min(MANY, V**n // 8), n), generator=rng)]
        )
        for n in (1, *SCORED)
    }


def batches(spec: Seq2seqSpec) -> Iterator[Tensor]:
    """The texts of each step (64, n), all of one length, none of them kept."""
    rng, taken = torch.Generator().manual_seed(spec.seed), {n: number(x) for n, x in kept().items()}
    for _ in range(spec.steps):
        n = int(torch.randint(1, spec.longest + 1, (1,), generator=rng))
        drawn = torch.randint(V, (2 * BATCH, n), generator=rng)
        while n in taken and (bad := torch.isin(number(drawn), taken[n])).any():
            drawn[bad] = torch.randint(V, (int(bad.sum()), n), generator=rng)
        yield drawn[:BATCH]


def number(x: Tensor) -> Tensor:
    """Texts of one length (N, n) as whole numbers (N,), no two alike: 16 letters are 64 bits."""
    return (x * V ** torch.arange(x.shape[1])).sum(1)


def split(spec: Seq2seqSpec) -> tuple[list[str], list[str]]:
    """The texts that it learns from, and all that it is scored on."""
    sides = (batches(spec), kept().values())
    learned, scored = (["".join(LETTERS[i] for i in row) for x in xs for row in x.tolist()] for xs in sides)
    return learned, scored


def run(spec: Seq2seqSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains; at each moment shows the example at each length, and which letters of new texts are lost.

    `given["start"]` makes a fork.
    """
    texts = {n: x.to(device) for n, x in kept().items()}
    net = restore(spec, given.get("start")).to(device)
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr)
    moments = Moments(spec.steps, MOMENTS)

    yield from shots(0, 0, watched(net, texts), net, half=True)
    for step, x in enumerate(batches(spec), start=1):
        adam.param_groups[0]["lr"] = spec.lr * (1 - (step - 1) / spec.steps)
        x = x.to(device)
        loss = net.loss(x, x)
        adam.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        adam.step()
        figures = {"loss": round(loss.item(), 2)}  # so many digits pack well
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, figures)
        else:
            seen = watched(net, texts)
            yield Step(step, spec.steps, figures | {"right": 100 * seen["score"]["right"].item()})
            yield from shots(moment, step, seen, net, half=True)


def watched(net: Seq2seq, texts: Mapping[int, Tensor]) -> dict[str, Arrays]:
    """-> t1, t2, ... (the example at each length), lost (share of new texts' letters, by place) and score."""
    seen: dict[str, Arrays] = {f"t{n}": told(net, texts[n][0]) for n in SHOWN}
    lost = {f"n{n}": share(net, texts[n]) for n in SCORED}
    right = 1 - np.mean([lost[f"n{n}"].mean() for n in INSIDE])
    return seen | {"lost": lost, "score": {"right": np.array([right], np.float32)}}


@torch.no_grad()
def share(net: Seq2seq, x: Tensor) -> np.ndarray:
    """Of texts (N, n) the share that is written wrong, place by place (n,)."""
    said, _ = seq2seq.write(net, net.vector(net.X(x)), x.shape[1])
    return (said != x).float().mean(0).cpu().numpy().round(4)


def told(net: Seq2seq, x: Tensor) -> Arrays:
    """One text x (n,), through the pipe -> v as a picture; codes, right, wrong (n,) of what is written;
    hears: how much of each input is in each output (n, n), rows of sum 255."""
    with torch.no_grad():
        v = net.vector(net.X(x)[None])
    said = seq2seq.write(net, v, len(x))[0][0]
    said = said.masked_fill((said == END).cumsum(0) - (said == END).int() > 0, NOTHING)
    heard = seq2seq.hears(net, x)
    rows = heard / heard.sum(1, keepdim=True).clamp(min=1e-12)
    wrong = (said != x).cpu().numpy().astype(np.uint8)
    return {
        "v": v.view(*face(v.shape[1])).cpu().numpy().round(2),
        "codes": said.cpu().numpy().astype(np.uint8),
        "right": 1 - wrong,
        "wrong": wrong,
        "hears": (255 * rows).round().cpu().numpy().astype(np.uint8),
    }


def face(pipe: int) -> tuple[int, int]:
    """Rows and columns of the picture of v: eight rows, where that many divide it."""
    return (8, pipe // 8) if pipe % 8 == 0 else (pipe, 1)


def right(trace: Trace, lengths: tuple[int, ...] = INSIDE, half: int | None = None) -> float:
    """Percent of new texts' letters that are right, mean of the last three moments, each length alike.

    half: only the first (0) or the second (1) half of each text.
    """
    found = []
    for moment in range(max(0, len(trace.moments) - 3), len(trace.moments) or 1):  # none: a KeyError
        for n in lengths:
            lost = trace.at("lost", moment)[f"n{n}"]
            found.append(1 - (lost if half is None else np.split(lost, 2)[half]).mean())
    return 100 * float(np.mean(found))


def more_right(better: str, other: str, points: float) -> Callable[[Traces], Verdict]:
    """A check that one arm gets so many points more of the letters right."""

    def checked(traces: Traces) -> Verdict:
        a, b = right(traces[better]), right(traces[other])
        said = f"{a:.0f}% against {b:.0f}% of the letters; by chance {100 - GUESSED:.0f}%"
        return Verdict(a - b >= points, said, f"at least {points:g} points more")

    return checked


def later_are_lost(traces: Traces) -> Verdict:
    """Texts of twelve letters, half by half."""
    first, second = (100 - right(traces["forwards"], (12,), half) for half in (0, 1))
    said = f"{second:.0f}% of the second half wrong, {first:.0f}% of the first; by chance {GUESSED:.0f}%"
    return Verdict(second - first >= LATER, said, f"at least {LATER} points more of the second half")


SPEC = Seq2seqSpec
CLAIMS = (
    Claim(
        "Of twelve letters through 32 numbers, the second half is lost more often than the first.",
        later_are_lost,
        "A second half of which as many letters come out right.",
        {"forwards": {"backwards": False, "pipe": 32}},
    ),
    Claim(
        "Read from its end, more letters of a text come out right.",
        more_right("from the end", "forwards", 5),
        "A reader from the start that repeats as many letters, after as many steps.",
        {"forwards": {"backwards": False}, "from the end": {"backwards": True}},
    ),
    Claim(
        "Through 32 numbers more letters come out right than through 8.",
        more_right("wide", "narrow", 4),
        "A vector of 8 numbers that carries as many letters, after as many steps.",
        {"wide": {"pipe": 32}, "narrow": {"pipe": 8}},
        beside="The net with 8 numbers has 14 % fewer weights: of the layers into the vector and out of it.",
    ),
)
RECORDED = (Seq2seqSpec(), Seq2seqSpec(backwards=True), Seq2seqSpec(pipe=8))
