"""Figures of what is exact: three bars that add up, an upright ellipse on a slanted one, PCA's directions."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.captions import Caption
from app.figures.marks import at, over
from app.figures.panels import Panel, Title, heat
from app.figures.plot import Axis, plot
from engine.core.trace import Trace
from engine.latent.bound import Z
from engine.latent.bound_lab import EDGE, HIGH, LOW, THIN
from engine.latent.cavi_lab import ROUND, SIGMAS

SHORT = {100: "100", 1: "1", 0.01: "0.01", 0.0001: "0.0001"}
RATIO = 3.4  # of posterior to q, as far as it is drawn
ONES: dict[float, str] = {0: "0", 1: "1", 2: "2", 3: "3"}
MOST = 8.0  # nats that the bars show


def dragged(spec: Any) -> Sequence[Panel]:
    """Where q is and how far from the posterior; both as curves; three bars."""
    ground = [
        marks.heat("map.steep", (-EDGE, EDGE), (LOW, HIGH), low=0, high=255, smooth=True, say=""),
        marks.dots(
            "q.mu", "q.sigma", "model", size=8, ring=True, trail=60, say="q: centre {x:2}, width {y:2}"
        ),
    ]
    where: Title = [("Drag ", None), ("q", "model"), (f"; dark: {spec.lowers} is large", None)]
    z = Z[THIN].tolist()
    bells = [
        marks.line(z, "curve.p", "truth", label="posterior p(z|x)", width=2.4),
        marks.line(z, "curve.q", "model", label="q(z)", width=2.4),
    ]
    names = ("surprise, −log p(x)", "gap, KL(q‖p)", "−bound, their sum")
    hues = ("truth", "blind", "model")
    bars = [
        marks.line(at("spans.x", row=i), [2.0 - i] * 2, hue, width=20, say=f"{name}: {{x:2}} nats")
        for i, (name, hue) in enumerate(zip(names, hues, strict=True))
    ]
    bars += [
        marks.words(
            value=at("bars.nats"), form="{value:2}", x=[MOST] * 3, y=[2.0, 1.0, 0.0], align="right", mono=True
        ),
        marks.words(list(names), x=[0.0] * 3, y=[2.42, 1.42, 0.42], concept="soft", size=11),
    ]
    jensen: Title = [("Mean of logs", "model"), (" below ", None), ("log of the mean", "truth")]
    steep = np.linspace(0.007, RATIO, 200)
    bent = [
        marks.line(steep, np.log(steep), "soft", width=1.6, say=""),
        marks.dots("ratio.is", "ratio.log", "past", size=3, alpha=0.6, say="ratio {x:2}, its log {y:2}"),
        marks.line([1.0, 1.0], "ratio.drop", "blind", width=6, say="the gap"),
        marks.dots([1.0], [0.0], "truth", size=5, say="mean ratio 1: its log is 0"),
        marks.dots([1.0], "ratio.mean", "model", size=5, say="mean of the logs: {y:2}"),
    ]
    add: Title = [("Surprise", "truth"), (" + ", None), ("gap", "blind"), (" = ", None), ("−bound", "model")]
    return [
        plot(ground, where, Axis("centre of q", low=-EDGE, high=EDGE), Axis("width of q", low=LOW, high=HIGH),
             touch="drag", width=1),
        plot(bells, [("q", "model"), (" and the ", None), ("posterior", "truth")], Axis("z", low=-5, high=5),
             Axis("density", low=0, high=1.6)),
        plot(bars, add, Axis("nats", low=0, high=MOST), Axis(low=-0.5, high=2.7, ticks={}, room=14)),
        plot(bent, jensen, Axis("posterior / q, at 40 draws of q", low=0, high=RATIO, ticks=ONES),
             Axis("log, nats", low=-5, high=1.5, ticks={-4: "−4", -2: "−2", 0: "0"})),
    ]  # fmt: skip


def dragged_said(trace: Trace, spec: Any) -> list[str]:
    """The three bars in numbers, moment by moment."""
    said = []
    for moment in range(len(trace.moments)):
        evidence, gap, cost = trace.at("bars", moment)["nats"]
        q, forward = trace.at("q", moment), trace.at("other", moment)["forward"][0]
        where = "q where it starts" if moment == 0 else f"q after {moment} moves downhill on {spec.lowers}"
        said.append(
            f"{where}: centre {q['mu'][0]:+.2f}, width {q['sigma'][0]:.2f}. Surprise {evidence:.2f} + gap "
            f"{max(gap, 0):.2f} = −bound {cost:.2f} nats; the surprise does not move with q. The "
            f"other KL, KL(p‖q), is {forward:.2f}. Right: posterior / q is 1 on average, its log 0; the mean "
            "of its logs lies a gap below (Jensen)."
        )
    return said


def stairs(trace: Trace, spec: Any) -> Sequence[Panel]:
    """q on the posterior, the bound as a staircase, and the widths."""
    slant = np.linalg.cholesky(np.array([[1, spec.rho], [spec.rho, 1]]))
    x, y = (SIGMAS * slant @ np.stack([np.cos(ROUND), np.sin(ROUND)])).tolist()
    rings = [
        marks.line(x, y, "truth", label="posterior", width=2.4),
        marks.line(at("q.path", column=0), at("q.path", column=1), "soft", width=1.2),
        marks.line(at("q.ring", column=0), at("q.ring", column=1), "model", label="q", width=2.4),
        marks.dots(at("q.m", column=0), at("q.m", column=1), "model", size=4),
    ]
    first = -trace.at("stair", 0)["below"][0]
    below = [-value for value in (first, *trace.scalars["below"][1])]
    steps = np.arange(len(below))
    walk = np.repeat(steps, 2)[1:].tolist(), np.repeat(below, 2)[:-1].tolist()
    climb = [
        marks.line(*walk, "past", alpha=0.5),
        marks.dots("stair.half", "stair.below", "model", size=6, ring=True, say="{y:3} nats"),
        marks.rules(0.0, "truth", label="evidence", must=True, below=True, dash=(4, 3)),
    ]
    widths = [
        marks.bars("q.var", "model", names=("z₁", "z₂"), gap=0.2, say="variance of q: {value:2}"),
        marks.rules(1.0, "truth", label="of the posterior: 1", must=True),
    ]
    high = float(max(1.2, np.ceil(first)))
    end: Title = [("Variance", "model"), (" of q: 1 − ρ² at the end", None)]
    return [
        plot(rings, [("Upright ", None), ("q", "model"), (" on a slanted ", None), ("posterior", "truth")],
             Axis("z₁", low=-4, high=4), Axis("z₂", low=-4, high=4), square=True, width=1),
        plot(climb, [("Each half sweep is one step ", None), ("up", "model")],
             Axis("half sweeps", low=0, high=max(1, len(below) - 1)),
             Axis("bound − evidence", "nats", low=-high, high=0.12 * high)),
        plot(widths, end, Axis(names=("z₁", "z₂")),
             Axis("variance", low=0, high=1.3, ticks={0: "0", 0.5: "0.5", 1: "1"}), width=0.6),
    ]  # fmt: skip


def stairs_said(trace: Trace, spec: Any) -> list[str]:
    """Which coordinate moved, and how far below the evidence the bound still is."""
    said = []
    for half in range(len(trace.moments)):
        q, below = trace.at("q", half), -float(trace.at("stair", half)["below"][0])
        which = f"z{'₁₂'[(half - 1) % 2]} was set to its best" if half else "q starts away from the posterior"
        at_end = half == len(trace.moments) - 1
        said.append(
            f"{half} half sweeps: {which}. The bound lies {below:.3f} nats below the evidence. Centre "
            f"({q['m'][0][0]:+.2f}, {q['m'][0][1]:+.2f}), variances {q['var'][0]:.2f} and {q['var'][1]:.2f}, "
            "the posterior's are 1." + (f" At the end 1 − ρ² = {1 - spec.rho**2:.2f} of it is left." * at_end)
        )
    return said


def lines(spec: Any) -> Sequence[Panel]:
    """PCA's directions and how much of each the model has; how far the bound is short."""
    short = [
        marks.line(over(), over("short"), "model", width=2.4),
        marks.rules(0.05, "truth", label="claim: 0.05", must=True, dash=(4, 3)),
        marks.rules(over(), "line", axis="x"),
    ]
    noise = [
        marks.line(over(), over("noise"), "past", width=2.4),
        marks.rules(0.0, "truth", label="pPCA", must=True, dash=(4, 3)),
        marks.rules(over(), "line", axis="x"),
    ]
    unit = "a pixel's weight in the direction"
    top: Title = [
        ("Above: PCA's directions; below: as far as ", None),
        ("the VAE", "model"),
        (" has them", None),
    ]
    return [
        heat("tiles.x", top, "signed", -0.5, 0.5, unit, columns=5, width=1.6),
        plot(short, [("How far the ", None), ("bound", "model"), (" is short of pPCA", None)], Axis("step"),
             Axis("nats a digit", low=1e-4, high=100, log=True, ticks=SHORT, room=54)),
        plot(noise, [("Its ", None), ("noise", "past"), (" against pPCA's", None)], Axis("step"),
             Axis("variance, % above", low=-50, high=200)),
    ]  # fmt: skip


LINES = Caption(
    "Before training the linear VAE has chance directions, and explains nothing.",
    "After {step} steps its bound is {bound:.3f} nats a learned digit, {short:.4f} short of pPCA's; its "
    "noise variance is {off:.2f}% off, the cosine of the largest angle between the spaces {cosine:.4f}.",
    "At the end its bound is {bound:.4f} nats a learned digit, {short:.4f} short of the closed form of "
    "pPCA; its noise variance is {off:.4f}% off, the cosine of the largest angle between the spaces "
    "{cosine:.6f}.",
)
