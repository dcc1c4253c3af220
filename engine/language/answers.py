"""What a model of the toy world answers, and how well: what the labs of InstructGPT look at."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from engine.core.inputs import Answer, Inputs, whole
from engine.core.trace import Arrays, State
from engine.data import instructions as world
from engine.language import gpt

EXAMPLE = "SOUND cat ? meow please ."  # stands before the question when the web model is given an example
ROOM = world.PAGE - world.LENGTH  # words of examples that a model can read before a question and its reply
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


def judged(net: gpt.GPT, each: int, device: torch.device, example: Sequence[int] = ()) -> Tensor:
    """Replies to every prompt, by the draws that are the same for every model. -> (24 each, LENGTH).

    example: codes of what the model reads before each prompt, a question with a good reply, say.
    """
    before = torch.tensor(example, dtype=torch.long).expand(24 * each, -1)
    texts = drawn(net, torch.cat([before, asked(each)], 1).to(device), torch.Generator().manual_seed(EVAL))
    return texts[:, len(example) :]


def parsed(text: str) -> list[int]:
    """Examples that somebody typed, as codes. Raises ValueError for a word that this world does not have,
    and for more words than a model can read."""
    words = text.split()
    for word in words:
        if word not in world.CODE or word == world.WORDS[world.PAD]:
            raise ValueError(f"“{word[:20]}” is none of the {len(world.WORDS) - 1} words of this world")
    if len(words) > ROOM:
        raise ValueError(f"examples must have at most {ROOM} words, got {len(words)}")
    return [world.CODE[word] for word in words]


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


@torch.no_grad()
def replies(net: gpt.GPT, inputs: Inputs) -> Answer:
    """Probe: replies to every prompt, and what people think of them: {"text": examples that are read first,
    "each": replies to a prompt} -> words (24 each, REPLY), gold (24 each,). All prompts come once before
    any comes again. Raises ValueError as `parsed` does."""
    each = whole(inputs, "each", 1, 20)
    texts = judged(net, each, torch.device("cpu"), parsed(str(inputs.get("text", ""))))
    return {"words": texts[:, world.PROMPT :].numpy().astype(np.uint8), "gold": gold(texts).numpy()}
