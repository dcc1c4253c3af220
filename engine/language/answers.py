"""What a model of the toy world answers, and how well: what the labs of InstructGPT look at."""

import numpy as np
import torch
from torch import Tensor

from engine.core.trace import Arrays, State
from engine.data import instructions as world
from engine.language import gpt

EXAMPLE = "SOUND cat ? meow please ."  # stands before the question when the web model is given an example
EVAL = 5  # seed of the draws that all models are judged by: the same luck for each


def fresh() -> gpt.GPT:
    """An untrained net for this world. Build it inside `seeded`."""
    return gpt.GPT(len(world.WORDS), world.PAGE)


def trained(weights: State) -> gpt.GPT:
    """A net for this world with these weights."""
    net = fresh()
    net.load_state_dict(dict(weights))
    return net


def asked(each: int) -> Tensor:
    """Every prompt `each` times, all prompts once before any comes again. -> (24 each, 3)."""
    return world.prompts().repeat(each, 1)


def drawn(net: gpt.GPT, prompt: Tensor, rng: torch.Generator) -> Tensor:
    """A reply to each prompt. (B, 3) -> (B, LENGTH), prompt and reply."""
    return gpt.sample(net, prompt, world.REPLY, world.END, world.PAD, rng)


def judged(net: gpt.GPT, each: int, device: torch.device) -> Tensor:
    """Replies to every prompt, by the draws that are the same for every model. -> (24 each, LENGTH)."""
    return drawn(net, asked(each).to(device), torch.Generator().manual_seed(EVAL))


def shown_one(net: gpt.GPT, each: int, device: torch.device) -> Tensor:
    """The same from a model that first reads one question with a good reply. -> (24 each, LENGTH)."""
    example = torch.tensor([[world.CODE[word] for word in EXAMPLE.split()]])
    prompt = torch.cat([example.expand(24 * each, -1), asked(each)], 1).to(device)
    return drawn(net, prompt, torch.Generator().manual_seed(EVAL))[:, example.shape[1] :]


def gold(texts: Tensor, weights: world.Gold = world.PEOPLE) -> Tensor:
    """What people think of replies. (B, LENGTH) -> (B,)."""
    return world.gold(texts[:, : world.PROMPT], texts[:, world.PROMPT :], weights)


def cards(net: gpt.GPT, each: int, device: torch.device) -> tuple[Arrays, float]:
    """A model's replies to all prompts with what people think of them, (1, 24, 8) and (1, 24), to be shown;
    and the mean over `each` replies to every prompt."""
    texts = judged(net, each, device)
    points = gold(texts)
    shown = {
        "words": texts[None, :24, world.PROMPT :].cpu().numpy().astype(np.uint8),
        "gold": points[None, :24].cpu().half().numpy(),
    }
    return shown, float(points.mean())
