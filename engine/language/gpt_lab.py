"""Lab: a small GPT reads the toy web, rude replies and advertisements included."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from engine.core.claims import Claim, at_most, check, last
from engine.core.inputs import Answer, Inputs
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, restored, shots
from engine.data import instructions as world
from engine.language import answers, gpt

PAPERS = ("radford2019",)
BATCH, PAGES, HELD = 64, 6000, 400
EACH = 10  # replies to each prompt that are judged at a moment


@dataclass(frozen=True)
class GptSpec(Spec):
    steps: int = param(800, "Training steps", "Batches of 64 pages of the web.", low=10, high=2000)
    lr: float = param(3e-3, "Learning rate", "Step size of Adam.", low=1e-5, high=1.0, log=True)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: GptSpec, weights: State | None) -> gpt.GPT:
    """The net with these weights, or as it starts from the seed."""
    return restored(spec.seed, weights, lambda: answers.fresh())


def drawn(rng: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Pages to learn from, and pages that are held back: those drawn that are not read anyway."""
    pages, held = world.web(PAGES, rng), world.web(HELD, rng)
    return pages, held[~world.known(held, pages)]


def split(spec: GptSpec) -> tuple[np.ndarray, np.ndarray]:
    """Pages that it reads, and pages that it is measured by."""
    pages, held = drawn(torch.Generator().manual_seed(spec.seed))
    return pages.numpy(), held.numpy()


def run(spec: GptSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Next words of pages. `given["start"]` makes a fork."""
    rng = torch.Generator().manual_seed(spec.seed)
    pages, held = (part.to(device) for part in drawn(rng))
    alone = by_frequency(pages, held)
    net = restore(spec, given.get("start")).to(device)
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr)
    moments = Moments(spec.steps, 24)

    def look() -> dict[str, Arrays]:
        shown, points = answers.cards(net, EACH, device)
        said = answers.judged(net, EACH, device)[:, world.PROMPT :]
        figures = {
            "gold": points,
            "held": _of(net, held),
            "alone": alone,
            "rude": holds(said, world.RUDE),
            "buy": holds(said, ("buy",)),
        }
        return {"cards": shown, "level": {k: np.asarray(v, np.float32) for k, v in figures.items()}}

    yield from shots(0, 0, look(), net, half=True)
    for step in range(1, spec.steps + 1):
        some = pages[torch.randint(PAGES, (BATCH,), generator=rng)]
        loss = gpt.loss(net, some, some != world.PAD)
        adam.zero_grad()
        loss.backward()
        adam.step()
        yield Step(step, spec.steps, {"loss": loss.item()})
        if (moment := moments.at(step)) is not None:
            yield from shots(moment, step, look(), net, half=True)


def by_frequency(pages: torch.Tensor, held: torch.Tensor) -> float:
    """What a word of held-back pages costs who knows but how frequent each word is, in nats."""
    times = torch.bincount(pages[:, 1:].flatten(), minlength=len(world.WORDS)).double()
    times[world.PAD] = 0
    words = held[:, 1:][held[:, 1:] != world.PAD]
    return -(times / times.sum()).log()[words].mean().item()


def holds(replies: torch.Tensor, words: Sequence[str]) -> float:
    """The share of replies (N, REPLY) that hold one of these words."""
    return torch.stack([(replies == world.CODE[word]).any(1) for word in words]).any(0).float().mean().item()


@torch.no_grad()
def _of(net: gpt.GPT, texts: torch.Tensor) -> float:
    return gpt.loss(net, texts, texts != world.PAD).item()


SPEC = GptSpec
PROBES: dict[str, Callable[[gpt.GPT, Inputs], Answer]] = {"replies": answers.replies}
CLAIMS = (
    Claim(
        "It learns to continue pages of the web that it has not read.",
        at_most(
            1.6,
            "{:.2f} nats a word; {:.2f} for who knows how frequent words are, and no more",
            "1.6 at most",
            last("level", "held", "alone"),
        ),
        "More than 1.6 nats a word on pages that were held back.",
    ),
    Claim(
        "To continue a page is not to follow an instruction: some replies insult, some advertise.",
        check(
            lambda gold, rude, buy: gold <= 0.9 and min(rude, buy) >= 0.1,
            "{:.2f} points a reply; {:.0%} insult, {:.0%} advertise",
            "0.9 at most, where the best reply has about 3.6; 10% at least of each",
            last("level", "gold", "rude", "buy"),
        ),
        "Replies that please people by more than 0.9 points, or of which under a tenth insult, or advertise.",
    ),
)
RECORDED = (GptSpec(),)
