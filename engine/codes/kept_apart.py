"""What is left of a picture at large and in small: its silhouette and its stripes. How much is lost.

Departure from the paper (arXiv:1906.00446): it shows what the levels hold, and gives no figure for it; these
are ours.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.codes.two_levels import TwoLevels

WIDE = 5  # pixels: one period of the stripes, which a mean over it takes away
RULE = 0.4  # the ink of the lines of a table
INKED = 0.3  # of a picture so smoothed: half of a shape's mean ink
WAYS = ("both", "other_bottom", "mean_bottom", "other_top", "mean_top", "another")
FIGURES = ("lost", "silhouette", "stripes")


def smooth(x: Tensor) -> Tensor:
    """Pictures (B, S, S), each pixel the mean of the 5 x 5 around it; outside is paper."""
    return F.avg_pool2d(F.pad(x[:, None], (WIDE // 2,) * 4), WIDE, 1)[:, 0]


def overlap(x_hat: Tensor, x: Tensor) -> Tensor:
    """Of two silhouettes, the pixels in both over those in either (IoU) -> (B,). A silhouette is what is dark
    enough once the stripes are smoothed away."""
    a, b = smooth(x_hat) > INKED, smooth(x) > INKED
    return (a & b).sum((1, 2)) / (a | b).sum((1, 2)).clamp(min=1)


def stripes(x_hat: Tensor, x: Tensor, inside: Tensor) -> Tensor:
    """The share of x's stripes that x_hat has: 1 for the same, 0 for none or others. One figure for all.

    inside (B, S, S): the silhouettes, whose rims are left out.
    """
    rim = F.max_pool2d((~inside)[:, None].float(), WIDE, 1, WIDE // 2)[:, 0] > 0
    fine, kept = ((one - smooth(one)) * ~rim for one in (x, x_hat))
    return (fine * kept).sum() / fine.square().sum()


def figures(x_hat: Tensor, x: Tensor, inside: Tensor) -> tuple[float, float, float]:
    """-> mean square lost, silhouettes (mean IoU, percent), stripes kept (percent)."""
    lost, shape, fine = F.mse_loss(x_hat, x), overlap(x_hat, x).mean(), stripes(x_hat, x, inside)
    return float(lost), 100 * float(shape), 100 * float(fine)


def matrix(net: TwoLevels, k_t: Tensor, k_b: Tensor) -> Tensor:
    """Every top grid with every bottom grid: (n, 4, 4), (n, 8, 8) -> (n n, 32, 32), a row for each top."""
    n = len(k_t)
    return net.decode_indices(k_t.repeat_interleave(n, 0), k_b.repeat(n, 1, 1))


def table(x: Tensor, drawn: Tensor) -> Tensor:
    """A matrix (n n, S, S) as one picture, x (n, S, S) at the head of its rows and columns, ruled off
    -> (T, T), T = (n + 1) (S + 2) - 2."""
    n, side = len(x), x.shape[1]
    corner = torch.zeros_like(x[:1])
    cells = torch.cat(
        [torch.cat([corner, x])[None], torch.cat([x[:, None], drawn.view(n, n, side, side)], 1)]
    )
    wide = F.pad(cells, (0, 2, 0, 2)).permute(0, 2, 1, 3).reshape((n + 1) * (side + 2), -1)
    wide[side] = wide[:, side] = RULE
    return wide[:-2, :-2]


def ways(net: TwoLevels, k_t: Tensor, k_b: Tensor) -> dict[str, Tensor]:
    """Pictures (n, 32, 32) drawn from: their own codes; the next picture's bottom codes; the bottom at its
    mean vector over all cells of all pictures; the top likewise; and the next picture's codes at both
    levels."""
    z_t, z_b = net.vectors(k_t, k_b)
    flat_t, flat_b = (z.mean((0, 2, 3), keepdim=True).expand_as(z) for z in (z_t, z_b))
    pairs = (z_t, z_b), (z_t, z_b.roll(-1, 0)), (z_t, flat_b), (z_t.roll(-1, 0), z_b), (flat_t, z_b)
    drawn = [net.decode(*pair) for pair in pairs]
    return dict(zip(WAYS, [*drawn, drawn[0].roll(-1, 0)], strict=True))


def so_far(net: TwoLevels, k_t: Tensor, k_b: Tensor) -> Tensor:
    """Pictures being written, first the top codes, then the bottom ones: (n, 4, 4), (n, 8, 8) -> (81, n, 32,
    32). A code that is not there yet is the mean of its book, each code as often as it was used in
    training."""
    drawn, (z_t, z_b) = [], net.vectors(k_t, k_b)
    counts = [
        (z, *z.shape[2:], (b.N @ b.e / b.N.sum())[:, None, None])
        for z, b in ((z_t, net.top), (z_b, net.bottom))
    ]
    for put in range(k_t[0].numel() + k_b[0].numel() + 1):
        there = put, put - k_t[0].numel()
        now = [
            torch.where((torch.arange(h * w, device=z.device) < n).view(h, w), z, mean)
            for n, (z, h, w, mean) in zip(there, counts, strict=True)
        ]
        drawn.append(net.decode(*now))
    return torch.stack(drawn)
