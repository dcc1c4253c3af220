"""Consistency trajectory models. Kim, Lai, Liao, Murata, Takida, Uesaka, He, Mitsufuji & Ermon, 2023.
arXiv:2310.02279.

One net jumps from any time t of a path to any earlier time s; s = t is the score, the least s a consistency
model. Departures from it:
  - no adversarial loss, and the weight of the score's loss is fixed, not set by the gradients' sizes;
  - the teacher is the exact denoiser of a mixture on the plane; its solver goes at most REACH levels from t;
  - an MLP for a U-Net; the distance is the square; "time 0" is the least noise epsilon.
"""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from engine.diffusion.consistency import DATA, Levelled
from engine.diffusion.karras import EPS, Denoise, heun

REACH = 4  # levels


class Trajectory(nn.Module):
    """G_theta(x, t, s) = s/t x + (1 - s/t) g_theta(x, t, s). x (B, D); t, s (B, 1), s <= t -> (B, D)."""

    def __init__(self, dims: int, hidden: int):
        super().__init__()
        self.F = Levelled(dims, hidden, told=2)

    def g(self, x: Tensor, t: Tensor, s: Tensor) -> Tensor:
        """Where x is heading: at s = t the denoiser's guess, at the least s the path's end. -> (B, D)."""
        size = t * t + DATA**2
        return DATA**2 / size * x + DATA * t * size.rsqrt() * self.F(x * size.rsqrt(), t, s)

    def forward(self, x: Tensor, t: Tensor, s: Tensor) -> Tensor:
        return s / t * x + (1 - s / t) * self.g(x, t, s)


def losses(
    net: Trajectory, target: Trajectory, denoise: Denoise, grid: Tensor, x0: Tensor, tus: Tensor, z: Tensor
) -> Tensor:
    """The soft consistency loss, one a point: a jump from t to s, against the solver's way to u and the
    target's jump from there, both brought on to the least noise by the target. x0, z (B, D) -> (B,).

    tus (3, B): the numbers of the levels t >= u >= s in `grid`, from little noise to much.
    """
    t, u, s = (grid[k][:, None] for k in tus)
    xt = x0 + t * z
    xu, now = xt, tus[0]
    for _ in range(int((tus[0] - tus[1]).max())):
        then = torch.maximum(now - 1, tus[1])  # who has come to u stays there: a step of no length
        xu, now = heun(denoise, xu, grid[now][:, None], grid[then][:, None]), then
    least = torch.full_like(t, EPS)
    with torch.no_grad():
        goal = target(target(xu, u, s), s, least)
    return (target(net(xt, t, s), s, least) - goal).square().sum(1)


def score_losses(net: Trajectory, x0: Tensor, t: Tensor, z: Tensor) -> Tensor:
    """Denoising score matching at s = t, one a point. x0, z (B, D); t (B, 1) -> (B,)."""
    return (x0 - net.g(x0 + t * z, t, t)).square().sum(1)


def drawn(n: int, levels: int, rng: torch.Generator) -> Tensor:
    """Numbers of levels t > s and t >= u >= s, u at most REACH below t -> (3, n)."""
    t = torch.randint(1, levels, (n,), generator=rng)
    s = (torch.rand(n, generator=rng) * t).long()
    u = torch.maximum(s, t - torch.randint(1, REACH + 1, (n,), generator=rng))
    return torch.stack([t, u, s])


@torch.no_grad()
def sample(
    net: Trajectory, x: Tensor, through: Sequence[float] | Tensor, gamma: float, rng: torch.Generator
) -> Tensor:
    """gamma-sampling: jump to less noise than the next level has, sqrt(1 - gamma^2) of it, and put the rest
    on afresh. gamma 0 puts none, 1 goes to the end each time, as multistep consistency sampling does.
    """
    for t, s in pairwise(torch.as_tensor(through).tolist()):
        down = max((1 - gamma * gamma) ** 0.5 * s, EPS)
        x = net(x, torch.full((len(x), 1), t), torch.full((len(x), 1), down))
        x = x + (s * s - down * down) ** 0.5 * torch.randn(x.shape, generator=rng)
    return x
