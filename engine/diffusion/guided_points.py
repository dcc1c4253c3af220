"""A classifier that guides. Dhariwal & Nichol, 2021. arXiv:2105.05233.

Departures from the paper:
  - points of the plane with three classes (guidance.py), and an MLP in place of half a U-Net;
  - the diffusion model that it guides is the exact one, so that the pull alone is learned.
"""

import torch
from torch import Tensor, nn

from engine.diffusion.ddpm import time_code
from engine.diffusion.guidance import ASKED, CLASSES


class Classifier(nn.Module):
    """Which class x_t (B, 2) at level t (B,) comes from -> (B, CLASSES), before a softmax.

    noisy: whether it sees noise in training, and is told the level; else it takes all for clean.
    """

    def __init__(self, hidden: int, T: int, noisy: bool, code: int = 32):
        super().__init__()
        self.T, self.noisy, self.code = T, noisy, code
        self.layers = nn.Sequential(
            nn.Linear(2 + code, hidden), nn.SiLU(), nn.Linear(hidden, hidden), nn.SiLU(),
            nn.Linear(hidden, CLASSES),
        )  # fmt: skip

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        level = t if self.noisy else torch.zeros_like(t)
        return self.layers(torch.cat([x, time_code(level, self.code, self.T)], 1))

    def pull(self, x: Tensor, t: Tensor) -> Tensor:
        """The gradient of log p_phi(c | x_t) in x_t, for the class that is asked for. -> (B, 2)."""
        with torch.enable_grad():
            x = x.detach().requires_grad_()
            return torch.autograd.grad(self(x, t).log_softmax(1)[:, ASKED].sum(), x)[0]
