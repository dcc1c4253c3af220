"""Neural Discrete Representation Learning. Van den Oord, Vinyals & Kavukcuoglu, 2017. arXiv:1711.00937.

Names follow the paper: z_e (the encoder's output), z_q (its nearest code), e (the codes), beta, sg (detach);
of appendix A.1: N, m, n, gamma. Departures from it:
  - squares are averaged over pixels and over a code's numbers, not summed, as in the authors' own code;
  - the net has three convolutions on either side and 16 x 16 grey pixels, so an image is 4 x 4 codes;
  - the average begins at N = 1, m = e; a code whose N has run down to nothing keeps its place;
  - `restart` is not in the paper: codes that nothing uses are moved onto outputs of the encoder.
"""

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.core import nets

TINY = 1e-12  # below it an average count says nothing, and m / N would divide by zero


def straight_through(z_e: Tensor, z_q: Tensor) -> Tensor:
    """Section 3.2: forwards z_q, backwards as if it were z_e: the gradient is copied across. Same shapes."""
    return z_e + (z_q - z_e).detach()


class Codebook(nn.Module):
    """K codes e_k of D numbers each, and the running averages N (K,), m (K, D) that they may follow."""

    def __init__(self, K: int, D: int):
        super().__init__()
        self.e = nn.Parameter(torch.randn(K, D))
        self.N: Tensor
        self.m: Tensor
        self.register_buffer("N", torch.ones(K))
        self.register_buffer("m", self.e.detach().clone())

    def nearest(self, z_e: Tensor) -> Tensor:
        """Eq. 1: k = argmin_j |z_e - e_j|. z_e (M, D) -> (M,) int64; of equals, the first."""
        return (self.e.square().sum(1) - 2 * z_e @ self.e.T).argmin(1)

    @torch.no_grad()
    def start_from(self, z_e: Tensor, rng: torch.Generator) -> None:
        """Put every code on an output (M, D) of the encoder. Raises ValueError for too few outputs."""
        if len(z_e) < len(self.e):
            raise ValueError(f"K must be at most the {len(z_e)} outputs of the encoder, got {len(self.e)}")
        self._put(torch.arange(len(self.e)), z_e[torch.randperm(len(z_e), generator=rng)[: len(self.e)]])

    @torch.no_grad()
    def follow(self, z_e: Tensor, k: Tensor, gamma: float, eps: float = 0.0) -> None:
        """Eqs. 6 to 8: N <- gamma N + (1 - gamma) n, m likewise with the sums of outputs, e = m / N.

        z_e (M, D), k (M,). eps: Laplace smoothing of N, as in the authors' code; 0 in the paper.
        """
        self.count(z_e, k, gamma)
        total = self.N.sum()
        size = (self.N + eps) / (total + len(self.N) * eps) * total if eps else self.N
        alive = size > TINY
        self.e[alive] = self.m[alive] / size[alive, None]

    @torch.no_grad()
    def count(self, z_e: Tensor, k: Tensor, gamma: float) -> None:
        """Eqs. 6 and 7 alone: who is used how much, and by what."""
        mine = F.one_hot(k, len(self.e)).to(z_e.dtype)  # (M, K)
        self.N.lerp_(mine.sum(0), 1 - gamma)
        self.m.lerp_(mine.T @ z_e, 1 - gamma)

    @torch.no_grad()
    def restart(self, z_e: Tensor, below: float, rng: torch.Generator) -> int:
        """Not in the paper: a code with N < below moves onto an output (M, D) drawn by chance. -> count."""
        dead = torch.nonzero(below > self.N)[:, 0]
        if len(dead):
            self._put(dead, z_e[torch.randint(len(z_e), (len(dead),), generator=rng)])
        return len(dead)

    def _put(self, k: Tensor, where: Tensor) -> None:
        self.e[k], self.N[k], self.m[k] = where, 1.0, where


class VQVAE(nn.Module):
    """Fig. 1: encoder, nearest code, decoder. Images (B, S, S) of ink in [0, 1], S a multiple of 4."""

    def __init__(self, K: int, D: int, channels: int = 24):
        super().__init__()
        self.encoder = nets.encoder(channels, D)
        self.codebook = Codebook(K, D)
        self.decoder = nets.decoder(D, channels)

    def encode(self, x: Tensor) -> Tensor:
        """z_e(x): images (B, S, S) -> (B, S/4, S/4, D)."""
        return self.encoder(x[:, None]).permute(0, 2, 3, 1)

    def indices(self, x: Tensor) -> Tensor:
        """Eq. 1 for whole images: (B, S, S) -> (B, S/4, S/4) int64."""
        z_e = self.encode(x)
        return self.codebook.nearest(z_e.flatten(0, 2)).view(z_e.shape[:3])

    def decode(self, z: Tensor) -> Tensor:
        """(B, h, w, D) -> images (B, 4h, 4w)."""
        return self.decoder(z.permute(0, 3, 1, 2))[:, 0]

    def decode_indices(self, k: Tensor) -> Tensor:
        """A grid of codes (B, h, w) -> images (B, 4h, 4w)."""
        return self.decode(self.codebook.e[k])

    def forward(self, x: Tensor) -> "Pass":
        """Eq. 2, and what eq. 3 is made of. x (B, S, S)."""
        z_e = self.encode(x)
        k = self.codebook.nearest(z_e.detach().flatten(0, 2))
        e_k = self.codebook.e[k].view(z_e.shape)
        z_q = straight_through(z_e, e_k)
        return Pass(x, z_e, e_k, z_q, k, self.decode(z_q))


class Pass:
    """One way through: x, z_e and e_k (B, h, w, D), z_q as e_k but with the copied gradient, k (B h w,)."""

    def __init__(self, x: Tensor, z_e: Tensor, e_k: Tensor, z_q: Tensor, k: Tensor, x_hat: Tensor):
        self.x, self.z_e, self.e_k, self.z_q, self.k, self.x_hat = x, z_e, e_k, z_q, k, x_hat

    def reconstruction(self) -> Tensor:
        """Eq. 3, first term: mean square of what is lost."""
        return F.mse_loss(self.x_hat, self.x)

    def codebook(self) -> Tensor:
        """Eq. 3, second term: |sg[z_e] - e|^2 moves the codes, and nothing else."""
        return F.mse_loss(self.e_k, self.z_e.detach())

    def commitment(self) -> Tensor:
        """Eq. 3, third term without beta: |z_e - sg[e]|^2 moves the encoder, and nothing else."""
        return F.mse_loss(self.z_e, self.e_k.detach())


def from_weights(weights: Mapping[str, Tensor]) -> VQVAE:
    """The net whose weights these are; its sizes are read off them."""
    (K, D), channels = weights["codebook.e"].shape, weights["encoder.0.weight"].shape[0]
    net = VQVAE(K, D, channels)
    net.load_state_dict(dict(weights))
    return net
