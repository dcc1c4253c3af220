"""Classifier guidance with nets. Dhariwal & Nichol, 2021. arXiv:2105.05233.

A diffusion model that knows no class, and a classifier of noised points whose gradient pulls. Departures from
the paper:
  - points of the plane with three classes (guidance.py) in place of ImageNet, and MLPs in place of U-Nets;
  - the classifier is trained in the same loop as the diffusion model, not by itself;
  - its pull is put into eps, as the paper does for DDIM, for a DDPM's step, too.
"""

import torch
from torch import Tensor, nn

from engine.diffusion.ddpm import DDPM, PointNet, time_code
from engine.diffusion.guidance import ASKED, CLASSES, by_classifier


class Classifier(nn.Module):
    """Which class x_t (B, 2) at level t (B,) comes from -> (B, CLASSES), before a softmax."""

    def __init__(self, hidden: int, T: int, code: int = 32):
        super().__init__()
        self.T, self.code = T, code
        self.layers = nn.Sequential(
            nn.Linear(2 + code, hidden), nn.SiLU(), nn.Linear(hidden, hidden), nn.SiLU(),
            nn.Linear(hidden, CLASSES),
        )  # fmt: skip

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        return self.layers(torch.cat([x, time_code(t, self.code, self.T)], 1))


class Pair(nn.Module):
    """A diffusion model and a classifier; noisy: whether the classifier has seen noise, and is told of it."""

    def __init__(self, hidden: int, alpha_bar: Tensor, noisy: bool):
        super().__init__()
        T = len(alpha_bar) - 1
        self.diffusion = DDPM(PointNet(2, hidden, T), alpha_bar)
        self.classifier, self.noisy = Classifier(hidden, T), noisy

    def says(self, x: Tensor, t: Tensor) -> Tensor:
        """What the classifier says of x_t; one that has seen no noise takes all for clean (B, CLASSES)."""
        return self.classifier(x, t if self.noisy else torch.zeros_like(t))

    def pull(self, x: Tensor, t: Tensor) -> Tensor:
        """The gradient of log p_phi(c | x_t) in x_t, for the class that is asked for. -> (B, 2)."""
        with torch.enable_grad():
            x = x.detach().requires_grad_()
            return torch.autograd.grad(self.says(x, t).log_softmax(1)[:, ASKED].sum(), x)[0]

    def guided(self, w: float) -> DDPM:
        """The diffusion model, pulled."""

        def net(x: Tensor, t: Tensor) -> Tensor:
            eps = self.diffusion.net(x, t)
            return by_classifier(eps, self.pull(x, t), float(self.diffusion.levels(t[:1], x[:1])[1]), w)

        return DDPM(net, self.diffusion.alpha_bar)
