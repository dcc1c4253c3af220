"""Figures of progressive growing: a training that grows, and a fade-in under the finger."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.captions import Caption
from app.figures.films import Film, header
from app.figures.marks import over
from app.figures.panels import Panel
from app.figures.plot import Axis, plot, stack
from engine.adversarial.dcgan_lab import eight_bits
from pages.dcgan.figures import SHARE, kinds, pictures

ALPHAS = [round(i / 20, 2) for i in range(21)]
ALPHA = Axis("α", low=0, high=1.1, ticks={0.0: "0", 1.0: "1"}, room=34)
SIDES: dict[float, str] = {4.0: "4", 8.0: "8", 16.0: "16"}


def training() -> Sequence[Panel]:
    """Pictures of the same z while G grows; the kinds; side and alpha; what is recognised, what moves."""
    now = marks.rules(over(), "line", axis="x")
    tall = Axis("pixels", low=0, high=20, ticks=SIDES, room=34)
    grown = [
        plot([marks.line(over(), over("side"), "past", width=2.4), now], (), Axis("step"), tall),
        plot([marks.line(over(), over("alpha"), "code", width=2.4), now], (), Axis("step"), ALPHA),
    ]
    lines = [
        marks.line(over(), over("share"), "model", label="a shape", width=2.6),
        marks.line(over(), over("moved"), "blind", label="moved", width=2, dash=(2, 3)),
        now,
    ]
    return [
        pictures("samples.x", [("G(z)", "model"), (" of 12 z; framed: a shape", None)], 4, 1.3,
                 sure="samples.sure"),
        kinds(),
        stack(grown, [("Side", "past"), (" and ", None), ("α", "code")], width=0.9),
        plot(lines, [("Recognised", "model"), ("; ", None), ("first layers moved", "blind")], Axis("step"),
             SHARE, width=1.1),
    ]  # fmt: skip


def trained() -> Caption:
    """What a growing training has come to."""
    now = (
        "G draws {side:.0f} pixels a side, the newest level counts α = {alpha:.2f}; the checker sees a shape "
        "in {share:.0f}% of 300 pictures, {kinds:.0f} of the nine kinds. Since 4 x 4 pixels the first layers "
        "have moved by {moved:.0f}% of their size"
    )
    return Caption(
        "Untrained, at 4 x 4 pixels: sixteen squares of colour a picture.",
        f"After {{step}} steps {now}.",
        f"At the end {now}.",
    )


def fade(found: Mapping[str, np.ndarray], side: int) -> tuple[Sequence[Panel], Film, list[str]]:
    """Both paths of a fade-in, and what lies between them at each alpha: a sum, pixel by pixel."""
    old, new = found["old"], found["new"]
    blend = np.stack([(1 - a) * old + a * new for a in ALPHAS])
    shown = {"old": np.broadcast_to(old, blend.shape), "now": blend, "new": np.broadcast_to(new, blend.shape)}
    arrays: dict[str, Any] = {f"fade.{k}": eight_bits((v.clip(-1, 1) + 1) / 2) for k, v in shown.items()}
    gap = [round(float(np.abs(one - old).mean() / 2 * 255), 2) for one in blend]
    film = header(ALPHAS, {"gap": {"step": ALPHAS, "value": gap}})
    half = side // 2
    panels = [
        pictures("fade.old", [(f"Old path: {half} x {half}, doubled", "past")], 3),
        pictures("fade.now", [("(1 − α) old + α new", "model")], 3),
        pictures("fade.new", [(f"New path: {side} x {side}", "code")], 3),
    ]
    said = [
        f"α = {a:.2f}: what is drawn is {1 - a:.0%} old path and {a:.0%} new path, pixel by pixel. "
        + ("It is exactly the old picture, doubled: no jump when a level is added."
           if a == 0 else "The new path alone is left." if a == 1 else
           f"On average a colour is {g:.0f} of 255 levels from the old path.")
        for a, g in zip(ALPHAS, gap, strict=True)
    ]  # fmt: skip
    return panels, (film, arrays), said
