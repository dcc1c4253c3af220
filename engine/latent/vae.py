"""Auto-Encoding Variational Bayes. Kingma & Welling, 2013. arXiv:1312.6114.

Names follow the paper: x, z, mu, sigma, epsilon, phi (the encoder), theta (the decoder). `weighted` is
the bound of Importance Weighted Autoencoders (Burda, Grosse & Salakhutdinov, 2015. arXiv:1509.00519).
Departures from it:
  - pictures are digits of 8 x 8 pixels, each pixel black or white (its level 8 of 16 or more);
  - both halves have two hidden layers of ReLUs, and Adam follows the gradient;
  - log sigma^2 stays within 20 of 0, so that a huge step of Adam does not end in numbers that are none;
  - one draw of z for each picture of a batch, as the paper advises for batches of a hundred.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits


def layers(into: int, hidden: int, out: int) -> nn.Sequential:
    """Two hidden layers of ReLUs."""
    return nn.Sequential(
        nn.Linear(into, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, out)
    )


def kl(mu: Tensor, log_var: Tensor) -> Tensor:
    """KL(N(mu, sigma^2) || N(0, 1)) in nats, number by number; any shape."""
    return 0.5 * (mu.square() + log_var.exp() - log_var - 1)


def log_normal(z: Tensor, mu: Tensor, log_var: Tensor) -> Tensor:
    """log N(z; mu, sigma^2), number by number; shapes that go together."""
    return -0.5 * (math.log(2 * math.pi) + log_var + (z - mu).square() / log_var.exp())


class VAE(nn.Module):
    """An encoder q(z|x) = N(mu(x), sigma(x)^2), a decoder p(x|z) of black and white pixels, and N(0, I)."""

    def __init__(self, D: int, hidden: int, pixels: int = 64):
        super().__init__()
        self.phi, self.theta = layers(pixels, hidden, 2 * D), layers(D, hidden, pixels)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(B, pixels) -> mu and log sigma^2, (B, D) each."""
        mu, log_var = self.phi(x).chunk(2, -1)
        return mu, log_var.clamp(-20, 20)

    def decode(self, z: Tensor) -> Tensor:
        """(..., D) -> the logit of each pixel being black (..., pixels)."""
        return self.theta(z)

    def log_p(self, x: Tensor, z: Tensor) -> Tensor:
        """log p(x|z): pixels are black or white, each by itself. x (B, pixels), z (..., B, D) -> (..., B)."""
        logits = self.decode(z)
        return -binary_cross_entropy_with_logits(logits, x.expand_as(logits), reduction="none").sum(-1)

    def bound(self, x: Tensor, epsilon: Tensor) -> tuple[Tensor, Tensor]:
        """The two parts of the bound: log p(x|z) with z = mu + sigma epsilon (B,), and the KL (B, D)."""
        mu, log_var = self.encode(x)
        z = mu + (0.5 * log_var).exp() * epsilon
        return self.log_p(x, z), kl(mu, log_var)

    def log_weights(self, x: Tensor, epsilon: Tensor) -> Tensor:
        """log p(x, z) - log q(z|x) of each draw. x (B, pixels), epsilon (K, B, D) -> (K, B)."""
        mu, log_var = self.encode(x)
        z = mu + (0.5 * log_var).exp() * epsilon
        log_prior = log_normal(z, torch.zeros_like(z), torch.zeros_like(z)).sum(-1)
        return self.log_p(x, z) + log_prior - log_normal(z, mu, log_var).sum(-1)


def weighted(log_w: Tensor, k: int) -> Tensor:
    """Burda's bound: the log of the mean weight of k draws. log_w (K, B), K a multiple of k -> (B,), the mean
    over all groups of k."""
    groups = log_w.view(-1, k, log_w.shape[1])  # (K / k, k, B)
    return (groups.logsumexp(1) - math.log(k)).mean(0)
