"""Lab: one text, written word by word from a prompt, beside what people wrote there. Nothing is trained."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor

from engine.attention.decoding import likeliest, write
from engine.core.claims import Claim, check, last
from engine.core.params import Spec, param
from engine.core.trace import Event, State, Step, shots
from engine.language import corpus, cutting, decoding, degeneration, marked, writers
from engine.words.tokenizer import Tokenizer

PAPERS = ("holtzman2020degeneration", "fan2018story")
NEEDS = {"base": "language.base"}
METHODS = ("greedy", "beam search", "sampling")
READ, LENGTH = 20, 80  # words of the prompt, and that are written
GRAM = 4  # words in a row that count as repeated
DEPTH, TRIES = 6, 16  # of the tree of a beam; tries a step, 2B of them at most


@dataclass(frozen=True)
class DecodingSpec(Spec):
    method: str = param(
        "sampling",
        "Method",
        "The likeliest word; the likeliest text; words drawn by lot.",
        choices=METHODS,
    )
    source: str = param(
        "small GPT", "Model", "Looks back 2 words, 4, or all.", choices=writers.SOURCES
    )  # fmt: skip
    temperature: float = param(
        1.0, "Temperature", "Below 1 likely words gain. Sampling only.", low=0.1, high=2.0
    )
    k: int = param(
        corpus.VOCABULARY, "Top k", "Likeliest words that stay. Sampling only.", low=1, high=corpus.VOCABULARY
    )
    p: float = param(
        0.95, "Nucleus p", "What the words that stay have together. Sampling only.", low=0.05, high=1.0
    )
    beam: int = param(4, "Beam B", "Texts that stay after each word. Beam search only.", low=1, high=8)
    passage: int = param(26, "Passage", "Which held-out text is gone on with.", low=0, high=99)
    seed: int = param(0, "Seed", "Of the passages' order, and of the luck of the drawing.", low=0, high=9999)


def restore(spec: DecodingSpec, weights: State | None) -> Tokenizer:
    """How texts are cut into words: nothing is learned here."""
    return cutting.cutter(weights)


def split(spec: DecodingSpec) -> tuple[np.ndarray, np.ndarray]:
    """Pieces that the models have read, and those that are gone on with."""
    length = READ + LENGTH
    return cutting.pieces(corpus.read("prose").train, length), writers.passages(length, spec.seed)


def run(spec: DecodingSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Moment t is the text after t words. On the CPU whatever the device; a fork begins anew."""
    pairs = torch.tensor(restore(spec, None).pairs, dtype=torch.int16)
    yield from shots(0, 0, {}, {"pairs": pairs})  # to read the corpus takes another second or two
    net = writers.small(given["base"])
    passages = writers.passages(READ + LENGTH, spec.seed)
    passage = torch.from_numpy(passages[spec.passage % len(passages)])[None]
    prompt, people = passage[:, :READ], passage[:, READ:]
    start = partial(writers.writer, spec.source, net, prompt)
    words, tree = chosen(spec, start, prompt[:, -1])
    log_p = {
        "said": writers.heard(spec.source, net, prompt, words),
        "people": writers.heard(spec.source, net, prompt, people),
    }
    texts = {"said": words, "people": people}
    p = {who: np.exp(-marked.lost(texts[who], log_p[who])[0]) for who in texts}
    text = {who: ids[0].numpy().astype(np.int16) for who, ids in texts.items()}
    text |= {f"p_{who}": one.astype(np.float32) for who, one in p.items()}
    text["prompt"] = prompt[0].numpy().astype(np.int16)
    yield from shots(0, 0, {"text": text, "tree": tree})
    for t in range(1, LENGTH + 1):
        told = {f"p_{who}": float(one[t - 1]) for who, one in p.items()}
        told |= {f"loss_{who}": float(-np.log(one[:t]).mean()) for who, one in p.items()}
        told |= {f"repeated_{who}": _repeated(text[who][:t]) for who in texts}
        yield Step(t, LENGTH, told)
        yield from shots(t, t, {"text": text, "tree": tree})


def chosen(spec: DecodingSpec, start: partial, first: Tensor) -> tuple[Tensor, dict[str, np.ndarray]]:
    """The words (1, LENGTH) that the method writes, and the first steps of a beam from the same prompt."""
    beams = decoding.beam_search(start, first, LENGTH if spec.method == METHODS[1] else DEPTH, spec.beam)
    grown = {"parent": beams.parent, "word": beams.word, "total": beams.total}
    tree = {
        name: np.pad(part[:DEPTH, 0].numpy(), ((0, 0), (0, TRIES - 2 * spec.beam)))
        for name, part in grown.items()
    }
    tree = {"total": tree.pop("total").astype(np.float32)} | {n: a.astype(np.int16) for n, a in tree.items()}
    if spec.method == METHODS[1]:
        return beams.words[:, 0], tree
    luck = torch.rand(LENGTH, 1, generator=torch.Generator().manual_seed(spec.seed), dtype=torch.float64)
    drawn = decoding.by(luck, spec.temperature, spec.k, spec.p)
    return write(start(1), first, LENGTH, likeliest if spec.method == METHODS[0] else drawn)[0], tree


def _repeated(ids: np.ndarray) -> float:
    return degeneration.repeated(ids, GRAM) if len(ids) >= GRAM else 0.0


SPEC = DecodingSpec
CLAIMS = (
    Claim(
        "In this passage the words of beam search are likelier to the model than people's.",
        check(
            lambda said, people: said >= people + 0.1,
            "mean probability {0:.2f}, of people's words {1:.2f}",
            "0.1 higher at least",
            last("text", "p_said", "p_people", runs=("beam",), of=lambda p: np.asarray(p, float).mean()),
        ),
        "A passage in which the mean probability of the beam's words is not 0.1 above that of people's.",
        {"beam": {"method": "beam search", "k": corpus.VOCABULARY}},
    ),
)
RECORDED = (
    DecodingSpec(),
    DecodingSpec(method="greedy"),
    DecodingSpec(method="beam search", passage=3),
    DecodingSpec(k=2),
)
