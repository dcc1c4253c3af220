"""Parts of nets that several papers' labs build alike. A paper's own block is written out in its own file."""

import copy
from typing import Generic, TypeVar

import torch
from torch import Tensor, nn

M = TypeVar("M", bound=nn.Module)


def encoder(channels: int, out: int) -> nn.Sequential:
    """Grey pictures (B, 1, S, S), S a multiple of 4, here 16 -> (B, out, S/4, S/4)."""
    c = channels
    return nn.Sequential(
        nn.Conv2d(1, c, 4, 2, 1), nn.ReLU(), nn.Conv2d(c, c, 4, 2, 1), nn.ReLU(), nn.Conv2d(c, out, 1)
    )


def decoder(into: int, channels: int) -> nn.Sequential:
    """Back: (B, into, s, s) -> pictures (B, 1, 4s, 4s), of any numbers."""
    c = channels
    return nn.Sequential(
        nn.Conv2d(into, c, 3, 1, 1), nn.ReLU(), nn.ConvTranspose2d(c, c, 4, 2, 1), nn.ReLU(),
        nn.ConvTranspose2d(c, 1, 4, 2, 1),
    )  # fmt: skip


class ResidualBlock(nn.Module):
    """x + what two layers make of it, after the code has scaled and shifted it (FiLM: Perez et al., 2018.
    arXiv:1709.07871). x (B, H), code (B, C) -> (B, H)."""

    def __init__(self, hidden: int, code: int):
        super().__init__()
        self.norm = nn.LayerNorm(hidden, elementwise_affine=False)
        self.film = nn.Linear(code, 2 * hidden)
        self.first, self.second = nn.Linear(hidden, hidden), nn.Linear(hidden, hidden)
        nn.init.zeros_(self.second.weight)  # each block begins as the identity
        nn.init.zeros_(self.second.bias)

    def forward(self, x: Tensor, code: Tensor) -> Tensor:
        scale, shift = self.film(code).chunk(2, 1)
        inside = self.first(self.norm(x) * (1 + scale) + shift)
        return x + self.second(nn.functional.silu(inside))


class ResidualMLP(nn.Module):
    """Rows of numbers to as many, told a code: a time, a class. x (B, D), code (B, C) -> (B, D)."""

    def __init__(self, dims: int, hidden: int, blocks: int, code: int):
        super().__init__()
        self.inwards = nn.Linear(dims, hidden)
        self.blocks = nn.ModuleList(ResidualBlock(hidden, code) for _ in range(blocks))
        self.norm = nn.LayerNorm(hidden)
        self.outwards = nn.Linear(hidden, dims)

    def forward(self, x: Tensor, code: Tensor, /) -> Tensor:
        x = self.inwards(x)
        for block in self.blocks:
            x = block(x, code)
        return self.outwards(self.norm(x))


class Average(Generic[M]):
    """A net whose weights trail those of a trained one: theta' <- (1 - share) theta' + share theta."""

    def __init__(self, net: M):
        self.net = copy.deepcopy(net).requires_grad_(False)

    @torch.no_grad()
    def follow(self, net: M, share: float) -> None:
        """One step: `share` of the newest weights is taken in."""
        torch._foreach_lerp_(list(self.net.parameters()), list(net.parameters()), share)  # type: ignore
