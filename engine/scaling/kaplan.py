"""Scaling Laws for Neural Language Models. Kaplan et al., 2020. arXiv:2001.08361.

Names follow the paper: N parameters without embeddings, D tokens, L test loss in nats a token. Departures
from it:
  - its constants belong to its tokens and its texts; here they are only drawn, nothing is fitted to them;
  - of its advice for a budget only the size is taken (table 6); the tokens are what the compute leaves,
    C / 6N, where the paper reckons with an ideal size of batch;
  - its laws of steps and of batch size are left out.
"""

import numpy as np

N_C, ALPHA_N = 8.8e13, 0.076
D_C, ALPHA_D = 5.4e13, 0.095
N_E, P_N = 1.3e9, 0.73
PF_DAY = 1e15 * 24 * 3600  # floating-point operations


def L_N(N: np.ndarray | float) -> np.ndarray:
    """Eq. 1.1: the loss of a model of N parameters where data are no bound."""
    return (N_C / np.asarray(N)) ** ALPHA_N


def L_D(D: np.ndarray | float) -> np.ndarray:
    """Eq. 1.2: the loss of a model that is large enough, stopped early, on D tokens."""
    return (D_C / np.asarray(D)) ** ALPHA_D


def L_ND(N: np.ndarray | float, D: np.ndarray | float) -> np.ndarray:
    """Eq. 1.5: both at once. For D without end it is L(N), for N without end L(D)."""
    return ((N_C / np.asarray(N)) ** (ALPHA_N / ALPHA_D) + D_C / np.asarray(D)) ** ALPHA_D


def bend(D: np.ndarray | float) -> np.ndarray:
    """The size N at which both terms of eq. 1.5 are alike: from there on, data hold the loss up."""
    return N_C * (np.asarray(D) / D_C) ** (ALPHA_D / ALPHA_N)


def optimum(C: np.ndarray | float) -> np.ndarray:
    """Table 6: the size N that loses least for a compute of C floating-point operations."""
    return N_E * (np.asarray(C) / PF_DAY) ** P_N
