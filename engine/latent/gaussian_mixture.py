"""Variational Inference: A Review for Statisticians. Blei, Kucukelbir & McAuliffe, 2016. arXiv:1601.00670.

Its running example, a Bayesian mixture of K Gaussians of unit variance: μ_k ~ N(0, σ²), c_i is one of K
alike, x_i ~ N(μ_{c_i}, 1). Coordinate ascent (CAVI) on q(μ, c) = Π_k N(μ_k; m_k, s²_k) Π_i Cat(c_i; φ_i).
Departures from it:
  - points lie in a plane: both their coordinates are such a model, and share c_i.
"""

import math

import numpy as np

LOG_2PI = math.log(2 * math.pi)


def assign(x: np.ndarray, m: np.ndarray, s2: np.ndarray) -> np.ndarray:
    """The best q(c) while q(μ) stays: φ_ik ∝ exp(E[μ_k]·x_i − E[|μ_k|²] / 2).

    x (N, 2), m (K, 2), s2 (K,): variance of each coordinate of μ_k -> φ (N, K), rows sum to 1.
    """
    logits = x @ m.T - 0.5 * ((m**2).sum(1) + x.shape[1] * s2)
    odds = np.exp(logits - logits.max(1, keepdims=True))
    return odds / odds.sum(1, keepdims=True)


def place(x: np.ndarray, phi: np.ndarray, sigma2: float) -> tuple[np.ndarray, np.ndarray]:
    """The best q(μ) while q(c) stays: m_k = Σ_i φ_ik x_i / (1/σ² + Σ_i φ_ik), s²_k = 1 / (1/σ² + Σ_i φ_ik).

    x (N, 2), phi (N, K) -> m (K, 2), s2 (K,).
    """
    weight = 1 / sigma2 + phi.sum(0)  # (K,)
    return phi.T @ x / weight[:, None], 1 / weight


def bound(x: np.ndarray, phi: np.ndarray, m: np.ndarray, s2: np.ndarray, sigma2: float) -> float:
    """The ELBO in nats, constants kept: E_q[log p(μ) + log p(c) + log p(x | c, μ)] + H(q(μ)) + H(q(c))."""
    (n, d), k = x.shape, len(m)
    spread = (m**2).sum(1) + d * s2  # E|μ_k|²
    prior = -0.5 * (k * d * (LOG_2PI + math.log(sigma2)) + spread.sum() / sigma2) - n * math.log(k)
    apart = (x**2).sum(1)[:, None] - 2 * x @ m.T + spread  # E|x_i − μ_k|², (N, K)
    seen = -0.5 * (n * d * LOG_2PI + (phi * apart).sum())
    open_ = 0.5 * d * (k * (LOG_2PI + 1) + np.log(s2).sum()) - (phi * np.log(np.maximum(phi, 1e-300))).sum()
    return float(prior + seen + open_)
