"""Discs, squares and triangles in red, green and blue on white, 16 x 16: nine kinds of picture, and a judge
that says of any picture which of the nine it is, if any.

Made by numpy alone from `shapes.draw`, so there is no licence to keep. Size and place vary without steps.
The judge looks at two things, each on its own. The outline: what is far from white must overlap by 85% with
the outline of a shape, at one of 147 sizes and places (what both cover over what either covers). The colour:
the mean over what is far from white must lie within a third of the distance between the two nearest hues.

Honest limits: one shape a picture, near the middle, no shading. The judge takes 98 in 100 of the pictures
drawn here for what they are; it also takes noisy ones, and 12 in 100 that are half one kind and half another.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

from engine.data.shapes import COLOURS, SPRITES, draw

SIDE, N = 16, 1800
HUES = ("red", "green", "blue")
KINDS = tuple(f"{hue} {shape}" for shape in SPRITES for hue in HUES)  # kind = 3 * shape + hue
RADII, PLACES = (5.0, 6.0), 1.0  # pixels; the centre lies at most so far from the middle, each way
OVERLAP, NEAR = 0.85, 1 / 3
INK = COLOURS[:3] / 255


class Judged(NamedTuple):
    """Of each picture: which kind it looks most like (N,); whether it is one (N,); the overlap (N,)."""

    kind: np.ndarray
    sure: np.ndarray
    overlap: np.ndarray


@cache
def bright_shapes() -> tuple[np.ndarray, np.ndarray]:
    """Pictures (1800, 16, 16, 3) float32 in [0, 1], to eight bits, and their kinds (1800,). Read-only."""
    rng, x = np.random.default_rng(0), np.empty((N, SIDE, SIDE, 3), np.float32)
    kinds = np.arange(N) % len(KINDS)
    for i, kind in enumerate(kinds):
        shape, hue = divmod(int(kind), 3)
        row, col = SIDE / 2 + rng.uniform(-PLACES, PLACES, 2)
        cover = draw(SPRITES[shape], SIDE, row, col, rng.uniform(*RADII))
        x[i] = 1 - cover[..., None] * (1 - INK[hue])
    x = (255 * x).round() / 255
    for array in (x, kinds):
        array.setflags(write=False)  # one copy serves everyone
    return x, kinds


@cache
def _outlines() -> tuple[np.ndarray, np.ndarray]:
    """The outlines that the judge knows (441, 256) of 0 and 1, and the shape of each."""
    found, shapes = [], []
    for shape, name in enumerate(SPRITES):
        for radius in np.linspace(RADII[0] - 0.2, RADII[1] + 0.2, 3):
            for row in np.linspace(-1.2, 1.2, 7):
                for col in np.linspace(-1.2, 1.2, 7):
                    found.append(draw(name, SIDE, SIDE / 2 + row, SIDE / 2 + col, radius) > 0.5)
                    shapes.append(shape)
    return np.stack(found).reshape(len(found), -1).astype(np.float32), np.array(shapes)


def judged(x: np.ndarray) -> Judged:
    """What each picture (N, 16, 16, 3) in [0, 1] is."""
    known, shapes = _outlines()
    far = np.sqrt(((1 - x) ** 2).sum(-1))  # from white
    inside = (far > 0.5 * np.linalg.norm(1 - INK, axis=1).mean()).reshape(len(x), -1).astype(np.float32)
    both = inside @ known.T
    either = inside.sum(1)[:, None] + known.sum(1) - both
    overlap, best = (both / np.maximum(either, 1)).max(1), (both / np.maximum(either, 1)).argmax(1)
    mean = np.einsum("np,npc->nc", inside, x.reshape(len(x), -1, 3)) / np.maximum(inside.sum(1), 1)[:, None]
    off = np.linalg.norm(mean[:, None] - INK, axis=2)
    apart = min(np.linalg.norm(INK[i] - INK[j]) for i in range(3) for j in range(i))
    kind = 3 * shapes[best] + off.argmin(1)
    return Judged(kind, (overlap >= OVERLAP) & (off.min(1) <= NEAR * apart), overlap)
