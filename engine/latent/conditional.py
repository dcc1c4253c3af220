"""Learning Structured Output Representation using Deep Conditional Generative Models. Sohn, Lee & Yan, 2015.

Names follow the paper: x (what is given), y (what is to be answered), z; the recognition network q(z|x,y),
the prior network p(z|x), the generation network p(y|x,z). Departures from it:
  - x is the upper half of a digit of 8 x 8 black and white pixels, y the lower one;
  - each network has two hidden layers of ReLUs; the generation network is given no first guess of y;
  - the hybrid with the Gaussian stochastic network, which trains on draws from the prior, is left out;
  - log sigma^2 stays within 10 of 0, so that a huge step of Adam does not end in numbers that are none.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from engine.latent.vae import layers, log_normal

HALF = 32  # pixels
PRIORS = ("sees the half", "N(0, I)")


def kl(mu: Tensor, log_var: Tensor, at: Tensor, wide: Tensor) -> Tensor:
    """KL(N(mu, sigma^2) || N(at, e^wide)) in nats, number by number; any shape."""
    return 0.5 * (wide - log_var + (log_var.exp() + (mu - at).square()) / wide.exp() - 1)


def log_bernoulli(logits: Tensor, y: Tensor) -> Tensor:
    """How likely pixels of these chances are, in nats a half: logits (..., 32), y (B, 32) -> (...)."""
    return -binary_cross_entropy_with_logits(logits, y.expand_as(logits), reduction="none").sum(-1)


class CVAE(nn.Module):
    """The three networks; and, for comparison, a regression: one answer for each x, without z."""

    def __init__(self, d: int, hidden: int, prior: str):
        super().__init__()
        self.d, self.sees = d, prior == PRIORS[0]
        self.q = layers(2 * HALF, hidden, 2 * d)
        self.p = layers(HALF, hidden, 2 * d)
        self.generation = layers(HALF + d, hidden, HALF)
        self.regression = layers(HALF, hidden, HALF)

    def recognition(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """q(z|x,y): mu and log sigma^2, (B, d) each."""
        mu, log_var = self.q(torch.cat([x, y], -1)).chunk(2, -1)
        return mu, log_var.clamp(-10, 10)

    def prior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """p(z|x), or N(0, I) whatever x: mu and log sigma^2, (B, d) each."""
        mu, log_var = self.p(x).chunk(2, -1)
        return (mu, log_var.clamp(-10, 10)) if self.sees else (0 * mu, 0 * log_var)

    def answer(self, x: Tensor, z: Tensor) -> Tensor:
        """p(y|x,z): x (B, 32), z (..., B, d) -> the logit of each lower pixel being black (..., B, 32)."""
        return self.generation(torch.cat([x.expand(*z.shape[:-1], HALF), z], -1))

    def bound(self, x: Tensor, y: Tensor, epsilon: Tensor) -> tuple[Tensor, Tensor]:
        """The two parts of the bound on log p(y|x): log p(y|x,z) (B,), with z from the recognition network,
        and KL(q(z|x,y) || p(z|x)) (B,). epsilon (B, d)."""
        mu, log_var = self.recognition(x, y)
        z = mu + (0.5 * log_var).exp() * epsilon
        return log_bernoulli(self.answer(x, z), y), kl(mu, log_var, *self.prior(x)).sum(-1)

    def log_weights(self, x: Tensor, y: Tensor, epsilon: Tensor) -> Tensor:
        """log of p(y|x,z) p(z|x) / q(z|x,y), whose mean over draws is p(y|x): epsilon (K, B, d) -> (K, B)."""
        mu, log_var = self.recognition(x, y)
        z = mu + (0.5 * log_var).exp() * epsilon
        inside = log_normal(z, *self.prior(x)) - log_normal(z, mu, log_var)
        return log_bernoulli(self.answer(x, z), y) + inside.sum(-1)

    def draw(self, x: Tensor, epsilon: Tensor) -> Tensor:
        """An answer while y is not known: z from the prior. epsilon (..., B, d) -> logits (..., B, 32)."""
        mu, log_var = self.prior(x)
        return self.answer(x, mu + (0.5 * log_var).exp() * epsilon)
