"""Generative Adversarial Nets. Goodfellow et al., 2014. arXiv:1406.2661.

Names follow the paper: G, D, z, V, k. Departures from it:
  - points on a plane, and two small nets of rectifiers; z is Gaussian, of two numbers;
  - Adam with a first moment of 0.5 (as in DCGAN, arXiv:1511.06434) in place of momentum;
  - D's k is called k_D here; G may take k_G steps, too, where the paper has one.
D answers with a logit; the D of the paper is its sigmoid. All losses are written with softplus, log(1 + exp),
so that no logarithm meets a 0.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

SATURATING, NON_SATURATING = LOSSES = ("log(1 − D)", "−log D")


def net(into: int, hidden: int, out: int) -> nn.Sequential:
    """Two hidden layers of rectifiers."""
    return nn.Sequential(
        nn.Linear(into, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, out)
    )


class Game(nn.Module):
    """The two players: G makes points of noise, D says how likely a point is one of the data."""

    def __init__(self, hidden_G: int, hidden_D: int):
        super().__init__()
        self.G = net(2, hidden_G, 2)
        self.D = net(2, hidden_D, 1)


def V(real: Tensor, fake: Tensor) -> Tensor:
    """Eq. 1: E[log D(x)] + E[log(1 - D(G(z)))], from D's logits of data and of fakes."""
    return -softplus(-real).mean() - softplus(fake).mean()


def loss_G(fake: Tensor, loss: str) -> Tensor:
    """What G makes small, of each fake (N, 1), from D's logits: log(1 - D), as in eq. 1, or -log D, which the
    paper uses in practice (end of its section 3) because the first hardly slopes where D is sure."""
    return -softplus(fake) if loss == SATURATING else softplus(-fake)


def pull(D: nn.Module, x: Tensor, loss: str) -> Tensor:
    """-grad_x of G's loss: where each fake (N, 2) would go if it were free to move."""
    x = x.detach().requires_grad_()
    (slope,) = torch.autograd.grad(loss_G(D(x), loss).sum(), x)  # a sum: no fake moves another's slope
    return -slope


def turn_D(game: Game, adam: torch.optim.Optimizer, x: Tensor, z: Tensor) -> tuple[float, float, float]:
    """Algorithm 1, inner loop: one step up V for D. -> V, mean D of the data, mean D of the fakes."""
    with torch.no_grad():
        fakes = game.G(z)  # D's step leaves G alone
    real, fake = game.D(x), game.D(fakes)
    value = V(real, fake)
    adam.zero_grad()
    (-value).backward()
    adam.step()
    return value.item(), real.sigmoid().mean().item(), fake.sigmoid().mean().item()


def turn_G(game: Game, adam: torch.optim.Optimizer, z: Tensor, loss: str) -> float:
    """Algorithm 1, outer loop: one step down its loss for G. -> that loss."""
    value = loss_G(game.D(game.G(z)), loss).mean()
    adam.zero_grad()
    value.backward()
    adam.step()
    return value.item()


def players(game: Game, lr: float, faster: float = 1.0) -> tuple[torch.optim.Adam, torch.optim.Adam]:
    """Adam for D and Adam for G, G's rate `faster` times that of D."""
    return tuple(torch.optim.Adam(one.parameters(), lr=rate, betas=(0.5, 0.999))
                 for one, rate in ((game.D, lr), (game.G, faster * lr)))  # type: ignore[return-value]  # fmt: skip


def slopes(game: Game, z: Tensor) -> tuple[float, float]:
    """How long the gradient of each of LOSSES is, over all weights of G."""
    found = []
    for loss in LOSSES:
        slope = torch.autograd.grad(loss_G(game.D(game.G(z)), loss).mean(), list(game.G.parameters()))
        found.append(torch.cat([one.flatten() for one in slope]).norm().item())
    return found[0], found[1]
