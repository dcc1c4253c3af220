"""RoFormer: rotary positions. Su et al., 2021. arXiv:2104.09864. And the sinusoids that they come from.

Sinusoids: Vaswani et al., 2017, arXiv:1706.03762, section 3.5. Names follow the papers: p, theta, PE, R.
Departures from them:
  - a place p may be any real number, so that places can be pressed together;
  - the 10000 of both papers is a parameter, `base`;
  - the pairs of dimensions are numbered from 0.
"""

import torch
from torch import Tensor

BASE = 10_000.0


def theta(d: int, base: float = BASE) -> Tensor:
    """Section 3.2.2: how far each hand turns from one place to the next, base^(-2i/d). -> (d / 2,)."""
    return base ** (-torch.arange(0, d, 2) / d)


def angles(p: Tensor, d: int, base: float = BASE) -> Tensor:
    """Where the hands stand at places p (T,) -> (T, d / 2), in radians."""
    return p[:, None] * theta(d, base).to(p.device)


def sinusoids(p: Tensor, d: int, base: float = BASE) -> Tensor:
    """Vaswani et al., section 3.5: sine and cosine of each hand in turns, at places p (T,) -> PE (T, d)."""
    turned = angles(p, d, base)
    return torch.stack([turned.sin(), turned.cos()], -1).flatten(-2)


def onward(by: float, d: int, base: float = BASE) -> Tensor:
    """The matrix M (d, d) of a shift: PE(p + by) = M PE(p), whatever p is."""
    turned = by * theta(d, base)
    return torch.block_diag(
        *(torch.tensor([[c, s], [-s, c]]) for c, s in zip(turned.cos(), turned.sin(), strict=True))
    )


def turn(x: Tensor, p: Tensor, base: float = BASE) -> Tensor:
    """Eq. 15: R_p x, each pair (x_2i, x_2i+1) turned by p theta_i. x (..., T, d), p (T,) -> (..., T, d)."""
    turned = angles(p, x.shape[-1], base)
    c, s, u, v = turned.cos(), turned.sin(), x[..., 0::2], x[..., 1::2]
    return torch.stack([u * c - v * s, u * s + v * c], -1).flatten(-2)


def halves(d: int) -> Tensor:
    """The order of dimensions in which pairs are (x_i, x_i+d/2), as in LLaMA's code: firsts, then seconds."""
    return torch.cat([torch.arange(0, d, 2), torch.arange(1, d, 2)])


def by_distance(q: Tensor, k: Tensor, far: int, base: float = BASE) -> Tensor:
    """Eq. 16: the score q^T R_(n - m) k at distances m - n of 0 to far. q, k (d,) -> (far + 1,)."""
    r = torch.arange(far + 1.0)
    return turn(k.expand(far + 1, -1), -r, base) @ q
