"""In-context Learning and Induction Heads. Olsson et al., Transformer Circuits Thread, 2022.

Attention-only decoders of one or two layers (A Mathematical Framework for Transformer Circuits, Elhage et
al., 2021), the smallest nets in which induction heads form. Departures from the paper:
  - the text is random segments that repeat after a random period, where theirs is natural language: here an
    induction head is the only way to predict, and how well one could predict at best is known exactly;
  - the positions of Vaswani et al. are added to the embedding; theirs go to queries and keys alone;
  - the causal mask can be left out, to see the training loss cheat.
"""

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.attention.decoding import Anew, write
from engine.attention.multi_head import MultiHead, Vectors, attention, weights_of
from engine.attention.transformer import causal, positions

See = Callable[[int, Tensor, Vectors], Tensor]  # layer, weights (B, h, T, T) -> weights


class Smear(nn.Module):
    """Olsson et al., "smeared keys": k_t <- sigmoid(a) k_t + (1 - sigmoid(a)) k_{t-1}, one a for each head.

    With it one layer can do what takes two without: a key then also knows the token before its own.
    """

    def __init__(self, h: int):
        super().__init__()
        self.a = nn.Parameter(torch.zeros(h, 1, 1))

    def forward(self, k: Tensor) -> Tensor:
        share = self.a.sigmoid()  # (h, 1, 1)
        mixed = share * k[:, :, 1:] + (1 - share) * k[:, :, :-1]
        return torch.cat([k[:, :, :1], mixed], 2)  # (B, h, T, d_k); the first has none before it


class AttentionOnly(nn.Module):
    """x <- x + MultiHead(LayerNorm(x)), layer after layer; then the logits of the next token.

    Raises ValueError where h does not divide d_model.
    """

    def __init__(
        self,
        tokens: int,
        length: int,
        d_model: int = 32,
        h: int = 2,
        layers: int = 2,
        smeared: bool = False,
        masked: bool = True,
    ):
        super().__init__()
        self.d_model, self.masked = d_model, masked
        self.embedding = nn.Embedding(tokens, d_model)
        nn.init.normal_(self.embedding.weight, std=d_model**-0.5)
        self.stack = [MultiHead(d_model, h) for _ in range(layers)]
        self.heads = nn.ModuleList(self.stack)
        self.norms = nn.ModuleList(nn.LayerNorm(d_model) for _ in range(layers + 1))
        self.smear = nn.ModuleList(Smear(h) if smeared else nn.Identity() for _ in range(layers))
        self.out = nn.Linear(d_model, tokens)
        self.pe: Tensor
        self.causal: Tensor
        self.register_buffer("pe", positions(length, d_model), persistent=False)
        self.register_buffer("causal", causal(length), persistent=False)

    def forward(self, x: Tensor, see: See | None = None) -> Tensor:
        """x (B, T) -> logits (B, T, V) of the token after each. see: is shown each layer's maps."""
        t = x.shape[1]
        z = self.embedding(x) * math.sqrt(self.d_model) + self.pe[:t]
        past = self.causal[:t, :t] if self.masked else None
        for n, (layer, norm, smear) in enumerate(zip(self.stack, self.norms, self.smear, strict=False)):
            q, k, v = layer.split(layer.project(norm(z)))
            k = smear(k)
            if see is None:
                z = z + layer.join(attention(q, k, v, past))
            else:
                z = z + layer.join(see(n, weights_of(q, k, past), (q, k, v)) @ v)
        return self.out(self.norms[-1](z))

    def loss(self, x: Tensor) -> Tensor:
        """Mean cross-entropy of each token but the first, in nats. x (B, T + 1) -> ()."""
        return F.cross_entropy(self(x[:, :-1]).flatten(0, 1), x[:, 1:].flatten())


def continued(net: AttentionOnly, x: Tensor, n: int) -> Tensor:
    """Write n more tokens, always the likeliest. x (B, T) -> (B, T + n)."""
    return torch.cat([x, write(Anew(net, x[:, :-1]), x[:, -1], n)[0]], 1)
