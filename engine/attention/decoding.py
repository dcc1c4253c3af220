"""Writing with a language model, word by word. Vaswani et al., 2017. arXiv:1706.03762, section 3.

Each word is chosen by a decoder that has read all words before it: `write` is that loop, for every model that
can say what comes next. A new word changes nothing of what the causal mask hid it from, so each layer's keys
and values stay valid once computed: `Kept` keeps them, `Anew` reads the whole text each time.
Departure: the paper searches with a beam of 4; here the likeliest word is taken, or one is drawn.
"""

from collections.abc import Callable
from typing import Protocol

import torch
from torch import Tensor

from engine.attention.multi_head import attention
from engine.attention.transformer import Transformer

Pick = Callable[[Tensor], Tensor]  # logits (B, V) of the next words -> words (B,)


class Writer(Protocol):
    """Texts being written: takes their newest words (B,), gives the logits (B, V) of the next."""

    def __call__(self, words: Tensor) -> Tensor: ...


class Anew:
    """The definition: the decoder reads all that was written so far, each time.

    decoder: texts (B, T) -> logits (B, T, V). before (B, T): what was read before the first word it is given.
    """

    def __init__(self, decoder: Callable[[Tensor], Tensor], before: Tensor):
        self.decoder, self.y = decoder, before

    def __call__(self, words: Tensor) -> Tensor:
        self.y = torch.cat([self.y, words[:, None]], 1)
        return self.decoder(self.y)[:, -1]


def beside(net: Transformer, source: Tensor) -> Anew:
    """A Transformer that writes beside `source` (B, S), and reads all its own text anew each time."""
    memory = net.encode(source)
    return Anew(lambda y: net.decode(y, memory, source), source[:, :0])


class Kept:
    """The same logits from the keys and values of the words before, at most `length` of them.

    Raises ValueError for a net whose decoder has no causal mask: there every word changes all before it.
    """

    def __init__(self, net: Transformer, source: Tensor, length: int):
        if not net.masked:
            raise ValueError("keys and values can be kept only behind a causal mask, and this net has none")
        memory = net.encode(source)
        real = net.real(source)
        self.net, self.real, self.t = net, None if real.all() else real, 0
        self.across = [layer.cross.keys_values(memory) for layer in net.decoder]
        room = (len(source), net.h, length, net.d_model // net.h)
        self.own = [(memory.new_empty(room), memory.new_empty(room)) for _ in net.decoder]  # keys, values

    def __call__(self, words: Tensor) -> Tensor:
        x, t = self.net.embed(words[:, None], self.t), self.t + 1  # (B, 1, d_model)
        for layer, (keys, values), (k, v) in zip(self.net.decoder, self.own, self.across, strict=True):
            q, keys[:, :, self.t : t], values[:, :, self.t : t] = layer.self_attention.split(
                layer.self_attention.project(layer.before(0, x))
            )
            own = layer.self_attention.join(attention(q, keys[:, :, :t], values[:, :, :t]))
            x = layer.after(0, x, own)
            q = layer.cross.queries(layer.before(1, x))
            x = layer.after(1, x, layer.cross.join(attention(q, k, v, self.real)))
            x = layer.after(2, x, layer.ffn(layer.before(2, x)))
        self.t = t
        return self.net.logits(x)[:, 0]


def choose(p: Tensor, uniforms: Tensor) -> Tensor:
    """Invert the cumulative distribution. p (..., V), uniforms (...) in [0, 1) -> words (...).

    A word of probability 0 is never chosen. Where rounding leaves the end of the sum below a uniform, it is
    the last word that is possible.
    """
    below = (p.cumsum(-1) <= uniforms[..., None]).sum(-1)
    return torch.minimum(below, p.shape[-1] - 1 - (p.flip(-1) > 0).int().argmax(-1))


def likeliest(said: Tensor) -> Tensor:
    """The likeliest word of each text."""
    return said.argmax(-1)


def by(uniforms: Tensor) -> Pick:
    """A word drawn from the model's own distribution, by the next row of uniforms (n, B)."""
    rows = iter(uniforms)
    return lambda said: choose(said.softmax(-1), next(rows))


@torch.no_grad()
def write(writer: Writer, first: Tensor, n: int, pick: Pick = likeliest) -> tuple[Tensor, Tensor]:
    """n words after `first` (B,), each as `pick` takes it -> words (B, n), and the logits (B, n, V) that they
    were picked from."""
    words, said = [first], []
    for _ in range(n):
        said.append(writer(words[-1]))
        words.append(pick(said[-1]))
    return torch.stack(words[1:], 1), torch.stack(said, 1)
