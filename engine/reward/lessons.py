"""What a comparison of two replies is about: which teach a judge facts, and which teach it manners."""

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.data import instructions as world
from engine.reward.ranking import pairs

KINDS = ("answer", "polite", "over", "other")  # names in a trace, in the order of the codes
ANSWER, POLITE, OVER, OTHER = range(len(KINDS))


@dataclass(frozen=True)
class Lessons:
    """All pairs of N replies to each of P prompts, as places first < second. kind (P, C): a code each."""

    first: Tensor
    second: Tensor
    kind: Tensor


def lessons(texts: Tensor, cap: int = world.PEOPLE.cap) -> Lessons:
    """What each pair differs in. texts (P, N, LENGTH); cap: polite words that people like.

    ANSWER: one reply holds the right answer, the other does not. Else POLITE: one has more polite words,
    and neither has too many; OVER: the same, and one has. OTHER: neither.
    """
    P, N, _ = texts.shape
    flat = texts.flatten(0, 1)
    n = world.counts(flat[:, : world.PROMPT], flat[:, world.PROMPT :])
    right, polite = n["right"].view(P, N), n["polite"].view(P, N)
    first, second = pairs(N)
    a, b = polite[:, first], polite[:, second]
    kind = torch.where(a == b, OTHER, torch.where(torch.maximum(a, b) > cap, OVER, POLITE))
    kind = torch.where(right[:, first] == right[:, second], kind, ANSWER)
    return Lessons(first, second, kind)


def count(seen: Lessons, number: Tensor) -> Tensor:
    """How many pairs of each kind there are of each prompt. number (P,): which of the 24. -> (24, 4)."""
    at = number[:, None] * len(KINDS) + seen.kind.cpu()
    return torch.bincount(at.flatten(), minlength=24 * len(KINDS)).view(24, -1)


def told(r: Tensor, gold: Tensor, seen: Lessons, least: float = 0.01) -> list[float]:
    """The share of pairs of each kind that r orders as gold does; pairs nearer than `least` are no pairs.

    r, gold (P, N) -> one number for each of KINDS; nan where there is no pair.
    """
    truly = gold[:, seen.first] - gold[:, seen.second]
    hit = (r[:, seen.first] - r[:, seen.second]) * truly > 0
    return [
        hit[(seen.kind == kind) & (truly.abs() > least)].float().mean().item() for kind in range(len(KINDS))
    ]
