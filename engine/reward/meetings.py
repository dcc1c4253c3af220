"""Who agrees with whom in a room of voters, and the circles that its majorities walk in."""

from dataclasses import dataclass

import numpy as np
from scipy.special import bdtr

from engine.reward import bradley_terry as bt


@dataclass(frozen=True)
class Meetings:
    """Every two voters, in an order that shows camps as blocks."""

    voters: np.ndarray  # (V,): their numbers, row by row
    agree: np.ndarray  # (V, V): on how many of their shared pairs two agree, a share; nan: they share none
    met: np.ndarray  # (V, V): how many votes of theirs met on a pair
    first: int  # rows of the first block; V where there is but one


def meetings(
    votes: np.ndarray, voter: np.ndarray, belongs: np.ndarray | None = None, most: int = 200
) -> Meetings:
    """Compare voters (numbered from 0) vote by vote; (winner, loser) in `votes` (n, 2).

    belongs: (voters,) their share in camp 0 of two, where camps were fitted. most: voters compared, those who
    voted most. Blocks keep the order in which voters came, so that a new vote does not shuffle them.
    """
    count = np.bincount(voter, minlength=0) if len(voter) else np.zeros(0, int)
    shown = np.sort(np.argsort(-count, kind="stable")[:most])
    pair = np.sort(votes, 1)
    column = np.unique(pair, axis=0, return_inverse=True)[1].reshape(-1) if len(votes) else voter
    row = np.full(len(count), -1)
    row[shown] = np.arange(len(shown))
    side, kept = (votes[:, 0] != pair[:, 0]).astype(int), row[voter] >= 0
    said = np.zeros((2, len(shown), int(column.max(initial=-1)) + 1), np.float32)  # first or second of a pair
    np.add.at(said, (side[kept], row[voter[kept]], column[kept]), 1)
    same = said[0] @ said[0].T + said[1] @ said[1].T
    met = said.sum(0) @ said.sum(0).T
    np.fill_diagonal(met, 0)
    agree = np.where(met > 0, same / np.maximum(met, 1), np.nan)
    in_first = blocks(agree) if belongs is None else belongs[shown] > 0.5
    if len(in_first) and not in_first[0]:
        in_first = ~in_first  # who came first stands first
    order = np.argsort(~in_first, kind="stable")
    tidy = np.ix_(order, order)
    return Meetings(shown[order], agree[tidy], met[tidy], int(in_first.sum()))


def blocks(agree: np.ndarray) -> np.ndarray:
    """Two groups that agree within and not between, by the sign of the leading eigenvector of agreement
    above a coin's; one group, all True, in a room that agrees. (V, V) -> (V,)"""
    if not len(agree):
        return np.zeros(0, bool)
    above = np.nan_to_num(2 * agree - 1)
    leading = np.linalg.eigh(above)[1][:, -1]
    return leading >= 0 if leading.sum() >= 0 else leading <= 0


def majorities(W: np.ndarray) -> list[tuple[int, int, int, int]]:
    """(leader, other, votes for, votes against) of each pair that was voted on; a tie's leader is the first
    of the two."""
    i, j = np.nonzero(np.triu(W + W.T, 1))
    found = []
    for a, b in zip(i.tolist(), j.tolist(), strict=True):
        a, b = (a, b) if W[a, b] >= W[b, a] else (b, a)
        found.append((a, b, int(W[a, b]), int(W[b, a])))
    return found


def clearest(W: np.ndarray, cycles: list[tuple[int, int, int]]) -> tuple[int, int, int] | None:
    """The circle whose narrowest majority is widest: the hardest to put down to slips."""
    lead = W - W.T
    return max(cycles, key=lambda c: min(lead[c[0], c[1]], lead[c[1], c[2]], lead[c[2], c[0]]), default=None)


def by_slips(u: np.ndarray, W: np.ndarray) -> float:
    """Circles that slips alone are expected to make in as many votes on each pair, were utilities u true.

    The chance of a majority each way is binomial; a circle needs three, and pairs are independent.
    """
    n = W + W.T
    p = bt.sigma(u[:, None] - u[None, :])
    over = np.where(n > 0, 1 - bdtr(np.floor(n / 2), n, p), 0.0)  # (n, n): more than half
    np.fill_diagonal(over, 0)
    return float(np.trace(over @ over @ over) / 3)  # each circle is met from its three corners
