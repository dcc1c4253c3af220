"""Explaining and Harnessing Adversarial Examples. Goodfellow, Shlens & Szegedy, 2014. arXiv:1412.6572.

Section 5: logistic regression, where the sign of the gradient is the worst there is, and is known in closed
form. Names follow the paper: w, b, y in {-1, 1}, epsilon. Departures from it:
  - trained by Newton's method on the paper's clean loss, with a small weight decay: classes that a line parts
    would else make w grow without end;
  - nothing is cut to [0, 1] here, as in the paper, so that all sums are exact.
"""

import numpy as np


def gradient(w: np.ndarray, b: float, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Of the loss log(1 + exp(-y (w.x + b))) by x: -y w, times a chance, which is never
    below 0. So its sign is -y sign(w). x (B, n), y (B,) of -1 and 1 -> (B, n)."""
    wrong = 1 / (1 + np.exp(y * (x @ w + b)))  # how likely the other class is
    return (-y * wrong)[:, None] * w


def worst(w: np.ndarray, epsilon: float) -> float:
    """epsilon ||w||_1: how far the margin y (w.x + b) falls when each pixel moves epsilon against it."""
    return float(epsilon * np.abs(w).sum())


def deviation(w: np.ndarray, epsilon: float) -> float:
    """epsilon ||w||_2: one standard deviation of how far random signs move the margin."""
    return float(epsilon * np.sqrt(w @ w))


def fit(x: np.ndarray, y: np.ndarray, decay: float, steps: int = 20) -> tuple[np.ndarray, float]:
    """Minimise the mean loss + decay/2 ||w||^2 by Newton's method -> w (n,), b."""
    n = x.shape[1]
    with_one = np.concatenate([x, np.ones((len(x), 1))], 1)
    pull = decay * np.append(np.ones(n), 1e-6)  # hardly any on b
    theta = np.zeros(n + 1)
    for _ in range(steps):
        wrong = 1 / (1 + np.exp(y * (with_one @ theta)))
        slope = pull * theta - with_one.T @ (y * wrong) / len(x)
        bend = (with_one * (wrong * (1 - wrong))[:, None]).T @ with_one / len(x) + np.diag(pull)
        theta = theta - np.linalg.solve(bend, slope)
    return theta[:n], float(theta[n])
