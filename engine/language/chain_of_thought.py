"""Chain-of-Thought Prompting Elicits Reasoning in Large Language Models. Wei et al., 2022. arXiv:2201.11903.

Section 5's coin: "A coin is heads up. Phoebe flips the coin. Osvaldo does not flip the coin. Is the coin
still heads up?" A chain c of written steps comes before the answer y: first c is drawn from p(c | x), then y
from p(y | x, c). Departures from it:
  - the net is trained to write in one of three ways; the paper shows examples to a net that is trained;
  - two layers of 32 numbers, 27,000 weights, and one token for what each person does, up to 12 of them;
  - a step is the side that lies up after one more person, so the last step is the answer;
  - always the likelier side is written.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.language.gpt import GPT, Reader

N = 12  # people at most
KEEPS, FLIPS, NOBODY, ASK, HEADS, TAILS, DOT = range(7)
WAYS = ("step by step", "dots", "at once")
PEOPLE = ("Ann", "Ben", "Cleo", "Dan", "Eve", "Fay", "Gus", "Hal", "Ida", "Jon", "Kim", "Leo")


def net_of() -> GPT:
    """A small GPT with room for 12 people, the question and 12 sides."""
    return GPT(7, 2 * N + 1)


def sides(people: Tensor) -> Tensor:
    """The side that is up after each person: tails where the flips so far are odd. (B, N) -> (B, N)."""
    return (people == FLIPS).cumsum(1) % 2 + HEADS


def read(people: Tensor, way: str) -> tuple[Tensor, Tensor]:
    """What a net of this way is trained on: tokens it reads (B, T), sides it is to write (B, T), else -100.

    people (B, N): FLIPS or KEEPS, then NOBODY. At once: the answer comes after the question. Dots: the net
    reads one for each step but the last, and learns from the answer alone.
    """
    many, written = (people != NOBODY).sum(1, keepdim=True), sides(people)
    question = people.new_full((len(people), 1), ASK)
    last = torch.arange(N, device=people.device) == many - 1
    told = torch.where(people == NOBODY, NOBODY, written)[:, :-1]
    aim = written.masked_fill(~last, -100)
    if way == WAYS[0]:
        aim = written.masked_fill(people == NOBODY, -100)
    elif way == WAYS[1]:
        told = torch.full_like(told, DOT)
    else:
        told, aim = told[:, :0], written.gather(1, many - 1)
    return torch.cat([people, question, told], 1), F.pad(aim, (N, 0), value=-100)


def loss(net: GPT, people: Tensor, way: str) -> Tensor:
    """Cross-entropy of the sides that are to be written, in nats. people (B, N) -> ()."""
    x, aim = read(people, way)
    return F.cross_entropy(net(x).transpose(1, 2), aim, ignore_index=-100)


@torch.no_grad()
def written(net: GPT, people: Tensor, way: str, edit: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Sides that a net writes, and the chance it gave to tails: (B, N) each, after 1, 2, ..., N tokens.

    The answer about n people is in column n - 1; at once, there is one column. edit (B, N) bool: steps that
    are turned over as they are written, so that the net reads the other side.
    """
    reader, out, chance = Reader(net, len(people)), [], []
    logits = reader.read(torch.cat([people, people.new_full((len(people), 1), ASK)], 1))[:, -1]
    for t in range(1 if way == WAYS[2] else N):
        tails = logits[:, [HEADS, TAILS]].softmax(1)[:, 1]
        side = (tails > 0.5).long() + HEADS
        if edit is not None:
            side = torch.where(edit[:, t], HEADS + TAILS - side, side)
        out.append(side)
        chance.append(tails)
        if t < N - 1 and way != WAYS[2]:
            logits = reader(side if way == WAYS[0] else torch.full_like(side, DOT))
    return torch.stack(out, 1), torch.stack(chance, 1)


def answers(net: GPT, people: Tensor, way: str, edit: Tensor | None = None) -> Tensor:
    """The last word about the coin: (B, N) -> (B,), HEADS or TAILS."""
    said, many = written(net, people, way, edit)[0], (people != NOBODY).sum(1, keepdim=True)
    return said.gather(1, (many - 1).clamp(max=said.shape[1] - 1))[:, 0]


def parsed(flips: Sequence[str]) -> Tensor:
    """Who flips the coin, of all 12 people -> (1, N). Raises ValueError for a stranger."""
    for one in flips:
        if one not in PEOPLE:
            raise ValueError(f"people must be among {', '.join(PEOPLE)}, got {one[:20]!r}")
    return torch.tensor([[FLIPS if one in flips else KEEPS for one in PEOPLE]])
