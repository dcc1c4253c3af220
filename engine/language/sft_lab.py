"""Lab: InstructGPT's step 1. Labellers show how to reply, and the web model learns from their words alone."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.core.claims import Claim, check, ends
from engine.core.inputs import Answer, Inputs, whole
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, shots
from engine.data import instructions as world
from engine.language import answers, gpt
from engine.language.sft import spoken

PAPERS = ("ouyang2022instructgpt", "openai2022chatgpt")
NEEDS = {"base": "language.gpt"}
BATCH = 64
EACH = 10


@dataclass(frozen=True)
class SftSpec(Spec):
    steps: int = param(300, "Training steps", "Batches of 64 demonstrations.", low=10, high=1000)
    texts: int = param(1500, "Demonstrations", "Texts that labellers wrote.", low=20, high=5000)
    questions: bool = param(
        False, "Learn the questions too", "The loss then counts every word, not the replies alone."
    )
    lr: float = param(1e-3, "Learning rate", "Step size of Adam.", low=1e-5, high=1.0, log=True)
    seed: int = param(0, "Seed", "Of the demonstrations and batches.", low=0, high=9999)


def restore(spec: SftSpec, weights: State | None) -> gpt.GPT:
    """The net with these weights; without, an untrained one."""
    return answers.fresh() if weights is None else answers.trained(weights)


def run(spec: SftSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """From the weights of `given["base"]`, or of `given["start"]`: a fork."""
    rng = torch.Generator().manual_seed(spec.seed)
    texts = world.demonstrations(spec.texts, rng).to(device)
    counted = texts != world.PAD if spec.questions else spoken(texts, world.ASK, world.END, world.PAD)
    web = world.web(400, rng).to(device)
    net = restore(spec, given.get("start") or given["base"]).to(device)
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr)
    moments = Moments(spec.steps, 24)

    def look() -> dict[str, Arrays]:
        shown, points = answers.cards(net, EACH, device)
        with torch.no_grad():
            forgot = gpt.loss(net, web, web != world.PAD).item()
        figures = {"gold": points, "web": forgot}
        return {"cards": shown, "level": {k: np.asarray(v, np.float32) for k, v in figures.items()}}

    yield from shots(0, 0, look(), net, half=True)
    for step in range(1, spec.steps + 1):
        some = torch.randint(len(texts), (BATCH,), generator=rng)
        loss = gpt.loss(net, texts[some], counted[some])
        adam.zero_grad()
        loss.backward()
        adam.step()
        yield Step(step, spec.steps, {"loss": loss.item()})
        if (moment := moments.at(step)) is not None:
            yield from shots(moment, step, look(), net, half=True)


@torch.no_grad()
def _talk(net: gpt.GPT, inputs: Inputs) -> Answer:
    """Two turns: {"prompt", "follow": which task is asked next, "seed"} -> words, spoken, and nats: the loss
    of each word, 0 for the first; (22,) each. Only the loss of spoken words is learned from."""
    number, follow = whole(inputs, "prompt", 0, 23), whole(inputs, "follow", 0, 2)
    rng = torch.Generator().manual_seed(whole(inputs, "seed", 0, 9999))
    first = answers.drawn(net, world.prompts()[number][None], rng)[0]
    said = first[first != world.PAD].tolist()
    if said[-1] != world.END:  # cut off: the question after it is nobody's reply
        said.append(world.END)
    talk = [*said, world.CODE[world.TASKS[follow]], world.ASK]
    room = min(world.REPLY, world.PAGE - len(talk))
    whole_ = gpt.sample(net, torch.tensor([talk]), room, world.END, world.PAD, rng)
    text = world.padded([whole_[0].tolist()], world.PAGE)
    marked = spoken(text, world.ASK, world.END, world.PAD)
    nats = torch.cat([torch.zeros(1), -gpt.log_probs(net, text, 1)[0]])
    return {"words": text[0].numpy(), "spoken": marked[0].numpy(), "nats": nats.numpy()}


SPEC = SftSpec
split = None  # its replies are judged by the program that stands for people
PROBES: dict[str, Callable[[gpt.GPT, Inputs], Answer]] = {"replies": answers.replies, "talk": _talk}
CLAIMS = (
    Claim(
        "Demonstrations turn a model of the web into one whose replies people like better.",
        check(
            lambda first, now: now - first >= 0.6,
            "from {:.2f} to {:.2f} points",
            "at least 0.6 points more than the web model",
            ends("level", "gold"),
        ),
        "Fine-tuned replies that please people by no more than 0.6 points above the web model's.",
    ),
)
RECORDED = (SftSpec(),)
