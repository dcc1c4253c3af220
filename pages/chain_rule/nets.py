"""MADE's connections with what leads to one guess; NADE's sum, column by column; unknown pixels filled in."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.films import Film, header
from app.figures.marks import over
from app.figures.panels import Panel, images
from app.figures.plot import Axis, plot
from engine.autoregressive.chain_watch import INK
from pages.chain_rule.reading import PIXELS, SIDE, Found, board, boards, chance

ROWS: dict[float, str] = {0: "pixels", 1: "units", 2: "units", 3: "guesses"}  # of the drawn net, from below
PLACES: dict[float, str] = {0.5: "1", 31.5: "32", 63.5: "64"}


def across(count: int) -> np.ndarray:
    """Where the units of a row stand, from 0 to 1."""
    return (np.arange(count) + 0.5) / count


def strokes(kept: Sequence[np.ndarray]) -> np.ndarray:
    """Connections as one line that breaks: masks (after, before), one a layer -> x and y (2, 3 n)."""
    ends = [np.zeros((2, 0))]
    for layer, mask in enumerate(kept):
        after, before = np.nonzero(mask)
        x = [across(mask.shape[1])[before], across(mask.shape[0])[after], np.full(len(after), np.nan)]
        y = [np.full(len(after), v) for v in (layer, layer + 1, np.nan)]
        ends.append(np.stack([np.stack(one, 1).reshape(-1) for one in (x, y)]))
    return np.concatenate(ends, 1)


def connections(found: Found, mask: str) -> tuple[Sequence[Panel], Film, list[str]]:
    """A small masked net, a moment an output in the order; and the slopes of the trained one."""
    m = [found[name] for name in ("m0", "m1", "m2", "m0")]
    kept = [found[f"kept{i}"] for i in (1, 2, 3)]
    n, order = len(m[0]), m[0].argsort()
    lit = [[found[f"lit{i}"][d] for i in (1, 2, 3)] for d in range(n)]
    ways = [strokes(one) for one in lit]
    long = max(one.shape[1] for one in ways)
    lines = {
        "cut": np.stack([strokes([1 - one for one in kept])] * n),
        "kept": np.stack([strokes(kept)] * n),
        "lit": np.stack(
            [np.pad(one, ((0, 0), (0, long - one.shape[1])), constant_values=np.nan) for one in ways]
        ),
    }
    arrays: dict[str, Any] = {
        f"net.{name}_{axis}": both[:, i] for name, both in lines.items() for i, axis in enumerate("xy")
    }
    alive = [
        [*(edges.any(0) for edges in one), np.arange(n) == last] for one, last in zip(lit, order, strict=True)
    ]
    arrays["net.alive"] = np.stack([np.concatenate(one) for one in alive])
    arrays["net.slopes"] = np.stack([np.minimum(found["jacobian"], 1)] * n)
    x = np.concatenate([across(len(one)) for one in m]).tolist()
    y = np.repeat(np.arange(len(m)), [len(one) for one in m]).tolist()
    names = [str(v) for v in np.concatenate(m)]
    drawn = [
        marks.line("net.cut_x", "net.cut_y", "line", width=0.6, dash=(2, 4)),
        marks.line("net.kept_x", "net.kept_y", "soft", width=0.7, alpha=0.45),
        marks.line("net.lit_x", "net.lit_y", "model", width=1.6),
        marks.dots(x, y, ["past"] * n + ["model"] * (len(names) - n), size=10, ring=True, alive="net.alive",
                   names=names, say="may know up to place {name}"),
        marks.words(names, x, y, "ink", align="center", size=11),
    ]  # fmt: skip
    slope = [
        marks.heat("net.slopes", (0, PIXELS), (0, PIXELS), low=0, high=1, say="slope {value:2}"),
        marks.line([0, PIXELS], [PIXELS, 0], "soft", width=0.8),
    ]
    down = {PIXELS - at: said for at, said in PLACES.items()}
    panels = [
        plot(drawn, [("What may reach ", None), ("one guess", "model")], Axis(low=0, high=1, ticks={}),
             Axis(low=-0.25, high=3.25, ticks=ROWS, room=54), touch="click", width=1.9),
        plot(slope, [("The trained net's ", None), ("slopes", "past")],
             Axis("pixel, by its place", low=0, high=PIXELS, ticks=PLACES),
             Axis("guess, by its place", low=0, high=PIXELS, ticks=down), square=True),
    ]  # fmt: skip
    steps, reach = list(range(1, n + 1)), [sorted(m[0][one[0].any(0)].tolist()) for one in lit]
    film = header(steps, {"reached": {"step": steps, "value": [len(one) for one in reach]}})
    count = f"{sum(int(one.sum()) for one in kept)} of {sum(one.size for one in kept)}"
    largest = np.abs(found["jacobian"][np.triu_indices(PIXELS)]).max()
    tail = (
        f" A net of {n} pixels under the same rule; {count} connections are kept. A number says up to which "
        "place a unit may know. On the right the trained net of 64: strongest from a slope of 1 on; the "
        f"largest on the diagonal or beyond it is {largest:.2g} (m(d) {mask} m(k))."
    )
    said = [_reached(d, one) + tail for d, one in zip(steps, reach, strict=True)]
    return panels, (film, {k: v.astype(np.float32) for k, v in arrays.items()}), said


def place_at(found: Found, x: float) -> int:
    """The place of the guess that stands nearest to x."""
    m0 = found["m0"]
    return int(m0[np.abs(across(len(m0)) - x).argmin()])


def _reached(d: int, reach: Sequence[int]) -> str:
    """What one output hears of."""
    heard = (
        f"of the places {', '.join(map(str, reach))}" if reach else "of no pixel: it is one number, its bias"
    )
    gap = " (no unit has drawn the degrees in between)" * (bool(reach) and max(reach) < d - 1)
    return f"The guess of place {d} hears {heard}{gap}." + " Its own is among them: a leak." * (d in reach)


def accumulated(found: Found, x: np.ndarray) -> tuple[Sequence[Panel], Film, list[str]]:
    """NADE reads a digit: at each pixel a column of W joins the sum, if the pixel is inked."""
    o, a, W = found["o"], found["a"], found["W"]
    units, order = len(W), a[-1].argsort()[::-1]  # by what they come to, so that stripes can be seen
    added = np.concatenate([np.zeros((1, units)), (W[:, o] * x[o]).T[:, order]])
    high, most = (float(np.ceil(np.abs(one).max())) for one in (a, added))
    strip = (100 * a.T[order] / high).round() * (np.arange(PIXELS) < np.arange(PIXELS + 1)[:, None, None])
    arrays = boards(found, x) | {
        "sum.added": added[:, :, None].astype(np.float32),
        "sum.a": strip.astype(np.int8),
    }
    panels = [
        board([("Known", None), (", ", None), ("next", "model")]),
        plot([marks.heat("sum.added", (0, 1), (0, units), low=-most, high=most, scale="signed",
                         say="{value:+2}")],
             [("Added", None)], Axis(low=0, high=1, ticks={}), Axis("unit", low=0, high=units, ticks={}),
             width=0.35),
        plot([marks.heat("sum.a", (0, PIXELS), (0, units), low=-100, high=100, scale="signed", say=""),
              marks.rules(over(), "model", axis="x")],
             [("The sum a, pixel by pixel", None)], Axis("pixels known", low=0, high=PIXELS),
             Axis("unit", low=0, high=units, ticks={}), width=1.3),
        chance(),
    ]  # fmt: skip
    steps = list(range(PIXELS + 1))
    film = header(steps, {"inked": {"step": steps, "value": [0, *np.cumsum(x[o]).tolist()]}})
    return panels, (film, arrays), [_summed(i, found, x) for i in steps]


def _summed(i: int, found: Found, x: np.ndarray) -> str:
    """One moment of the sum in words."""
    o = found["o"]
    if i == 0:
        return (
            "Nothing is known: the sum is c, the same for all digits, and so is the guess of the first pixel."
        )
    d = o[i - 1]
    added = (
        f"is inked: its column of W, {len(found['W'])} numbers, joins the sum (orange adds, blue takes away)"
    )
    did = added if x[d] else "is blank: the sum stays as it is"
    then = f" The next is inked with {found['p'][o[i]]:.0%}." if i < PIXELS else " All are known."
    return f"Pixel {i}, row {d // SIDE + 1}, column {d % SIDE + 1}, {did}.{then}"


def filled(
    any_: Found, rows: Found, x: np.ndarray, unknown: np.ndarray, halves: Sequence[float]
) -> tuple[Sequence[Panel], Film, list[str]]:
    """Unknown pixels drawn by the net of any order, which is asked for them last, and by the net of rows.
    halves: bits of an upper half, of both, over all kept digits."""
    dozens = len(any_["images"]) // 12
    grey = np.where(unknown, 0.35, x)
    arrays: dict[str, Any] = {"fill.given": np.stack([np.stack([grey, x])] * dozens)}
    for name, one in (("any", any_), ("rows", rows)):
        arrays[f"fill.{name}"] = one["images"].reshape(dozens, 12, SIDE, SIDE)
    panels = [
        images("fill.given", [("Given", None), (", ", None), ("truth", "truth")], 1, 0, INK,
               ["grey: unknown", "the truth"], width=0.45),
        images("fill.any", [("Any order", "model"), (": unknown last", None)], 4, 0, INK),
        images("fill.rows", [("Rows only", "past"), (": sees nothing further on", None)], 4, 0, INK),
    ]  # fmt: skip
    costs, steps = (float(any_["bits"]), float(rows["bits"])), list(range(1, dozens + 1))
    said = [
        f"Dozen {i} of {dozens}, {int(unknown.sum())} pixels unknown. Here the true ones cost the net of any "
        f"order {costs[0]:.1f} bits, the net of rows {costs[1]:.1f}; with the upper half unknown, over all "
        f"kept digits, {halves[0]:.1f} and {halves[1]:.1f}."
        for i in steps
    ]
    film = header(steps, {"bits": {"step": steps, "value": [costs[0]] * dozens}})
    return panels, (film, {k: (INK * v).round().astype(np.uint8) for k, v in arrays.items()}), said
