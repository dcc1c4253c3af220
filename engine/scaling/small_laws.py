"""Scaling Laws for Neural Language Models. Kaplan et al., 2020. arXiv:2001.08361. In small.

The net is that of Bengio et al. (2003): two previous tokens, a hidden layer, the next token. Departures:
  - the text is drawn from a source of order 2 whose probabilities are known, so the least possible loss (its
    entropy) is known, and every loss is reckoned exactly, over all contexts, instead of on a test text;
  - a model grows in the width of one layer; it has no depth;
  - one learning rate for all sizes, falling as 1 / sqrt(step), so that each moment might be the last one.
"""

from dataclasses import dataclass

import numpy as np
import torch
from scipy.special import stdtrit
from torch import Tensor, nn

V = 32  # tokens that there are
D_EMB = 16  # numbers in an embedding
PATTERNS, STRENGTH = 64, 2.5


@dataclass(frozen=True)
class Source:
    """What comes after two tokens. p (V^2, V); pi (V^2,), how often each pair is met; entropy in nats."""

    p: Tensor
    pi: Tensor
    entropy: float
    unigram: float  # nats above the entropy for who guesses by frequency alone


def source(seed: int, tail: float) -> Source:
    """Log-odds are a sum of patterns u(a) v(b) w(next); pattern k counts k^-tail, the first the most."""
    rng = torch.Generator().manual_seed(seed)
    u, v, w = (torch.randn(V, PATTERNS, generator=rng, dtype=torch.double) for _ in range(3))
    weight = torch.arange(1, PATTERNS + 1, dtype=torch.double) ** -tail
    logits = torch.einsum("ak,bk,ck,k->abc", u, v, w, STRENGTH * weight / weight.norm())
    p, pi = logits.softmax(2), torch.full((V, V), 1 / V**2, dtype=torch.double)
    for _ in range(200):  # pairs follow pairs until their shares stand still
        pi = torch.einsum("ab,abc->bc", pi, p)
    pi = pi / pi.sum()
    entropy = float(-(pi[..., None] * torch.xlogy(p, p)).sum())
    alone = pi.sum(0)  # (V,)
    return Source(
        p.reshape(V * V, V), pi.flatten(), entropy, float(-torch.xlogy(alone, alone).sum()) - entropy
    )


def draw(source: Source, n: int, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """n places of a text: which pair stands there (n,), and what follows it (n,)."""
    pair = torch.searchsorted(source.pi.cumsum(0), torch.rand(n, generator=rng, dtype=torch.double))
    pair = pair.clamp(max=V * V - 1)
    to = torch.rand(n, 1, generator=rng, dtype=torch.double)
    return pair, torch.searchsorted(source.p.cumsum(1)[pair], to)[:, 0].clamp(max=V - 1)


class Bengio(nn.Module):
    """Logits of the next token: U relu(H [C(a), C'(b)] + d) + b. Width is that of the hidden layer."""

    def __init__(self, width: int):
        super().__init__()
        self.C = nn.ModuleList(nn.Embedding(V, D_EMB) for _ in range(2))
        self.H, self.U = nn.Linear(2 * D_EMB, width), nn.Linear(width, V)

    def forward(self, pair: Tensor) -> Tensor:
        """pair (B,), 32 a + b -> (B, V)."""
        x = torch.cat([self.C[0](pair // V), self.C[1](pair % V)], 1)  # (B, 2 D_EMB)
        return self.U(self.H(x).relu())


def N(width: int) -> int:
    """Parameters without embeddings, as the paper counts them (section 1.3)."""
    return (2 * D_EMB + 1) * width + (width + 1) * V


@torch.no_grad()
def excess(net: Bengio, source: Source) -> float:
    """Nats a token above the entropy, over all pairs: the mean divergence from what the source would say."""
    q = net(torch.arange(V * V, device=source.p.device)).double().log_softmax(1)
    return float((source.pi[:, None] * (torch.xlogy(source.p, source.p) - source.p * q)).sum())


def power_law(x: np.ndarray, y: np.ndarray) -> tuple[float, float, float]:
    """y ~ x^-alpha by least squares in logarithms -> alpha, half of its 95 % interval, R^2."""
    u, v = np.log(x) - np.log(x).mean(), np.log(y) - np.log(y).mean()
    alpha, free = -(u @ v) / (u @ u), len(x) - 2
    left = ((v + alpha * u) ** 2).sum()
    return (
        float(alpha),
        float(stdtrit(free, 0.975) * np.sqrt(left / free / (u @ u))),
        float(1 - left / (v @ v)),
    )
