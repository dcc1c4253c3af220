"""Variational Inference: A Review for Statisticians. Blei, Kucukelbir & McAuliffe, 2016. arXiv:1601.00670.

Coordinate ascent (CAVI) for a mean-field q(z1) q(z2) on a posterior that is a Gaussian with correlation rho.
Departures from it:
  - the posterior is given as it is, with mean 0 and variances of 1, instead of through a model and data; so
    the evidence is not needed, and the bound is told as its distance from it.
"""

import math

import numpy as np


def precision(rho: float) -> np.ndarray:
    """The inverse of [[1, rho], [rho, 1]]."""
    return np.array([[1, -rho], [-rho, 1]]) / (1 - rho**2)


def update(m: np.ndarray, j: int, rho: float) -> tuple[float, float]:
    """The best q_j while the other stays: q_j ∝ exp E[log p(z_j | z_other)] -> its mean and its variance."""
    L, other = precision(rho), 1 - j
    return -L[j, other] * m[other] / L[j, j], 1 / L[j, j]


def gap(m: np.ndarray, var: np.ndarray, rho: float) -> float:
    """KL(q || p) in nats: how far the bound lies below the evidence. m, var (2,) of q."""
    L = precision(rho)
    expected = 0.5 * (m @ L @ m + (np.diag(L) * var).sum())  # E_q of the energy
    return float(expected - 1 - 0.5 * np.log(var).sum() + 0.5 * math.log(1 - rho**2))
