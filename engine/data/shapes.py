"""Pictures drawn by a program, each with the factors it was drawn from: the project's one generator of them.

Two sets, both complete (every combination of the factors occurs once), made by numpy alone:
  - `sprites`: one object on a plain ground: shape, tone (or colour), size, row, column;
  - `factors`: after dSprites (Matthey et al., 2017), drawn anew: shape, scale, angle, row, column.
No data of anybody else is used, so there is no licence to keep.

Honest limits: one object, no occlusion, no noise, no texture; edges are smoothed by 4 x 4 samples a pixel.
The three shapes of `factors` have no rotational symmetry, unlike dSprites' square and ellipse, so that every
angle is another picture. A split by chance leaves test pictures one step away from a training picture.
"""

from functools import cache
from itertools import product
from typing import NamedTuple

import numpy as np

FINE = 4  # samples a pixel and axis
SIDES = (16, 24, 32)
COLOURS = np.array([[190, 60, 60], [60, 150, 90], [60, 100, 190], [200, 150, 40]], np.float64)
TONES = np.array([0.45, 0.62, 0.8, 1.0])
SPRITES = ("disc", "square", "triangle")
FACTORS = ("wedge", "half disc", "hook")


class Shapes(NamedTuple):
    """Pictures (N, S, S) uint8, ink 0..255, or (N, S, S, 3) in colour; factors (N, F) int64; read-only."""

    x: np.ndarray
    factors: np.ndarray
    names: tuple[str, ...]  # of the F factors
    sizes: tuple[int, ...]  # how many values each has


def _inside(shape: str, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Which points of the plane a shape of radius 1 at the origin covers: u to the right, v down."""
    match shape:
        case "disc":
            return u**2 + v**2 <= 1
        case "square":
            return np.maximum(abs(u), abs(v)) <= 0.86
        case "triangle":
            return (v <= 0.8) & (abs(u) <= (v + 1) * 0.58)
        case "wedge":  # an arrow's head: longer than wide
            return (v <= 0.9) & (abs(u) <= (v + 1) * 0.36)
        case "half disc":
            return (u**2 + v**2 <= 1) & (v <= 0)
        case "hook":
            return (np.maximum(abs(u), abs(v)) <= 0.86) & ((u <= -0.3) | (v >= 0.3))
    raise ValueError(f"shape must be one of {', '.join((*SPRITES, *FACTORS))}, got {shape!r}")


def draw(shape: str, side: int, row: float, col: float, radius: float, angle: float = 0.0) -> np.ndarray:
    """One object. Centre and radius in pixels, angle in radians, clockwise -> ink (side, side) in [0, 1]."""
    at = (np.arange(side * FINE) + 0.5) / FINE
    dy, dx = np.meshgrid((at - row) / radius, (at - col) / radius, indexing="ij")
    u, v = dx * np.cos(angle) + dy * np.sin(angle), dy * np.cos(angle) - dx * np.sin(angle)
    return _inside(shape, u, v).reshape(side, FINE, side, FINE).mean((1, 3))


def _checked(side: int) -> None:
    if side not in SIDES:
        raise ValueError(f"side must be one of {', '.join(map(str, SIDES))}, got {side}")


@cache
def sprites(side: int = 16, places: int = 5, colour: bool = False) -> Shapes:
    """Shape 3 x tone 4 x size 2 x row x column, `places` of each: dark ink on paper, or colour on white.

    With colour, the tones are four hues. Raises ValueError for a side that is not 16, 24 or 32, or for places
    outside [2, 12].
    """
    _checked(side)
    if not 2 <= places <= 12:
        raise ValueError(f"places must lie in [2, 12], got {places}")
    sizes = (len(SPRITES), len(TONES), 2, places, places)
    factors = np.array(list(product(*map(range, sizes))))
    pictures = []
    for shape, tone, size, row, col in factors:
        radius = side * (0.2, 0.33)[size]
        low, high = radius + 0.5, side - radius - 0.5
        centre = low + (high - low) * np.array([row, col]) / (places - 1)
        ink = draw(SPRITES[shape], side, centre[0], centre[1], radius)
        if colour:
            pictures.append(255 - ink[..., None] * (255 - COLOURS[tone]))
        else:
            pictures.append(255 * TONES[tone] * ink)
    return _kept(pictures, factors, ("shape", "colour" if colour else "tone", "size", "row", "column"), sizes)


@cache
def factors(side: int = 32) -> Shapes:
    """Shape 3 x scale 4 x angle 8 x row 8 x column 8: 6144 pictures. Raises ValueError as `sprites` does."""
    _checked(side)
    sizes = (len(FACTORS), 4, 8, 8, 8)
    every = np.array(list(product(*map(range, sizes))))
    pictures = []
    for shape, scale, angle, row, col in every:
        radius = side * (0.11 + 0.035 * scale)
        low, high = side * 0.3, side * 0.7
        centre = low + (high - low) * np.array([row, col]) / 7
        pictures.append(255 * draw(FACTORS[shape], side, centre[0], centre[1], radius, angle * np.pi / 4))
    return _kept(pictures, every, ("shape", "scale", "angle", "row", "column"), sizes)


def _kept(
    pictures: list[np.ndarray], factors: np.ndarray, names: tuple[str, ...], sizes: tuple[int, ...]
) -> Shapes:
    made = Shapes(np.stack(pictures).round().astype(np.uint8), factors.astype(np.int64), names, sizes)
    for array in (made.x, made.factors):
        array.setflags(write=False)  # one copy serves everyone
    return made


def split(n: int, test: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Indices for training (n - test,) and for testing (test,), by chance from a generator of this seed.

    Raises ValueError unless 0 < test < n.
    """
    if not 0 < test < n:
        raise ValueError(f"test must lie in [1, {n - 1}], got {test}")
    order = np.random.default_rng(seed).permutation(n)
    return order[test:], order[:test]
