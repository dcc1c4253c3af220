"""One encoder, one vector, three decoders: a recurrent one, a convolutional one, a Transformer's.

Encoder, vector and recurrent decoder: Cho et al., 2014, arXiv:1406.1078; convolutions with gates: Gehring et
al., 2017, arXiv:1705.03122; masked self-attention: Vaswani et al., 2017, arXiv:1706.03762. All three compute
p(y_t | y_1 ... y_{t-1}, c). Departures from the papers:
  - characters of dates, not words; about 33,000 weights each;
  - none looks back at the source: c, the same at every step, is all that is told of it;
  - torch's own GRU on both sides, which resets after the product with U, not before it; no maxout;
  - one kernel size and plain residual links for the convolutions, whose inputs are not scaled.
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.attention import decoding
from engine.attention.multi_head import attention
from engine.attention.recurrent import Encoder
from engine.attention.transformer import Layer, causal
from engine.data.dates import ALPHABET, START, WRITES

K, LONGEST = len(WRITES), 11  # characters, and how many of them a date has with its end mark
Kept = tuple[Tensor, ...]  # what a decoder keeps of what it has written


def gru(x: Tensor, h: Tensor, net: nn.GRU) -> tuple[Tensor, Tensor, Tensor]:
    """One step of a layer that torch's GRU fuses over time: x (B, e), h (B, n) -> the next h, and z and r.

    Eqs. 5 to 8 of Cho et al., but r acts after the product with U: z keeps what was, 1 - z writes anew.
    """
    inward, onward = net.all_weights[0][0::2], net.all_weights[0][1::2]  # weight and bias, of x and of h
    (r_x, z_x, n_x), (r_h, z_h, n_h) = F.linear(x, *inward).chunk(3, 1), F.linear(h, *onward).chunk(3, 1)
    r, z = (r_x + r_h).sigmoid(), (z_x + z_h).sigmoid()
    return z * h + (1 - z) * (n_x + r * n_h).tanh(), z, r


class Chain(nn.Module):
    """Recurrent: s_t = f(s_{t-1}, y_{t-1}, c). All that it knows of what was written is in its state."""

    depth = LONGEST  # steps one after another that a pass over a whole date takes

    def __init__(self, n: int, embed: int = 24):
        super().__init__()
        self.E = nn.Embedding(K + 1, embed)
        self.first, self.unit, self.out = (
            nn.Linear(n, n),
            nn.GRU(embed + n, n, batch_first=True),
            nn.Linear(n, K),
        )

    def forward(self, e: Tensor, c: Tensor) -> Tensor:
        """The characters before, e (B, T, embed), beside c (B, n) -> logits (B, T, K)."""
        read = torch.cat([e, c[:, None].expand(-1, e.shape[1], -1)], 2)
        return self.out(self.unit(read, self.first(c).tanh()[None])[0])

    def begin(self, c: Tensor) -> Kept:
        return (self.first(c).tanh(),)

    def step(self, kept: Kept, e: Tensor, c: Tensor) -> tuple[Tensor, Kept]:
        """One character more, e (B, embed) -> logits (B, K), and what is kept for the next."""
        s = gru(torch.cat([e, c], 1), kept[0], self.unit)[0]
        return self.out(s), (s,)


class Cone(nn.Module):
    """Convolutional: each of L layers sees k - 1 places further back, and none ahead; gated linear units."""

    def __init__(self, n: int, kernel: int, width: int = 31, layers: int = 3):
        super().__init__()
        self.kernel, self.depth, self.reach = kernel, layers, 1 + layers * (kernel - 1)
        self.E, self.place, self.told = (
            nn.Embedding(K + 1, width),
            nn.Embedding(LONGEST, width),
            nn.Linear(n, width),
        )
        self.layers = nn.ModuleList(nn.Conv1d(width, 2 * width, kernel) for _ in range(layers))
        self.out = nn.Linear(width, K)

    def forward(self, e: Tensor, c: Tensor) -> Tensor:
        x = (e + self.place.weight[: e.shape[1]] + self.told(c)[:, None]).transpose(1, 2)  # (B, width, T)
        for layer in self.layers:
            x = x + F.glu(layer(F.pad(x, (self.kernel - 1, 0))), 1)  # zeros on the left: nothing from ahead
        return self.out(x.transpose(1, 2))

    def begin(self, c: Tensor) -> Kept:
        nothing = c.new_zeros(len(c), self.out.in_features, self.kernel - 1)
        return (c.new_zeros(()), *(nothing for _ in self.layers))

    def step(self, kept: Kept, e: Tensor, c: Tensor) -> tuple[Tensor, Kept]:
        t, *before = kept
        x, after = (e + self.place.weight[int(t)] + self.told(c))[:, :, None], []  # (B, width, 1)
        for layer, old in zip(self.layers, before, strict=True):
            seen = torch.cat([old, x], 2)  # (B, width, kernel)
            x = x + F.glu(layer(seen), 1)
            after.append(seen[:, :, 1:])
        return self.out(x[:, :, 0]), (t + 1, *after)


class Triangle(nn.Module):
    """A Transformer's: every place asks all before it, behind a causal mask; the norm stands first."""

    def __init__(self, n: int, width: int = 32, heads: int = 4, layers: int = 2):
        super().__init__()
        self.depth = layers
        self.E, self.place, self.told = (
            nn.Embedding(K + 1, width),
            nn.Embedding(LONGEST, width),
            nn.Linear(n, width),
        )
        self.blocks = [Layer(width, heads, 2 * width, "pre", False) for _ in range(layers)]
        self.layers = nn.ModuleList(self.blocks)
        self.norm, self.out = nn.LayerNorm(width), nn.Linear(width, K)
        self.past: Tensor
        self.register_buffer("past", causal(LONGEST), persistent=False)

    def forward(self, e: Tensor, c: Tensor) -> Tensor:
        T = e.shape[1]
        x = e + self.place.weight[:T] + self.told(c)[:, None]
        for layer in self.blocks:
            x = layer.after(0, x, layer.self_attention(layer.before(0, x), None, self.past[:T, :T]))
            x = layer.after(1, x, layer.ffn(layer.before(1, x)))
        return self.out(self.norm(x))

    def begin(self, c: Tensor) -> Kept:
        nothing = c.new_zeros(len(c), 4, 0, self.norm.normalized_shape[0] // 4)
        return tuple(nothing for _ in range(2 * len(self.blocks)))  # keys and values, layer by layer

    def step(self, kept: Kept, e: Tensor, c: Tensor) -> tuple[Tensor, Kept]:
        x, after = (e + self.place.weight[kept[0].shape[2]] + self.told(c))[:, None], []  # (B, 1, width)
        for layer, *old in zip(self.blocks, kept[0::2], kept[1::2], strict=True):
            q, *new = layer.self_attention.split(layer.self_attention.project(layer.before(0, x)))
            k, v = (torch.cat(pair, 2) for pair in zip(old, new, strict=True))
            x = layer.after(0, x, layer.self_attention.join(attention(q, k, v)))
            x = layer.after(1, x, layer.ffn(layer.before(1, x)))
            after += [k, v]
        return self.out(self.norm(x))[:, 0], tuple(after)


Decoder = Chain | Cone | Triangle
DECODERS: dict[str, Callable[[int, int], Decoder]] = {
    "RNN": lambda n, kernel: Chain(n),
    "CNN": Cone,
    "Transformer": lambda n, kernel: Triangle(n),
}


class EncoderDecoder(nn.Module):
    """Cho et al., section 2.2: the encoder's last state makes c = tanh(V h); a decoder writes from it.

    decoder: one of DECODERS. kernel: characters that a convolution spans.
    """

    def __init__(self, decoder: str, n: int, kernel: int = 3, embed: int = 16):
        super().__init__()
        self.encoder, self.V = Encoder(len(ALPHABET) + 2, embed, n, both=False), nn.Linear(n, n)
        self.decoder = DECODERS[decoder](n, kernel)

    def summary(self, x: Tensor) -> Tensor:
        """A text x (B, S) -> c (B, n)."""
        return self.V(self.encoder(x)[1]).tanh()

    def before(self, y: Tensor) -> Tensor:
        """What each place of y (B, T) has before it, as vectors (B, T, embed)."""
        return self.decoder.E(F.pad(y[:, :-1], (1, 0), value=START))

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """All at once, the true characters before each: x (B, S), y (B, T) -> logits (B, T, K)."""
        return self.decoder(self.before(y), self.summary(x))

    def loss(self, x: Tensor, y: Tensor) -> Tensor:
        """-log p(y | x), in nats, mean over the characters."""
        return F.cross_entropy(self(x, y).flatten(0, 1), y.flatten())


def write(net: EncoderDecoder, c: Tensor, most: int = LONGEST) -> tuple[Tensor, Tensor]:
    """The likeliest character each time, from c (B, n): one pass each -> (B, most), logits (B, most, K)."""
    kept = net.decoder.begin(c)

    def writer(words: Tensor) -> Tensor:
        nonlocal kept
        logits, kept = net.decoder.step(kept, net.decoder.E(words), c)
        return logits

    return decoding.write(writer, torch.full((len(c),), START, device=c.device), most)


def sees(net: EncoderDecoder, x: Tensor, y: Tensor) -> Tensor:
    """How much the logits of place t depend on the character at place s: x (B, S), y (B, T) -> (T, T).

    Length of the gradient of the logit of y_t by the vector of y_s, mean over the texts. A row is a t.
    """
    B, T = y.shape
    c = net.summary(x).detach().repeat_interleave(T, 0)
    e = net.before(y).detach().repeat_interleave(T, 0).requires_grad_()  # (B T, T, embed): a copy a place
    at = torch.arange(B * T, device=y.device)
    picked = net.decoder(e, c)[at, at % T, y.flatten()].sum()
    g = torch.autograd.grad(picked, e)[0].norm(dim=2).view(B, T, T).mean(0)  # [:, s + 1]: y_s as it is read
    return F.pad(g[:, 1:], (0, 1))
