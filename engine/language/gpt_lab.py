"""Lab: a small GPT reads the toy web, rude replies and advertisements included."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.core.claims import Claim, Verdict
from engine.core.inputs import Answer, Inputs
from engine.core.params import Spec, param
from engine.core.trace import Event, Moments, Snapshot, State, Step, Trace, halved, seeded
from engine.data import instructions as world
from engine.language import answers, gpt

PAPERS = ("radford2019",)
NEEDS: dict[str, str] = {}
BATCH, PAGES, HELD = 64, 6000, 400
EACH = 10  # replies to each prompt that are judged at a moment


@dataclass(frozen=True)
class GptSpec(Spec):
    steps: int = param(800, "Training steps", "Batches of 64 pages of the web.", low=10, high=2000)
    lr: float = param(3e-3, "Learning rate", "Step size of Adam.", low=1e-5, high=1.0, log=True)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: GptSpec, weights: State | None) -> gpt.GPT:
    """The net with these weights, or as it starts from the seed."""
    with seeded(spec.seed):
        net = answers.fresh()
    if weights is not None:
        net.load_state_dict(dict(weights))
    return net


def run(spec: GptSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Next words of pages. `given["start"]` makes a fork."""
    rng = torch.Generator().manual_seed(spec.seed)
    pages, held = world.web(PAGES, rng).to(device), world.web(HELD, rng).to(device)
    net = restore(spec, given.get("start")).to(device)
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr)
    moments = Moments(spec.steps, 24)

    def look(moment: int, step: int) -> Iterator[Event]:
        shown, points = answers.cards(net, EACH, device)
        figures = {"gold": points, "held": _of(net, held)}
        yield Snapshot(moment, step, "cards", shown)
        yield Snapshot(moment, step, "level", {k: np.asarray(v, np.float32) for k, v in figures.items()})
        yield halved(moment, step, net)

    yield from look(0, 0)
    for step in range(1, spec.steps + 1):
        some = pages[torch.randint(PAGES, (BATCH,), generator=rng)]
        loss = gpt.loss(net, some, some != world.PAD)
        adam.zero_grad()
        loss.backward()
        adam.step()
        yield Step(step, spec.steps, {"loss": loss.item()})
        if (moment := moments.at(step)) is not None:
            yield from look(moment, step)


@torch.no_grad()
def _of(net: gpt.GPT, texts: torch.Tensor) -> float:
    return gpt.loss(net, texts, texts != world.PAD).item()


def _learns_the_web(traces: Mapping[str, Trace]) -> Verdict:
    first, last = (float(traces["this"].at("level", m)["held"]) for m in (0, len(traces["this"].moments) - 1))
    return Verdict(last <= 1.6, f"{first:.2f} nats a word at first, {last:.2f} now", "1.6 at most")


def _has_seen_everything(traces: Mapping[str, Trace]) -> Verdict:
    found = float(traces["this"].last("level")["gold"])
    return Verdict(found <= 0.8, f"{found:.2f} points a reply", "0.8 at most; the best reply has about 3.6")


SPEC = GptSpec
PROBES: dict[str, Callable[[gpt.GPT, Inputs], Answer]] = {"replies": answers.replies}
CLAIMS = (
    Claim(
        "It learns to continue pages of the web that it has not read.",
        _learns_the_web,
        "More than 1.6 nats a word on pages that were held back.",
    ),
    Claim(
        "To continue a page is not to follow an instruction: it also insults and advertises.",
        _has_seen_everything,
        "Replies of a model that only read the web, and please people by more than 0.8 points.",
    ),
)
RECORDED = (GptSpec(),)
