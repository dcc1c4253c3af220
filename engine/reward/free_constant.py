"""What comparisons leave free: a constant added to the predicted reward of every cell.

Two clips of one length gain as much, so no answer becomes likelier; a walk that never ends gains as much
whatever it does, so no move becomes better. Normalising the predictors takes the constant out again.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.reward import human_preferences as method


@dataclass(frozen=True)
class Shifted:
    """A reward with a constant added, and what follows from it."""

    r_hat: Tensor  # (S,): the mean of the tables, not normalised
    pi: Tensor  # (S, A): the best policy
    walk: tuple[int, ...]  # the cells that it enters, the start first
    odds: Tensor  # (n,): of each answer "the first clip"


def shifted(
    r_hat: Tensor, c: float, sigma1: Tensor, sigma2: Tensor, start: int, random_answers: float, cut: int = 0
) -> Shifted:
    """Add c to every cell of every table r_hat (M, S), and ask again about clips (n, k).

    cut: steps that the second clip is shorter, its last ones. In float64: what is compared with c = 0 must
    differ by the constant alone.
    """
    tables = r_hat.double() + c
    odds = method.preferred(tables, sigma1, sigma2[:, : sigma2.shape[1] - cut], random_answers).mean(0)
    mean = tables.mean(0)
    pi = method.greedy(method.action_values(mean))
    return Shifted(mean, pi, walk(pi, start), odds)


def walk(pi: Tensor, start: int) -> tuple[int, ...]:
    """Where the first of the best moves lead, until a cell comes again."""
    cells = [start]
    while (at := int(method.NEXT[cells[-1], pi[cells[-1]].argmax()])) not in cells:
        cells.append(at)
    return tuple(cells)


def unlike(a: Shifted, b: Shifted) -> tuple[float, int]:
    """The largest change of an answer's chance, and in how many cells the best moves differ."""
    moves = int((a.pi != b.pi).any(1).sum())
    return float((a.odds - b.odds).abs().max()), moves


def torched(cells: object) -> Tensor:
    """Clips as a trace keeps them, as indices."""
    return torch.as_tensor(cells).long()
