"""Rank Analysis of Incomplete Block Designs: I. The Method of Paired Comparisons. Bradley & Terry, 1952.
Biometrika 39, 324-345.

Names: u (utilities, the logarithm of the paper's pi), i beats j with probability sigma(u_i - u_j).
Departures from it:
  - a Gaussian prior on u: without one, an item that never lost is worth infinitely much;
  - the most probable u is found by Newton's method; plain gradient descent diverges on many votes;
  - error bars are Laplace's: the inverse of the curvature at that point, which the prior makes finite;
  - equal answers are left out; the paper has no ties;
  - features (u = X theta) and two camps with an order each are later ideas, not of the paper.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

PRIOR = 2.0  # standard deviation of u before anybody votes
Votes = np.ndarray  # (n, 2): winner, loser


def wins(votes: Votes, n: int, weights: np.ndarray | None = None) -> np.ndarray:
    """How often each item beat each other: (n, n), row over column."""
    W = np.zeros((n, n))
    np.add.at(W, (votes[:, 0], votes[:, 1]), 1.0 if weights is None else weights)
    return W


def sigma(x: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-x))."""
    return 0.5 * (1 + np.tanh(x / 2))


@dataclass(frozen=True)
class Fit:
    """The most probable parameters, and the curvature there, whose inverse is their covariance."""

    theta: np.ndarray
    H: np.ndarray
    rounds: int  # of Newton's method

    @property
    def covariance(self) -> np.ndarray:
        """Laplace's approximation."""
        return np.linalg.inv(self.H)


def fit(W: np.ndarray, X: np.ndarray | None = None, prior: float = PRIOR) -> Fit:
    """Maximise sum_ij W_ij log sigma(u_i - u_j) - |theta|^2 / (2 prior^2), with u = X theta, or u = theta.

    Newton's method. The objective is concave, so there is one maximum; a step that would lower it is halved.
    """
    n = len(W)
    X = np.eye(n) if X is None else X
    theta, N, rounds = np.zeros(X.shape[1]), W + W.T, 0
    value, H = objective(W, X, theta, prior), np.eye(X.shape[1])
    step = np.ones(X.shape[1])
    while rounds < 50 and np.abs(step).max() > 1e-10:
        u = X @ theta
        P = sigma(u[:, None] - u[None, :])
        slope = X.T @ (W - N * P).sum(1) - theta / prior**2
        pull = N * P * (1 - P)
        H = X.T @ (np.diag(pull.sum(1)) - pull) @ X + np.eye(X.shape[1]) / prior**2
        step = np.linalg.solve(H, slope)
        while objective(W, X, theta + step, prior) < value - 1e-12 and np.abs(step).max() > 1e-12:
            step = step / 2
        theta, rounds = theta + step, rounds + 1
        value = objective(W, X, theta, prior)
    return Fit(theta, H, rounds)


def objective(W: np.ndarray, X: np.ndarray, theta: np.ndarray, prior: float) -> float:
    """The logarithm of likelihood times prior, up to a constant."""
    u = X @ theta
    gap = u[:, None] - u[None, :]
    return float(-(W * np.logaddexp(0, -gap)).sum() - theta @ theta / (2 * prior**2))


def spread_of(covariance: np.ndarray, X: np.ndarray | None = None) -> np.ndarray:
    """Standard errors of u, each against the mean of all: only differences mean anything. (n,)"""
    full = covariance if X is None else X @ covariance @ X.T
    centre = np.eye(len(full)) - 1 / len(full)
    return np.sqrt(np.maximum(np.diag(centre @ full @ centre.T), 0))


def information(u: np.ndarray, covariance: np.ndarray, nodes: int = 15) -> np.ndarray:
    """The bits that the next vote on each pair is expected to tell of u: entropy of the vote, minus the
    entropy that stays when u is known. (n, n), -inf on the diagonal."""
    gap = u[:, None] - u[None, :]
    d = np.diag(covariance)
    var = np.maximum(d[:, None] + d[None, :] - covariance - covariance.T, 0)
    x, w = np.polynomial.hermite_e.hermegauss(nodes)
    P = sigma(gap[..., None] + np.sqrt(var)[..., None] * x)  # (n, n, nodes)
    w = w / w.sum()
    bits = entropy(P @ w) - entropy(P) @ w
    np.fill_diagonal(bits, -np.inf)
    return bits


def entropy(p: np.ndarray) -> np.ndarray:
    """Of a coin, in bits."""
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return -(p * np.log2(p) + (1 - p) * np.log2(1 - p))


def two_camps(
    votes: Votes, voter: np.ndarray, n: int, rng: np.random.Generator, tries: int = 4, rounds: int = 40
) -> tuple[np.ndarray, np.ndarray, float]:
    """Expectation-maximisation for two orders: u (2, n), each voter's share in camp 0, log-likelihood.

    voter (votes,) numbers each vote's giver from 0. The best of several random starts.
    """
    who = int(voter.max()) + 1 if len(voter) else 0
    best = np.zeros((2, n)), np.zeros(who), -np.inf
    for _ in range(tries):
        belongs, total = rng.random(who), -np.inf
        for _ in range(rounds):
            u = np.stack([fit(wins(votes, n, b[voter])).theta for b in (belongs, 1 - belongs)])
            share = float(np.clip(belongs.mean() if who else 0.5, 0.02, 0.98))
            each = -np.logaddexp(0, -(u[:, votes[:, 0]] - u[:, votes[:, 1]]))  # (2, votes)
            said = np.stack([np.bincount(voter, e, minlength=who) for e in each])
            said = said + np.log([[share], [1 - share]])
            before, total = total, float(np.logaddexp(said[0], said[1]).sum())
            belongs = sigma(said[0] - said[1])
            if total > best[2]:
                best = u, belongs, total
            if abs(total - before) < 1e-6:
                break
    return best


def cycles(W: np.ndarray, most: int = 2000) -> list[tuple[int, int, int]]:
    """Triples where each beat the next by majority, and the last the first: no order can please them all."""
    over = W > W.T
    found = []
    for i, j, k in combinations(range(len(W)), 3):
        for a, b, c in ((i, j, k), (i, k, j)):
            if over[a, b] and over[b, c] and over[c, a]:
                found.append((a, b, c))
        if len(found) >= most:
            break
    return found


def agreement(votes: Votes, voter: np.ndarray) -> tuple[float, int]:
    """Of two votes by different voters on one pair, the share that agree; and how many such couples."""
    pair = np.sort(votes, 1)
    first = (votes[:, 0] == pair[:, 0])[:, None]

    def couples(*groups: np.ndarray) -> float:
        """Couples of votes that are alike in all of these."""
        counts = np.unique(np.concatenate(groups, 1), axis=0, return_counts=True)[1]
        return float((counts * (counts - 1) // 2).sum())

    who = voter[:, None]
    total = couples(pair) - couples(pair, who)  # a voter does not count as agreeing with itself
    same = couples(pair, first) - couples(pair, first, who)
    return (same / total if total else float("nan"), int(total))
