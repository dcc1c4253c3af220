"""What is looked at of two players: D's field, some fakes, where G's loss pulls them, the mesh of z."""

import numpy as np
import torch
from torch import Tensor

from engine.adversarial.gan import Game, pull
from engine.core.trace import Arrays

COUNTED, SHOWN, PULLED = 1000, 220, 44  # fakes: counted, drawn, drawn with a stroke
LONGEST = 0.8  # no stroke is longer on the plane; one of a pull of 1 is half as long
ACROSS, UP = 5.4, 3.6  # the plane, from its middle to its edges
COLUMNS, ROWS = 42, 28  # of D's field
LINES, PLACES = torch.linspace(-1.8, 1.8, 7), torch.linspace(-2.1, 2.1, 22)  # of the mesh of z


@torch.no_grad()
def fakes_of(game: Game, z: Tensor) -> Tensor:
    """What G makes of z (N, 2)."""
    return game.G(z)


def seen(game: Game, fakes: Tensor, loss: str) -> dict[str, Arrays]:
    """D over the plane (ROWS, COLUMNS), the upper row first, in 255ths; fakes, and strokes (P, 2) from the
    first of them to where the loss pulls them; where G puts the lines of z's mesh (L, P). In hundredths."""
    across, up = (
        torch.linspace(-edge, edge, n + 1)[:-1] + edge / n for edge, n in ((ACROSS, COLUMNS), (UP, ROWS))
    )
    y, x = torch.meshgrid(up.flip(0), across, indexing="ij")
    one, other = torch.meshgrid(LINES, PLACES, indexing="ij")
    mesh = torch.cat([torch.stack([one, other], 2), torch.stack([other, one], 2)])  # (L, P, 2)
    with torch.no_grad():
        field = game.D(torch.stack([x, y], 2)).sigmoid()[..., 0]
        warped = game.G(mesh)
    pulled = fakes[:PULLED]
    way = pull(game.D, pulled, loss)
    way = LONGEST * way / (1 + way.norm(dim=1, keepdim=True))
    strokes = torch.stack([pulled, pulled + way], 1)  # (P, 2 ends, 2)
    return {
        "field": {"D": (255 * field).round().byte().numpy()},
        "fakes": {"x": hundredths(fakes[:SHOWN])},
        "pull": {"x": hundredths(strokes[..., 0]), "y": hundredths(strokes[..., 1])},
        "mesh": {"x": hundredths(warped[..., 0]), "y": hundredths(warped[..., 1])},
    }


def hundredths(x: Tensor) -> np.ndarray:
    """Places in hundredths, cut beyond the edge of the plane."""
    return (100 * x.detach().clamp(-ACROSS - 0.5, ACROSS + 0.5)).round().short().numpy()
