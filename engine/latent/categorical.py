"""A variational auto-encoder whose code is a throw of dice, as in Categorical Reparameterization with
Gumbel-Softmax. Jang, Gu & Poole, 2016. arXiv:1611.01144.

Names follow the paper: x, z, y, pi, tau; q is the encoder's, p the decoder's. Departures from it:
  - digits of 8 x 8 black and white pixels, and two layers on each side;
  - the KL to fair dice is that of the dice themselves, also where y is soft;
  - REINFORCE has the running mean of log p(x|z) as its baseline and no other help.
"""

import math

import torch
from torch import Tensor, nn

from engine.latent.estimators import reinforce
from engine.latent.gumbel import soften, straight_through, throw

ESTIMATORS = ("Gumbel-softmax", "straight-through", "REINFORCE")
PIXELS, HIDDEN = 64, 64
KEEP = 0.9  # of the baseline's running mean, at each step


class CategoricalVAE(nn.Module):
    """N dice of K faces between an encoder and a decoder."""

    def __init__(self, N: int, K: int):
        super().__init__()
        self.N, self.K = N, K
        self.encoder = nn.Sequential(nn.Linear(PIXELS, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, N * K))
        self.decoder = nn.Sequential(nn.Linear(N * K, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, PIXELS))

    def log_pi(self, x: Tensor) -> Tensor:
        """log q(z|x), face by face: x (B, 64) -> (B, N, K)."""
        return self.encoder(x).view(-1, self.N, self.K).log_softmax(2)

    def decode(self, z: Tensor) -> Tensor:
        """Throws (B, N, K), soft or hard -> logits of the pixels (B, 64)."""
        return self.decoder(z.flatten(1))

    def log_p(self, x: Tensor, z: Tensor) -> Tensor:
        """log p(x|z), in nats a picture: every pixel is black or white. -> (B,)"""
        return -nn.functional.binary_cross_entropy_with_logits(self.decode(z), x, reduction="none").sum(1)


def kl(log_pi: Tensor) -> Tensor:
    """KL(q(z|x) || fair dice), exactly, all constants kept: (B, N, K) -> nats (B,)."""
    return (log_pi.exp() * (log_pi + math.log(log_pi.shape[2]))).sum((1, 2))


@torch.no_grad()
def bound(net: CategoricalVAE, x: Tensor, g: Tensor, tau: float | None = None) -> Tensor:
    """The evidence lower bound log p(x|z) - KL, in nats a picture: x (B, 64), noise g (S, B, N, K) -> (B,),
    mean of S throws. tau: with throws softened at this temperature, which is no bound on anything."""
    log_pi = net.log_pi(x)
    z = throw(log_pi, g) if tau is None else soften(log_pi, g, tau)
    there = net.log_p(x.repeat(len(g), 1), z.flatten(0, 1)).view(len(g), -1).mean(0)
    return there - kl(log_pi)


def given(log_pi: Tensor, g: Tensor, tau: float, estimator: str) -> Tensor:
    """What the decoder is given in training: a softened throw, or one-hot faces. (B, N, K)"""
    if estimator == "Gumbel-softmax":
        return soften(log_pi, g, tau)
    if estimator == "straight-through":
        return straight_through(soften(log_pi, g, tau))
    return throw(log_pi, g)


def objective(
    net: CategoricalVAE, x: Tensor, g: Tensor, tau: float, estimator: str, baseline: float | None
) -> tuple[Tensor, float]:
    """What gradient descent makes small, and the baseline of the next step. x (B, 64), noise g (B, N, K).

    baseline: the running mean of log p(x|z) until now; None at the first step, which takes its own.
    """
    log_pi = net.log_pi(x)
    z = given(log_pi, g, tau, estimator)
    log_p = net.log_p(x, z)
    mean = log_p.mean().item()
    baseline = mean if baseline is None else KEEP * baseline + (1 - KEEP) * mean
    loss = kl(log_pi) - log_p
    if estimator == "REINFORCE":  # z passes no gradient: the encoder learns by this alone, and by the KL
        loss = loss - reinforce(log_p, (z * log_pi).sum((1, 2)), baseline)
    return loss.mean(), baseline
