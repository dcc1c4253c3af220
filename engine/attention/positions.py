"""Five ways to tell attention where a token stands, in one small net that is the same but for them.

None; a learned vector a place; sinusoids (Vaswani et al., 2017, arXiv:1706.03762); relative (Shaw et al.,
2018, arXiv:1803.02155); rotary (Su et al., 2021, arXiv:2104.09864). Departures from the papers:
  - one layer of four heads in 48 dimensions, that looks back only, with its norms first;
  - it puts out the token that stood some places back, at every place;
  - tokens are not scaled by sqrt(d_model): they, learned places and sinusoids start about as large;
  - a place may be any real number: between two learned vectors stands the line from one to the other.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.attention import relative, rotary
from engine.attention.multi_head import MultiHead
from engine.attention.transformer import FeedForward

V = 16  # tokens
D, HEADS = 48, 4


class Nowhere(nn.Module):
    """None: what is added, how a query scores a key, and what is read, all without places."""

    def added(self, p: Tensor) -> Tensor:
        """What is added to the tokens at places p (T,) -> (T, D)."""
        return p.new_zeros(len(p), D)

    def scores(self, q: Tensor, k: Tensor, i: Tensor, j: Tensor) -> Tensor:
        """Queries (B, h, Q, d) at places i (Q,), keys (B, h, T, d) at places j (T,) -> (B, h, Q, T)."""
        return q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])

    def read(self, alpha: Tensor, v: Tensor, i: Tensor, j: Tensor) -> Tensor:
        """Weights (B, h, Q, T), values (B, h, T, d) -> (B, h, Q, d)."""
        return alpha @ v


class Learned(Nowhere):
    """A vector for each of so many places. Those that training never reaches stay as chance made them."""

    def __init__(self, places: int):
        super().__init__()
        self.P = nn.Embedding(places, D)

    def added(self, p: Tensor) -> Tensor:
        before = p.floor().long()
        after = (before + 1).clamp(max=self.P.num_embeddings - 1)
        return torch.lerp(self.P.weight[before], self.P.weight[after], (p - before)[:, None])


class Sinusoidal(Nowhere):
    """Hands of clocks, one faster than the next."""

    def added(self, p: Tensor) -> Tensor:
        return rotary.sinusoids(p, D)


class Relative(Nowhere):
    """A learned vector for each offset from -clip to clip, for keys and for values."""

    def __init__(self, clip: int):
        super().__init__()
        self.clip, d = clip, D // HEADS
        self.a_K = nn.Parameter(torch.randn(2 * clip + 1, d) / math.sqrt(d))
        self.a_V = nn.Parameter(torch.randn(2 * clip + 1, d) / math.sqrt(d))

    def scores(self, q: Tensor, k: Tensor, i: Tensor, j: Tensor) -> Tensor:
        return relative.scores(q, k, self.a_K, relative.pairs(i, j, self.clip))

    def read(self, alpha: Tensor, v: Tensor, i: Tensor, j: Tensor) -> Tensor:
        return relative.read(alpha, v, self.a_V, relative.pairs(i, j, self.clip))


class Rotary(Nowhere):
    """Queries and keys are turned by their places."""

    def __init__(self, base: float):
        super().__init__()
        self.base = base

    def scores(self, q: Tensor, k: Tensor, i: Tensor, j: Tensor) -> Tensor:
        return super().scores(rotary.turn(q, i, self.base), rotary.turn(k, j, self.base), i, j)


ENCODINGS = {
    "none": lambda places, clip, base: Nowhere(),
    "learned": lambda places, clip, base: Learned(places),
    "sinusoidal": lambda places, clip, base: Sinusoidal(),
    "relative": lambda places, clip, base: Relative(clip),
    "rotary": lambda places, clip, base: Rotary(base),
}


class Reader(nn.Module):
    """One layer that reads tokens and puts out one a place. encoding: of ENCODINGS, for so many places."""

    def __init__(self, encoding: str, places: int, clip: int, base: float):
        super().__init__()
        self.E, self.heads, self.ffn = nn.Embedding(V, D), MultiHead(D, HEADS), FeedForward(D, D)
        self.norms, self.out = nn.ModuleList(nn.LayerNorm(D) for _ in range(3)), nn.Linear(D, V)
        self.where = ENCODINGS[encoding](places, clip, base)  # last: the rest starts alike for all encodings

    def forward(self, x: Tensor, p: Tensor | None = None, asked: Tensor | None = None) -> Tensor:
        """Tokens x (B, T) -> logits (B, Q, V). p (T,): their places, by default 0, 1, ...; asked (Q,): which
        of the T are put out, by default all."""
        return self.looks(x, p, asked)[0]

    def looks(
        self, x: Tensor, p: Tensor | None = None, asked: Tensor | None = None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """The same, with the weights alpha (B, h, Q, T) and the queries (B, h, Q, d)."""
        t = torch.arange(x.shape[1], device=x.device)
        j, q_t = t.float() if p is None else p, t if asked is None else asked
        i, h = j[q_t], self.E(x) + self.where.added(j)
        seen = self.norms[0](h)
        k, v = self.heads.keys_values(seen)
        q = self.heads.queries(seen[:, q_t])
        ahead = t[None] > q_t[:, None]
        alpha = self.where.scores(q, k, i, j).masked_fill(ahead, -math.inf).softmax(-1)
        h = h[:, q_t] + self.heads.join(self.where.read(alpha, v, i, j))
        return self.out(self.norms[2](h + self.ffn(self.norms[1](h)))), alpha, q

    def loss(self, x: Tensor, back: int) -> Tensor:
        """-log p of the token `back` places before, in nats, mean over the places that have one."""
        return F.cross_entropy(self(x)[:, back:].flatten(0, 1), x[:, :-back].flatten())
