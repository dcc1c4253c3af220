"""Looking into a GPT as it reads: what each layer would say next, and what keeping keys and values spares.

Each layer's guess is the logit lens (nostalgebraist, "interpreting GPT: the logit lens", 2020): the last
normalisation and the logits, applied to what an earlier layer holds. GPT-2: Radford et al., 2019.
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.language import gpt


@torch.no_grad()
def lens(net: gpt.GPT, x: Tensor) -> Tensor:
    """Words (B, T) -> logits (L + 1, B, T, V) as each layer would have them, the embedding first; the last
    are the net's own."""
    t = x.shape[1]
    held = [net.embedding(x) + net.place.weight[:t]]
    for block in net.parts:
        held.append(block(held[-1], net.past[:t, :t]))
    return F.linear(net.norm(torch.stack(held)), net.embedding.weight)


class Work(NamedTuple):
    """Words that a net has to read to write T more: anew each time, and with keys and values kept; and how
    far apart the logits of the two ways are at most."""

    anew: int
    kept: int
    apart: float


@torch.no_grad()
def work(net: gpt.GPT, x: Tensor) -> Work:
    """Reads words (1, T) as if they were written one by one, in both ways."""
    reader, anew, apart = gpt.Reader(net, 1), 0, 0.0
    for t in range(1, x.shape[1] + 1):
        whole = net(x[:, :t])[0, -1]
        anew += t
        apart = max(apart, float((reader(x[:, t - 1]) - whole[None]).abs().max()))
    return Work(anew, x.shape[1], apart)
