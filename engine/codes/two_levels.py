"""Generating Diverse High-Fidelity Images with VQ-VAE-2. Razavi, van den Oord & Vinyals, 2019.
arXiv:1906.00446.

Names follow the paper: h (what an encoder puts out), e (its nearest codes), each of the top and of the
bottom level.
Departures from it:
  - grey pictures of 32 x 32: the bottom level has 8 x 8 codes, the top 4 x 4 (the paper, 256 x 256 in colour:
    64 x 64 and 32 x 32), two levels and never three, convolutions without residual blocks;
  - each level has a codebook of its own size; the codes are those of `vqvae`, its restarts included;
  - `alone` is not in the paper: zeros stand in the place of one level's codes, so that the other learns
      alone.
"""

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.codes.vqvae import Codebook, straight_through

CELLS = {"top": 4, "bottom": 8}  # codes on a side, of pictures of 32 x 32


def up(into: int, out: int) -> nn.ConvTranspose2d:
    """Twice as many cells on a side."""
    return nn.ConvTranspose2d(into, out, 4, 2, 1)


class Level:
    """One level of one pass: h and e (B, H, W, D), k (B, H, W), z (B, D, H, W) as e with h's gradient."""

    def __init__(self, book: Codebook, h: Tensor):
        self.h = h.permute(0, 2, 3, 1)
        self.k = book.nearest(self.h.detach().flatten(0, 2)).view(self.h.shape[:3])
        self.e = book.e[self.k]
        self.z = straight_through(self.h, self.e).permute(0, 3, 1, 2)

    def commitment(self) -> Tensor:
        """|h - sg[e]|^2: pulls the encoder towards its codes, and moves nothing else."""
        return F.mse_loss(self.h, self.e.detach())


class TwoLevels(nn.Module):
    """Stage 1 of the paper: pictures (B, 32, 32) of ink in [0, 1] as two grids of codes, and back."""

    def __init__(self, K_t: int, K_b: int, D_t: int = 16, D_b: int = 8, channels: int = 16):
        super().__init__()
        c = channels
        self.top, self.bottom = Codebook(K_t, D_t), Codebook(K_b, D_b)
        self.E_b = nn.Sequential(nn.Conv2d(1, c, 4, 2, 1), nn.ReLU(), nn.Conv2d(c, c, 4, 2, 1), nn.ReLU())
        self.E_t = nn.Sequential(
            nn.Conv2d(c, c, 4, 2, 1), nn.ReLU(), nn.Conv2d(c, c, 3, 1, 1), nn.ReLU(), nn.Conv2d(c, D_t, 1)
        )
        self.D_t = nn.Sequential(nn.Conv2d(D_t, c, 3, 1, 1), nn.ReLU(), up(c, c))
        self.joined = nn.Conv2d(2 * c, D_b, 1)
        self.up = up(D_t, D_t)
        self.D = nn.Sequential(nn.Conv2d(D_t + D_b, 24, 3, 1, 1), nn.ReLU(), up(24, c), nn.ReLU(), up(c, 1))

    def encode(self, x: Tensor, alone: str = "neither") -> tuple[Level, Level]:
        """Algorithm 1: h_b = E_b(x), h_t = E_t(h_b), e_t = Q(h_t), e_b = Q(conv[h_b, D_t(e_t)])."""
        h_b = self.E_b(x[:, None])  # (B, C, 8, 8)
        top = Level(self.top, self.E_t(h_b))  # 4 x 4
        told = self.D_t(torch.zeros_like(top.z) if alone == "bottom" else top.z)
        return top, Level(self.bottom, self.joined(torch.cat([h_b, told], 1)))

    def decode(self, z_t: Tensor, z_b: Tensor) -> Tensor:
        """Algorithm 1: D(up(e_t), e_b). z_t (B, D_t, 4, 4), z_b (B, D_b, 8, 8) -> (B, 32, 32)."""
        return self.D(torch.cat([self.up(z_t), z_b], 1))[:, 0]

    def forward(self, x: Tensor, alone: str = "neither") -> tuple[Tensor, Level, Level]:
        """x (B, 32, 32) -> what is redrawn, and the two levels. alone: the one of them that is heard."""
        top, bottom = self.encode(x, alone)
        z_t = torch.zeros_like(top.z) if alone == "bottom" else top.z
        z_b = torch.zeros_like(bottom.z) if alone == "top" else bottom.z
        return self.decode(z_t, z_b), top, bottom

    def indices(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Pictures (B, 32, 32) -> top (B, 4, 4) and bottom (B, 8, 8) codes, int64."""
        top, bottom = self.encode(x)
        return top.k, bottom.k

    def vectors(self, k_t: Tensor, k_b: Tensor) -> tuple[Tensor, Tensor]:
        """The codes' vectors, as the decoder takes them."""
        return self.top.e[k_t].permute(0, 3, 1, 2), self.bottom.e[k_b].permute(0, 3, 1, 2)

    def decode_indices(self, k_t: Tensor, k_b: Tensor) -> Tensor:
        """Two grids of codes (B, 4, 4), (B, 8, 8) -> pictures (B, 32, 32)."""
        return self.decode(*self.vectors(k_t, k_b))


def objective(net: TwoLevels, x: Tensor, beta: float, alone: str) -> tuple[Tensor, Tensor, list]:
    """The reconstruction, and beta times the commitments of the levels that are heard: -> their sum, the
    first by itself, and (codebook, level) of those heard, whose codes are to follow."""
    x_hat, top, bottom = net(x, alone)
    lost, both = F.mse_loss(x_hat, x), {"top": (net.top, top), "bottom": (net.bottom, bottom)}
    heard = [one for name, one in both.items() if alone in (name, "neither")]
    return lost + beta * torch.stack([level.commitment() for _, level in heard]).sum(), lost, heard


def from_weights(weights: Mapping[str, Tensor]) -> TwoLevels:
    """The net whose weights these are; its sizes are read off them."""
    (K_t, D_t), (K_b, D_b) = weights["top.e"].shape, weights["bottom.e"].shape
    net = TwoLevels(K_t, K_b, D_t, D_b, len(weights["E_b.0.weight"]))
    net.load_state_dict(dict(weights))
    return net
