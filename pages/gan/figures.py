"""Figures of two players on a plane: arrays in, panels, captions, the line of boxes, symbols out."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import torch

from app.figures import marks
from app.figures.captions import Caption
from app.figures.marks import at, over
from app.figures.panels import Panel, Title
from app.figures.pipeline import Box
from app.figures.plot import Axis, plot, stack
from engine.adversarial.gan_watch import ACROSS, LINES, PULLED, UP
from engine.adversarial.spots import RING, Spots, spots
from engine.core.trace import Trace

DATA, PLACE = 260, 0.01  # data points drawn; what 1 in an array of places is worth
HALF: dict[float, str] = {0.0: "0", 50.0: "50", 100.0: "100"}
BARE: dict[float, str] = {}
EQUATION = (
    r"\min_G \max_D V(D, G) = \underbrace{\mathbb E_{x \sim p_{\text{data}}}[\log D(x)]}_{\text{"
    r"data, told as data}} + \underbrace{\mathbb E_{z \sim p_z}[\log(1 - D(G(z)))]}_{\text{fakes, told as "
    r"fakes}}"
)
PLAIN = (
    ("What G lowers in practice (end of section 3): where D is sure of a fake, the first hardly slopes, the "
     "second is steepest.",
     r"\log(1 - D(G(z))) \quad \text{or} \quad -\log D(G(z))"),
    ("Slopes of the two at one fake, by D's logit ℓ: their ratio is D / (1 − D), exactly.",
     r"\tfrac{d}{d\ell} \log(1 - D) = -D, \qquad \tfrac{d}{d\ell} (-\log D) = -(1 - D)"),
    ("The best D of a given G (proposition 1), and what the game is then worth (theorem 1). p is the data's "
     "density, q that of the fakes.",
     r"D^*(x) = \frac{p(x)}{p(x) + q(x)}, \qquad V(D^*, G) = 2\, \mathrm{JSD}(p \| q) - \log 4"),
    ("JSD, from the KL of each density to the mixture of both.",
     r"\mathrm{JSD}(p \| q) = \tfrac12 \mathrm{KL}\big(p \| \tfrac{p + q}{2}\big) + \tfrac12 "
     r"\mathrm{KL}\big(q \| \tfrac{p + q}{2}\big)"),
    ("The game of two numbers: steps of η by both at once multiply the distance from the middle.",
     r"x \leftarrow x - \eta y, \quad y \leftarrow y + \eta x: \qquad r \leftarrow \sqrt{1 + \eta^2}\; r"),
)  # fmt: skip


def _axes() -> tuple[Axis, Axis]:
    return Axis(low=-ACROSS, high=ACROSS, ticks=BARE, room=4), Axis(low=-UP, high=UP, ticks=BARE, room=4)


@cache
def sample(data: str, drawing: str) -> tuple[Spots, list[float], list[float]]:
    """The spots, and some data to draw."""
    there = spots(data, drawing)
    x, y = there.draw(DATA, torch.Generator().manual_seed(7)).T.tolist()
    return there, x, y


def arena(data: str, drawing: str, title: Title, counted: bool = True, width: float = 1.15) -> Panel:
    """Data, fakes, D as shades, and where G's loss pulls some of the fakes."""
    there, x, y = sample(data, drawing)
    drawn = [
        marks.heat("field.D", (-ACROSS, ACROSS), (-UP, UP), high=255, scale="second", smooth=True, say=""),
        marks.dots(x, y, "truth", size=1.9, alpha=0.75, say="data"),
        *(marks.line(at("pull.x", row=i, scale=PLACE), at("pull.y", row=i, scale=PLACE), "ink",
                     width=1.5, say="")
          for i in range(PULLED)),
        marks.dots(at("fakes.x", column=0, scale=PLACE), at("fakes.x", column=1, scale=PLACE), "model",
                   size=2.6, alpha=0.9, say="a fake at ({x:2}, {y:2})"),
    ]  # fmt: skip
    if counted and data == RING:
        far = 1.36 * there.centres
        drawn.append(marks.words(value="spots.share", form="{value:0}%", x=far[:, 0].tolist(),
                                 y=far[:, 1].tolist(), align="center", size=11))  # fmt: skip
    return plot(drawn, title, *_axes(), square=True, tall=420, aspect=0.68, width=width)


