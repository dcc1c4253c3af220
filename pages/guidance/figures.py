"""Figures of guidance: arrows that add up, what is sampled, digits by w; arrays in, panels and words out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.captions import Caption
from app.figures.films import Film, header
from app.figures.marks import at
from app.figures.panels import Panel, images
from app.figures.pipeline import Box
from app.figures.plot import Axis, plot
from engine.core.trace import Trace
from engine.diffusion import guided_points_lab as points
from engine.diffusion import maps
from engine.diffusion.guidance import CUT, counts
from engine.diffusion.guidance_lab import ASPECT, BINS, HIGH, LONG, LOW, REACH
from engine.diffusion.guided_digits_lab import SHOWN, W

PLACE = 1 / maps.HUNDREDTHS
ZOOM = 1000  # the arrows' own picture counts in thousandths: so a place tells in which picture it is
EDGE = 1.15 * LONG
ON_PLANE = 0.35  # arrows are drawn shorter there
WRITTEN = (0, 1, 3, 17)  # beside the path, where there is room
UP = np.linspace(LOW, HIGH, BINS, endpoint=False) + (HIGH - LOW) / BINS / 2
TIMES = {0.1: "0.1", 1.0: "1", 10.0: "10", 100.0: "100", 1000.0: "1000"}
EQUATION = (
    r"\begin{aligned} & \underbrace{\nabla_x \log p_t(x)}_{\text{without the class}} + "
    r"w \underbrace{\nabla_x \log p_t(c \mid x)}_{\text{pull of the class}} \\ & = "
    r"\nabla_x \log \big[ p_t(x)\, p_t(c \mid x)^w \big] \end{aligned}"
)
PLAIN = (
    ("That holds at each noise level by itself. Noise added to p(x)p(c|x)ʷ gives another density, so the "
     "steps do not sample it. A classifier of noised points, put into what the net says of the noise:",
     r"\hat\epsilon = \epsilon_\theta(x_t) - w \sqrt{1 - \bar\alpha_t}\, \nabla_x \log p_\phi(c \mid x_t)"),
    ("Without a classifier: by Bayes the pull is the difference of two scores, and one net says both. "
     "Ø stands for no class.",
     r"\hat\epsilon = \epsilon_\theta(x_t, \text{Ø}) + w\, "
     r"[\epsilon_\theta(x_t, c) - \epsilon_\theta(x_t, \text{Ø})]"),
)  # fmt: skip


def counted(w: float) -> str:
    """The same guidance in the counts of the papers, to stand at its slider."""
    told = {name: f"{value:g}".replace("-", "−") for name, value in counts(w).items()}
    here = "the class is left out" if w == 0 else "the class as it is" if w == 1 else ""
    return (
        f"w = {w:g} here{f': {here}' if here else ''}. Dhariwal & Nichol's gradient scale: "
        f"{told['Dhariwal & Nichol']}; the guidance scale of diffusers: {told['diffusers']}; the w of "
        f"Ho & Salimans: {told['Ho & Salimans']}."
    )


def hero(spec: Any) -> Sequence[Panel]:
    """The plane with points and arrows; the arrows alone, to be dragged; what is sampled, by height."""
    spot, hues = ([spec.x], [spec.y]), {"without": "past", "pull": "code", "sum": "model"}
    ground = [
        marks.heat("world.density", (-REACH, REACH), (-ASPECT * REACH, ASPECT * REACH), high=255,
                   scale="ink", smooth=True, say=""),
        marks.dots(at("cloud.x", 0, scale=PLACE), at("cloud.x", 1, scale=PLACE), "model", size=2.2,
                   alpha=0.6, say=""),
    ]  # fmt: skip
    ground.append(
        marks.words(["the class", "the crowd"], [1.0, 1.3], [2.4, 0.1], "ink", align="left", size=12)
    )
    ground += [
        marks.arrows(*spot, at(f"arrows.{name}", 0, scale=ON_PLANE), at(f"arrows.{name}", 1, scale=ON_PLANE),
                     hue, width=3)
        for name, hue in hues.items()
    ]  # fmt: skip
    ground.append(marks.dots(*spot, "ink", size=4, ring=True, say="the place whose arrows are drawn"))
    (ux, uy), (px, py), (sx, sy) = (
        [at(f"arrows.{one}", i, scale=ZOOM) for i in (0, 1)] for one in ("without", "pull", "sum")
    )
    arrows = [
        marks.arrows([0], [0], ux, uy, "past", width=3),
        marks.arrows(ux, uy, px, py, "code", width=3),
        marks.arrows([0], [0], sx, sy, "model", width=3),
        marks.dots(sx, sy, "model", size=6, ring=True, say="drag: w follows"),
    ]
    edge = EDGE * ZOOM
    plain: dict[float, str] = {v * ZOOM: f"{v:g}".replace("-", "−") for v in (-2, 0, 2)}
    heights = [
        marks.rules("heights.cut", "soft", axis="x", dash=(2, 3)),
        marks.words(["crowd, left"], "heights.cut", [0.225], "soft", align="right", shift=-4, size=11),
        marks.line(UP, "heights.asked", "truth", label="p(x|c), exact", width=5, alpha=0.5),
        marks.line(UP, "heights.tilted", "blind", label="p(x)p(c|x)ʷ, exact", width=2, dash=(5, 3)),
        marks.line(UP, "heights.sampled", "model", label="sampled", width=2.4, say="{y:%} of points"),
    ]
    shares = {0.0: "0", 0.1: "10%", 0.2: "20%"}
    return [
        plot(ground, [("Guided points", "model"), (": click a place", None)],
             Axis(low=-3.4, high=3.4, ticks={}), Axis(low=-2.2, high=3.4, ticks={}),
             touch="click", square=True, width=1.2),
        plot(arrows, [("Without", "past"), (" + w · ", None), ("pull", "code"), (" = ", None),
                      ("sum", "model"), (": drag its tip", None)],
             Axis("across", low=-edge, high=edge, ticks=plain), Axis("up", low=-edge, high=edge, ticks=plain),
             touch="drag", square=True),
        plot(heights, [("Where points ", None), ("stand", "model"), (", upwards", None)],
             Axis("height on the plane", low=LOW, high=HIGH), Axis("share", low=0, high=0.24, ticks=shares)),
    ]  # fmt: skip


def hero_said(trace: Trace, spec: Any) -> list[str]:
    """What the arrows do at this moment, and who is in the crowd."""
    said, last = [], len(trace.moments) - 1
    told = trace.scalars
    for moment, step in enumerate(trace.moments):
        arrows = trace.at("arrows", moment)
        shrink = float(arrows["shrink"][0])
        shorter = f" Arrows are drawn {1 / shrink:.1f} times shorter here, to fit." * (shrink < 0.95)
        if moment == 0:
            said.append(
                "Pure noise. Each step back follows the orange arrow: blue is where points are denser, "
                f"violet where the upper class is likelier, w = {spec.w:g} times.{shorter}"
            )
            continue
        crowd, asked, tilted, sure = (
            told[name][1][told[name][0].index(step)] for name in ("sampled", "asked", "tilted", "sure")
        )
        when = "At the end" if moment == last else f"After {step} steps"
        said.append(
            f"{when}, {crowd:.0%} of the points stand in the crowd, left of the dotted line; of the "
            f"class as it is {asked:.0%}, of p(x)p(c|x)ʷ {tilted:.0%}. Where they stand the class has a "
            f"chance of {sure:.0%}.{shorter}"
        )
    return said


def dragged(arrows: Mapping[str, np.ndarray], tip: tuple[float, float], most: float) -> float | None:
    """The w that brings the sum nearest to where its tip was dragged; None where nothing pulls."""
    one, without = arrows["one"][0].astype(float), arrows["without"][0].astype(float)
    size = float(one @ one)
    if size < 1e-4:
        return None
    return round(min(max(float((np.array(tip) / ZOOM - without) @ one) / size, 0.0), most), 1)


def in_zoom(spot: tuple[float, float]) -> bool:
    """Whether a place was told in the arrows' own picture."""
    return max(abs(spot[0]) / REACH, abs(spot[1]) / (ASPECT * REACH)) > 1.001


