"""GloVe: Global Vectors for Word Representation. Pennington, Socher & Manning, EMNLP 2014.

Names follow the paper: X (counts), w, w_ (its w tilde), b, b_ (its b tilde), f, x_max, alpha. Departures:
  - all cells at once take the place of one cell at a time by many threads; AdaGrad then divides by its own
    gradients' squares, not by those of eta times the gradient, which would fly off;
  - J is halved, as in the authors' code, which the paper does not say;
  - dense counts: a vocabulary of hundreds, not of hundreds of thousands.
"""

import torch
from torch import Tensor, nn


def f(X: Tensor, x_max: float = 100.0, alpha: float = 0.75) -> Tensor:
    """Eq. 9: (x / x_max)^alpha below x_max, 1 above; 0 for a cell that was never seen."""
    return (X / x_max).clamp(max=1.0) ** alpha * (X > 0)


class GloVe(nn.Module):
    """Vectors w of words and w_ of contexts (V, d), and their biases b, b_ (V,)."""

    def __init__(self, V: int, d: int):
        super().__init__()
        self.w, self.w_ = (nn.Parameter((torch.rand(V, d) - 0.5) / (d + 1)) for _ in range(2))
        self.b, self.b_ = (nn.Parameter((torch.rand(V) - 0.5) / (d + 1)) for _ in range(2))

    def scores(self) -> Tensor:
        """w_i . w_j~ + b_i + b_j~, which shall be log X_ij: (V, V)."""
        return self.w @ self.w_.T + self.b[:, None] + self.b_

    def J(self, logX: Tensor, weight: Tensor) -> Tensor:
        """Eq. 8, halved: sum over cells of f(X) (scores - log X)^2. logX, weight (V, V)."""
        return 0.5 * (weight * (self.scores() - logX).square()).sum()

    def vectors(self) -> Tensor:
        """Section 4.2: the sum of both, w + w~. (V, d)."""
        return self.w + self.w_


class AdaGrad:
    """Section 4.2 (Duchi et al. 2011): a step is rate x gradient / root of (begin + earlier squares).

    The authors' code is this with rate = 1, begin = 1 / eta^2: it sums squares of eta x gradient from 1.
    """

    def __init__(self, net: GloVe, rate: float = 0.05, begin: float = 1.0):
        self.parts, self.rate = list(net.parameters()), rate
        self.squares = [torch.full_like(part, begin) for part in self.parts]

    @torch.no_grad()
    def step(self) -> None:
        """One step with the gradients at hand."""
        for part, square in zip(self.parts, self.squares, strict=True):
            assert part.grad is not None
            grad = part.grad
            part -= self.rate * grad / square.sqrt()
            square += grad.square()
            part.grad = None


@torch.no_grad()
def log_ratio(net: GloVe, i: int, j: int) -> Tensor:
    """Section 3: (w_i - w_j) . w_k~, with the biases log X_ik / X_jk, for every context word k: (V,)."""
    return (net.w[i] - net.w[j]) @ net.w_.T + net.b[i] - net.b[j]
