"""Unsupervised Representation Learning with Deep Convolutional GANs. Radford, Metz & Chintala, 2015.
arXiv:1511.06434.

Names follow the paper: G, D, Z. Departures from it:
  - pictures of 16 x 16 stand for 64 x 64: two steps up in place of four, and narrower layers. Given the
    paper's channels, the same class makes its Figure 1;
  - Adam's steps are longer, and D's half as long as G's: a training has to end in seconds.
The losses are of Goodfellow et al., 2014 (arXiv:1406.2661), G's in the form that does not saturate.
"""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from engine.adversarial.gan import NON_SATURATING, V, loss_G

GUIDELINES = (
    "all kept", "no batch norm", "batch norm everywhere", "pooling", "hidden layers", "ReLU in D"
)  # fmt: skip
ALL, NO_NORM, NORM_EVERYWHERE, POOLING, HIDDEN, RELU = GUIDELINES
LEAK, DEVIATION = 0.2, 0.02
Channels = Sequence[int]


def norm(channels: int, rule: str, edge: bool = False) -> nn.Module:
    """Batch norm; at the edge, where pictures go out of G or into D, only where a guideline is broken."""
    there = rule == NORM_EVERYWHERE if edge else rule != NO_NORM
    return nn.BatchNorm2d(channels) if there else nn.Identity()


def up(into: int, out: int, rule: str) -> nn.Module:
    """Twice as high and wide: a fractional-strided convolution, that is a transposed one."""
    if rule == POOLING:  # G cannot pool: it repeats pixels, and a plain convolution follows
        return nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(into, out, 3, 1, 1))
    return nn.ConvTranspose2d(into, out, 4, 2, 1)


def down(into: int, out: int, rule: str) -> nn.Module:
    """Half as high and wide: a strided convolution."""
    if rule == POOLING:
        return nn.Sequential(nn.Conv2d(into, out, 3, 1, 1), nn.MaxPool2d(2))
    return nn.Conv2d(into, out, 4, 2, 1)


class Generator(nn.Module):
    """Figure 1: Z (B, d) is projected to maps of 4 x 4, each step doubles their sides. -> (B, 3, S, S)."""

    def __init__(self, d: int, channels: Channels, rule: str = ALL):
        super().__init__()
        first, last = channels[0], channels[-1]
        project: list[nn.Module] = [nn.Unflatten(1, (d, 1, 1)), nn.ConvTranspose2d(d, first, 4)]
        if rule == HIDDEN:  # a fully connected layer before, which the paper takes out
            project = [nn.Linear(d, 4 * first), nn.BatchNorm1d(4 * first), nn.ReLU(),
                       nn.Linear(4 * first, 16 * first), nn.Unflatten(1, (first, 4, 4))]  # fmt: skip
        self.steps = nn.ModuleList([nn.Sequential(*project, norm(first, rule), nn.ReLU())])
        for c, out in pairwise(channels):
            self.steps.append(nn.Sequential(up(c, out, rule), norm(out, rule), nn.ReLU()))
        self.steps.append(nn.Sequential(up(last, 3, rule), norm(3, rule, edge=True), nn.Tanh()))

    def maps(self, z: Tensor) -> list[Tensor]:
        """What each step makes: (B, C, 4, 4), (B, C, 8, 8), ..., at last the picture in [-1, 1]."""
        made, x = [], z
        for step in self.steps:
            made.append(x := step(x))
        return made

    def forward(self, z: Tensor) -> Tensor:
        return self.maps(z)[-1]


class Discriminator(nn.Module):
    """G turned round: each step halves the sides, the last sees all of 4 x 4. (B, 3, S, S) -> logits (B,)."""

    def __init__(self, channels: Channels, rule: str = ALL):
        super().__init__()
        layers: list[nn.Module] = [norm(3, rule, edge=True)]
        for i, (c, out) in enumerate(zip((3, *channels[:0:-1]), channels[::-1], strict=True)):
            inner = norm(out, rule) if i else nn.Identity()  # none at the layer that pictures go into
            layers += [down(c, out, rule), inner, nn.ReLU() if rule == RELU else nn.LeakyReLU(LEAK)]
        if rule == HIDDEN:
            c = channels[0]
            layers += [nn.Flatten(), nn.Linear(16 * c, 4 * c), nn.LeakyReLU(LEAK), nn.Linear(4 * c, 1)]
        else:
            layers += [nn.Conv2d(channels[0], 1, 4)]
        self.layers = nn.Sequential(*layers, nn.Flatten(0))

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)


def initialised(net: nn.Module) -> None:
    """Section 4: all weights from N(0, 0.02); of batch norm around 1, as its authors' code has it."""
    for one in net.modules():
        if isinstance(one, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            nn.init.normal_(one.weight, 0, DEVIATION)
            nn.init.zeros_(one.bias)  # type: ignore[arg-type]
        elif isinstance(one, nn.BatchNorm2d | nn.BatchNorm1d):
            nn.init.normal_(one.weight, 1, DEVIATION)


def d_loss(real: Tensor, fake: Tensor) -> Tensor:
    """What D makes small: -V, from logits."""
    return -V(real, fake)


def g_loss(fake: Tensor) -> Tensor:
    """What G makes small: -log D(G(z)), from logits."""
    return loss_G(fake, NON_SATURATING).mean()


def draw_z(n: int, d: int, rng: torch.Generator) -> Tensor:
    """Z is uniform in [-1, 1]: (n, d)."""
    return 2 * torch.rand(n, d, generator=rng) - 1


def combined(a: Tensor, b: Tensor, c: Tensor) -> Tensor:
    """Section 6.3.2: mean of some z of what has it, minus that of what has not, plus that of the other. Each
    (..., k, d), k examples -> (..., d)."""
    return a.mean(-2) - b.mean(-2) + c.mean(-2)
