"""Where the Gaussians of a mixture stand: on a ring, a grid, two moons or a spiral, all within about +-2.

Honest limits: two dimensions, at most twenty-four components of one width. What is hard about images (few
directions hold the data, most hold nothing) does not show here. What is gained: every answer is exact.
"""

import math
from collections.abc import Callable

import numpy as np

from engine.data import points

Centres = Callable[[int], np.ndarray]  # how many -> (modes, 2)


def ring(modes: int) -> np.ndarray:
    """Evenly on a circle of radius 1.8."""
    return points.ring(modes, 1.8)


def grid(modes: int) -> np.ndarray:
    """Row by row in a square lattice, the last row centred."""
    columns = math.ceil(math.sqrt(modes))
    rows = math.ceil(modes / columns)
    apart = 3.4 / max(columns - 1, 1)
    found = []
    for row in range(rows):
        count = min(columns, modes - row * columns)
        found += [((i - (count - 1) / 2) * apart, ((rows - 1) / 2 - row) * apart) for i in range(count)]
    return np.array(found)


def moons(modes: int) -> np.ndarray:
    """Along two arcs that reach into each other."""
    upper = (modes + 1) // 2
    arcs = []
    for count, sign in ((upper, 1), (modes - upper, -1)):
        angle = math.pi * (np.arange(count) + 0.5) / max(count, 1)
        arcs.append(sign * np.stack([1.6 * np.cos(angle) - 0.8, 1.6 * np.sin(angle) - 0.45], 1))
    return np.concatenate(arcs)


def spiral(modes: int) -> np.ndarray:
    """Along one and a half turns, outwards."""
    along = (np.arange(modes) + 0.5) / modes
    angle, radius = 3 * math.pi * np.sqrt(along), 0.3 + 1.7 * np.sqrt(along)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1)


LANDSCAPES: dict[str, Centres] = {"ring": ring, "grid": grid, "moons": moons, "spiral": spiral}


def weights(modes: int, uneven: float) -> np.ndarray:
    """Shares of the modes, each (1 - uneven) times the one before; 0 is even -> (modes,), sum 1."""
    share = (1 - uneven) ** np.arange(modes)
    return share / share.sum()
