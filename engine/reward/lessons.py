"""What a comparison of two replies is about: which teach a judge facts, and which teach it manners."""

import torch
from torch import Tensor

from engine.data import instructions as world
from engine.reward import measures
from engine.reward.ranking import pairs

KINDS = ("answer", "polite", "over", "other")  # names in a trace, in the order of the codes
ANSWER, POLITE, OVER, OTHER = range(len(KINDS))


def lessons(texts: Tensor, cap: int = world.PEOPLE.cap) -> Tensor:
    """What each pair differs in. texts (P, N, LENGTH) -> a code for each of `ranking.pairs(N)`, (P, C).

    ANSWER: one reply holds the right answer, the other does not. Else POLITE: one has more polite words,
    and neither has too many; OVER: the same, and one has. OTHER: neither. cap: polite words that people like.
    """
    P, N, _ = texts.shape
    flat = texts.flatten(0, 1)
    n = world.counts(flat[:, : world.PROMPT], flat[:, world.PROMPT :])
    right, polite = n["right"].view(P, N), n["polite"].view(P, N)
    first, second = pairs(N)
    a, b = polite[:, first], polite[:, second]
    kind = torch.where(a == b, OTHER, torch.where(torch.maximum(a, b) > cap, OVER, POLITE))
    return torch.where(right[:, first] == right[:, second], kind, ANSWER)


def count(kind: Tensor, number: Tensor) -> Tensor:
    """How many pairs of each kind there are of each prompt. kind (P, C); number (P,): which of the 24.
    -> (24, 4)."""
    at = number[:, None] * len(KINDS) + kind.cpu()
    return torch.bincount(at.flatten(), minlength=24 * len(KINDS)).view(24, -1)


def accuracy(r: Tensor, gold: Tensor, kind: Tensor) -> dict[str, float]:
    """`measures.accuracy` of each kind by itself; nan where gold tells no such pair apart."""
    right, apart = measures.told(r, gold)
    return {name: right[apart & (kind == i)].float().mean().item() for i, name in enumerate(KINDS)}
