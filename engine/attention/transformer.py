"""Attention Is All You Need: the Transformer. Vaswani et al., 2017. arXiv:1706.03762.

Names follow the paper. Departures from it:
  - d_model is 32, not 512, with two layers each, not six; source and target share one vocabulary, as there;
  - no dropout: the words are drawn anew at each step, so that nothing can be learned by heart;
  - a layer may normalise before its sub-layers (`norm="pre"`), as most successors do; the paper's is "post";
  - positions and the decoder's causal mask can be left out, to see what they are good for.
"""

import math
from collections.abc import Callable
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.attention.multi_head import MultiHead, Vectors


def positions(length: int, d_model: int) -> Tensor:
    """Section 3.5: PE(pos, 2i) = sin(pos / 10000^(2i/d_model)), PE(pos, 2i+1) = cos. -> (length, d_model)."""
    angles = torch.arange(length)[:, None] / 10_000 ** (torch.arange(0, d_model, 2) / d_model)
    return torch.stack([angles.sin(), angles.cos()], -1).flatten(1)  # sine and cosine in turns


def causal(length: int) -> Tensor:
    """Section 3.2.3: position i may look at positions <= i. -> (length, length) bool."""
    return torch.ones(length, length, dtype=torch.bool).tril()


def warm_up(step: int, d_model: int, warmup: int, factor: float = 1.0) -> float:
    """Eq. 3: the learning rate d_model^-0.5 min(step^-0.5, step warmup^-1.5), times a factor. step from 1."""
    return factor * d_model**-0.5 * min(step**-0.5, step * warmup**-1.5)


def smoothed(logits: Tensor, target: Tensor, eps_ls: float, ignore: int) -> Tensor:
    """Section 5.4, label smoothing: cross-entropy to (1 - eps_ls) one-hot + eps_ls / V, in nats.

    logits (B, T, V), target (B, T); targets equal to `ignore` do not count -> ().
    """
    return F.cross_entropy(
        logits.flatten(0, 1), target.flatten(), ignore_index=ignore, label_smoothing=eps_ls
    )


class FeedForward(nn.Sequential):
    """Eq. 2: max(0, x W_1 + b_1) W_2 + b_2, at each position alike."""

    def __init__(self, d_model: int, d_ff: int):
        super().__init__(nn.Linear(d_model, d_ff), nn.ReLU(), nn.Linear(d_ff, d_model))


See = Callable[[str, int, Tensor, Vectors], Tensor]  # kind, layer, weights (B, h, T, S) -> weights
KINDS = ("encoder", "decoder", "cross")


class Layer(nn.Module):
    """Section 3.1: sub-layers, each with a residual link and layer normalisation; a decoder's has `cross`."""

    def __init__(self, d_model: int, h: int, d_ff: int, norm: str, crossed: bool):
        super().__init__()
        self.pre = norm == "pre"
        self.self_attention = MultiHead(d_model, h)
        if crossed:
            self.cross = MultiHead(d_model, h)
        self.ffn = FeedForward(d_model, d_ff)
        self.norms = nn.ModuleList(nn.LayerNorm(d_model) for _ in range(3 if crossed else 2))

    def before(self, i: int, x: Tensor) -> Tensor:
        """What the i-th sub-layer reads."""
        return self.norms[i](x) if self.pre else x

    def after(self, i: int, x: Tensor, y: Tensor) -> Tensor:
        """LayerNorm(x + Sublayer(x)); with the norm before, x + Sublayer(LayerNorm(x))."""
        return x + y if self.pre else self.norms[i](x + y)


class Transformer(nn.Module):
    """Fig. 1: N encoder layers, N decoder layers, one embedding shared by both and by the last product.

    Raises ValueError where h does not divide d_model.
    """

    def __init__(
        self,
        tokens: int,
        pad: int,
        length: int,
        d_model: int = 32,
        h: int = 4,
        layers: int = 2,
        d_ff: int = 128,
        norm: str = "post",
        placed: bool = True,
        masked: bool = True,
    ):
        super().__init__()
        self.pad, self.d_model, self.h, self.masked = pad, d_model, h, masked
        self.embedding = nn.Embedding(tokens, d_model)
        nn.init.normal_(self.embedding.weight, std=d_model**-0.5)  # `embed` multiplies by the root
        self.encoder = [Layer(d_model, h, d_ff, norm, False) for _ in range(layers)]
        self.decoder = [Layer(d_model, h, d_ff, norm, True) for _ in range(layers)]
        self.layers = nn.ModuleList([*self.encoder, *self.decoder])
        ends = [nn.LayerNorm(d_model) if norm == "pre" else nn.Identity() for _ in range(2)]
        self.encoder_norm, self.decoder_norm = ends  # pre-norm leaves the stream itself to be normalised
        self.pe: Tensor
        self.causal: Tensor
        self.register_buffer("pe", positions(length, d_model) * placed, persistent=False)
        self.register_buffer("causal", causal(length), persistent=False)

    def embed(self, x: Tensor, at: int = 0) -> Tensor:
        """Sections 3.4, 3.5: letters (B, T), the first at position `at` -> (B, T, d_model)."""
        return self.embedding(x) * math.sqrt(self.d_model) + self.pe[at : at + x.shape[1]]

    def encode(self, source: Tensor, see: See | None = None) -> Tensor:
        """source (B, S), padded -> memory (B, S, d_model)."""
        x, real = self.embed(source), self.real(source)
        for n, layer in enumerate(self.encoder):
            look = see and partial(see, "encoder", n)
            x = layer.after(0, x, layer.self_attention(layer.before(0, x), None, real, look))
            x = layer.after(1, x, layer.ffn(layer.before(1, x)))
        return self.encoder_norm(x)

    def decode(self, y: Tensor, memory: Tensor, source: Tensor, see: See | None = None) -> Tensor:
        """y (B, T), the target shifted right, beside the memory of `source` (B, S) -> logits (B, T, V)."""
        t = y.shape[1]
        x, real = self.embed(y), self.real(source)
        past = self.causal[:t, :t] if self.masked else None
        for n, layer in enumerate(self.decoder):
            own, across = see and partial(see, "decoder", n), see and partial(see, "cross", n)
            x = layer.after(0, x, layer.self_attention(layer.before(0, x), None, past, own))
            x = layer.after(1, x, layer.cross(layer.before(1, x), memory, real, across))
            x = layer.after(2, x, layer.ffn(layer.before(2, x)))
        return self.logits(x)

    def logits(self, x: Tensor) -> Tensor:
        """Section 3.4: the last product has the embedding's own matrix. (B, T, d_model) -> (B, T, V)."""
        return F.linear(self.decoder_norm(x), self.embedding.weight)

    def real(self, source: Tensor) -> Tensor:
        """The padding mask: nobody looks at what is no letter. (B, S) -> (B, 1, 1, S) bool."""
        return (source != self.pad)[:, None, None]

    def forward(self, source: Tensor, y: Tensor, see: See | None = None) -> Tensor:
        """source (B, S) and the target shifted right y (B, T) -> logits (B, T, V) of the next letter.

        see: is shown every map by kind (encoder, decoder, cross) and layer, and may change it.
        """
        return self.decode(y, self.encode(source, see), source, see)
