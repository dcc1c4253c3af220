"""Quantifying Memorization Across Neural Language Models. Carlini et al., 2022. arXiv:2202.07646.

What a text's string is called: extractable with k tokens of context, if the model writes it by greedy
decoding after the k tokens that stand before it in the text. Beside it, exposure: The Secret Sharer. Carlini
et al., 2019. arXiv:1802.08232. Departures from them:
  - a token is one character, and the string to be extracted has 6 of them, far fewer than there;
  - the numbers are planted, so that how often each comes is known and not searched for;
  - exposure ranks a canary among 1,024 random numbers, not among all that are possible.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.attention.decoding import write
from engine.language import gpt


@torch.no_grad()
def greedy(net: gpt.GPT, prompt: Tensor, n: int) -> Tensor:
    """The likeliest next token, n times. prompt (B, k) -> (B, n)."""
    reader = gpt.Reader(net, len(prompt))
    if prompt.shape[1] > 1:
        reader.read(prompt[:, :-1])
    return write(reader, prompt[:, -1], n)[0]


def right(net: gpt.GPT, texts: Tensor, k: int, secret: int) -> Tensor:
    """Tokens of each secret that come right before the first wrong one: `secret` of them is extracted.

    texts (B, T) end in the secret; the k tokens before it are the prompt. -> (B,)
    """
    at = texts.shape[1] - secret
    same = greedy(net, texts[:, at - k : at], secret) == texts[:, at:]  # (B, secret)
    return same.long().cumprod(1).sum(1)


@torch.no_grad()
def loss(net: gpt.GPT, texts: Tensor) -> Tensor:
    """-log p of each text a token, in nats, after the end of a line (0). texts (B, T) -> (B,)."""
    x = F.pad(texts, (1, 0))  # (B, T + 1)
    return F.cross_entropy(net(x[:, :-1]).transpose(1, 2), x[:, 1:], reduction="none").mean(1)


def exposure(own: np.ndarray, others: np.ndarray) -> np.ndarray:
    """log2 |R| - log2 rank, in bits: R are the others and the canary itself; rank 1 has the least loss.

    own (n,), others (m,) -> (n,), from 0 to log2(m + 1).
    """
    rank = 1 + (others[None] < own[:, None]).sum(1)
    return np.log2(len(others) + 1) - np.log2(rank)


def auc(members: np.ndarray, others: np.ndarray) -> float:
    """How often a text that was read has less loss than one that was not; equal ones count half."""
    less, same = members[:, None] < others[None], members[:, None] == others[None]
    return float((less + 0.5 * same).mean())