def pulls() -> Sequence[Panel]:
    """A classifier's arrows beside the exact ones; how many times too long; the points that follow."""
    cells = maps.cells(points.GRID, points.REACH, points.ASPECT).numpy()
    x, y = cells[:, 0], cells[:, 1]
    field = [
        marks.arrows(x, y, at(f"field.{name}", 0), at(f"field.{name}", 1), hue, width=width)
        for name, hue, width in (("exact", "truth", 4), ("learned", "code", 1.8))
    ]
    levels = np.array(points.levels(points.SPEC().T)) / points.SPEC().T
    long = [
        marks.line(levels, "pull.long", "code", label="the classifier's pull", width=2.4, dots=3),
        marks.rules(1.0, "truth", label="exact: 1", must=True, dash=(4, 3)),
    ]
    across = Axis(low=-points.REACH, high=points.REACH, ticks={})
    edge = points.ASPECT * points.REACH
    cloud = [
        marks.dots(
            at("samples.x", 0, scale=PLACE), at("samples.x", 1, scale=PLACE), "model", size=2.4, say=""
        ),
        marks.rules(CUT, "soft", label="below: the crowd", below=True, must=True, dash=(2, 3)),
    ]
    return [
        plot(field, [("Classifier", "code"), (" and ", None), ("exact", "truth"), (" pull amid noise", None)],
             across, Axis(low=-edge, high=edge, ticks={}), square=True, width=1.2),
        plot(long, [("How many times too ", None), ("long", "code"), (" it is", None)],
             Axis("noise level: 0 data, 1 noise", low=0, high=1),
             Axis("times the exact pull", low=0.1, high=1000, log=True, ticks=TIMES, room=54)),
        plot(cloud, [("Points", "model"), (" that follow it", None)], Axis(low=-2.8, high=2.8, ticks={}),
             Axis(low=-1.2, high=3.4, ticks={}), square=True),
    ]  # fmt: skip


