"""Generative modeling by estimating gradients of the data distribution. Song & Ermon, 2019. arXiv:1907.05600.

The learning half: denoising score matching (Vincent, 2011) at many noise scales at once (Eqs. 5 and 6). The
sampling half is langevin.py. Departures from it:
  - the net is an MLP on points that sees log sigma as a few sinusoids, not a RefineNet with one set of
    normalisations a scale;
  - its output is divided by sigma, as in the authors' later work (Song & Ermon, 2020. arXiv:2006.09011), so
    that all scales are equally hard to say.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn


class ScoreNet(nn.Module):
    """s_theta(x, sigma), for points. x (B, D), sigma (B,) -> (B, D)."""

    rate: Tensor

    def __init__(self, dims: int, hidden: int, code: int = 16):
        super().__init__()
        self.register_buffer("rate", torch.exp(torch.linspace(0, math.log(4), code // 2)), persistent=False)
        self.layers = nn.Sequential(
            nn.Linear(dims + code, hidden), nn.SiLU(), nn.Linear(hidden, hidden), nn.SiLU(),
            nn.Linear(hidden, hidden), nn.SiLU(), nn.Linear(hidden, dims),
        )  # fmt: skip

    def forward(self, x: Tensor, sigma: Tensor) -> Tensor:
        angle = sigma.log()[:, None] * self.rate
        inputs = x / (1 + sigma[:, None].square()).sqrt()  # of similar size at every scale
        return self.layers(torch.cat([inputs, angle.sin(), angle.cos()], 1)) / sigma[:, None]


def losses(net: Callable[[Tensor, Tensor], Tensor], x: Tensor, sigma: Tensor, z: Tensor) -> Tensor:
    """Eqs. 5 and 6 with lambda = sigma^2, one a sample: 1/2 |sigma s(x + sigma z, sigma) + z|^2.

    x, z (B, D), sigma (B,) -> (B,). Its minimum over all functions is the score of the noised data.
    """
    noised = x + sigma[:, None] * z
    return 0.5 * (sigma[:, None] * net(noised, sigma) + z).square().sum(1)
