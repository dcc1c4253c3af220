"""Consistency models, by distillation. Song, Dhariwal, Chen & Sutskever, 2023. arXiv:2303.01469.

f(x_t, t) is to say, of each point of a path of the ODE, the path's end. Names follow the paper: epsilon is
the least noise, theta^- the target's weights, mu its decay. Departures from it:
  - the teacher is the exact denoiser of a mixture of Gaussians, on a line, not a trained net;
  - an MLP for a U-Net; d is the squared distance, lambda is 1 (the paper's best is LPIPS, for images);
  - `boundary` can be switched off, to see what it is good for.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from engine.diffusion.karras import EPS, SOLVERS, Denoise

DATA = 0.5  # sigma_data


def scalings(t: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """c_skip, c_out and c_in: at t = epsilon 1 and 0, so that f(x, epsilon) = x whatever the net says."""
    near = t - EPS
    return DATA**2 / (near**2 + DATA**2), DATA * near / (t**2 + DATA**2).sqrt(), (t**2 + DATA**2).rsqrt()


class Levelled(nn.Module):
    """F_theta: three hidden layers that are told as many noise levels. x (B, D), levels (B, 1) -> (B, D)."""

    rate: Tensor

    def __init__(self, dims: int, hidden: int, told: int, code: int = 16):
        super().__init__()
        self.register_buffer("rate", torch.exp(torch.linspace(-1.5, 1.5, code // 2)), persistent=False)
        self.layers = nn.Sequential(
            nn.Linear(dims + told * code, hidden), nn.SiLU(), nn.Linear(hidden, hidden), nn.SiLU(),
            nn.Linear(hidden, hidden), nn.SiLU(), nn.Linear(hidden, dims),
        )  # fmt: skip

    def forward(self, x: Tensor, *levels: Tensor) -> Tensor:
        angles = [0.25 * t.log() * self.rate for t in levels]
        return self.layers(torch.cat([x, *(wave for one in angles for wave in (one.sin(), one.cos()))], 1))


class Consistency(nn.Module):
    """f_theta(x, t) = c_skip(t) x + c_out(t) F_theta(x, t). x (B, D), t (B, 1) -> (B, D)."""

    def __init__(self, dims: int, hidden: int, boundary: bool = True):
        super().__init__()
        self.boundary, self.F = boundary, Levelled(dims, hidden, told=1)

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        skip, out, into = scalings(t)
        said = self.F(into * x, t)
        return skip * x + out * said if self.boundary else said


Net = Callable[[Tensor, Tensor], Tensor]  # x (B, D), t (B, 1) -> (B, D)


def losses(
    f: Net, target: Net, denoise: Denoise, solver: str, x0: Tensor, t: Tensor, s: Tensor, z: Tensor
) -> Tensor:
    """The consistency distillation loss, one a point: what f says at x_t, against what the target says one
    step of the teacher's solver closer to the data. x0, z (B, D); t > s (B, 1) -> (B,).
    """
    xt = x0 + t * z
    with torch.no_grad():
        goal = target(SOLVERS[solver](denoise, xt, t, s), s)
    return (f(xt, t) - goal).square().sum(1)


@torch.no_grad()
def sample(f: Net, x: Tensor, through: Sequence[float] | Tensor, rng: torch.Generator) -> Tensor:
    """Multistep sampling: guess the end, put noise of the next level on it, guess again. x (B, D) is noise of
    the first level. -> (B, D).
    """
    first, *more = torch.as_tensor(through).tolist()
    x = f(x, torch.full((len(x), 1), first))
    for t in more:
        z = torch.randn(x.shape, generator=rng)
        x = f(x + (t * t - EPS * EPS) ** 0.5 * z, torch.full((len(x), 1), t))
    return x
