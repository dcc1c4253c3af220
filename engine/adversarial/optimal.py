"""Generative Adversarial Nets. Goodfellow et al., 2014. arXiv:1406.2661.

Section 4, where nothing is learned: the best discriminator of a given generator, and what the game is worth
against it. Names follow the paper: D, V, p of the data, q of the generator (its p_g). Departures from it:
  - one dimension, and integrals as sums over an even grid; densities come as logarithms, so that none is 0;
  - a target of the data below 1: one-sided label smoothing (Salimans et al., 2016, arXiv:1606.03498);
  - the game of two numbers, V(x, y) = x y, is of Goodfellow's tutorial of 2016 (arXiv:1701.00160).
"""

import numpy as np

X = np.linspace(-20, 20, 2001)  # the line
DX = float(X[1] - X[0])


def log_normal(mu: float, sigma: float) -> np.ndarray:
    """The log density of a Gaussian on the line."""
    return -0.5 * ((X - mu) / sigma) ** 2 - np.log(sigma * np.sqrt(2 * np.pi))


def integral(f: np.ndarray) -> float:
    """Over the line."""
    return float(f.sum() * DX)


def best_D(p: np.ndarray, q: np.ndarray, target: float = 1.0) -> np.ndarray:
    """Proposition 1: D*(x) = p / (p + q) makes V largest at each x; with a target, target p / (p + q)."""
    return target / (1 + np.exp(np.clip(q - p, -700, 700)))


def V(p: np.ndarray, q: np.ndarray, D: np.ndarray | None = None) -> float:
    """Eq. 1 as an integral: E_p[log D] + E_q[log(1 - D)]; without a D, against D*, where log D* is
    -log(1 + q / p)."""
    if D is None:
        return -integral(np.exp(p) * np.logaddexp(0, q - p)) - integral(np.exp(q) * np.logaddexp(0, p - q))
    return integral(np.exp(p) * np.log(D)) + integral(np.exp(q) * np.log1p(-D))


def KL(p: np.ndarray, q: np.ndarray) -> float:
    """The integral of p log(p / q), in nats."""
    return integral(np.exp(p) * (p - q))


def JSD(p: np.ndarray, q: np.ndarray) -> float:
    """The Jensen-Shannon divergence: the mean KL of the two to their half-and-half mixture."""
    m = np.logaddexp(p, q) - np.log(2)
    return (KL(p, m) + KL(q, m)) / 2


def orbit(eta: float, steps: int, alternating: bool, start: tuple[float, float] = (1.0, 0.0)) -> np.ndarray:
    """min over x, max over y of V = x y, by gradient steps of eta: both at once; or alternating, x first, and
    y sees where x has gone. -> (steps + 1, 2)."""
    x, y = start
    way = [(x, y)]
    for _ in range(steps):
        new = x - eta * y  # dV/dx = y
        x, y = new, y + eta * (new if alternating else x)  # dV/dy = x
        way.append((x, y))
    return np.array(way)
