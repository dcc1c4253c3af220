"""What is seen of a net that says a digit pixel by pixel: its samples and its score; and what it is asked."""

from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.autoregressive.orders import bits, draw
from engine.core.inputs import Answer, Inputs, whole
from engine.core.trace import Arrays
from engine.data.black_digits import black_digits, independent

DRAWN, SHOWN = 128, 16  # samples of each moment, and how many of them are kept
D, INK = 64, 15  # pixels; levels of a picture


def pixel_chances() -> Tensor:
    """How often each pixel is black among the learned digits: (64,)."""
    return (black_digits().learned.sum(0) + 0.5) / (len(black_digits().learned) + 1)


def far(drawn: Tensor) -> float:
    """In how many pixels pictures (N, 64) differ from the nearest learned digit, on average."""
    known = black_digits().learned.to(drawn.device)
    return (drawn @ (1 - known.T) + (1 - drawn) @ known.T).min(1).values.mean().item()


@cache
def around() -> dict[str, float]:
    """What to hold a score against: alone, bits a kept digit for who knows how often each pixel is black and
    no more; far_alone, how far such draws lie from learned digits; far_real, how far kept digits do."""
    kept = black_digits().kept
    dice = torch.rand(kept.shape, generator=torch.Generator().manual_seed(0))
    drawn = (dice < pixel_chances()).float()
    return {"alone": -independent() / np.log(2), "far_alone": far(drawn), "far_real": far(kept)}


@torch.no_grad()
def watched(net: Any, seed: int, **more: float) -> dict[str, Arrays]:
    """samples: sixteen drawn digits. score: kept, learned (bits a digit), far, `around`, and more."""
    device = next(net.parameters()).device
    learned, kept = (part.to(device) for part in black_digits()[:2])
    dice = torch.rand(DRAWN, D, generator=torch.Generator().manual_seed(seed + 1)).to(device)
    drawn = draw(net, net.o, torch.zeros_like(dice), torch.zeros(D, device=device), dice)
    costs = {name: bits(net(x), x).sum(1).mean().item() for name, x in (("kept", kept), ("learned", learned))}
    score = {**costs, "far": far(drawn), **around(), **more}
    return {
        "samples": {"x": (INK * drawn[:SHOWN]).cpu().numpy().astype(np.uint8).reshape(SHOWN, 8, 8)},
        "score": {name: np.array(round(value, 4)) for name, value in score.items()},
    }


def grid(inputs: Inputs, name: str) -> Tensor:
    """One input that must be 8 x 8 pixels of 0 and 1: (64,). Raises ValueError."""
    found = np.asarray(inputs.get(name))
    if found.shape != (8, 8) or found.dtype.kind not in "biuf" or not np.isin(found, (0, 1)).all():
        raise ValueError(f"{name} must be 8 x 8 pixels of 0 and 1, got {str(inputs.get(name))[:60]}")
    return torch.tensor(found.reshape(D), dtype=torch.float32)


@torch.no_grad()
def read(net: Any, inputs: Inputs) -> Answer:
    """{"x": (8, 8) of 0 and 1} -> o (64,) the order of the net, p (64,) the chance that each pixel is black
    given those before it, bits (64,) what each costs; both pixel by pixel."""
    x = grid(inputs, "x")
    logits = net(x[None])[0]
    return {"o": net.o.numpy(), "p": logits.sigmoid().numpy(), "bits": bits(logits, x).numpy()}


@torch.no_grad()
def fill(net: Any, inputs: Inputs) -> Answer:
    """{"x": (8, 8), "unknown": (8, 8), "n": 1 to 64, "seed"} -> images (n, 8, 8): draws of the unknown
    pixels, in its own order or, where it learned any, last; bits (): what the true ones cost in it."""
    x, unknown = grid(inputs, "x"), grid(inputs, "unknown")
    n, rng = whole(inputs, "n", 1, 64), torch.Generator().manual_seed(whole(inputs, "seed", 0, 2**31 - 1))
    o = net.order_for(unknown)
    drawn = draw(lambda x: net(x, o), o, x.expand(n, -1), 1 - unknown, torch.rand(n, D, generator=rng))
    cost = (bits(net(x[None], o)[0], x) * unknown).sum()
    return {"images": drawn.numpy().astype(np.uint8).reshape(n, 8, 8), "bits": cost.numpy()}
