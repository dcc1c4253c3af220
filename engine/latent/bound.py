"""Variational Inference: A Review for Statisticians. Blei, Kucukelbir & McAuliffe, 2016. arXiv:1601.00670.

The evidence, its lower bound and the gap between them, and the KL in both directions, where all are known.

One number z, one observation x; the model is exact, so that evidence and posterior are, too:
  p(z) = N(z; -a, tau^2) / 2 + N(z; a, tau^2) / 2, one Gaussian when a = 0;   p(x|z) = N(x; z, s^2).
Integrals over z are sums over a fine grid: for smooth bells they are right to the last digits.
"""

import math

import torch
from torch import Tensor

from engine.latent import vae

TAU = 0.6  # of each half of the prior
Z = torch.linspace(-30, 30, 3001, dtype=torch.float64)  # steps of 0.02, wide enough for the widest q


def log_normal(z: Tensor, mu: Tensor | float, sigma: Tensor | float) -> Tensor:
    """log N(z; mu, sigma^2)."""
    mu, sigma = (torch.as_tensor(one, dtype=torch.float64) for one in (mu, sigma))
    return vae.log_normal(z, mu, 2 * sigma.log())


def over(values: Tensor) -> Tensor:
    """The integral over z of values on the grid."""
    return values.sum() * (Z[1] - Z[0])


class World:
    """The model at one observation. x: what is seen; a: how far the prior's halves stand from 0; s: noise."""

    def __init__(self, x: float, a: float, s: float):
        halves = torch.tensor([-a, a], dtype=torch.float64)
        seen = math.log(0.5) + log_normal(torch.tensor(x, dtype=torch.float64), halves, math.hypot(TAU, s))
        self.log_evidence = seen.logsumexp(0)  # log p(x)
        self.weights = (seen - self.log_evidence).exp()  # of the posterior's two bells
        self.means = (TAU**2 * x + s**2 * halves) / (TAU**2 + s**2)
        self.sigma = TAU * s / math.hypot(TAU, s)
        prior = (math.log(0.5) + log_normal(Z[:, None], halves, TAU)).logsumexp(1)
        self.log_joint = prior + log_normal(
            torch.tensor(x, dtype=torch.float64), Z, s
        )  # log p(x, z) on the grid

    def log_posterior(self) -> Tensor:
        """log p(z|x) on the grid, by its two bells."""
        return (self.weights.log() + log_normal(Z[:, None], self.means, self.sigma)).logsumexp(1)

    def bound(self, mu: Tensor, sigma: Tensor) -> Tensor:
        """E_q[log p(x, z) - log q(z)] for q = N(mu, sigma^2)."""
        log_q = log_normal(Z, mu, sigma)
        return over(log_q.exp() * (self.log_joint - log_q))

    def gap(self, mu: Tensor, sigma: Tensor) -> Tensor:
        """KL(q || p(z|x)): what the bound leaves."""
        log_q = log_normal(Z, mu, sigma)
        return over(log_q.exp() * (log_q - self.log_posterior()))

    def ratios(self, mu: Tensor, sigma: Tensor, n: int) -> tuple[Tensor, Tensor]:
        """p(z|x) / q(z) and its log, at n places that are equally likely by q.

        Over q the mean of the first is 1, so by Jensen's inequality the mean of the second lies below
        log 1 = 0: it is minus the gap.
        """
        z = mu + sigma * torch.special.ndtri((torch.arange(n, dtype=torch.float64) + 0.5) / n)
        bells = log_normal(z[:, None], self.means, self.sigma)
        log_ratio = (self.weights.log() + bells).logsumexp(1) - log_normal(z, mu, sigma)
        return log_ratio.exp(), log_ratio

    def forward(self, mu: Tensor, sigma: Tensor) -> Tensor:
        """KL(p(z|x) || q): the other direction."""
        log_p = self.log_posterior()
        return over(log_p.exp() * (log_p - log_normal(Z, mu, sigma)))

    def landscape(self, mu: Tensor, sigma: Tensor, forward: bool) -> Tensor:
        """KL(q || p(z|x)), or the other way, for each width and centre. mu (m,), sigma (s,) -> (s, m)."""
        z, log_p = Z[::4], self.log_posterior()[::4]
        log_q = log_normal(z, mu[:, None], sigma[:, None, None])  # (s, m, grid)
        high, low = (log_p, log_q) if forward else (log_q, log_p)
        return (high.exp() * (high - low)).sum(-1) * (z[1] - z[0])

    def moments(self) -> tuple[float, float]:
        """Mean and standard deviation of the posterior: where KL(p || q) is least."""
        mean = (self.weights * self.means).sum()
        var = (self.weights * (self.means - mean) ** 2).sum() + self.sigma**2
        return mean.item(), math.sqrt(var.item())
