"""Training Compute-Optimal Large Language Models. Hoffmann et al., 2022. arXiv:2203.15556.

Names follow the paper: N parameters, D tokens, C floating-point operations, L loss in nats a token.
Departures from it:
  - only its third approach, the parametric law, is here; nothing is fitted anew;
  - beside its constants stand the same before rounding, and those that Besiroglu et al. (2024,
    arXiv:2404.10102) fitted to points read off its figure 4; the unrounded ones are told there as well.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Law:
    """L(N, D) = E + A / N^alpha + B / D^beta: what no model can do, a model too small, data too few."""

    E: float
    A: float
    B: float
    alpha: float
    beta: float

    def loss(self, N: np.ndarray | float, D: np.ndarray | float) -> np.ndarray:
        """The law itself; N and D of one shape, or one of them a number."""
        return self.E + self.A / np.asarray(N) ** self.alpha + self.B / np.asarray(D) ** self.beta

    def optimum(self, C: np.ndarray | float) -> tuple[np.ndarray, np.ndarray]:
        """N*, D* of least loss where 6 N D = C (eq. 4): N* = G (C / 6)^a, D* = (C / 6)^b / G."""
        G = (self.alpha * self.A / (self.beta * self.B)) ** (1 / (self.alpha + self.beta))
        N = G * (np.asarray(C) / 6) ** self.slope
        return N, np.asarray(C) / 6 / N

    @property
    def slope(self) -> float:
        """a: how fast the advised size grows, N* ~ C^a."""
        return self.beta / (self.alpha + self.beta)

    def tokens(self, L: float, N: np.ndarray) -> np.ndarray:
        """D at which models of N parameters have this loss; inf where no amount suffices."""
        left = L - self.E - self.A / N**self.alpha
        return np.where(left > 0, (self.B / np.maximum(left, 1e-9)) ** (1 / self.beta), np.inf)


PRINTED, UNROUNDED, REFIT = "as printed", "unrounded", "refitted"
LAWS = {
    PRINTED: Law(1.69, 406.4, 410.7, 0.34, 0.28),
    UNROUNDED: Law(1.6934, 406.4, 410.7, 0.3392, 0.2849),
    REFIT: Law(1.8172, 482.01, 2085.43, 0.3478, 0.3658),
}
MODELS = {  # name -> parameters, tokens
    "GPT-3": (175e9, 300e9),
    "Jurassic-1": (178e9, 300e9),
    "Gopher": (280e9, 300e9),
    "MT-NLG": (530e9, 270e9),
    "Chinchilla": (70e9, 1.4e12),
}
GOPHER = 5.76e23  # FLOPs: the budget that Gopher and Chinchilla share
