"""Value iteration, and its end by a linear solve. Bellman, 1957; as in Sutton & Barto, 2018, ch. 3, 4.

Names follow the book: v, q, pi, p, r, gamma. Departures from it:
  - p and r are arrays of all moves and cells, and a sweep updates all cells at once, from the old values;
  - a policy that finds several moves as good takes each of them as often.
"""

import numpy as np

TIE = 1e-9  # moves whose values lie no further apart are as good


def backup(P: np.ndarray, r: np.ndarray, v: np.ndarray, gamma: float) -> np.ndarray:
    """q(s, a) = r(s, a) + gamma sum_s' p(s' | s, a) v(s'). P (A, n, n), r (A, n), v (n,) -> (A, n)."""
    return r + gamma * P @ v


def value_iteration(
    P: np.ndarray, r: np.ndarray, gamma: float, most: int, least: float = 1e-10
) -> list[np.ndarray]:
    """v <- max_a q, sweep by sweep, from 0, until no value moves by more than `least` -> (n,) a sweep."""
    v = [np.zeros(r.shape[1])]
    while len(v) <= most:
        v.append(backup(P, r, v[-1], gamma).max(0))
        if np.abs(v[-1] - v[-2]).max() <= least:
            break
    return v


def greedy(q: np.ndarray) -> np.ndarray:
    """pi(a | s): the best moves, each as often. q (A, n) -> (A, n)."""
    best = q >= q.max(0) - TIE
    return best / best.sum(0)


def evaluate(P: np.ndarray, r: np.ndarray, pi: np.ndarray, gamma: float) -> np.ndarray | None:
    """v of a policy, from (I - gamma P_pi) v = r_pi; None where that has no one answer. pi (A, n) -> (n,)."""
    followed = np.einsum("as,ast->st", pi, P)
    system = np.eye(len(followed)) - gamma * followed
    if np.linalg.cond(system) > 1e12:
        return None
    return np.linalg.solve(system, (pi * r).sum(0))
