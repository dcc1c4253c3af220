"""What nets that are told places are scored on and asked: texts of up to eight times the learned length."""

import numpy as np
import torch
from torch import Tensor

from engine.attention.positions import Reader, Relative, V
from engine.core.inputs import Answer, Inputs, whole

TIMES = (1, 2, 4, 8)  # the learned length
MANY, KEPT = 48, 10_000  # texts for testing, and their seed: beyond those of runs
BEYOND = 3  # distances that are looked for beyond the farthest that is expected


def kept(length: int) -> Tensor:
    """The texts for testing (48, 8 length)."""
    rng = torch.Generator().manual_seed(KEPT)
    return torch.randint(V, (MANY, TIMES[-1] * length), generator=rng)


def ends(length: int, n: int) -> Tensor:
    """Every other of the last places of n tokens: those on which a length is scored."""
    return torch.arange(n - length // 4 + 1, n, 2)


@torch.no_grad()
def shares(net: Reader, x: Tensor, asked: Tensor, backs: list[int], p: Tensor | None = None) -> Tensor:
    """Share of outputs that are the token so many places back: x (N, T), asked (Q,) -> (backs, Q).

    p: the places of the tokens, where they are not 0, 1, ...; a place without such a token counts as none.
    """
    asked = asked.to(x.device)
    said = net(x, p, asked).argmax(2)  # (N, Q)
    there = torch.stack([asked >= back for back in backs])  # (backs, Q)
    same = torch.stack([said == x[:, (asked - back).clamp(min=0)] for back in backs])  # (backs, N, Q)
    return same.float().mean(1) * there


def pressed(n: int, times: float) -> Tensor:
    """Position Interpolation (Chen et al., 2023): the places 0, 1, ... of n tokens, divided by `times`."""
    return torch.arange(n) / times


@torch.no_grad()
def press(net: Reader, inputs: Inputs) -> Answer:
    """{"length", "times", "back"}: so many times the letters, their places divided by 1 up to `times`, so
    that `back` becomes each whole distance b -> factors (F,), b / back; and right (F, R), the share of
    outputs that are the letter 0, 1, ... places back."""
    length, times = whole(inputs, "length", 8, 32), whole(inputs, "times", 2, 8)
    back = whole(inputs, "back", 1, 6)
    x, reach = kept(length)[:, : times * length], list(range(back * times + BEYOND))
    factors = np.arange(back, back * times + 1) / back
    found = [shares(net, x, ends(length, x.shape[1]), reach, pressed(x.shape[1], f)).mean(1) for f in factors]
    return {"factors": factors, "right": torch.stack(found).numpy()}


@torch.no_grad()
def stripes(net: Reader, inputs: Inputs) -> Answer:
    """{"length"} -> offset (K + 1,) from -clip to 0, and score (h, K + 1): what the vector of each adds to a
    score, mean over the queries of the learned length. Raises ValueError for a net that has none."""
    if not isinstance(net.where, Relative):
        raise ValueError("encoding must be relative: no other has vectors for offsets")
    x = kept(whole(inputs, "length", 8, 32))[:, : int(inputs["length"])]
    q = net.looks(x)[2].mean((0, 2))  # (h, d)
    back = net.where.clip + 1
    score = q @ net.where.a_K[:back].T / q.shape[-1] ** 0.5
    return {"offset": np.arange(1 - back, 1), "score": score.numpy()}
