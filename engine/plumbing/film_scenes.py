"""Pictures of two objects of different shapes and colours, and questions that have one answer each.

Made by this project, so there is no licence to keep. "What colour is the cross?" and "On which side is the
cross?", asked of each of three shapes: six questions, five answers.

Honest limits: objects of 5 x 5 pixels on black, one left and one right; a question is one of six.
A picture for testing is new as a whole, its objects are not; only without `PAIRS` is a red cross new, too.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

SIDE, SIZE = 12, 5
COLOURS = {"red": (230, 60, 60), "yellow": (240, 200, 40), "blue": (60, 110, 240)}
FORMS = {
    "cross": ("..#..", "..#..", "#####", "..#..", "..#.."),
    "ring": ("#####", "#...#", "#...#", "#...#", "#####"),
    "block": (".....", ".###.", ".###.", ".###.", "....."),
}
SHAPES = tuple(FORMS)
RGB = np.array(list(COLOURS.values()), np.uint8)
MASKS = np.array([[[dot == "#" for dot in row] for row in form] for form in FORMS.values()])
ANSWERS = (*COLOURS, "left", "right")
QUESTIONS = (
    *(f"What colour is the {shape}?" for shape in SHAPES),
    *(f"On which side is the {shape}?" for shape in SHAPES),
)
PAIRS = ("red cross", "yellow ring", "blue block")  # that can be kept back
TRAIN, TEST, PAIRED = 3000, 300, 100


class Scenes(NamedTuple):
    """Pictures (N, 12, 12, 3) uint8; answers (N, 6) int64, one a question, -1 where its shape is missing."""

    x: np.ndarray
    answers: np.ndarray


class Data(NamedTuple):
    """What is learned; what is asked of new pictures; and of new pictures with one of `PAIRS` or two."""

    train: Scenes
    test: Scenes
    pairs: Scenes


def scene(left: tuple[int, int, int, int], right: tuple[int, int, int, int]) -> tuple[np.ndarray, list[int]]:
    """A picture and its answers. Each object: shape, colour, upper row, and 0 or 1 to the right."""
    picture, answers = np.zeros((SIDE, SIDE, 3), np.uint8), [-1] * len(QUESTIONS)
    for side, (shape, colour, row, aside) in enumerate((left, right)):
        col = aside + side * SIDE // 2
        picture[row : row + SIZE, col : col + SIZE][MASKS[shape]] = RGB[colour]
        answers[shape], answers[len(SHAPES) + shape] = colour, len(COLOURS) + side
    return picture, answers


@cache
def scenes(kept: bool = False) -> Data:
    """3000 pictures for training, 300 and 100 for testing; none is drawn twice. Read-only.

    kept: the pairs are kept back, so that none of `PAIRS` is in the first two.
    """
    rng = np.random.default_rng(0)
    plain: dict[bytes, tuple[np.ndarray, list[int]]] = {}
    paired: dict[bytes, tuple[np.ndarray, list[int]]] = {}
    while len(plain) < TRAIN + TEST or len(paired) < PAIRED:
        shapes, colours = (rng.choice(3, 2, replace=False).tolist() for _ in range(2))
        rows, asides = rng.integers(SIDE - SIZE + 1, size=2).tolist(), rng.integers(2, size=2).tolist()
        picture, answers = scene(*zip(shapes, colours, rows, asides, strict=True))
        has = any(shape == colour for shape, colour in zip(shapes, colours, strict=True))  # as PAIRS are
        goes = has and (kept or len(paired) < PAIRED)
        if picture.tobytes() not in plain and picture.tobytes() not in paired:
            (paired if goes else plain)[picture.tobytes()] = picture, answers
    known, new = list(plain.values()), list(paired.values())
    return Data(_part(known[:TRAIN]), _part(known[TRAIN : TRAIN + TEST]), _part(new[:PAIRED]))


def _part(rows: list[tuple[np.ndarray, list[int]]]) -> Scenes:
    x, answers = np.stack([one for one, _ in rows]), np.array([one for _, one in rows])
    for part in (x, answers):
        part.setflags(write=False)  # one copy serves everyone
    return Scenes(x, answers)
