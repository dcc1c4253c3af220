"""BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding. Devlin et al., 2019.
arXiv:1810.04805. The encoder and the masked language model.

Names follow the paper: L layers, H numbers a word, A heads. Departures from it:
  - small: L = 2, H = 40, A = 4, a vocabulary of 83 words; no dropout;
  - one sentence, so no [SEP], one segment, and no next sentence prediction;
  - `see` may hide words from each other: hiding all that come later makes the twin that reads from the left.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.attention.multi_head import MultiHead

SHARE = 0.15  # of the words, that are chosen to be guessed


def seen(x: Tensor, side: str, pad: int = 0) -> Tensor:
    """What the words of x (B, T) may look at: no padding, and from the "left" no later word.
    -> (B, 1, T, T)."""
    may = (x != pad)[:, None, None, :].expand(-1, 1, x.shape[1], -1)
    return may.tril() if side == "left" else may


class Layer(nn.Module):
    """Layer normalisation after each sub-layer, as in the Transformer; GELU between the two of the second."""

    def __init__(self, H: int, A: int):
        super().__init__()
        self.attention, self.up, self.down = MultiHead(H, A), nn.Linear(H, 4 * H), nn.Linear(4 * H, H)
        self.first, self.second = nn.LayerNorm(H, eps=1e-12), nn.LayerNorm(H, eps=1e-12)

    def forward(self, x: Tensor, see: Tensor) -> Tensor:
        x = self.first(x + self.attention(x, None, see))
        return self.second(x + self.down(F.gelu(self.up(x))))


class BERT(nn.Module):
    """Words (B, T) -> logits (B, T, V) of what stands, or stood, at each place. T is at most `length`."""

    def __init__(self, V: int, length: int, H: int = 40, A: int = 4, L: int = 2):
        super().__init__()
        self.word, self.place = nn.Embedding(V, H), nn.Embedding(length, H)
        for table in (self.word, self.place):
            nn.init.normal_(table.weight, std=0.2)
        self.norm = nn.LayerNorm(H, eps=1e-12)
        self.layers = nn.ModuleList(Layer(H, A) for _ in range(L))
        self.dense, self.after = nn.Linear(H, H), nn.LayerNorm(H, eps=1e-12)
        self.bias = nn.Parameter(torch.zeros(V))

    def read(self, x: Tensor, see: Tensor) -> Tensor:
        """The last vectors (B, T, H). see (..., T, T) bool: which words (last) each place may look at."""
        out = self.norm(self.word(x) + self.place.weight[: x.shape[1]])
        for layer in self.layers:
            out = layer(out, see)
        return out

    def forward(self, x: Tensor, see: Tensor) -> Tensor:
        guess = self.after(F.gelu(self.dense(self.read(x, see))))
        return F.linear(guess, self.word.weight, self.bias)  # the input table makes the logits, too


def masked(
    x: Tensor, fixed: Sequence[int], mask: int, V: int, shares: tuple[float, float], rng: torch.Generator
) -> tuple[Tensor, Tensor]:
    """SHARE of the words of x (B, T) are chosen, none of the `fixed` ones; of those, shares[0] become `mask`,
    shares[1] a word by lot, the rest stay -> what the net reads (B, T), and which were chosen (B, T) bool."""
    luck, kind = (torch.rand(x.shape, generator=rng) for _ in range(2))
    chosen = (luck < SHARE) & ~torch.isin(x, torch.tensor(fixed))
    by_lot = torch.randint(max(fixed) + 1, V, x.shape, generator=rng)
    read = torch.where(chosen & (kind < shares[0]), mask, x)
    lot = chosen & (kind >= shares[0]) & (kind < shares[0] + shares[1])
    return torch.where(lot, by_lot, read), chosen


def loss(logits: Tensor, x: Tensor, chosen: Tensor) -> Tensor:
    """-log p of the words that were chosen, and of no others, in nats, mean."""
    return F.cross_entropy(logits[chosen], x[chosen])