def mesh() -> Panel:
    """Where G puts the lines of a mesh of z."""
    n = len(LINES)
    lines = [
        marks.line(at("mesh.x", row=i, scale=PLACE), at("mesh.y", row=i, scale=PLACE),
                   "model" if i < n else "past", width=1.5 if i % n == n // 2 else 1, alpha=0.8, say="")
        for i in range(2 * n)
    ]  # fmt: skip
    title: Title = [("A mesh of ", None), ("z", "past"), (", as ", None), ("G", "model"), (" bends it", None)]
    across = Axis("a line: one number of z held", low=-ACROSS, high=ACROSS, ticks=BARE, room=4)
    return plot(lines, title, across, _axes()[1], square=True, tall=420, aspect=0.68)


def hero(spec: Any) -> Sequence[Panel]:
    """Both players at work; the mesh; what D says, and how many spots are reached."""
    count = len(sample(spec.data, spec.drawing)[0].centres)
    says = [
        marks.line(over(), over("real"), "truth", label="of data", width=1.2),
        marks.line(over(), over("fake"), "model", label="of fakes", width=1.2),
        marks.rules(50.0, "soft", label="½: cannot tell", must=True, dash=(2, 3)),
        marks.rules(over(), "line", axis="x"),
    ]
    reached = [
        marks.line(over(), over("reached"), "model", width=2.2, label=""),
        marks.rules(float(count), "truth", label=f"all {count}", must=True, below=True, dash=(2, 3)),
        marks.rules(over(), "line", axis="x"),
    ]
    title: Title = [("Data", "truth"), (", ", None), ("fakes", "model"), ("; ", None), ("violet", "code"),
                    (": D says data", None)]  # fmt: skip
    meters = [
        plot(says, (), Axis("round"), Axis("D says, %", low=0, high=100, ticks=HALF, room=40)),
        plot(reached, (), Axis("round"), Axis("spots reached", low=0, high=1.12 * count,
                                              ticks={0.0: "0", float(count): f"{count}"}, room=40)),
    ]  # fmt: skip
    told: Title = [("What ", None), ("D", "code"), (" says; spots reached", None)]
    return [arena(spec.data, spec.drawing, title), mesh(), stack(meters, told)]


def said(spec: Any) -> Caption:
    """What the picture shows, by its moment."""
    count = len(sample(spec.data, spec.drawing)[0].centres)
    now = (
        f"{{quality:.0f}}% of 1,000 fakes lie on a spot of the data, {{reached:.0f}} of {count} spots are "
        "reached (by a tenth of their fair share). Of data D says {real:.0f}%, of fakes {fake:.0f}%. "
        "Strokes: where G's loss pulls"
    )
    return Caption(
        "Untrained: all fakes lie in one heap, and D cannot tell anything yet.",
        f"After {{step}} rounds {now}.",
        f"At the end {now}.",
    )


def pipeline(trace: Trace, spec: Any) -> tuple[Box, ...]:
    """From noise to what D says of a fake."""
    there = bool(trace.scalars.get("quality", ((), ()))[1])
    told = f"{trace.latest('fake'):.0f}%" if there else "not trained yet"
    return (
        Box("noise", "Two random numbers go in.", "z", "2 numbers", text="N(0, 1)", hue="past"),
        Box("G", "The generator turns them into a point: a fake.", "G(z)",
            f"2 x {spec.hidden_G} units", text="a net", hue="model"),
        Box("fake or data", "A fake, or a point of the data, is handed on, unlabelled.", "G(z) or x",
            "2 numbers", text="a point", hue="truth"),
        Box("D", "The discriminator says how likely the point is one of the data.", "D(x)",
            f"2 x {spec.hidden_D} units", text="a net", hue="code"),
        Box("its word", "D learns to say much of data and little of fakes; G learns to be told “data”.",
            "D(G(z))", "a chance", text=f"fakes {told}" if there else told),
    )  # fmt: skip


def symbols(trace: Trace, spec: Any, line: Trace) -> Sequence[tuple[str, str, str]]:
    """The symbols of the equations, with their values here. line: the trace of the game on a line."""
    there = bool(trace.scalars.get("V", ((), ()))[1])
    value = (
        f"{np.mean(trace.scalars['V'][1][-50:]):.2f} lately (−log 4 = −1.39)" if there else "not trained yet"
    )
    told = [f"{trace.latest(name):.0f}% lately" if there else "-" for name in ("real", "fake")]
    jsd = line.scalars["jsd"][1]
    return (
        (r"\min_G, \max_D", "G makes it small, D makes it large", f"k_D = {spec.k_D}, k_G = {spec.k_G}"),
        ("V, V(D, G)", "what the game is worth; 0 at most", value),
        ("D, D(x)", "how likely D holds x for one of the data", told[0]),
        ("G, G(z)", "what G makes of z: a fake; D says", told[1]),
        (r"x \sim p_{\text{data}}", "points of the data", spec.data),
        (r"z \sim p_z", "noise", "2 numbers, N(0, 1)"),
        (r"\mathbb E", "the mean, here over 128 points", "128"),
        (r"\ell", "D's logit: D is its sigmoid", "any number"),
        (r"D^*", "the best D of a given G", "½ where p = q"),
        ("p, q", "density of the data, and of the fakes", "on a line"),
        (r"\mathrm{JSD}", "Jensen-Shannon divergence, 0 to log 2",
         f"{min(jsd):.2f} to {max(jsd):.2f} on the line"),
        (r"\mathrm{KL}", "0 where two densities agree, without a bound",
         f"{max(line.scalars['kl'][1]):.0f} far out"),
        ("x, y", "in the game of two numbers: the two players", "start at 1 and 0"),
        (r"\eta, r", "step size, and distance from the middle", "see its stage"),
    )  # fmt: skip


def cover() -> Panel:
    """For the page's card."""
    return arena(RING, "", (), counted=False)
