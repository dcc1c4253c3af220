"""Generating Diverse High-Fidelity Images with VQ-VAE-2. Razavi, van den Oord & Vinyals, 2019.
arXiv:1906.00446.

Stage 2: what is likely of the top codes, and of the bottom codes given the top ones. Both nets are this
project's PixelCNN over codes (`prior`).
Departures from it:
  - no self-attention in the top prior, no residual or dropout stack of the paper's size, no labels of
      classes;
  - the bottom prior hears the top codes once, below its masked layers, through one convolution;
  - no rejection of samples by a classifier.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.autoregressive.sampling import sample
from engine.codes.prior import CodePrior, OneCodeAtATime
from engine.codes.two_levels import up


class BottomPrior(CodePrior):
    """p(k_b | k_t) = prod_i p(k_i | k_1, ..., k_{i-1}, k_t): masked over the bottom codes, not over the
    top."""

    def __init__(self, K_t: int, K_b: int, layers: int, channels: int, vector: int = 16):
        super().__init__(K_b, layers, channels, vector=vector)
        self.top = nn.Embedding(K_t, vector)
        self.tell = nn.Sequential(nn.Conv2d(vector, channels, 3, 1, 1), nn.ReLU(), up(channels, channels))

    def told(self, k_t: Tensor | None, n: int) -> Tensor:
        """What the top codes (n, 4, 4) say to each bottom cell -> (n, C, 8, 8); None: zeros in their
        place."""
        e = self.top.weight.new_zeros(n, 4, 4, self.top.embedding_dim) if k_t is None else self.top(k_t)
        return self.tell(e.permute(0, 3, 1, 2))

    def given(self, k_b: Tensor, k_t: Tensor | None) -> Tensor:
        """The logits of all bottom codes at once: (B, 8, 8), (B, 4, 4) -> (B, K_b, 8, 8)."""
        z = self.first(self.embed(k_b)) + self.told(k_t, len(k_b))
        return self.out(self.hidden(self.blocks(z).relu()).relu())

    def stepwise(self, k_t: Tensor | None, n: int) -> "GivenTop":
        """The same, one bottom code after the other."""
        return GivenTop(self, k_t, n)


class GivenTop(OneCodeAtATime):
    """As one code at a time, and each cell hears the top."""

    def __init__(self, net: BottomPrior, k_t: Tensor | None, n: int):
        super().__init__(net, n, 8, 8)
        told, alone = net.told(k_t, n), self.first
        self.first = lambda cells, row, col: alone(cells, row, col) + told[:, :, row, col]


class TwoPriors(nn.Module):
    """Both priors. sees: whether the bottom one hears the top; its weights are as many without."""

    def __init__(self, K_t: int, K_b: int, layers: int, channels: int, sees: bool):
        super().__init__()
        self.sees = sees
        self.top, self.bottom = (
            CodePrior(K_t, layers, channels, kernel=5),
            BottomPrior(K_t, K_b, layers, channels),
        )

    def nats(self, k_t: Tensor, k_b: Tensor) -> tuple[Tensor, Tensor]:
        """What a code costs, in nats: of the top, and of the bottom given the top. Means."""
        given = self.bottom.given(k_b, k_t if self.sees else None)
        return F.cross_entropy(self.top(k_t), k_t), F.cross_entropy(given, k_b)

    @torch.no_grad()
    def write(self, top: Tensor, bottom: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Top, then bottom given top: random numbers (n, 4, 4) and (n, 8, 8) in [0, 1) -> k_t, k_b, and the
        probabilities (n, 16, K_t), (n, 64, K_b) that each was drawn from."""
        n = len(top)
        k_t, p_t = sample(self.top.pixelwise(n, 4, 4), top)
        k_b, p_b = sample(self.bottom.stepwise(k_t if self.sees else None, n), bottom)
        return k_t, k_b, p_t, p_b
