"""Simple Statistical Gradient-Following Algorithms for Connectionist Reinforcement Learning. Williams, 1992.

REINFORCE on a bandit: arms with normal rewards, one choice, no states. Names: pi, q, r, b (the baseline).
Departures from it: a softmax over logits; the mean reward q and so the exact gradient are known.
"""

import numpy as np


def softmax(theta: np.ndarray) -> np.ndarray:
    """(..., K) -> (..., K)."""
    e = np.exp(theta - theta.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def exact(pi: np.ndarray, q: np.ndarray) -> np.ndarray:
    """The gradient of sum_a pi(a) q(a) by the logits: pi(a) (q(a) - V). (..., K) -> (..., K)."""
    return pi * (q - (pi * q).sum(-1, keepdims=True))


def estimate(pi: np.ndarray, a: np.ndarray, r: np.ndarray, b: np.ndarray) -> np.ndarray:
    """grad log pi(a) (r - b), averaged over n draws. pi (B, K); a, r (B, n); b (B, 1) -> (B, K)."""
    log_gradient = np.eye(pi.shape[-1])[a] - pi[:, None]  # (B, n, K)
    return (log_gradient * (r - b)[:, :, None]).mean(1)


def variance(pi: np.ndarray, q: np.ndarray, spread: float, b: float, n: int = 1) -> float:
    """The estimate's variance, summed over its parts, in closed form. pi, q (K,)."""
    square = np.square(np.eye(len(pi)) - pi).sum(1)  # (K,), |grad log pi(a)|^2
    second = (pi * square * (np.square(q - b) + spread**2)).sum()
    return float((second - np.square(exact(pi, q)).sum()) / n)


def drawn(pi: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Which arm each uniform number picks. pi (B, K), u (B, n) -> (B, n)."""
    return (u[:, :, None] > pi.cumsum(-1)[:, None, :-1]).sum(-1)
