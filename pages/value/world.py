"""The hero's figures: a world of cells with four values each, its arrows, and one update in numbers."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.captions import minus
from app.figures.films import Film, header, scalars
from app.figures.panels import Panel, Title
from app.figures.plot import Axis, plot
from engine.core.trace import Trace
from engine.reward.bellman_lab import made
from engine.reward.grids import CLIFF, FREE, GOAL, NAMES, START, WALL, World, cross, length, placed, way

TIE = 1e-5  # moves this near to the best one are best, too
FULL = 20.0  # the value at which the colour is full
CORNER = 0.34  # how far from the middle of a cell its letter stands, so that no arrow covers it
ARROW = {"up": (0, 0.42), "right": (0.42, 0), "down": (0, -0.42), "left": (-0.42, 0)}
KINDS = {"wall": WALL, "cliff": CLIFF, "goal": GOAL, "start": START}


def painted(grid: str, kind: str, cell: int) -> str:
    """The world after a touch: the cell becomes a wall or cliff, or free again; the goal and the start move.

    A touch of the goal takes it away. The start stays where nothing else takes its place.
    """
    sign, columns = KINDS[kind], grid.index("/")
    cells = list(grid.replace("/", ""))
    if cells[cell] == START:
        return grid
    gone = cells[cell] == sign
    if sign in (START, GOAL):
        cells = [FREE if one == sign else one for one in cells]
    cells[cell] = FREE if gone else sign
    return "/".join("".join(cells[i : i + columns]) for i in range(0, len(cells), columns))


def ground(world: World, title: Title, tiles: Any, over: Sequence[marks.Mark], full: float = FULL,
           twice: bool = False, touch: bool = False, width: float = 1.75) -> Panel:  # fmt: skip
    """A world with tiles of values; walls, cliff, start and goal on top. twice: its mirror image below."""
    high = world.rows * (1 + twice)
    shade = np.array([one in WALL + CLIFF for one in world.cells]).reshape(world.rows, -1)
    shade = np.concatenate([shade, shade[::-1]]) if twice else shade
    kinds = [(CLIFF, "×", "blind"), (START, "S", "ink"), (GOAL, "G", "truth")]
    signs = []
    for sign, said, concept in kinds:
        cells = np.array([i for i, one in enumerate(world.cells) if one == sign], int)
        for mirrored in range(1 + twice):
            x, y = placed(world, cells, bool(mirrored))
            y = y + world.rows * (twice and not mirrored)
            if len(cells):
                aside = (
                    0.0 if sign == CLIFF else CORNER
                )  # beside the way, which begins and ends in the middle
                signs.append(
                    marks.words([said] * len(cells), x - aside, y - aside, concept, align="center", size=13)
                )
    lines = [
        marks.rules(list(range(1, high)), "line"),
        marks.rules(list(range(1, world.columns)), "line", axis="x"),
    ]
    drawn = [
        marks.heat(tiles, (0, world.columns), (0, high), low=-full, high=full, scale="signed", say=""),
        marks.heat(shade.astype(np.float32), (0, world.columns), (0, high), scale="ink", say=""),
        *lines, *signs, *over,
    ]  # fmt: skip
    more = "edges: moves; middle: the best; " * touch
    x = Axis(f"{more}blue −{full:g} or less, orange {full:g}; × cliff", low=0, high=world.columns, ticks={})
    return plot(drawn, title, x, Axis(low=0, high=high, ticks={}), square=True, width=width,
                aspect=high / world.columns + 0.14, touch="drag" if touch else "")  # fmt: skip


def touched(world: World, spot: tuple[float, float]) -> int:
    """The cell at a place of the plane."""
    row = min(max(int(np.ceil(world.rows - spot[1])) - 1, 0), world.rows - 1)
    return row * world.columns + min(max(int(spot[0]), 0), world.columns - 1)


def framed(world: World, cell: int) -> int:
    """A cell whose update can be told: this one, if a step can begin there, else the start."""
    return cell if 0 <= cell < len(world.cells) and world.stood[cell] else world.start


def told(world: World, cell: int) -> str:
    """A cell in words."""
    return f"row {cell // world.columns + 1}, column {cell % world.columns + 1}"


def hero(trace: Trace, spec: Any, cell: int) -> tuple[Sequence[Panel], Film, list[str]]:
    """Values of all moves, sweep by sweep; and the update of one cell in numbers."""
    world, count = made(spec), len(trace.moments)
    q = np.stack([trace.at("table", i)["q"] for i in range(count)])  # (M, 4, n)
    v = np.stack([trace.at("table", i)["v"] for i in range(count)])
    best = np.stack([trace.at("table", i)["pi"] for i in range(count)]) * world.stood
    ways = [way(world, one) for one in q]
    xy = np.stack(
        [
            np.stack(placed(world, one)) if length(world, one) else np.full((2, len(one)), np.nan)
            for one in ways
        ]
    )  # (M, 2, n + 1): none that does not arrive
    x, y = placed(world, np.arange(len(world.cells)))
    step = np.array([ARROW[one] for one in NAMES])
    tails = np.stack([[x] * 4, [y] * 4])  # (2, 4, n)
    shown = np.where(best[:, None] > 0, tails, np.nan).reshape(count, 2, -1)
    ahead = np.einsum("an,mn->ma", world.P[:, cell], v)
    tops = q[:, :, cell] >= q[:, :, cell].max(1, keepdims=True) - TIE
    arrays: dict[str, Any] = {
        "now.cross": np.stack([cross(world, one * world.stood) for one in q]),
        "now.way_x": xy[:, 0], "now.way_y": xy[:, 1], "now.x": shown[:, 0], "now.y": shown[:, 1],
        "now.r": np.stack([world.r[:, cell]] * count), "now.ahead": ahead, "now.q": q[:, :, cell],
        "now.best_x": np.full((count, 4), -0.4), "now.best_y": np.where(tops, np.arange(3.0, -1, -1), np.nan),
        "now.v": q.max(1),
    }  # fmt: skip
    moves = np.repeat(step, len(world.cells), 0)
    left, low = cell % world.columns, world.rows - 1 - cell // world.columns
    frame = [left, left + 1, left + 1, left, left], [low, low, low + 1, low + 1, low]
    where = [told(world, int(one)) for one in np.arange(len(world.cells))]
    over = [
        marks.line("now.way_x", "now.way_y", "truth", width=3.4),
        marks.arrows("now.x", "now.y", moves[:, 0], moves[:, 1], "ink", width=1.4),
        marks.dots(
            x, y, "soft", size=0.6, alpha=0.2, names=where, say="{name}: worth {v:1}", more={"v": "now.v"}
        ),
        marks.line(*frame, "past", width=3),
    ]
    full = max(FULL, spec.prize)
    title: Title = [("Worth of each ", None), ("move", None), (", and the ", None), ("best way", "truth")]
    panels = [
        ground(world, title, "now.cross", over, full, touch=True),
        numbers(spec, [("One update of the ", None), ("framed cell", "past")]),
    ]
    film = header(trace.moments, scalars(trace), trace.total)
    film = film, {name: np.asarray(one, np.float32) for name, one in arrays.items()}
    said = [_said(trace, spec, world, i, q[i][:, cell], ahead[i], cell, ways[i]) for i in range(count)]
    return panels, film, said


def numbers(spec: Any, title: Title) -> Panel:
    """Four lines, one a move: reward + gamma x what comes next = worth."""
    rows = [3.0, 2.0, 1.0, 0.0]
    column: dict[str, Any] = {"align": "right", "mono": True, "size": 12}
    drawn = [
        marks.dots("now.best_x", "now.best_y", "model", size=4, say="the best move"),
        marks.words(NAMES, [0.0] * 4, rows, "ink", size=13),
        marks.words(value="now.r", form="{value:1}", x=[3.8] * 4, y=rows, **column),
        marks.words([f"+ {spec.gamma:g} ×"] * 4, [6.6] * 4, rows, "soft", **column),
        marks.words(value="now.ahead", form="{value:1}", x=[8.5] * 4, y=rows, **column),
        marks.words(["="] * 4, [9.2] * 4, rows, "soft", **column),
        marks.words(value="now.q", form="{value:1}", x=[11.4] * 4, y=rows, concept="model", **column),
        marks.words(["earns", "γ", "next", "worth"], [3.8, 6.2, 8.5, 11.4], [3.8] * 4, "soft", align="right",
                    size=11),
    ]  # fmt: skip
    return plot(drawn, title, Axis(low=-0.8, high=11.6, ticks={}), Axis(low=-0.6, high=4.3, ticks={}),
                tall=190)  # fmt: skip


def _said(
    trace: Trace,
    spec: Any,
    world: World,
    i: int,
    q: np.ndarray,
    ahead: np.ndarray,
    cell: int,
    walked: np.ndarray,
) -> str:
    """One sweep in words: the update of the framed cell, how far the values are, and what is wrong."""
    facts = {name: float(one[0]) for name, one in trace.last("facts").items()}
    a, end = int(q.argmax()), i == len(trace.moments) - 1
    tops = [name for name, one in zip(NAMES, q, strict=True) if one >= q[a] - TIE]
    best = f"{tops[0]} is best" if len(tops) == 1 else f"{' and '.join(tops)} are best"
    best = "all moves are as good" if len(tops) == 4 else best
    told_ = (
        f"Sweep {trace.moments[i]}. {told(world, cell).capitalize()}: {best}, {minus(q[a])} = "
        f"{minus(world.r[a, cell])} + {spec.gamma:g} × {minus(ahead[a])}. "
    )
    if i == 0:
        told_ = (
            f"Before the first sweep a move is worth what it earns: a fall {minus(spec.fall, 'g')}, and it "
            "is back at S. " + told_
        )
    if facts["endless"]:
        return told_ + _endless(spec, facts)
    if not end:
        return told_
    moves = length(world, walked)
    told_ += (
        f"At the end, after {facts['sweeps']:.0f} sweeps, the best way takes {moves} moves."
        if moves
        else "At the end no best way leads to the goal"
        + (": it has none to go." if facts["stuck"] and world.stood[world.start] and _cut(world) else
           " without the wind's help." if spec.wind else ": going on is worth as much or more.")
    )  # fmt: skip
    if facts["stuck"]:
        told_ += f" From {facts['stuck']:.0f} cells no way leads to a goal."
    solved = f" A linear solve finds the same values, to {facts['off']:.0e}." if facts["solved"] else (
        " These moves may go round for ever, and a linear solve has no one answer."
    )  # fmt: skip
    return told_ + solved


def _cut(world: World) -> bool:
    """Whether no way leads from the start to a goal."""
    return bool(world.stuck()[world.start])


def _endless(spec: Any, facts: dict[str, float]) -> str:
    """Why values never settle, plainly."""
    if spec.step > 0:
        return (
            f"With γ = 1 and steps that earn {spec.step:g} it pays to walk for ever: values grow at each "
            "sweep and never settle. Lower γ, or let steps cost something."
        )
    return (
        f"From {facts['stuck']:.0f} cells no way leads to a goal. With γ = 1 their values fall by "
        f"{-spec.step:g} at each sweep and never settle. Lower γ, or make a way."
    )
