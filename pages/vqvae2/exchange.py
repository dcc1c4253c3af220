"""Figures of codes exchanged by hand, and of the two priors: arrays in, panels and sentences out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.captions import Caption
from app.figures.films import Film, header
from app.figures.marks import over
from app.figures.panels import Panel, Title, heat, images
from app.figures.plot import Axis, plot
from engine.codes.two_levels_lab import INK
from pages.vqvae2.figures import SHARE, table

TOP, BOTTOM = 16, 64  # codes of a picture


def swapping(found: Mapping[str, np.ndarray]) -> tuple[Sequence[Panel], Film, list[str]]:
    """Top codes exchanged one after the other. found: as the probe tells it."""
    count = np.arange(TOP + 1)
    drawn = [
        marks.line(count, found["row"], "code", label="row's silhouette", width=2.4),
        marks.line(count, found["column"], "model", label="column's silhouette", width=2.4),
        marks.line(count, found["stripes"], "model", label="column's stripes", dash=(4, 3)),
        marks.rules("swap.put", "line", axis="x"),
    ]
    title: Title = [("Off the diagonal: whose ", None), ("silhouette", "code"), ("?", None)]
    panels = [
        table("swap.tables"),
        plot(drawn, title, Axis("top codes put in", low=0, high=TOP),
             Axis("mean of six pictures", low=-5, high=105, ticks=SHARE), width=1.3),
    ]  # fmt: skip
    said = [
        f"{n} of the row's {TOP} top codes put in; bottom codes are the column's. Off the diagonal, pictures "
        f"overlap {row:.0f}% with the silhouette of their row, {column:.0f}% with that of their column, and "
        f"have {fine:.0f}% of their column's stripes."
        for n, row, column, fine in zip(count, *(found[k] for k in ("row", "column", "stripes")), strict=True)
    ]
    steps = [int(n) for n in count]
    scalars = {"row": {"step": steps, "value": [round(float(v), 1) for v in found["row"]]}}
    put = count[:, None].astype(np.float32)
    arrays: dict[str, Any] = {"swap.tables": found["tables"][:, None], "swap.put": put}
    return panels, (header(steps, scalars), arrays), said


def priors() -> Sequence[Panel]:
    """What the two priors write, beside codes that know no others; what a bottom code costs."""
    shown: dict[str, Title] = {
        "prior": [("The two ", None), ("priors", "model")],
        "frequency": [("Codes by ", None), ("frequency", "past")],
    }
    pictures = [images(f"samples.{name}", one, 3, 0, INK, width=0.9) for name, one in shown.items()]
    cost = [
        marks.line(over(), over("nats.bottom_any"), "blind", label="any code", dash=(2, 3)),
        marks.line(over(), over("nats.bottom_alone"), "past", label="by frequency", dash=(4, 3)),
        marks.line(over(), over("nats.bottom"), "model", label="prior", width=2.4),
        marks.rules(over(), "line", axis="x"),
    ]
    title: Title = [("What a kept ", None), ("bottom", "model"), (" code costs", None)]
    return [*pictures, plot(cost, title, Axis("step"), Axis("", "nats", low=0, high=2, ticks=3), width=1.2)]


def priors_said(sees: bool) -> Caption:
    """What the priors have come to."""
    told = "told the top codes" if sees else "told zeros in the top's place"
    got = (
        f"the bottom prior, {told} and the bottom codes before, pays {{nats.bottom:.2f}} nats for a kept "
        "bottom code; by frequency it would be {nats.bottom_alone:.2f}, by chance {nats.bottom_any:.2f}. A "
        "top code costs {nats.top:.2f}"
    )
    far = (
        "From the nearest learned picture a written one lies {distance.prior:.1f} (Euclid, all pixels), one "
        "by frequency {distance.frequency:.1f}, a kept one redrawn {distance.kept:.1f}. Stage one had its "
        "top heard first, whatever is set there."
    )
    return Caption(
        f"Nothing is learned yet. {far}", f"After {{step}} steps {got}.", f"At the end {got}. {far}"
    )


def writing() -> Sequence[Panel]:
    """Two grids being filled, and three pictures drawn from what is there."""

    return [
        heat("write.top", [("Top", "code"), (" codes of picture 1: cost", None)], high=5, unit="nats"),
        heat("write.bottom", [("Bottom", "model"), (" codes: cost", None)], high=5, unit="nats"),
        images("write.x", [("Drawn from what is written so far", None)], 3, 0, INK, ("1", "2", "3"), width=2),
    ]


def written(found: Mapping[str, np.ndarray], drawn: np.ndarray) -> tuple[Film, list[str]]:
    """The film. found: as the probe tells it; drawn (81, 3, 32, 32): after each code."""
    nats, n = found["nats"], TOP + BOTTOM
    there = np.arange(n)[None] < np.arange(n + 1)[:, None]  # (81, 80)
    filled = np.where(there, np.maximum(nats[0], 0.4), 0).astype(np.float32)
    arrays: dict[str, Any] = {
        "write.top": filled[:, :TOP].reshape(-1, 4, 4), "write.bottom": filled[:, TOP:].reshape(-1, 8, 8),
        "write.x": (np.clip(drawn, 0, 1) * INK).round().astype(np.uint8),
    }  # fmt: skip
    steps = list(range(n + 1))
    each = [0.0, *(round(float(v), 2) for v in nats[0])]
    said = ["Nothing is written. Where a code is missing, the decoder gets the mean of its book."]
    for i in range(1, n + 1):
        level, k, of = ("Top", i, TOP) if i <= TOP else ("Bottom", i - TOP, BOTTOM)
        said.append(
            f"{level} code {k} of {of} is drawn: in picture 1 it cost {each[i]:.1f} nats (an unlikely code "
            f"costs much). So far {sum(each[1 : i + 1]):.0f} nats."
        )
    return (header(steps, {"nats": {"step": steps, "value": each}}), arrays), said
