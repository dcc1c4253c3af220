"""Extracting Training Data from Large Language Models. Carlini et al., 2020. arXiv:2012.07805.

Let a model write many texts from nothing, put those first that it finds little surprising, look them up.
Departures from it:
  - a token is one character, and a text has 32 of them, not 256; each begins after the end of a line;
  - of its six measures two: perplexity, and the ratio of zlib entropy and its logarithm;
  - what counts as memorised is looked up in the text itself, for this text is known.
"""

import zlib

import numpy as np
import torch
from torch import Tensor

from engine.attention.decoding import choose, write
from engine.language import gpt
from engine.language.decoding import top_k


def top_n(logits: Tensor, n: int, uniforms: Tensor) -> Tensor:
    """Top-n sampling: a token drawn from the n likeliest. logits (B, V), uniforms (B,) -> (B,)."""
    return choose(top_k(logits, n).softmax(-1), uniforms)


@torch.no_grad()
def written(net: gpt.GPT, first: int, n: int, uniforms: Tensor) -> Tensor:
    """Texts from nothing but the token `first`. uniforms (T, B) -> (B, T)."""
    luck = iter(uniforms)
    start = torch.full((uniforms.shape[1],), first, device=uniforms.device)
    return write(
        gpt.Reader(net, len(start)), start, len(uniforms), lambda logits: top_n(logits, n, next(luck))
    )[0]


def zlib_bits(text: str) -> int:
    """What zlib makes of a text, in bits: a text that repeats itself has few."""
    return 8 * len(zlib.compress(text.encode()))


def ranked(loss: np.ndarray, bits: np.ndarray, by_zlib: bool) -> np.ndarray:
    """The order in which texts (n,) are looked at: least loss first, or most zlib bits for their loss.

    loss: the logarithm of perplexity, in nats a token.
    """
    return np.argsort(-bits / loss if by_zlib else loss, kind="stable")
