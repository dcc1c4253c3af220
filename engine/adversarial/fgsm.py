"""Explaining and Harnessing Adversarial Examples. Goodfellow, Shlens & Szegedy, 2014. arXiv:1412.6572.

Names follow the paper: x, y, J, eta, epsilon, alpha. Departures from it:
  - what is attacked stays a picture: pixels are cut to [0, 1], which the paper's formula does not do. Of
    random signs, too, so that both are treated alike;
  - digits of 8 x 8 pixels and small nets stand for MNIST and maxout nets.
Several small steps are of Kurakin, Goodfellow & Bengio, 2016 (arXiv:1607.02533).
"""

import torch
from torch import Tensor, nn

NETS = ("convolutions", "hidden layers", "linear")


def reader(kind: str) -> nn.Sequential:
    """A net that reads digits: (B, 1, 8, 8) in [0, 1] -> logits (B, 10)."""
    if kind == "linear":
        return nn.Sequential(nn.Flatten(), nn.Linear(64, 10))
    if kind == "hidden layers":
        return nn.Sequential(
            nn.Flatten(), nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 10)
        )
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, 1, 1), nn.ReLU(), nn.Conv2d(16, 16, 3, 2, 1), nn.ReLU(), nn.Flatten(),
        nn.Linear(16 * 16, 64), nn.ReLU(), nn.Linear(64, 10),
    )  # fmt: skip


def J(net: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """The cost of each picture (B,): minus the log of what the net gives its label y (B,)."""
    return nn.functional.cross_entropy(net(x), y, reduction="none")


def sign(net: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """sign(grad_x J(theta, x, y)): for each pixel, which way the cost rises. (B, 1, H, W) of -1, 0, 1."""
    x = x.detach().requires_grad_()
    (slope,) = torch.autograd.grad(J(net, x, y).sum(), x)  # a sum: no picture moves another's gradient
    return slope.sign()


def fgsm(net: nn.Module, x: Tensor, y: Tensor, epsilon: float) -> Tensor:
    """Section 4, the fast gradient sign method: x + eta, eta = epsilon sign(grad_x J(theta, x, y))."""
    return (x + epsilon * sign(net, x, y)).clamp(0, 1)


def random_signs(x: Tensor, rng: torch.Generator) -> Tensor:
    """A sign for each pixel, by the throw of a coin: noise of the same size as the sign of a gradient."""
    return (2 * torch.randint(0, 2, x.shape, generator=rng) - 1).to(x)


def small_steps(net: nn.Module, x: Tensor, y: Tensor, epsilon: float, steps: int = 10) -> Tensor:
    """The same in several steps, each along the sign where it then stands; no pixel farther than epsilon."""
    now = x
    for _ in range(steps):
        # 1.5: it may turn back and still come to the edge
        now = now + 1.5 * epsilon / steps * sign(net, now, y)
        now = torch.maximum(torch.minimum(now, x + epsilon), x - epsilon).clamp(0, 1)
    return now


def mixed(net: nn.Module, x: Tensor, attacked: Tensor, y: Tensor, alpha: float) -> Tensor:
    """Section 6: alpha J(x) + (1 - alpha) J(attacked). What is attacked counts as a picture like others: no
    gradient flows through the sign, which has none."""
    return (alpha * J(net, x, y) + (1 - alpha) * J(net, attacked.detach(), y)).mean()


@torch.no_grad()
def right(net: nn.Module, x: Tensor, y: Tensor) -> float:
    """Percent of pictures (B, 1, H, W) that are read as their label (B,)."""
    return 100 * (net(x).argmax(1) == y).float().mean().item()
