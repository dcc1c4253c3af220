"""LLaMA: Open and Efficient Foundation Language Models. Touvron et al., 2023. arXiv:2302.13971.

Section 2.2 takes three parts from elsewhere: RMSNorm (Zhang & Sennrich, 2019, arXiv:1910.07467) before each
sub-layer, SwiGLU (Shazeer, 2020, arXiv:2002.05202), rotary positions (Su et al., 2021, arXiv:2104.09864).
Names: W_1, W_2, W_3, g, d, h. Departures from it:
  - each of the four choices may be that of an older block, so that one can be exchanged at a time;
  - no layer has a bias, whatever the choice; only LayerNorm has one, as in its own paper;
  - the hidden width is 2/3 of 4 d, rounded to a whole number, and not up to a multiple of 256;
  - weights begin with a standard deviation of 1 / sqrt(numbers coming in), embeddings with 1.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.attention import rotary

EPS = 1e-6
PLACES, NORMS = ("before", "after"), ("RMSNorm", "LayerNorm")
MLPS, POSITIONS = ("SwiGLU", "GELU", "ReLU"), ("rotary", "learned")


class RMSNorm(nn.Module):
    """x / RMS(x) g, where RMS(x) = sqrt(mean x^2): no mean is taken away. (..., d) -> the same."""

    def __init__(self, d: int):
        super().__init__()
        self.g = nn.Parameter(torch.ones(d))

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + EPS) * self.g


def norm_of(norm: str, d: int) -> nn.Module:
    """One of NORMS, over d numbers."""
    return RMSNorm(d) if norm == "RMSNorm" else nn.LayerNorm(d)


class SwiGLU(nn.Module):
    """W_2 (SiLU(W_1 n) * W_3 n): a gate times a value, and three matrices of 2/3 the width for two."""

    def __init__(self, d: int):
        super().__init__()
        hidden = round(2 / 3 * 4 * d)
        self.W_1, self.W_3 = nn.Linear(d, hidden, bias=False), nn.Linear(d, hidden, bias=False)
        self.W_2 = nn.Linear(hidden, d, bias=False)

    def parts(self, n: Tensor) -> tuple[Tensor, Tensor]:
        """What goes into the gate, and the value: (..., d) -> two of (..., hidden)."""
        return self.W_1(n), self.W_3(n)

    def forward(self, n: Tensor) -> Tensor:
        a, b = self.parts(n)
        return self.W_2(gated(a, b))


def gated(a: Tensor, b: Tensor) -> Tensor:
    """SiLU(a) b, where SiLU(a) = a / (1 + e^-a)."""
    return F.silu(a) * b


class FeedForward(nn.Module):
    """W_2 f(W_1 n), four times as wide as d; f is GELU or ReLU."""

    def __init__(self, d: int, f: str):
        super().__init__()
        self.W_1, self.W_2 = nn.Linear(d, 4 * d, bias=False), nn.Linear(4 * d, d, bias=False)
        self.f = F.gelu if f == "GELU" else F.relu

    def forward(self, n: Tensor) -> Tensor:
        return self.W_2(self.f(self.W_1(n)))


class Attention(nn.Module):
    """Causal self-attention of h heads; rotary: queries and keys are turned by their places."""

    def __init__(self, d: int, h: int, turned: bool):
        super().__init__()
        self.h, self.turned = h, turned
        self.W_qkv, self.W_o = nn.Linear(d, 3 * d, bias=False), nn.Linear(d, d, bias=False)

    def forward(self, n: Tensor) -> Tensor:
        B, T, d = n.shape
        q, k, v = self.W_qkv(n).view(B, T, 3, self.h, d // self.h).permute(2, 0, 3, 1, 4)  # (B, h, T, d / h)
        if self.turned:
            p = torch.arange(float(T), device=n.device)
            q, k = rotary.turn(q, p), rotary.turn(k, p)
        seen = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.W_o(seen.transpose(1, 2).reshape(B, T, d))


class Block(nn.Module):
    """Attention, then an MLP, each added to what it was given. place: the norm stands before each, or after
    each sum, as in the Transformer of 2017."""

    def __init__(self, d: int, h: int, place: str, norm: str, mlp: str, positions: str):
        super().__init__()
        self.before = place == "before"
        self.attention = Attention(d, h, positions == "rotary")
        self.mlp = SwiGLU(d) if mlp == "SwiGLU" else FeedForward(d, mlp)
        self.norm_1, self.norm_2 = norm_of(norm, d), norm_of(norm, d)

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, d) -> the same."""
        if self.before:
            x = x + self.attention(self.norm_1(x))
            return x + self.mlp(self.norm_2(x))
        x = self.norm_1(x + self.attention(x))
        return self.norm_2(x + self.mlp(x))

    def into_mlp(self, x: Tensor) -> Tensor:
        """What the MLP of this block is given: x (B, T, d) -> n (B, T, d)."""
        if self.before:
            return self.norm_2(x + self.attention(self.norm_1(x)))
        return self.norm_1(x + self.attention(x))


class LLaMA(nn.Module):
    """Letters (B, T) -> logits (B, T, V) of the next one. T is at most `length`."""

    def __init__(self, V: int, length: int, d: int, h: int, depth: int,
                 place: str = "before", norm: str = "RMSNorm", mlp: str = "SwiGLU",
                 positions: str = "rotary"):  # fmt: skip
        super().__init__()
        self.E, self.out = nn.Embedding(V, d), nn.Linear(d, V, bias=False)
        self.blocks = nn.ModuleList(Block(d, h, place, norm, mlp, positions) for _ in range(depth))
        self.norm = norm_of(norm, d) if place == "before" else nn.Identity()  # after: it is normed already
        self.P = nn.Embedding(length, d) if positions == "learned" else None
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, std=1 / math.sqrt(module.in_features))

    def streams(self, x: Tensor) -> list[Tensor]:
        """What each block is given, and what the last one makes: depth + 1 of (B, T, d)."""
        h = self.E(x)
        if self.P is not None:
            h = h + self.P.weight[: x.shape[1]]
        found = [h]
        for block in self.blocks:
            found.append(block(found[-1]))
        return found

    def forward(self, x: Tensor) -> Tensor:
        return self.out(self.norm(self.streams(x)[-1]))

    def loss(self, windows: Tensor) -> Tensor:
        """-log p of each letter after the first, in nats, on average. windows (B, T + 1)."""
        return F.cross_entropy(self(windows[:, :-1]).flatten(0, 1), windows[:, 1:].flatten())


def weights(net: nn.Module) -> int:
    """How many numbers it learns."""
    return sum(p.numel() for p in net.parameters())
