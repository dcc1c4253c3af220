"""Lab: the trained net writes from nothing. How much of what it writes stands in the text that it read?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.core.claims import Claim, at_least, check, last
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, State, Step, shots
from engine.language import canaries, extraction, gpt, writers
from engine.language import memorisation as mem

PAPERS = ("carlini2020extracting", "carlini2022quantifying")
NEEDS = {"trained": "language.memorisation"}  # its text is that of its seed, 0, with duplicates
LENGTH, BATCH, BATCHES = 32, 40, 10
LOOKED = 20  # texts that are looked up


@dataclass(frozen=True)
class ExtractionSpec(Spec):
    n: int = param(10, "Top n", "Each character is drawn from the n likeliest.", low=1, high=37)
    seed: int = param(0, "Seed", "Of the luck of the drawing; the net stays the same.", low=0, high=9999)


def restore(spec: ExtractionSpec, weights: State | None) -> None:
    """There is no net of its own."""


def run(spec: ExtractionSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """A batch of texts a step; nothing is learned."""
    net = writers.small(given["trained"]).to(device)
    planted = [canaries.said(one) for one in canaries.numbers(0).planted]
    rng = torch.Generator().manual_seed(spec.seed)
    batches: list[Arrays] = []
    state = {"n": torch.tensor([spec.n])}
    for step in range(1, BATCHES + 1):
        luck = torch.rand(LENGTH, BATCH, generator=rng).to(device)
        batches.append(seen(net, extraction.written(net, canaries.END, spec.n, luck), planted))
        texts = {name: np.concatenate([one[name] for one in batches]) for name in batches[0]}
        level = judged(texts)
        told = {"share": level["all"], "found": level["found"]}
        yield Step(step, BATCHES, {name: float(value) for name, value in told.items()})
        whole = {name: np.resize(part, (BATCH * BATCHES, *part.shape[1:])) for name, part in texts.items()}
        yield from shots(step - 1, step, {"texts": whole, "level": level}, state)


def seen(net: gpt.GPT, ids: torch.Tensor, planted: list[str]) -> dict[str, np.ndarray]:
    """ids (n, 32) of the texts; loss (n,), in nats a character; bits (n,) that zlib makes of each;
    number (n,): which planted number it holds whole, the last one if several, -1 for none."""
    said = [canaries.said(row) for row in ids.cpu().numpy()]
    held = [max((i for i, one in enumerate(planted) if one in text), default=-1) for text in said]
    return {
        "ids": ids.cpu().numpy().astype(np.uint8),
        "loss": mem.loss(net, ids).cpu().numpy().astype(np.float32),
        "bits": np.array([extraction.zlib_bits(text) for text in said], np.float32),
        "number": np.array(held, np.int16),
    }


def judged(texts: Mapping[str, np.ndarray]) -> Arrays:
    """Shares of texts that hold a planted number: all of them, and the first 20 by loss and by zlib; and how
    many different numbers are found."""
    held = texts["number"] >= 0
    first = {
        name: held[extraction.ranked(texts["loss"], texts["bits"], name == "zlib")[:LOOKED]].mean()
        for name in ("loss", "zlib")
    }
    found = len(np.unique(texts["number"][held]))
    return {n: np.asarray(v, np.float32) for n, v in {"all": held.mean(), "found": found, **first}.items()}


SPEC = ExtractionSpec
split = None  # nothing is learned here
CLAIMS = (
    Claim(
        "From nothing but the end of a line the net writes planted numbers out, digit for digit.",
        at_least(8, "{:.0f} different numbers of 50, in 400 texts", "8 at least", last("level", "found")),
        "Fewer than 8 different planted numbers in 400 texts.",
    ),
    Claim(
        "Of the 20 texts that surprise the net least, over twice as many hold one as of all its texts.",
        check(lambda first, all_: first >= 2 * all_, "{:.0%} of those 20, {:.0%} of all 400 texts",
              "twice the share at least", last("level", "loss", "all")),
        "A share among the 20 texts of least loss under twice the share of all texts.",
    ),
)  # fmt: skip
RECORDED = (ExtractionSpec(),)
