"""Mixtures of Gaussians under noise: the exact answer to everything that a diffusion model learns.

x_t = scale x_0 + noise eps keeps a mixture a mixture, so p_t, its score and the best denoiser are known in
closed form. With one component of variance 0 on every training point it is the training set's own mixture:
the denoiser that minimises the training loss exactly, and that can only recall.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor


@dataclass(frozen=True)
class Mixture:
    """means (K, D), weights (K,) that sum to one, one variance for all components and directions."""

    means: Tensor
    weights: Tensor
    variance: float

    @classmethod
    def of_points(cls, points: Tensor) -> "Mixture":
        """The training set's own mixture. points (N, D)."""
        return cls(points, torch.full((len(points),), 1 / len(points), dtype=points.dtype), 0.0)

    def draw(self, n: int, rng: torch.Generator) -> Tensor:
        """n samples (n, D)."""
        which = torch.multinomial(self.weights, n, replacement=True, generator=rng)
        noise = torch.randn(n, self.means.shape[1], generator=rng, dtype=self.means.dtype)
        return self.means[which] + math.sqrt(self.variance) * noise

    def at(self, scale: float, noise: float) -> "Noised":
        """The mixture of scale x_0 + noise eps: p_t. For variance preserving noise sqrt(ab), sqrt(1 - ab)."""
        return Noised(self, scale, noise)


@dataclass(frozen=True)
class Noised:
    """p_t: what a mixture becomes when it is shrunk by `scale` and Gaussian noise is added."""

    clean: Mixture
    scale: float
    noise: float

    @cached_property
    def variance(self) -> float:
        """Of each component."""
        return float(self.scale) ** 2 * self.clean.variance + float(self.noise) ** 2

    @cached_property
    def means(self) -> Tensor:
        """Of the components, shrunk -> (K, D)."""
        return self.scale * self.clean.means

    def log_density(self, x: Tensor) -> Tensor:
        """log p_t(x). x (N, D) -> (N,)."""
        far = torch.cdist(x, self.means, compute_mode="donot_use_mm_for_euclid_dist").square()
        normal = 0.5 * x.shape[1] * math.log(2 * math.pi * self.variance)
        return (self.clean.weights.log() - far / (2 * self.variance)).logsumexp(1) - normal

    def share(self, x: Tensor) -> Tensor:
        """The probability that each component made x. x (N, D) -> (N, K)."""
        known = self.clean.weights.log() - self.means.square().sum(1) / (2 * self.variance)
        return torch.addmm(known, x, self.means.T, alpha=1 / self.variance).softmax(1)  # |x|^2 cancels

    def score(self, x: Tensor) -> Tensor:
        """grad log p_t(x): towards the means, each by its share. x (N, D) -> (N, D)."""
        return (self.share(x) @ self.means - x) / self.variance

    def x0(self, x: Tensor) -> Tensor:
        """E[x_0 | x_t]: the best guess of the data in squared error. x (N, D) -> (N, D)."""
        means = self.share(x) @ self.clean.means
        shrink = self.scale * self.clean.variance / self.variance  # of one Gaussian: towards its mean
        return means + shrink * (x - self.scale * means)

    def eps(self, x: Tensor) -> Tensor:
        """E[eps | x_t], the best guess of the noise. x (N, D) -> (N, D)."""
        return -self.noise * self.score(x)
