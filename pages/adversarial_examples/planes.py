"""A slice through a digit, and two digits told apart at ever more pixels: arrays in, panels, films, words."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.films import Film, header
from app.figures.marks import over
from app.figures.panels import Panel, images
from app.figures.plot import Axis, plot
from engine.adversarial.fgsm_lab import MOST, PLACES, WAYS
from engine.adversarial.logistic_lab import EDGES, SIDES
from engine.core.trace import Trace
from pages.adversarial_examples.figures import READ, chances

WRITTEN = np.arange(1, PLACES, 4)  # of the places, where a figure is written: not on the axes
PALE = 240  # what would be the full shade, so that figures can be read on it
ENDS = np.linspace(-MOST, MOST, PLACES)
TICKS: dict[float, str] = {-0.3: "−0.3", -0.15: "", 0.0: "0", 0.15: "", 0.3: "0.3"}
COUNTS = [side * side for side in SIDES]
LOG: dict[float, str] = {float(n): str(n) for n in COUNTS}


def cut(
    found: Mapping[str, np.ndarray], place: tuple[float, float]
) -> tuple[Sequence[Panel], Film, list[str]]:
    """The plane through a digit, a moment for each random direction; the digit at one place of it."""
    label = int(found["label"][0])
    some = WRITTEN
    across, up = (one.ravel() for one in np.meshgrid(ENDS[some], -ENDS[some]))
    read = found["read"]
    arrays: dict[str, Any] = {
        "cut.sure": (100 * found["sure"]).round().astype(np.uint8),
        "cut.read": read[:, some][:, :, some].reshape(WAYS, -1).astype(np.uint8),
        "cut.here": (100 * found["here"][:, None]).round().astype(np.uint8),
        "cut.p": (100 * found["p"]).astype(np.float32),
    }
    share = 100 * (read == label).mean((1, 2))
    steps = list(range(1, WAYS + 1))
    film = header(steps, {"share": {"step": steps, "value": share.round(1).tolist()}})
    drawn = [
        marks.heat("cut.sure", (-MOST, MOST), (-MOST, MOST), low=0, high=PALE, smooth=True,
                   say=f"{label} with {{value:0}}%"),
        marks.rules(0.0, "soft", axis="x", dash=(2, 3)),
        marks.rules(0.0, "soft", dash=(2, 3)),
        marks.words(None, across, up, "ink", value="cut.read", form="{value:0}", align="center", size=12),
        marks.dots([0.0], [0.0], "truth", size=5, ring=True, say="the digit as it is"),
        marks.dots([place[0]], [place[1]], "model", size=7, ring=True, say="the digit drawn beside: drag it"),
    ]  # fmt: skip
    panels = [
        plot(drawn, [("What is read: drag the ", None), ("dot", "model")],
             Axis("along the gradient's sign", low=-MOST, high=MOST, ticks=TICKS),
             Axis("along random signs", low=-MOST, high=MOST, ticks=TICKS), square=True, touch="drag",
             width=1.3),
        images("cut.here", [("The digit ", None), ("there", "model")], 1, 0, 100, width=0.8),
        chances("cut.p", label, "blind", [("It reads ", None), (str(label), "truth"), (", or not", None)]),
    ]  # fmt: skip
    return panels, (film, arrays), [_cut(way, found, place, share[way]) for way in range(WAYS)]


def turns(read: np.ndarray, label: int) -> float | None:
    """Along a line from the digit outwards: how far it is read as it should. None: to the end."""
    wrong = np.flatnonzero(read != label)
    return float(MOST * wrong[0] / (len(read) - 1)) if len(wrong) else None


def _cut(way: int, found: Mapping[str, np.ndarray], place: tuple[float, float], share: float) -> str:
    label, read, half = int(found["label"][0]), found["read"][way], PLACES // 2
    p = found["p"][way]
    ways = (read[half, half:], read[half::-1, half], read[half:, half])
    right, up, down = (
        "to the edge" if far is None else f"until {far:.2f}" for far in (turns(one, label) for one in ways)
    )
    at = f"({place[0]:.2f}, {place[1]:.2f})".replace("-", "−")
    return (
        f"Random direction {way + 1} of {WAYS}. Figures: what is read; shades: how sure of {label} it is. "
        f"At {at} it reads {int(p.argmax())} with {p.max():.0%}. From the middle to the right it reads "
        f"{label} {right}; upwards {up}, downwards {down}. {share:.0f}% of the plane is read as {label}."
    )


def pixels(spec: Any) -> Sequence[Panel]:
    """Two digits told apart by a line: pictures, what noise does to the sum, how far apart, what is read."""
    middle = ((EDGES[1:] + EDGES[:-1]) / 2).tolist()
    shift = [
        marks.band(middle, [0.0] * len(middle), "shift.share", "past", alpha=0.35),
        marks.line(middle, "shift.share", "past", width=2),
        marks.rules(-1.0, "blind", axis="x", width=2.4),
    ]
    ends: dict[float, str] = {-1.0: "worst", 0.0: "0", 1.0: "best"}
    ratio = [
        marks.line(COUNTS, np.sqrt(COUNTS), "soft", label="√n, the most", dash=(2, 3)),
        marks.line(over("n"), over("ratio"), "blind", label="this line", width=2.4, dots=4),
    ]
    read = [
        marks.line(over("n"), over("clean"), "truth", label="clean", dots=3),
        marks.line(over("n"), over("noise"), "past", label="random signs", width=2.4, dots=3),
        marks.line(over("n"), over("worst"), "blind", label="worst signs", width=2.4, dots=3),
        marks.rules(50.0, "soft", label="guessing", must=True, dash=(2, 3)),
    ]
    names = [f"a kept {spec.pair[-1]}", "worst signs", "random signs"]
    n = Axis("pixels n", low=4, high=256, log=True, ticks=LOG)
    return [
        images("seen.x", [("n pixels, moved", None)], 3, 0, 100, names, width=1.4),
        plot(shift, [("Random signs", "past"), (" move the sum", None)],
             Axis("of the most", low=-1, high=1, ticks=ends), Axis("% of throws", low=0, high=25)),
        plot(ratio, [("Worst", "blind"), (" ÷ usual ", None), ("noise", "past")], n,
             Axis("times", low=1, high=20, log=True, ticks={1.0: "1", 4.0: "4", 16.0: "16"})),
        plot(read, [("Kept digits read right", None)], n, READ),
    ]  # fmt: skip


def pixels_said(trace: Trace, spec: Any) -> list[str]:
    """Each number of pixels in words."""
    told = {name: trace.scalars[name][1] for name in ("falls", "ratio", "clean", "noise", "worst")}
    cut = {256: " (the 64, each cut into four)"}
    return [
        f"{n} pixels{cut.get(n, '')}, each moved by ε = {spec.epsilon:g}. The worst signs move the sum by "
        f"ε‖w‖₁ = {told['falls'][i]:.1f}, which is {told['ratio'][i]:.1f} times what random signs usually do "
        f"(√n = {np.sqrt(n):.0f} at most). Of kept digits {told['clean'][i]:.0f}% are read right, "
        f"{told['noise'][i]:.0f}% with random signs, {told['worst'][i]:.0f}% with the worst: what grows is "
        "how far the worst lies beyond noise."
        for i, n in enumerate(COUNTS)
    ]
