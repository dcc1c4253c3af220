"""Worlds of square cells, written as text: . free, # wall, x cliff, S start, G goal; rows parted by /.

A step earns `step`, and `prize` besides where it reaches a goal, which ends the walk. A step off the cliff
earns `fall` in its place, and the walk goes on from the start. Whoever runs into a wall, or the edge, stays.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

FREE, WALL, CLIFF, START, GOAL = ".#xSG"
MOVES = ((-1, 0), (0, 1), (1, 0), (0, -1))
NAMES = ("up", "right", "down", "left")
SMALL, TALL, WIDE = 2, 8, 12  # rows and columns: at least, at most
THE_CLIFF = "............/............/............/SxxxxxxxxxxG"
_ROWS = "|".join(
    f"(?:[.#xSG]{{{w}}}/){{{SMALL - 1},{TALL - 1}}}[.#xSG]{{{w}}}" for w in range(SMALL, WIDE + 1)
)
PATTERN = rf"(?=[^S]*S[^S]*\Z)(?:{_ROWS})"
DESCRIBED = (
    f"{SMALL} to {TALL} rows of {SMALL} to {WIDE} cells, all as long, of . # x S G with one S, parted by /"
)


@dataclass(frozen=True)
class World:
    """n cells, row by row, and four moves. Of walls, cliffs and goals, where no step begins, all is 0."""

    rows: int
    columns: int
    cells: str  # (n)
    P: np.ndarray  # (4, n, n) how likely a move leads from a cell to another
    r: np.ndarray  # (4, n) what it earns on average

    @property
    def start(self) -> int:
        """The number of the cell in which a walk begins."""
        return self.cells.index(START)

    @property
    def stood(self) -> np.ndarray:
        """Where a step can begin: (n,) of booleans."""
        return np.array([one in FREE + START for one in self.cells])

    def stuck(self) -> np.ndarray:
        """Cells from which no way leads to a goal: (n,) of booleans."""
        reached = np.array([one == GOAL for one in self.cells])
        steps = self.P.sum(0) > 0
        for _ in self.cells:
            reached = reached | steps[:, reached].any(1)
        return self.stood & ~reached

    def move(self, s: int, a: int) -> int:
        """The cell that a move leads to, the wind aside; one that is a cliff or a wall is named as it is."""
        row, column = s // self.columns + MOVES[a][0], s % self.columns + MOVES[a][1]
        inside = 0 <= row < self.rows and 0 <= column < self.columns
        return row * self.columns + column if inside else s


@lru_cache(maxsize=64)
def world(text: str, step: float = -1, fall: float = -100, prize: float = 20, wind: float = 0) -> World:
    """The world that a text draws. wind: how likely a step is blown to one of its two sides."""
    lines = text.split("/")
    cells, n = "".join(lines), len(text) - text.count("/")
    made = World(len(lines), len(lines[0]), cells, np.zeros((4, n, n)), np.zeros((4, n)))
    for s in np.flatnonzero(made.stood):
        for a in range(4):
            for blown, chance in ((a, 1 - wind), ((a + 1) % 4, wind / 2), ((a + 3) % 4, wind / 2)):
                to = made.move(int(s), blown)
                to = int(s) if cells[to] == WALL else to
                fell = cells[to] == CLIFF
                made.P[a, s, made.start if fell else to] += chance
                made.r[a, s] += chance * (fall if fell else step + prize * (cells[to] == GOAL))
    return made


def way(made: World, q: np.ndarray) -> np.ndarray:
    """Cells of the walk that takes the best move each time, no wind: (n + 1,), its last one repeated.

    q (4, n). It ends at a goal, off the cliff, or where it has been before; a goal is the only good end.
    """
    best, walked = q.argmax(0), [made.start]
    while made.cells[walked[-1]] in FREE + START:
        to = made.move(walked[-1], int(best[walked[-1]]))
        to = walked[-1] if made.cells[to] == WALL else to
        if to in walked:
            break
        walked.append(to)
    return np.array(walked + walked[-1:] * (len(made.cells) + 1 - len(walked)))


def length(made: World, walked: np.ndarray) -> int:
    """How many moves a walk takes to a goal; 0 where it comes to none."""
    return len(set(walked.tolist())) - 1 if made.cells[int(walked[-1])] == GOAL else 0


def cross(made: World, q: np.ndarray) -> np.ndarray:
    """Nine tiles a cell: the four moves' values at its sides, the best one in the middle and the corners.

    q (4, n) -> (3 rows, 3 columns).
    """
    tiles = np.repeat(np.repeat(q.max(0).reshape(made.rows, made.columns), 3, 0), 3, 1)
    for (down, right), values in zip(MOVES, q, strict=True):
        tiles[1 + down :: 3, 1 + right :: 3] = values.reshape(made.rows, made.columns)
    return tiles


def placed(made: World, cells: np.ndarray, mirrored: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Where cells have their middle in a plane of cells, row 0 above; mirrored: below. -> x, y."""
    row, column = np.divmod(cells, made.columns)
    return column + 0.5, row + 0.5 if mirrored else made.rows - 0.5 - row
