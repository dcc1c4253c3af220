"""Sarsa and Q-learning. Rummery & Niranjan, 1994; Watkins & Dayan, 1992; as in Sutton & Barto, 2018, ch. 6.

Names follow the book: Q, alpha, gamma, epsilon, R, S, A. Departures from it:
  - a table is a list of lists, [cell][move], which plain Python reads fastest;
  - draws are handed in, so that two learners can have the same.
"""

from collections.abc import Sequence


def explore(q: Sequence[float], epsilon: float, draws: Sequence[float]) -> int:
    """epsilon-greedy: with chance epsilon any move, else the best, ties by chance. draws (3,) in [0, 1)."""
    if draws[0] < epsilon:
        return int(draws[1] * len(q))
    best = max(q)
    ties = [a for a, value in enumerate(q) if value == best]
    return ties[int(draws[2] * len(ties))]


def sarsa(R: float, gamma: float, q: Sequence[float], A: int) -> float:
    """R + gamma Q(S', A'): the next move as it will be made, explored or not. q: of S'; A: the next move."""
    return R + gamma * q[A]


def expected_sarsa(R: float, gamma: float, q: Sequence[float], epsilon: float) -> float:
    """R + gamma E Q(S', A'): the mean over what an epsilon-greedy walker may do next."""
    return R + gamma * ((1 - epsilon) * max(q) + epsilon * sum(q) / len(q))


def q_learning(R: float, gamma: float, q: Sequence[float]) -> float:
    """R + gamma max_a Q(S', a): the next move as if it were the best one, whatever is made."""
    return R + gamma * max(q)


def update(q: list[float], A: int, target: float, alpha: float) -> float:
    """Q(S, A) += alpha (target - Q(S, A)), in place. Returns the temporal difference."""
    delta = target - q[A]
    q[A] += alpha * delta
    return delta
