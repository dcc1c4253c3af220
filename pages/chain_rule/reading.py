"""A digit that is read pixel by pixel: what is known, the next guess, its price, and what a touch moves."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.films import Film, header
from app.figures.kinds import Title
from app.figures.marks import over
from app.figures.panels import Panel, heat
from app.figures.plot import Axis, plot

SIDE, PIXELS, TO_COME = 8, 64, 0.3  # pixels; the grey of those to come
MOMENTS = np.arange(PIXELS + 1)[:, None]  # how many pixels are known
Found = Mapping[str, np.ndarray]


def board(title: Title, touch: bool = False, width: float = 1.0) -> Panel:
    """A digit at one moment: what is known in ink, the next pixel framed, a dot on each that is to come."""
    drawn = [
        marks.heat("now.seen", (0, SIDE), (0, SIDE), low=0, high=100, scale="grey", say=""),
        marks.dots("now.later_x", "now.later_y", "soft", size=1.6, say=""),
        marks.dots("now.turned_x", "now.turned_y", "blind", size=4, ring=True, say="turned by you"),
        marks.line("now.frame_x", "now.frame_y", "model", width=4),
    ]
    across, up = Axis(low=0, high=SIDE, ticks={}), Axis(low=0, high=SIDE, ticks={})
    return plot(drawn, title, across, up, square=True, touch="click" if touch else "", width=width)


def chance(width: float = 0.68) -> Panel:
    """How likely the next pixel is blank, and inked; lit what it is."""
    names, said = ("blank", "inked"), {0.0: "0", 50.0: "50", 100.0: "100"}
    bars = marks.bars("now.p", "model", lit="now.truth", dim=0.45, gap=0.2, names=names, say="{value:0}%")
    up = Axis("chance, %", low=0, high=100, ticks=said, room=34)
    return plot([bars], [("Guess", "model"), (" of the next", None)], Axis(names=names), up, width=width)


def boards(found: Found, x: np.ndarray, turned: Sequence[int] = ()) -> dict[str, Any]:
    """The arrays of `board` and `chance`, a moment for each number of known pixels. x (64,) of 0 and 1."""
    o, p = found["o"], found["p"]
    left, top = np.arange(PIXELS) % SIDE, SIDE - 1 - np.arange(PIXELS) // SIDE
    place = np.argsort(o)
    known, now = place < MOMENTS, place == MOMENTS  # (65, 64)
    later = np.where(known | now, np.nan, 0.5)
    frame = np.full((2, PIXELS + 1, 5), np.nan)
    frame[0, :-1] = left[o, None] + [0, 1, 1, 0, 0]
    frame[1, :-1] = top[o, None] + [0, 0, 1, 1, 0]
    guess = np.zeros((PIXELS + 1, 2))
    guess[:-1] = 100 * np.stack([1 - p[o], p[o]], 1)
    still = np.ones((PIXELS + 1, 1))
    seen = 100 * np.where(known, x, np.where(now, p, TO_COME))
    arrays = {
        "seen": seen.round().astype(np.uint8).reshape(-1, SIDE, SIDE),
        "later_x": later + left, "later_y": later + top, "frame_x": frame[0], "frame_y": frame[1],
        "turned_x": still * (left[list(turned)] + 0.5), "turned_y": still * (top[list(turned)] + 0.5),
        "p": guess, "truth": np.append(x[o], 0),
    }  # fmt: skip
    return {f"now.{k}": v if v.dtype == np.uint8 else v.astype(np.float32) for k, v in arrays.items()}


def reading(
    found: Found, before: Found, x: np.ndarray, alone: np.ndarray, turned: Sequence[int]
) -> tuple[Sequence[Panel], Film, list[str]]:
    """A digit read pixel by pixel. found: what a net says of x; before: of the digit as it was, with other
    values in the pixels `turned`. alone: chance of ink of each pixel by itself."""
    o, bits, moved = found["o"], found["bits"], found["p"] - before["p"]
    costs = {"bits": bits, "was": before["bits"], "alone": -np.log2(np.where(x > 0, alone, 1 - alone))}
    sums = {name: np.append(0, np.cumsum(cost[o])) for name, cost in costs.items()}
    lines = [
        marks.line(over(), over("alone"), "soft", label="each pixel by itself", dash=(2, 3)),
        *[marks.line(over(), over("was"), "past", label="before your touch")][: len(turned)],
        marks.line(over(), over("bits"), "model", label="this net", width=2.6),
        marks.rules(over(), "line", axis="x"),
    ]
    y = Axis("bits", low=0, high=1.05 * max(50.0, *(float(one[-1]) for one in sums.values())))
    touch: Title = [("What your touch ", None), ("moved", "blind")]
    panels = [
        board([("Known", None), (", ", None), ("next", "model"), (" · touch turns", None)], touch=True),
        chance(),
        heat("now.moved", touch, "signed", -1, 1, "of the chance", "now.touched", 1) if turned else
        heat("now.cost", [("What each known pixel cost", None)], "unsigned", 0, 5, "bits", "now.known", 1),
        plot(lines, [("Bits so far", "model")], Axis("known"), y, width=1.15),
    ]  # fmt: skip
    steps = list(range(PIXELS + 1))
    film = header(
        steps, {name: {"step": steps, "value": one.round(3).tolist()} for name, one in sums.items()}
    )
    still, known = np.ones((PIXELS + 1, 1)), np.argsort(o) < MOMENTS
    maps = {
        "cost": np.where(known, bits, 0).astype(np.float32),
        "moved": (still * moved).astype(np.float32),
        "known": known.astype(np.uint8),
        "touched": (still * np.isin(np.arange(PIXELS), turned)).astype(np.uint8),
    }
    arrays = boards(found, x, turned) | {f"now.{k}": v.reshape(-1, SIDE, SIDE) for k, v in maps.items()}
    tail = _touched(moved, o, turned) if turned else ""
    return panels, (film, arrays), [_told(i, found, x, sums["bits"]) + tail for i in steps]


def _told(i: int, found: Found, x: np.ndarray, so_far: np.ndarray) -> str:
    """One moment in words."""
    if i == PIXELS:
        return f"All 64 pixels are known. Together they cost {so_far[-1]:.1f} bits; 64 coins cost 64."
    d = found["o"][i]
    p, what = found["p"][d], "inked" if x[d] else "blank"
    return (
        f"{i} of 64 pixels are known, and cost {so_far[i]:.1f} bits. Next is row {d // SIDE + 1}, column "
        f"{d % SIDE + 1}, shaded by its chance: inked with {p:.0%}, says the net. It is {what}, "
        f"which costs {found['bits'][d]:.1f}."
    )


def _touched(moved: np.ndarray, o: np.ndarray, turned: Sequence[int]) -> str:
    """What was moved by pixels that were turned."""
    place, hit = np.argsort(o), np.abs(moved) > 1e-6
    first = min(place[i] for i in turned)
    early, own = int(hit[place < first].sum()), bool(hit[place == first].any())
    which = f"{len(turned)} pixels" if len(turned) > 1 else "a pixel"
    said = f" You turned {which}: {int(hit.sum())} chances moved, {early} of them earlier"
    return said + (", and its own too." if own else ".")
