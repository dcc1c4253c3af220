"""Classifier-free guidance of digits. Ho & Salimans, 2022. arXiv:2207.12598.

One net says what it says with a class and without: in training the class is left out now and then. Departures
from the paper:
  - digits of 8 x 8 and a residual MLP, told the class by a code of eleven, the last for none, in place of
    ImageNet and a U-Net;
  - the net says v (Salimans & Ho, 2022. arXiv:2202.00512); what is guided is v, which at a given x_t is eps
    but for a scale and a shift that both sides share, so the guided eps is the same;
  - DDIM steps, so that one noise has one digit at each w.
"""

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from engine.core.nets import ResidualMLP
from engine.diffusion import ddim
from engine.diffusion.ddpm import DDPM, time_code
from engine.diffusion.ddpm_digits import SIDE
from engine.diffusion.guidance import free

KINDS = 10
NONE = 10  # the class of no class


class ClassNet(ResidualMLP):
    """Digits as rows of 64 numbers in [-1, 1]. x (B, 64), t (B,), c (B,) of 0..9 or NONE -> (B, 64)."""

    def __init__(self, hidden: int, blocks: int, T: int, code: int = 32):
        super().__init__(SIDE * SIDE, hidden, blocks, code + KINDS + 1)
        self.T, self.code = T, code

    def forward(self, x: Tensor, t: Tensor, c: Tensor, /) -> Tensor:  # type: ignore[override]
        told = torch.cat([time_code(t, self.code, self.T), one_hot(c, KINDS + 1).float()], 1)
        return super().forward(x, told)


def left_out(c: Tensor, share: float, rng: torch.Generator) -> Tensor:
    """The classes, of which about this share became NONE. c (B,) -> (B,)."""
    return torch.where(torch.rand(c.shape, generator=rng) < share, NONE, c)


def guided(net: ClassNet, alpha_bar: Tensor, c: Tensor, w: Tensor) -> DDPM:
    """A diffusion model of these classes c (B,), each row guided by its own w (B,)."""

    def says(x: Tensor, t: Tensor) -> Tensor:
        both = net(torch.cat([x, x]), torch.cat([t, t]), torch.cat([torch.full_like(c, NONE), c]))
        without, asked = both.chunk(2)
        return free(without, asked, w[:, None])

    return DDPM(says, alpha_bar, "v")


@torch.no_grad()
def drawn(net: ClassNet, alpha_bar: Tensor, c: Tensor, w: Tensor, noise: Tensor) -> Tensor:
    """Digits of classes c (B,), one a noise (B, 64), guided by w (B,) -> (B, 64)."""
    model = guided(net, alpha_bar, c, w)
    return ddim.sample(model, noise, model.T, 0, torch.Generator())[-1]
