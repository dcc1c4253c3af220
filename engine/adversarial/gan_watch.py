"""What is looked at of two players: D's field, some fakes, where G's loss pulls them, the mesh of z."""

import numpy as np
import torch
from torch import Tensor

from engine.adversarial.gan import Game, pull
from engine.core.trace import Arrays

COUNTED, SHOWN, PULLED = 1000, 220, 44  # fakes: counted, drawn, drawn with an arrow
SHORTER, LONGEST = 0.1, 0.6  # an arrow's length on the plane: of a pull of 1; at most
CELLS, EDGE = 28, 3.0  # of D's field: places a side, from -EDGE to EDGE
LINES, PLACES = torch.linspace(-1.8, 1.8, 7), torch.linspace(-2.1, 2.1, 22)  # of the mesh of z


@torch.no_grad()
def fakes_of(game: Game, z: Tensor) -> Tensor:
    """What G makes of z (N, 2)."""
    return game.G(z)


def seen(game: Game, fakes: Tensor, loss: str) -> dict[str, Arrays]:
    """D over the plane (CELLS, CELLS), the upper row first, in 255ths; fakes, and where the loss pulls the
    first of them; where G puts the lines of z's mesh (L, P). Places in hundredths."""
    side = torch.linspace(-EDGE, EDGE, CELLS + 1)[:-1] + EDGE / CELLS
    up, across = torch.meshgrid(side.flip(0), side, indexing="ij")
    one, other = torch.meshgrid(LINES, PLACES, indexing="ij")
    mesh = torch.cat([torch.stack([one, other], 2), torch.stack([other, one], 2)])  # (L, P, 2)
    with torch.no_grad():
        field = game.D(torch.stack([across, up], 2)).sigmoid()[..., 0]
        warped = game.G(mesh)
    arrows = SHORTER * pull(game.D, fakes[:PULLED], loss)
    arrows = arrows * (LONGEST / arrows.norm(dim=1, keepdim=True).clamp_min(1e-9)).clamp_max(1)
    return {
        "field": {"D": (255 * field).round().byte().numpy()},
        "fakes": {"x": hundredths(fakes[:SHOWN])},
        "pull": {"at": hundredths(fakes[:PULLED]), "to": hundredths(arrows)},
        "mesh": {"x": hundredths(warped[..., 0]), "y": hundredths(warped[..., 1])},
    }


def hundredths(x: Tensor) -> np.ndarray:
    """Places in hundredths, cut a little beyond the edge of the plane."""
    return (100 * x.detach().clamp(-EDGE - 0.2, EDGE + 0.2)).round().short().numpy()
