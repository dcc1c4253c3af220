"""A room of voters, simulated or real: what its votes say, and which pair to ask next."""

from dataclasses import dataclass

import numpy as np

from engine.reward import bradley_terry as bt

SPLIT = 1.25  # nats an item that a second order gains by chance at most: 24 united rooms gained 0 to 0.94
FEW = 6  # votes a voter, below which nobody can tell camps from slips


@dataclass(frozen=True)
class Reading:
    """All that the projector shows of a room's votes."""

    u: np.ndarray  # (n,)
    se: np.ndarray  # (n,)
    wins: np.ndarray  # (n, n)
    next: tuple[int, int]
    bits: float  # that the next vote is expected to tell
    agree: float  # nan where no two voters met on a pair
    couples: int
    cycles: list[tuple[int, int, int]]


@dataclass(frozen=True)
class Camps:
    """Two orders in place of one."""

    u: np.ndarray  # (2, n)
    belongs: np.ndarray  # (voters,): to camp 0
    gain: float  # log-likelihood above that of one order, in nats
    price: float  # what a second order gains in a room of one camp, at most

    @property
    def split(self) -> bool:
        """The room is better told as two."""
        return self.gain > self.price


def read(votes: np.ndarray, voter: np.ndarray, n: int, rng: np.random.Generator) -> Reading:
    """Fit the room's votes (winner, loser) by voters numbered from 0."""
    W = bt.wins(votes, n)
    found = bt.fit(W)
    se = bt.spread_of(found.covariance)
    i, j, bits = best_pair(found, W, rng)
    agree, couples = bt.agreement(votes, voter) if len(votes) else (float("nan"), 0)
    return Reading(found.theta, se, W, (i, j), bits, agree, couples, bt.cycles(W))


def best_pair(found: bt.Fit, W: np.ndarray, rng: np.random.Generator) -> tuple[int, int, float]:
    """The pair whose next vote tells most; among equals, by lot."""
    bits = bt.information(found.theta, found.covariance)
    lot = 1e-4 * rng.random(bits.shape)
    i, j = np.unravel_index(np.argmax(bits + lot), bits.shape)
    return int(i), int(j), float(bits[i, j])


def split(votes: np.ndarray, voter: np.ndarray, n: int, rng: np.random.Generator) -> Camps | None:
    """Two camps fitted to the room; None where its voters said too little to tell."""
    who = int(voter.max()) + 1 if len(voter) else 0
    if who < 4 or len(votes) < FEW * who:
        return None
    u, belongs, two = bt.two_camps(votes, voter, n, rng)
    one = bt.fit(bt.wins(votes, n)).theta
    alone = float(-np.logaddexp(0, -(one[votes[:, 0]] - one[votes[:, 1]])).sum())
    return Camps(u, belongs, two - alone, SPLIT * n)


@dataclass(frozen=True)
class Room:
    """A simulated room: its items' true worth, its votes, and who gave them."""

    true: np.ndarray  # (n,)
    votes: np.ndarray  # (votes, 2)
    voter: np.ndarray  # (votes,)
    camp: np.ndarray  # (voters,): 1, or -1 for those who want the opposite
    X: np.ndarray | None


def simulated(
    seed: int,
    n: int,
    voters: int,
    votes: int,
    scale: float,
    minority: float,
    lazy: float,
    rule: str,
    features: int = 0,
) -> Room:
    """Voters in turn; each says what it prefers, with the Bradley-Terry model's own chance of a slip.

    lazy: the share of voters that always press left. A pair's sides are drawn by lot.
    """
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, features)) if features else None
    true = scale * (
        rng.standard_normal(n) if X is None else X @ rng.standard_normal(features) / features**0.5
    )
    camp = np.where(np.arange(voters) < round(minority * voters), -1, 1)
    idle = np.arange(voters) >= round((1 - lazy) * voters)
    seat = rng.permutation(voters)
    given = np.zeros((votes, 2), int)
    bits = np.zeros((n, n))
    for t in range(votes):
        if rule == "random":
            i, j = rng.choice(n, 2, replace=False)
        else:
            if t % 10 == 0 or not np.isfinite(bits).any():  # as if worth were free numbers
                found = bt.fit(bt.wins(given[:t], n))
                bits = bt.information(found.theta, found.covariance) + 1e-4 * rng.random((n, n))
            i, j = np.unravel_index(np.argmax(bits), bits.shape)
            bits[i, j] = bits[j, i] = -np.inf  # not again before the next fit
            i, j = (i, j) if rng.random() < 0.5 else (j, i)
        who = seat[t % voters]
        left = idle[who] or rng.random() < bt.sigma(np.array(camp[who] * (true[i] - true[j])))
        given[t] = (i, j) if left else (j, i)
    return Room(true, given, seat[np.arange(votes) % voters], camp, X)


def features(images: np.ndarray) -> np.ndarray:
    """Six things to see in pictures (n, H, W) of values in [0, 1], each standardised over the set: (n, 6).

    Ink, height and width of the ink, likeness to its mirror images, and how sharp its edges are.
    """
    h, w = images.shape[1:]
    ink = images.sum((1, 2)) + 1e-9
    row, col = np.arange(h)[:, None], np.arange(w)[None, :]

    def spread(of: np.ndarray) -> np.ndarray:
        mean = (images * of).sum((1, 2)) / ink
        return np.sqrt((images * (of - mean[:, None, None]) ** 2).sum((1, 2)) / ink)

    mirrored = [
        1 - np.abs(images - flip).sum((1, 2)) / (2 * ink) for flip in (images[:, :, ::-1], images[:, ::-1])
    ]
    edges = np.abs(np.diff(images, axis=1)).sum((1, 2)) + np.abs(np.diff(images, axis=2)).sum((1, 2))
    X = np.stack([ink, spread(row + 0 * col), spread(col + 0 * row), *mirrored, edges / ink], 1)
    return (X - X.mean(0)) / (X.std(0) + 1e-9)


NAMES = ("much ink", "tall", "wide", "left as right", "top as bottom", "sharp edges")


def rank_correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Spearman's: the correlation of the two orders."""
    return float(np.corrcoef(np.argsort(np.argsort(a)), np.argsort(np.argsort(b)))[0, 1])