def pulled(noisy: bool) -> Caption:
    """How right the pull is, and where the points end."""
    seen = "noised points" if noisy else "clean points alone"
    now = (
        f"amid the noise a classifier that learns from {seen} pulls {{long:.1f}} times as hard as it should, "
        "cosine {cosine:.2f} with the exact arrow. {percent:.0f}% of its points stand in the crowd; at w = "
        "1, 50% would be right. Arrows longer than 0.45 are cut."
    )
    return Caption("Before training the classifier pulls hardly anywhere.", f"After {{step}} steps {now}",
                   f"At the end {now}")  # fmt: skip


def digits() -> Sequence[Panel]:
    """Digits by w, a row each; nearness against spread, a path over w; how many are right."""
    rows = ", ".join(f"{w:g}" for w in SHOWN)
    path = [
        marks.line("path.near", "path.spread", "model", width=1.8, say=""),
        marks.dots("path.near", "path.spread", "model", size=4, written=True,
                   names=[f"{w:g}" if w in WRITTEN else "" for w in W],
                   say="{x:2} to a learned digit, spread {y:3}"),
        marks.dots("real.near", "real.spread", "truth", size=6, ring=True, names=["kept digits"],
                   written=True, say="kept digits: {x:2}, spread {y:3}"),
    ]  # fmt: skip
    right = [
        marks.bars("path.right", "past", gap=0.1, say="w = {name}: {value:%}"),
        marks.rules("real.right", "truth", dash=(4, 3)),
    ]
    return [
        images("digits.x", [(f"Rows: w = {rows}", "model"), ("; one noise a column", None)], 10,
               width=1.3),
        plot(path, [("Nearer, less spread; then ", None), ("away", "model")],
             Axis("distance to a learned digit", low=1.8, high=4.6),
             Axis("spread within a class", low=0.15, high=0.4)),
        plot(right, [("A reader sees it ", None), ("asked for", "past"), ("; kept digits", "truth")],
             Axis("w", names=[f"{w:g}" for w in W]),
             Axis("share", low=0, high=1.05, ticks={0: "0", 0.5: "50%", 1: "100%"}), width=0.9),
    ]  # fmt: skip


