"""Densities on the plane, made here: Gaussians on a ring, moons, a swiss roll, a checkerboard, a pinwheel,
and whatever someone draws on a grid. All are roughly centred and reach to about +-2.

Honest limits: two dimensions hide what is hard about images (few dimensions hold the data, most hold
nothing).
"""

import math
from collections.abc import Callable

import numpy as np

CELLS = 16  # a drawing has this many cells a side
REACH = 2.2  # the plane that a drawing covers goes from -REACH to REACH


def ring(modes: int = 8, radius: float = 2.0) -> np.ndarray:
    """The centres of `modes` Gaussians on a circle -> (modes, 2)."""
    angle = 2 * math.pi * np.arange(modes) / modes
    return radius * np.stack([np.cos(angle), np.sin(angle)], 1)


def eight(n: int, rng: np.random.Generator) -> np.ndarray:
    return ring()[rng.integers(8, size=n)] + 0.2 * rng.normal(size=(n, 2))


def moons(n: int, rng: np.random.Generator) -> np.ndarray:
    angle, upper = math.pi * rng.random(n), rng.random(n) < 0.5
    x = np.where(upper, np.cos(angle) - 0.5, 0.5 - np.cos(angle))
    y = np.where(upper, np.sin(angle) - 0.25, 0.25 - np.sin(angle))
    return 1.4 * np.stack([x, y], 1) + 0.08 * rng.normal(size=(n, 2))


def roll(n: int, rng: np.random.Generator) -> np.ndarray:
    turn = 1.5 * math.pi * (1 + 2 * np.sqrt(rng.random(n)))
    return 0.145 * turn[:, None] * np.stack([np.cos(turn), np.sin(turn)], 1) + 0.06 * rng.normal(size=(n, 2))


def checkerboard(n: int, rng: np.random.Generator) -> np.ndarray:
    column, row = rng.integers(4, size=n), 2 * rng.integers(2, size=n)
    corner = np.stack([column, row + column % 2], 1)
    return corner + rng.random((n, 2)) - 2.0


def pinwheel(n: int, rng: np.random.Generator) -> np.ndarray:
    arm, along = rng.integers(5, size=n), 0.35 * rng.normal(size=n) + 1.2
    angle, across = 2 * math.pi * arm / 5 + 0.9 * along, 0.1 * rng.normal(size=n)
    x = along * np.cos(angle) - across * np.sin(angle)
    return np.stack([x, along * np.sin(angle) + across * np.cos(angle)], 1)


POINTS: dict[str, Callable[[int, np.random.Generator], np.ndarray]] = {
    "eight Gaussians": eight, "moons": moons, "swiss roll": roll,
    "checkerboard": checkerboard, "pinwheel": pinwheel,
}  # fmt: skip


def points(name: str, n: int, seed: int) -> np.ndarray:
    """n points of one of POINTS -> (n, 2) float32. Raises KeyError for another name."""
    return POINTS[name](n, np.random.default_rng(seed)).astype(np.float32)


def cells(drawing: str) -> np.ndarray:
    """The painted cells of a drawing, bits in hexadecimal, row by row from the top -> (CELLS, CELLS)."""
    bits = [int(bit) for digit in drawing for bit in f"{int(digit, 16):04b}"]
    if len(bits) != CELLS * CELLS:
        raise ValueError(f"a drawing must have {CELLS * CELLS} bits, got {len(bits)}")
    return np.array(bits, np.uint8).reshape(CELLS, CELLS)


def drawing(painted: np.ndarray) -> str:
    """Back: cells (CELLS, CELLS) -> hexadecimal."""
    return np.packbits(painted.astype(bool).ravel()).tobytes().hex()


def drawn(drawing: str, n: int, seed: int) -> np.ndarray:
    """n points spread evenly over the painted cells of a drawing -> (n, 2) float32.

    Raises ValueError for fewer than two cells: one cell is no density worth learning, and none is no density.
    """
    painted = np.flatnonzero(cells(drawing))
    if len(painted) < 2:
        raise ValueError(f"a drawing needs at least 2 painted cells of {CELLS * CELLS}, got {len(painted)}")
    rng = np.random.default_rng(seed)
    row, column = np.divmod(painted[rng.integers(len(painted), size=n)], CELLS)
    within = rng.random((n, 2))
    x = (column + within[:, 0]) / CELLS * 2 * REACH - REACH
    y = REACH - (row + within[:, 1]) / CELLS * 2 * REACH
    return np.stack([x, y], 1).astype(np.float32)
