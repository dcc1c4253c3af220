"""Deep unsupervised learning using nonequilibrium thermodynamics. Sohl-Dickstein, Weiss, Maheswaranathan &
Ganguli, 2015. arXiv:1503.03585.

The first diffusion model: the reverse step's mean and its variance are both learned, by the bound K on the
log likelihood (Eq. 14). Departures from it:
  - an MLP in the place of a radial basis function net; as there, t enters by readouts mixed by bumps;
  - beta is the fixed schedule of schedule.py; the paper learns it on the swiss roll;
  - both outputs are said relative to a plain step back, in units of beta_t;
  - the first step is scored as -log p(x_0 | x_1); the paper removes it by an edge effect.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

Net = Callable[[Tensor, Tensor], Tensor]  # x_t (B, D), t (B,) -> (B, 2 D): a mean's shift, a log variance's


class BumpNet(nn.Module):
    """An MLP of x with a readout for each of several times; at t, Gaussian bumps around them mix them.

    x (B, D), t (B,) in 1..T -> (B, 2 D).
    """

    def __init__(self, dims: int, hidden: int, T: int, bumps: int = 12):
        super().__init__()
        self.T, self.bumps = T, bumps
        self.body = nn.Sequential(
            nn.Linear(dims, hidden), nn.Tanh(), nn.Linear(hidden, hidden), nn.Tanh(),
            nn.Linear(hidden, hidden), nn.Tanh(), nn.Linear(hidden, bumps * 2 * dims),
        )  # fmt: skip
        nn.init.zeros_(self.body[-1].weight)  # type: ignore[arg-type]  (it begins as plain steps back)
        nn.init.zeros_(self.body[-1].bias)  # type: ignore[arg-type]

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        centres = torch.linspace(0, 1, self.bumps, device=x.device)
        near = torch.softmax(-((t[:, None] / self.T - centres) * self.bumps).square() / 2, 1)  # (B, bumps)
        return torch.einsum("bk,bkd->bd", near, self.body(x).view(len(x), self.bumps, -1))


def posterior(x0: Tensor, xt: Tensor, alpha_bar: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
    """q(x_{t-1} | x_t, x_0): mean (B, D) and variance (B, 1). t (B,) in 1..T, alpha_bar (T + 1,)."""
    ab, before = alpha_bar[t][:, None], alpha_bar[t - 1][:, None]
    alpha = ab / before
    mean = before.sqrt() * (1 - alpha) / (1 - ab) * x0 + alpha.sqrt() * (1 - before) / (1 - ab) * xt
    return mean, (1 - alpha) * (1 - before) / (1 - ab)


def reverse(net: Net, xt: Tensor, alpha_bar: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
    """p(x_{t-1} | x_t): f_mu and f_Sigma (section 2.2). -> mean (B, D), variance (B, D)."""
    beta = 1 - (alpha_bar[t] / alpha_bar[t - 1])[:, None]
    shift, log_scale = net(xt, t).chunk(2, 1)
    return (1 - beta).sqrt() * xt + beta.sqrt() * shift, beta * torch.exp(log_scale.clamp(-5, 5))


def kl(mean: Tensor, variance: Tensor, other: Tensor, others: Tensor) -> Tensor:
    """KL of two diagonal Gaussians, N(mean, variance) from N(other, others), in nats -> (B,)."""
    each = torch.log(others / variance) + (variance + (mean - other).square()) / others - 1
    return 0.5 * each.sum(1)


def log_normal(x: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
    """log N(x; mean, variance), all (B, D) -> (B,)."""
    return -0.5 * ((x - mean).square() / variance + torch.log(2 * math.pi * variance)).sum(1)


def term(net: Net, x0: Tensor, t: Tensor, eps: Tensor, alpha_bar: Tensor) -> Tensor:
    """One term of -K (Eq. 14), t (B,) in 1..T: KL(q(x_{t-1} | x_t, x_0) || p(x_{t-1} | x_t)) in nats -> (B,).

    At t = 1 x_0 is no longer random for q: there it is -log p(x_0 | x_1).
    """
    ab = alpha_bar[t][:, None]
    xt = ab.sqrt() * x0 + (1 - ab).sqrt() * eps
    mean, variance = reverse(net, xt, alpha_bar, t)
    target, spread = posterior(x0, xt, alpha_bar, t)
    later = kl(target, spread.clamp(min=1e-12).expand_as(target), mean, variance)  # spread is 0 at t = 1
    return torch.where(t == 1, -log_normal(x0, mean, variance), later)


def prior_term(x0: Tensor, alpha_bar: Tensor) -> Tensor:
    """KL(q(x_T | x_0) || N(0, I)) in nats: what is left of the data in the noise -> (B,)."""
    ab = alpha_bar[-1]
    return kl(ab.sqrt() * x0, (1 - ab).expand_as(x0), torch.zeros_like(x0), torch.ones_like(x0))


@torch.no_grad()
def trajectory_cost(net: Net, x0: Tensor, alpha_bar: Tensor, rng: torch.Generator) -> Tensor:
    """The bound by Monte Carlo (Eq. 12): log q(x_1..T | x_0) - log p(x_0..T) of one trajectory a point.

    x0 (B, D) -> (B,) nats. Its mean is that of the sum of the terms; no KL is used.
    """
    x, cost = x0, torch.zeros(len(x0))
    for t in range(1, len(alpha_bar)):
        beta = (1 - alpha_bar[t] / alpha_bar[t - 1]).expand_as(x)
        noised = (1 - beta).sqrt() * x + beta.sqrt() * torch.randn(x.shape, generator=rng)
        mean, variance = reverse(net, noised, alpha_bar, torch.full((len(x),), t))
        cost = cost + log_normal(noised, (1 - beta).sqrt() * x, beta) - log_normal(x, mean, variance)
        x = noised
    return cost - log_normal(x, torch.zeros_like(x), torch.ones_like(x))


@torch.no_grad()
def sample(net: Net, x: Tensor, alpha_bar: Tensor, rng: torch.Generator) -> Tensor:
    """From x_T (B, D) down, by the learned mean and variance. -> all of it, (T + 1, B, D), noise first."""
    path = [x]
    for t in range(len(alpha_bar) - 1, 0, -1):
        mean, variance = reverse(net, path[-1], alpha_bar, torch.full((len(x),), t))
        z = torch.randn(x.shape, generator=rng)
        path.append(mean if t == 1 else mean + variance.sqrt() * z)
    return torch.stack(path)
