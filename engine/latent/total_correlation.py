"""Isolating Sources of Disentanglement in Variational Autoencoders. Chen, Li, Grosse & Duvenaud, 2018.
arXiv:1802.04942. What it takes apart is beta-VAE: Learning Basic Visual Concepts with a Constrained
Variational Framework. Higgins, Matthey, Pal, Burgess, Glorot, Botvinick, Mohamed & Lerchner, 2017.

Names follow the papers: x, z, q(z|x), q(z) (the mean of q(z|x) over the N pictures), M (a batch), beta, v (a
factor), MIG. Departures from them:
  - pictures are grey squares of 16 x 16 pixels, each pixel's ink taken as a chance of black;
  - the net is the VAE of two hidden layers (arXiv:1312.6114);
  - beta - 1 times the estimated total correlation is added to the exact KL: the weights 1, beta and 1 of the
    three parts, with less noise, and with beta = 1 exactly the VAE;
  - what is shown of a trained net takes all N pictures for q(z), and no batch.
"""

import math

import numpy as np
import torch
from torch import Tensor

from engine.latent.vae import VAE, kl, log_normal

KINDS = ("beta-VAE", "beta-TCVAE")


def log_q(z: Tensor, mu: Tensor, log_var: Tensor) -> Tensor:
    """log q(z_j|x_m) of every draw by every picture: z (B, D), mu, log sigma^2 (M, D) -> (B, M, D)."""
    return log_normal(z[:, None], mu, log_var)


def minibatch_weighted(z: Tensor, mu: Tensor, log_var: Tensor, N: int) -> tuple[Tensor, Tensor]:
    """log q(z) and the log of the product of q(z_j), estimated on a batch: the logsumexp over its M pictures,
    minus log NM. z, mu, log sigma^2 (M, D) -> (M,), (M,)."""
    each, nm = log_q(z, mu, log_var), math.log(N * len(mu))
    return each.sum(2).logsumexp(1) - nm, (each.logsumexp(1) - nm).sum(1)


def objective(net: VAE, x: Tensor, epsilon: Tensor, N: int, beta: float, kind: str) -> Tensor:
    """What gradient descent makes small, in nats a picture: x (M, 256), epsilon (M, D)."""
    mu, log_var = net.encode(x)
    z = mu + (0.5 * log_var).exp() * epsilon
    pixels, price = -net.log_p(x, z).mean(), kl(mu, log_var).sum(1).mean()
    if kind == KINDS[0]:
        return pixels + beta * price
    together, apart = minibatch_weighted(z, mu, log_var, N)
    return pixels + price + (beta - 1) * (together - apart).mean()


def draws(S: int, N: int, D: int, rng: torch.Generator) -> Tensor:
    """Noise in pairs of opposite sign, of mean square 1 for each picture and number of z: then the means of
    log q(z|x) and of log p(z) over the draws are exact. S even -> (S, N, D)."""
    half = torch.randn(S // 2, N, D, generator=rng)
    half = half / half.square().mean(0).sqrt()
    return torch.cat([half, -half])


def parts(mu: Tensor, log_var: Tensor, epsilon: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The mean KL of N pictures in its three parts, in nats: information I(x; z), total correlation, and the
    KL of each q(z_j) to N(0, 1), added up. mu, log sigma^2 (N, D), epsilon (S, N, D), from `draws`: then
    the sum is the KL, exactly."""
    z = mu + (0.5 * log_var).exp() * epsilon
    inside = log_normal(z, mu, log_var).sum(2).mean()  # E log q(z|x)
    outside = log_normal(z, torch.zeros_like(z), torch.zeros_like(z)).sum(2).mean()  # E log p(z)
    together, apart, _ = mixtures(mu, log_var, epsilon)
    return inside - together.mean(), (together - apart.sum(1)).mean(), apart.sum(1).mean() - outside


def mixtures(mu: Tensor, log_var: Tensor, epsilon: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Of S draws for each of N pictures: log q(z) (SN,), log q(z_j) (SN, D), log q(z_j|x_m) (SN, N, D)."""
    z = (mu + (0.5 * log_var).exp() * epsilon).flatten(0, 1)
    each, n = log_q(z, mu, log_var), math.log(len(mu))
    return each.sum(2).logsumexp(1) - n, each.logsumexp(1) - n, each


def table(mu: Tensor, log_var: Tensor, epsilon: Tensor, factors: np.ndarray) -> Tensor:
    """I(z_j; v_k) / H(v_k): what share of a factor one number of z tells. factors (N, K), each value of a
    factor as often as any other -> (D, K)."""
    _, apart, each = mixtures(mu, log_var, epsilon)
    columns = []
    for v in torch.tensor(factors.T, device=mu.device):
        values = v.unique()
        of = torch.stack([each[:, v == one].logsumexp(1) for one in values])  # (values, SN, D)
        of = of - math.log(len(mu) / len(values))  # log q(z_j|v_k)
        own = of[torch.searchsorted(values, v.contiguous()).repeat(len(epsilon)), torch.arange(len(apart))]
        columns.append((own - apart).mean(0) / math.log(len(values)))
    return torch.stack(columns, 1)


def gaps(table: np.ndarray) -> np.ndarray:
    """For each factor, how far the number of z that tells most of it is ahead of the next; their mean is the
    mutual information gap, MIG. (D, K) -> (K,)"""
    best = np.sort(table, 0)
    return best[-1] - best[-2]
