"""Writing with a Transformer, letter by letter. Vaswani et al., 2017. arXiv:1706.03762, section 3.1.

Each letter is chosen by a decoder that has read all letters before it. A new letter changes nothing of what
the causal mask hid it from, so each layer's keys and values stay valid once computed: `Kept` keeps them,
`Anew` computes the whole prefix each time.
Departure: the paper searches with a beam of 4; here the likeliest letter is taken, or one is drawn.
"""

from typing import Protocol

import torch
from torch import Tensor

from engine.attention.multi_head import attention
from engine.attention.transformer import Transformer


class Writer(Protocol):
    """Texts being written: takes their newest letters (B,), gives the logits (B, V) of the next."""

    def __call__(self, letters: Tensor) -> Tensor: ...


class Anew:
    """The definition: the decoder reads all that was written so far, each time."""

    def __init__(self, net: Transformer, source: Tensor):
        self.net, self.source, self.memory = net, source, net.encode(source)
        self.y = source.new_empty(len(source), 0)

    def __call__(self, letters: Tensor) -> Tensor:
        self.y = torch.cat([self.y, letters[:, None]], 1)
        return self.net.decode(self.y, self.memory, self.source)[:, -1]


class Kept:
    """The same logits from the keys and values of the letters before, at most `length` of them.

    Raises ValueError for a net whose decoder has no causal mask: there every letter changes all before it.
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

    def __call__(self, letters: Tensor) -> Tensor:
        x, t = self.net.embed(letters[:, None], self.t), self.t + 1  # (B, 1, d_model)
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


@torch.inference_mode()
def write(writer: Writer, first: Tensor, n: int, uniforms: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """n letters after `first` (B,): the likeliest each time, or drawn by uniforms (n, B) in [0, 1).

    -> letters (B, n) and the logits (B, n, V) that they were chosen from.
    """
    letters, said = [first], []
    for i in range(n):
        said.append(writer(letters[-1]))
        if uniforms is None:
            letters.append(said[-1].argmax(-1))
        else:  # invert the cumulative distribution; rounding may leave its end just below 1
            below = said[-1].softmax(-1).cumsum(-1) <= uniforms[i, :, None]
            letters.append(below.sum(-1).clamp(max=said[-1].shape[-1] - 1))
    return torch.stack(letters[1:], 1), torch.stack(said, 1)
