"""Guidance. Dhariwal & Nichol, 2021. arXiv:2105.05233 (by a classifier); Ho & Salimans, 2022.
arXiv:2207.12598 (classifier-free).

One count of w for both: 0 leaves the class out, 1 takes it as it is, more exaggerates it. The gradient scale
of the first paper, with a diffusion model that knows no class, and the guidance scale of diffusers are this
w; the w of Ho & Salimans is this w minus 1. Departures from the papers:
  - points of the plane from a mixture of Gaussians with classes, of which all is known at every noise level;
  - what is guided is sampled by a DDPM's or a DDIM's steps (ddpm.py, ddim.py): to them it is another eps.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.diffusion.ddpm import Net
from engine.diffusion.mixture import Mixture, Noised

COUNTS = (
    "0 leaves the class out, 1 takes it as it is. Dhariwal & Nichol's gradient scale and diffusers' guidance "
    "scale count so; Ho & Salimans one less."
)
CLASSES, ASKED = 3, 0
NEAR, FAR = 0.55, 2.0  # from the middle, of the two modes of each class
CUT = (NEAR + FAR) / 2  # who of the class asked for stands below it is in the crowd


def free(without: Tensor, asked: Tensor, w: float | Tensor) -> Tensor:
    """Classifier-free: what a net says without the class, and on from there through what it says with it."""
    return without + w * (asked - without)


def by_classifier(eps: Tensor, gradient: Tensor, noise: float, w: float) -> Tensor:
    """A classifier's pull, put into eps. gradient: of log p(c | x_t) in x_t; noise: sqrt(1 - alpha_bar_t)."""
    return eps - w * noise * gradient


def counts(w: float) -> dict[str, float]:
    """The same guidance as the papers and the library count it."""
    return {"Dhariwal & Nichol": w, "Ho & Salimans": w - 1, "diffusers": w}


@dataclass(frozen=True)
class Classes:
    """p(x) with its three classes, each of two modes: one in the crowd in the middle, one by itself."""

    spread: float

    @property
    def means(self) -> Tensor:
        """(2 CLASSES, 2): near and far of the first class, which is asked for, then of the others."""
        angle = [math.pi / 2 + 2 * math.pi * k / CLASSES for k in range(CLASSES)]
        return torch.tensor([[r * math.cos(a), r * math.sin(a)] for a in angle for r in (NEAR, FAR)])

    @property
    def all(self) -> Mixture:
        """p(x)."""
        return _even(self.means, self.spread)

    @property
    def asked(self) -> Mixture:
        """p(x | c) of the class that is asked for."""
        return _even(self.means[2 * ASKED : 2 * ASKED + 2], self.spread)

    def at(self, ab: float | Tensor) -> "At":
        """All of it at the noise level alpha_bar."""
        scale, noise = float(ab) ** 0.5, (1 - float(ab)) ** 0.5
        return At(self.all.at(scale, noise), self.asked.at(scale, noise))


@dataclass(frozen=True)
class At:
    """p_t(x) and p_t(x | c)."""

    all: Noised
    asked: Noised

    def log_class(self, x: Tensor) -> Tensor:
        """log p_t(c | x), by Bayes. x (N, 2) -> (N,)."""
        return self.asked.log_density(x) - self.all.log_density(x) - math.log(CLASSES)

    def pull(self, x: Tensor) -> Tensor:
        """Its gradient, what a perfect classifier of x_t says (N, 2)."""
        return self.asked.score(x) - self.all.score(x)

    def tilted(self, x: Tensor, w: float) -> Tensor:
        """p_t(x) p_t(c | x)^w, made to sum to one over the places x (N, 2) -> (N,)."""
        return (self.all.log_density(x) + w * self.log_class(x)).softmax(0)


class Guided:
    """The guided eps as a net for a DDPM: x_t (B, 2), t (B,), all alike -> (B, 2).

    pull: what stands for the exact one, as a classifier's does.
    """

    def __init__(self, of: Classes, alpha_bar: Tensor, w: float, pull: Net | None = None):
        self.of, self.alpha_bar, self.w, self.pull = of, alpha_bar, w, pull

    def __call__(self, x: Tensor, t: Tensor) -> Tensor:
        at = self.of.at(self.alpha_bar[int(t[0])])
        pull = at.pull(x) if self.pull is None else self.pull(x, t)
        return by_classifier(at.all.eps(x), pull, at.all.noise, self.w)


def _even(means: Tensor, spread: float) -> Mixture:
    return Mixture(means, torch.full((len(means),), 1 / len(means)), spread**2)
