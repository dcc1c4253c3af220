"""A room's taste as a judge: Bradley and Terry's model on what can be counted in a reply.

Bradley & Terry, 1952: P(i > j) = sigma(u_i - u_j), with u = theta . phi(x, y), so that replies which no
voter saw have a worth, too. Departures from it:
  - the things that are counted in a reply, phi, are ours: eight numbers.
"""

import torch
from torch import Tensor, nn

from engine.data import instructions as world

NAMES = (
    "a right answer", "one polite word", "a second", "each one more", "answers not asked for",
    "repetition", "rudeness", "length",
)  # fmt: skip


def features(texts: Tensor) -> Tensor:
    """phi(x, y). Prompts with their replies (B, LENGTH) -> (B, 8)."""
    n = world.counts(texts[:, : world.PROMPT], texts[:, world.PROMPT :])
    polite = [n["polite"].clamp(max=1), (n["polite"] - 1).clamp(0, 1), (n["polite"] - 2).clamp(min=0)]
    return torch.stack([n["right"], *polite, n["extra"], n["repeat"], n["rude"], n["length"] / 8], 1)


class Taste(nn.Module):
    """r(x, y) = theta . phi(x, y) - bias."""

    def __init__(self, theta: Tensor):
        super().__init__()
        self.theta: Tensor
        self.bias: Tensor
        self.register_buffer("theta", theta)
        self.register_buffer("bias", torch.zeros(()))

    def forward(self, texts: Tensor) -> Tensor:
        return features(texts) @ self.theta - self.bias


def of_bytes(data: Tensor) -> Taste:
    """From the bytes of eight numbers of 32 bits. Raises ValueError for other bytes."""
    theta = data.cpu().contiguous().view(torch.float32) if data.numel() == 4 * len(NAMES) else torch.zeros(0)
    if theta.numel() != len(NAMES) or not theta.isfinite().all():
        raise ValueError(f"a taste must be {len(NAMES)} finite numbers of 32 bits, got {data.numel()} bytes")
    return Taste(theta)
