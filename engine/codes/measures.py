"""What is asked of a codebook: who is used, how evenly, what each code stands for, what it costs.

Departure from the paper (arXiv:1711.00937): it gives no usage figures; perplexity is the usual one.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.codes.vqvae import VQVAE

PATCH = 4  # pixels on a side of what one cell of a 4 x 4 grid stands over
AROUND = 1  # pixels around it that a face shows too


def usage(k: Tensor, K: int) -> Tensor:
    """How many cells take each code. k of any shape -> (K,) int64."""
    return torch.bincount(k.flatten(), minlength=K)


def perplexity(counts: Tensor) -> float:
    """exp of the entropy of the usage (K,): as many codes, used evenly, would say as much."""
    p = counts.double() / counts.sum()
    return math.exp(-float(torch.special.xlogy(p, p).sum()))


def patches(x: Tensor, around: int = 0) -> Tensor:
    """The pixels under each cell, and so many around it. x (B, S, S) -> (B, S/4, S/4, w, w), w >= 4."""
    wide = PATCH + 2 * around
    return F.pad(x, (around,) * 4).unfold(1, wide, PATCH).unfold(2, wide, PATCH)


def faces(x: Tensor, k: Tensor, K: int) -> Tensor:
    """What each code stands for: the mean of what it owns and a pixel around; zeros for none -> (K, 6, 6)."""
    under = patches(x, AROUND)
    wide = under.shape[-1]
    total = torch.zeros(K, wide * wide, device=x.device).index_add_(
        0, k.flatten(), under.reshape(-1, wide**2)
    )
    return (total / usage(k, K).clamp(min=1)[:, None]).view(K, wide, wide)


@torch.no_grad()
def error(net: VQVAE, x: Tensor, k: Tensor) -> float:
    """Mean square of what is lost when images x (B, S, S) go as codes k (B, h, w)."""
    return float(F.mse_loss(net.decode_indices(k), x))


def copied(net: VQVAE, x: Tensor, cell: tuple[int, int], beta: float) -> dict[str, Tensor]:
    """Section 3.2, fig. 1 right, for one cell of one image x (S, S): who gets which gradient. Measured.

    -> of D numbers each: at_z_q, at_z_e (both of the reconstruction), commitment (beta times its own), at_e;
    z_e, e_k; and of no axis: difference, the largest of |at_z_e - at_z_q| over all cells; code, the largest
    gradient of the reconstruction at any code.
    """
    p = net(x[None])
    g_q, g_e, g_code = torch.autograd.grad(
        p.reconstruction(), [p.z_q, p.z_e, net.codebook.e], retain_graph=True, allow_unused=True
    )
    (pull,) = torch.autograd.grad(p.commitment(), p.z_e)
    code = torch.zeros_like(net.codebook.e) if g_code is None else g_code
    at = (0, *cell)
    k = int(p.k.view(p.z_e.shape[:3])[at])
    return {
        "at_z_q": g_q[at],
        "at_z_e": g_e[at],
        "commitment": beta * pull[at],
        "at_e": code[k],
        "z_e": p.z_e[at].detach(),
        "e_k": p.e_k[at].detach(),
        "difference": (g_e - g_q).abs().max(),
        "code": code.abs().max(),
    }


def plane(seen: dict[str, Tensor]) -> Tensor:
    """The plane through z_e, z_q and the step down the gradient, seen flat: z_e at (0, 0), z_q at (1, 0).

    -> (2,), the direction of the step, of length 1. Nothing is lost: three points span one plane.
    """
    across, down = seen["e_k"] - seen["z_e"], -seen["at_z_q"]
    across, length = across / across.norm().clamp(min=1e-20), down.norm().clamp(min=1e-20)
    along = (down @ across / length).clamp(-1, 1)
    return torch.stack([along, (1 - along**2).sqrt()])
