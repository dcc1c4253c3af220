"""The exact answer beside a net for points: p_t and E[eps | x_t], drawn on grids and asked at points.

The ring's eight Gaussians are known. Of other data all that is known is the training set: its own mixture
under noise is the denoiser that minimises the training loss exactly. It can only recall.
"""

import numpy as np
import torch
from torch import Tensor

from engine.data.points import drawn, points, ring
from engine.diffusion.mixture import Mixture

KNOWN = "eight Gaussians"
TRAIN = 4096  # points that are trained on
SPREAD = 0.2  # standard deviation of each of the eight
REACH, ASPECT = 3.4, 0.75  # the plane of the pictures: -REACH to REACH across, ASPECT of that up and down
ROWS, COLUMNS = 9, 12  # arrows
FINE_ROWS, FINE_COLUMNS = 36, 48  # cells of a density
WIDTH = 0.06  # a training point is drawn as a blot of this width where there is no noise


def training_set(data: str, drawing: str, seed: int) -> Tensor:
    """The points that a net is trained on (TRAIN, 2). Raises ValueError for a drawing without two cells."""
    made = drawn(drawing, TRAIN, seed) if data == "drawn" else points(data, TRAIN, seed)
    return torch.from_numpy(made)


def mixture(data: str, train: Tensor) -> Mixture:
    """What is known of the data: the eight Gaussians, or the training set's own mixture."""
    if data != KNOWN:
        return Mixture.of_points(train)
    means = torch.from_numpy(ring().astype(np.float32))
    return Mixture(means, torch.full((len(means),), 1 / len(means)), SPREAD**2)


def grid(rows: int, columns: int) -> tuple[Tensor, Tensor]:
    """The middles of cells on the plane: x (columns,) from the left, y (rows,) from the top."""
    x = (torch.arange(columns) + 0.5) / columns * 2 * REACH - REACH
    return x, ASPECT * (REACH - (torch.arange(rows) + 0.5) / rows * 2 * REACH)


def picture(clean: Mixture, alpha_bar: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """p_t and -E[eps | x_t] at the levels alpha_bar (S,), on grids.

    -> density (S, FINE_ROWS, FINE_COLUMNS) uint8, each level's greatest 255; field (S, ROWS, COLUMNS, 2).
    A component's Gaussian is a product of one in x and one in y, so a grid costs two small tables of
    exponentials and a matrix product, whatever the number of components.
    """
    densities, fields = [], []
    for ab in alpha_bar.double():
        scale, variance = ab.sqrt(), ab * clean.variance + (1 - ab)
        means, weights = scale * clean.means.double(), clean.weights.double()
        blot = variance.clamp(min=WIDTH**2)
        across, down = (_kernels(at.double(), means[:, i], blot) for i, at in
                        enumerate(grid(FINE_ROWS, FINE_COLUMNS)))  # fmt: skip
        p = (down * weights) @ across.T
        densities.append((255 * p / p.max()).round().to(torch.uint8))
        x, y = (at.double() for at in grid(ROWS, COLUMNS))
        across, down = _kernels(x, means[:, 0], blot), _kernels(y, means[:, 1], blot) * weights
        p = (down @ across.T).clamp(min=1e-300)  # where nothing reaches, no arrow
        towards = (
            torch.stack([(down * means[:, 0]) @ across.T, (down * means[:, 1]) @ across.T], 2) / p[..., None]
        )
        here = torch.stack(torch.meshgrid(x, y, indexing="xy"), 2)
        fields.append((1 - ab).sqrt() * torch.where(p[..., None] > 1e-290, towards - here, 0 * here) / blot)
    return torch.stack(densities).numpy(), torch.stack(fields).float().numpy()


def _kernels(at: Tensor, means: Tensor, variance: Tensor) -> Tensor:
    """One-dimensional Gaussians, unnormalised. at (n,), means (K,) -> (n, K)."""
    return torch.exp(-(at[:, None] - means).square() / (2 * variance))
