"""Double Q-learning. van Hasselt, 2010. With the example of two states of Sutton & Barto, 2018, ch. 6.7.

Names follow the paper: Q^A and Q^B are the two tables. From A one goes right, which ends the walk with 0, or
left to B with 0; from B each of K moves ends it with a draw from N(mu, 1). Departure from the paper: many
learners of one kind are run at once, an array each, so that what is seen is a mean.
"""

import numpy as np

LEFT = 0


def single(Q: np.ndarray) -> np.ndarray:
    """max_a Q(s', a): picks the best move and believes its number. Q (n, K) -> (n,)."""
    return Q.max(1)


def double(QA: np.ndarray, QB: np.ndarray) -> np.ndarray:
    """Q^B(s', argmax_a Q^A(s', a)): one table picks, the other says what the pick is worth. -> (n,)."""
    return QB[np.arange(len(QA)), QA.argmax(1)]


class Learners:
    """n learners, each with its tables of A (n, 2) and B (n, K): one of each, or two."""

    def __init__(self, n: int, K: int, tables: int):
        self.A, self.B = np.zeros((tables, n, 2)), np.zeros((tables, n, K))

    def explore(self, epsilon: float, draws: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """epsilon-greedy on the sum of the tables, ties by chance: moves at A and at B. draws (n, 6)."""
        moves = []
        for Q, (u, v, ties) in zip((self.A.sum(0), self.B.sum(0)), draws.T.reshape(2, 3, -1), strict=True):
            best = Q.max(1, keepdims=True) == Q
            nth = (ties * best.sum(1)).astype(int)  # which of those that tie
            greedy = (best.cumsum(1) > nth[:, None]).argmax(1)
            moves.append(np.where(u < epsilon, (v * Q.shape[1]).astype(int), greedy))
        return moves[0], moves[1]

    def learn(self, a: np.ndarray, b: np.ndarray, R: np.ndarray, alpha: float, coin: np.ndarray) -> None:
        """One walk of each. a, b: moves at A, and at B where it came there; R: earned at B; all (n,).
        coin: of two tables, the one that learns."""
        which, i = coin * (len(self.A) - 1), np.arange(len(a))
        mine, other = self.B[which, i], self.B[len(self.B) - 1 - which, i]
        ahead = single(mine) if len(self.A) == 1 else double(mine, other)
        self.A[which, i, a] += alpha * (np.where(a == LEFT, ahead, 0) - self.A[which, i, a])
        went = a == LEFT
        which, i, b = which[went], i[went], b[went]
        self.B[which, i, b] += alpha * (R[went] - self.B[which, i, b])
