"""Variational Lossy Autoencoder: a VAE whose decoder sees neighbours. Chen et al., 2016. arXiv:1611.02731.

The decoder is the PixelCNN's idea (arXiv:1601.06759) inside the VAE (arXiv:1312.6114). Free bits are those of
Kingma et al., 2016 (arXiv:1606.04934), the warm-up that of Bowman et al., 2015 (arXiv:1511.06349).
Names: x, z, mu, sigma, epsilon; lambda_ for the free bits. Departures from it:
  - digits of 8 x 8 black and white pixels, and a prior N(0, I) without flows;
  - what the decoder sees of x is one masked convolution, whose kernel is the field, then layers of 1 x 1: so
    the field is what the kernel says, and the weights of all fields are as many to 5 %;
  - free bits are counted number by number of z, on the mean of a batch.
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.autoregressive.masks import MaskedConv2d, mask
from engine.latent.vae import kl, layers

SIDE = 8
PIXELS = SIDE * SIDE
FIELDS = {"none": 0, "3 x 3": 1, "5 x 5": 2, "all before": SIDE - 1}  # how far the kernel reaches
HIDDEN, C = 32, 10


class LocalVAE(nn.Module):
    """p(x|z) = prod_i p(x_i | z, the pixels before it within h rows and columns). h = 0: none of them.

    heard: whether there is a code at all; without it z is 0 and costs nothing.
    """

    def __init__(self, D: int, h: int, heard: bool = True):
        super().__init__()
        self.D, self.h, self.heard = D, h, float(heard)
        self.phi = layers(PIXELS, HIDDEN, 2 * D)
        self.code = nn.Sequential(nn.Linear(D, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, C * PIXELS))
        self.hidden = nn.Conv2d(C, C, 1)
        self.out = nn.Conv2d(C, 1, 1)
        self.near = MaskedConv2d(1, C, mask("A", 2 * h + 1))  # last: all fields start from the same rest

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(B, 64) -> mu and log sigma^2, (B, D) each."""
        mu, log_var = self.phi(x).chunk(2, -1)
        return mu * self.heard, log_var.clamp(-20, 20) * self.heard

    def from_code(self, z: Tensor) -> Tensor:
        """What the code says to each pixel: (B, D) -> (B, C, 8, 8)."""
        return self.code(z * self.heard).view(-1, C, SIDE, SIDE)

    def mixed(self, features: Tensor) -> Tensor:
        """Code and neighbours, added up, to the logit of black: (B, C, H, W) -> (B, H, W)."""
        features = features.relu()
        return self.out((features + self.hidden(features)).relu())[:, 0]

    def logits(self, seen: Tensor, z: Tensor) -> Tensor:
        """Of each pixel, from the code and the pixels before it in `seen`: (B, 64), (B, D) -> (B, 64)."""
        return self.mixed(self.from_code(z) + self.near(seen.view(-1, 1, SIDE, SIDE))).flatten(1)

    def surprise(self, x: Tensor, z: Tensor, seen: Tensor | None = None) -> Tensor:
        """-log p(x_i | z, neighbours) in nats -> (B, 64). seen (B, 64): whose neighbours, if not x's."""
        logits = self.logits(x if seen is None else seen, z)
        return F.binary_cross_entropy_with_logits(logits, x, reduction="none")

    def pixelwise(self, z: Tensor) -> "OnePixel":
        """The same net for pictures that are still being drawn from codes z (n, D)."""
        return OnePixel(self, z)


class OnePixel:
    """Drawing pixel by pixel: what the code says is computed once, the neighbours at each pixel."""

    def __init__(self, net: LocalVAE, z: Tensor):
        self.net, self.features = net, net.from_code(z)  # (n, C, 8, 8)
        self.near: Callable[[Tensor, int, int], Tensor] = net.near.pointwise()
        self.cells = z.new_zeros(len(z), SIDE + 2 * net.h, SIDE + 2 * net.h, 1)

    def put(self, row: int, col: int, levels: Tensor) -> None:
        """Write the pixel (n,) of all pictures."""
        self.cells[:, row + self.net.h, col + self.net.h, 0] = levels.to(self.cells.dtype)

    def logits(self, row: int, col: int) -> Tensor:
        """Of white and of black (n, 2)."""
        features = self.features[:, :, row, col] + self.near(self.cells, row, col)
        black = self.net.mixed(features[:, :, None, None])[:, 0, 0]
        return torch.stack([torch.zeros_like(black), black], 1)


def drawn(mu: Tensor, log_var: Tensor, epsilon: Tensor) -> Tensor:
    """z = mu + sigma epsilon, a draw of q(z|x). Any shapes that go together."""
    return mu + (0.5 * log_var).exp() * epsilon


def objective(net: LocalVAE, x: Tensor, epsilon: Tensor, lambda_: float = 0, weight: float = 1) -> Tensor:
    """What training lowers: surprise plus weight times the KL, of which lambda_ nats a number are free.

    lambda_ = 0, weight = 1: minus the bound. x (B, 64), epsilon (B, D).
    """
    mu, log_var = net.encode(x)
    price = kl(mu, log_var).mean(0)  # (D,)
    rec = net.surprise(x, drawn(mu, log_var, epsilon)).sum(1).mean()
    return rec + weight * price.clamp(min=lambda_).sum()


def warmth(step: int, steps: int, share: float) -> float:
    """The weight of the KL at a step, the first being 1: it rises from 0 in a line, over a share of all."""
    return min(1.0, step / (share * steps)) if share > 0 else 1.0