_NOW = (
    "a reader of digits sees the one asked for in {right1:.0f}% at w = 1, in {right3:.0f}% at 3. The "
    "nearest learned digit is {near1:.2f} away at w = 1, {near3:.2f} at 3, {near9:.2f} at 9"
)
DIGITS = Caption(
    "Untrained, the net makes noise of noise, at each w.",
    f"After {{step}} steps {_NOW}.",
    f"At the end {_NOW}: nearer, then away. Grey counts from −1 to 1.",
)


def sweep(found: Mapping[str, np.ndarray]) -> tuple[Sequence[Panel], Film, list[str]]:
    """The same ten noises at ever larger w, a moment each."""
    ws = [float(w) for w in found["w"]]
    right = (found["said"] == np.arange(10)).sum(1)
    beyond = {"step": list(range(len(ws))), "value": [100 * float(v) for v in found["beyond"]]}
    film = header(list(range(len(ws))), {"beyond": beyond})
    said = []
    for w, n, out in zip(ws, right, found["beyond"], strict=True):
        plainly = (
            " Nothing that it learned from lies so far out: pixels end as ink or paper, little else is left."
        )
        said.append(
            f"{counted(w)} A reader of digits sees the one asked for in {n} of 10. {out:.0%} of the "
            f"pixels came out darker than ink or lighter than paper, and are cut.{plainly * (w >= 20)}"
        )
    return (
        [images("sweep.x", [("Ten noises, asked for as 0 to 9", "model")], 10)],
        (
            film,
            {"sweep.x": found["x"]},
        ),
        said,
    )


def pipeline(trace: Trace, w: float) -> tuple[Box, ...]:
    """From noise and a class to points, of the run at hand."""
    return (
        Box("noise", "Points of pure noise go in.", "x_T", "2 numbers", hue="code", text="2-D"),
        Box("score", "At each place one arrow says where points of all classes are denser.", "∇ log p(x)",
            "2 numbers", text="→", hue="past"),
        Box("class", "Another says where the class that is asked for becomes likelier.", "∇ log p(c|x)",
            "2 numbers", text="→", hue="code"),
        Box("times w", "The second arrow is made w times as long, and added to the first.", "w",
            "1 number", text=f"{w:g}", hue="model"),
        Box("step", "A step goes a little along the sum, and adds a little fresh noise.",
            "x_t", "2 numbers", text=f"{trace.total} times"),
        Box("points", "Out come points that look like the class: the more so, and the more alike, the larger "
            "w.", "x_0", "2 numbers", text="2-D", hue="model"),
    )  # fmt: skip


def symbols(trace: Trace, spec: Any) -> Sequence[tuple[str, str, str]]:
    """The symbols of the equations, with their values here."""
    one = trace.last("arrows")
    unit = float(one["shrink"][0])

    def arrow(name: str) -> str:
        return "({:.2f}, {:.2f})".format(*(one[name][0] / unit)).replace("-", "−")

    return (
        (r"x, x_t", "a place; a point on its way", f"({spec.x:g}, {spec.y:g})".replace("-", "−")),
        (r"\nabla_x \log p_t(x)", "the arrow without the class, in widths of a mode", arrow("without")),
        (r"\nabla_x \log p_t(c \mid x)", "the pull of the class, likewise", arrow("one")),
        ("w", "how many times as long the pull is made", f"{spec.w:g}"),
        (r"p_t(x), p_t(c \mid x)", "the density under noise; the chance of the class", "exact here"),
        ("c, Ø", "the class asked for; no class", "the upper of 3"),
        (r"t, \bar\alpha_t", "the noise level; the share of signal left in the variance", "1 at the end"),
        (r"\epsilon_\theta, p_\phi", "a net that guesses the noise; a classifier", "64 units a layer"),
        (r"\hat\epsilon", "the guess of the noise, guided", "2 or 64 numbers"),
    )


def cover() -> Panel:
    """For the page's card."""
    cloud = marks.dots(at("cloud.x", 0, scale=PLACE), at("cloud.x", 1, scale=PLACE), "model", size=2, say="")
    ground = marks.heat("world.density", high=255, scale="ink", smooth=True, say="")
    edge = ASPECT * REACH
    return plot(
        [ground, cloud], (), Axis(low=-REACH, high=REACH, ticks={}), Axis(low=-edge, high=edge, ticks={})
    )
