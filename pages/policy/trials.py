"""Figures of what is tried: who gets the credit, a cloud of guesses, a clipped aim, a race."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.figures import charts, marks
from app.figures.captions import Caption, minus
from app.figures.charts import Axis as Scale
from app.figures.charts import Chart, Series
from app.figures.films import Film, header
from app.figures.marks import at, over
from app.figures.panels import Panel
from app.figures.plot import Axis, plot
from engine.core.trace import Trace
from engine.reward.bandit_lab import earned
from engine.reward.policy_gradient import discounted
from engine.reward.policy_gradient_lab import TAPE, reaches
from engine.reward.pong import SIZE
from pages.policy.figures import NOW, court

GAMMAS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
ROW, GAP = TAPE // 2, 1  # frames in a row of the tape; pixels between two


def credit(trace: Trace, moment: int) -> tuple[Sequence[Panel], Film, list[str]]:
    """Two rallies frame by frame, tinted by what each frame is credited with, for eight values of γ."""
    rally = trace.at("rally", moment)
    count, side = [int(one) for one in rally["frames"]], SIZE + GAP
    drawn = np.zeros((4 * side, ROW * side), np.float32)
    shares = np.zeros((len(GAMMAS), 2, TAPE), np.float32)
    for k in range(2):
        rewards = np.zeros(count[k])
        rewards[-1] = rally["reward"][k]
        shares[:, k, : count[k]] = [discounted(rewards, g) for g in GAMMAS]
        for t in range(count[k]):
            row, column = 2 * k + t // ROW, t % ROW
            cell = drawn[row * side : row * side + SIZE, column * side : column * side + SIZE]
            cell[:] = court(rally["places"][k, t])
    tint = shares.reshape(len(GAMMAS), 4, ROW)
    ends = (0.0, float(ROW)), (0.0, 4.0)
    tape = [
        marks.heat("credit.tint", *ends, low=-1.6, high=1.6, scale="signed", say="credit {value:2}"),
        marks.heat(drawn, *ends, scale="ink", say=""),
        marks.rules(list(range(1, ROW)), "line", axis="x", width=1.5),
        marks.rules([1, 3], "line", width=1.5),
        marks.rules(2, "ink", width=2),
    ]
    bars = [
        marks.bars(at("credit.share", row=k), hue, gap=0.1, say=f"{said}, frame {{name}}: {{value:2}}")
        for k, (said, hue) in enumerate((("won", "model"), ("lost", "past")))
    ]
    panels = [
        plot(
            tape,
            [
                ("A rally that was ", None),
                ("won", "model"),
                (" above, one that was ", None),
                ("lost", "past"),
            ],
            Axis("frame by frame, as one reads; the deeper, the more", low=0, high=ROW, ticks={}),
            Axis(low=0, high=4, ticks={1: "lost", 3: "won"}),
            square=True,
            aspect=0.42,
            width=1.9,
        ),
        plot(
            bars,
            [("The return of each frame, before V", None)],
            Axis("frame", names=[str(t + 1) for t in range(TAPE)]),
            Axis("γ to the power of frames to go", low=-1, high=1, ticks={-1: "−1", 0: "0", 1: "1"}),
        ),
    ]
    many = (np.abs(shares[:, 0]) >= 0.1).sum(1).tolist()
    percent = [round(100 * g) for g in GAMMAS]
    film = (
        header(percent, {"reach": {"step": percent, "value": many}}),
        {"credit.tint": tint, "credit.share": shares},
    )
    said = [
        f"γ = {g:g}. Frames that get a tenth of the point or more: {n} of the won rally's last {count[0]}. "
        "Nobody says which move was good."
        for g, n in zip(GAMMAS, many, strict=True)
    ]
    return panels, film, said


CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(0.75)]])  # worst, middle, best


def placed(parts: np.ndarray) -> np.ndarray:
    """Three parts as a place in the triangle: (..., 3) -> (..., 2)."""
    return parts @ CORNERS


def bandit(trace: Trace, spec: Any) -> tuple[Sequence[Panel], Film]:
    """Learners on the triangle of chances; guesses of one gradient; how many end on a worse arm."""
    pi = np.stack(
        [placed(trace.at("at", i)["pi"].astype(float)) for i in range(len(trace.moments))]
    )  # (M, 2, n, 2)
    cloud = trace.last("cloud")
    g, true = placed(cloud["gradient"].astype(float)), placed(cloud["exact"].astype(float))
    mine = named(spec)
    edge = np.concatenate([CORNERS, CORNERS[:1]])
    arms = [f"earns {minus(one, 'g')}" for one in earned(spec)]
    triangle = [
        marks.line(edge[:, 0].tolist(), edge[:, 1].tolist(), "line", width=1.5),
        marks.dots("pi.x0", "pi.y0", "past", size=3, alpha=0.5, say="without a baseline"),
        marks.dots("pi.x1", "pi.y1", "model", size=3, alpha=0.5, say=mine),
        marks.words(arms[:2], [-0.02, 1.02], [-0.09, -0.09], "soft", align="center"),
        marks.words(arms[2:], [0.5], [0.92], "truth", align="center"),
    ]
    far = 1.15 * float(np.abs(g).max())
    guesses = [
        marks.dots(g[k, :, 0].tolist(), g[k, :, 1].tolist(), hue, size=2.6, alpha=0.55, say=said)
        for k, (hue, said) in enumerate((("past", "without a baseline"), ("model", mine)))
    ] + [marks.dots([true[0]], [true[1]], "truth", size=4, ring=True, say="the exact gradient")]
    lines = [
        marks.line(over(), over("worse_without"), "past", label="without a baseline", width=2.2),
        marks.line(over(), over("worse_with"), "model", label=mine, width=2.2),
        NOW,
    ]
    ends = Axis(
        "pull upwards, to the best arm",
        low=-far,
        high=far,
        ticks={-far / 1.15: minus(-far / 1.15, ".1f"), 0: "0", far / 1.15: f"{far / 1.15:.1f}"},
    )
    panels = [
        plot(
            triangle,
            [
                ("Learners ", None),
                ("without", "past"),
                (" and ", None),
                ("with", "model"),
                (" a baseline", None),
            ],
            Axis("a corner: that arm alone", low=-0.2, high=1.2, ticks={}),
            Axis(low=-0.18, high=1.02, ticks={}),
            square=True,
        ),
        plot(
            guesses,
            [("Guesses of one ", None), ("gradient", "truth")],
            Axis("pull to the right, at even chances", low=-far, high=far, ticks=ends.ticks),
            ends,
            square=True,
        ),
        plot(
            lines,
            [("On a worse arm at last: lower is better", None)],
            Axis("update"),
            Axis("% of 1000 learners", low=0, high=100, ticks={0: "0", 50: "50", 100: "100"}),
        ),
    ]
    arrays: dict[str, Any] = {
        f"pi.{'xy'[c]}{k}": pi[:, k, :, c].astype(np.float32) for k in range(2) for c in range(2)
    }
    scalars = {name: {"step": list(steps), "value": list(v)} for name, (steps, v) in trace.scalars.items()}
    return panels, (header(trace.moments, scalars, trace.total), arrays)


def named(spec: Any) -> str:
    """The orange learners in words."""
    return "with a baseline" if spec.share == 1 else f"with {spec.share:g} times it"


def bandit_said(trace: Trace, spec: Any) -> Caption:
    """The two kinds of learners, and the variance of their guesses."""
    (without, with_), mine = trace.last("cloud")["variance"], named(spec)
    noise = f"One guess has variance {without:.1f} without, {with_:.1f} {mine}; both are right on average."
    got = f"{{worse_without:.0f}}% favour a worse arm without a baseline, {{worse_with:.0f}}% {mine}"
    return Caption(
        f"Nothing is learned yet: each learner gives three arms even chances. {noise}",
        f"After {{step}} updates {got}.",
        f"At the end {got}. {noise}",
    )


FAR = 4.0  # ratios are drawn up to this, and down to its inverse


def aims(traces: Mapping[str, Trace], spec: Any) -> tuple[Sequence[Panel], Film, list[str]]:
    """Ratios of a batch after its last use, on what they earn; with the clip and without; the KL of both."""
    on, off = traces["clip"], traces["no clip"]
    arrays: dict[str, Any] = {}
    for name, trace in (("on", on), ("off", off)):
        ratio = np.stack([trace.at("batch", i)["ratio"] for i in range(len(trace.moments))]).clip(
            1 / FAR, FAR
        )
        sign = np.sign(np.stack([trace.at("batch", i)["A"] for i in range(len(trace.moments))]))
        gain = ratio * sign
        if name == "on":
            gain = np.minimum(gain, ratio.clip(1 - spec.epsilon, 1 + spec.epsilon) * sign)
        arrays |= {f"{name}.x": ratio, f"{name}.y": gain}
    grid = np.geomspace(1 / FAR, FAR, 61)
    low, high = 1 - spec.epsilon, 1 + spec.epsilon
    paths = {"on": (np.minimum(grid, high), -np.maximum(grid, low)), "off": (grid, -grid)}
    names = {"on": "With clipping", "off": "Without it"}
    x = Axis(
        "ratio: new chance / old chance",
        low=1 / FAR,
        high=FAR,
        log=True,
        ticks={0.25: "¼", low: f"{low:g}", high: f"{high:g}", 4: "4"},
    )
    panels: list[Panel] = [
        plot(
            [
                marks.rules([low, high], "line", axis="x"),
                *[marks.line(grid.tolist(), one.tolist(), "soft", width=1.4) for one in paths[name]],
                marks.dots(f"{name}.x", f"{name}.y", hue, size=3.4, alpha=0.6),
            ],
            [(names[name], hue), (": what a frame earns", None)],
            x,
            Axis("per unit of advantage", low=-FAR, high=FAR, ticks={-4: "−4", -1: "−1", 1: "1", 4: "4"}),
        )
        for name, hue in (("on", "model"), ("off", "past"))
    ]
    kl = [
        marks.line(over(), over("kl_on"), "model", label="with clipping", width=2),
        marks.line(over(), over("kl_off"), "past", label="without", width=2),
        NOW,
    ]
    panels.append(
        plot(
            kl,
            [("How far a batch moves the policy", None)],
            Axis("batch"),
            Axis(
                "KL, nats a frame",
                low=0.01,
                high=10,
                log=True,
                ticks={0.01: "0.01", 0.1: "0.1", 1: "1", 10: "10"},
            ),
        )
    )
    scalars = {
        f"kl_{name}": {"step": trace.scalars["kl"][0], "value": trace.scalars["kl"][1]}
        for name, trace in (("on", on), ("off", off))
    }
    film = header(on.moments, scalars, on.total), {k: v.astype(np.float32) for k, v in arrays.items()}
    return panels, film, [_aimed(on, off, i) for i in range(len(on.moments))]


def _aimed(on: Trace, off: Trace, i: int) -> str:
    if i == 0:
        return "Before the first use of a batch new and old chances are the same: all ratios are 1."
    step = on.moments[i]
    figure = {
        name: [trace.scalars[name][1][step - 1] for trace in (on, off)]
        for name in ("outside", "largest", "won", "kl")
    }
    mean = [float(np.mean(trace.scalars["kl"][1])) for trace in (on, off)]
    ratio, won, kl, out = (figure[name] for name in ("largest", "won", "kl", "outside"))
    return (
        f"Batch {step}, used 20 times. With clipping {out[0]:.1f}% of ratios still lie outside, the largest "
        f"is {ratio[0]:.1f} (without: {ratio[1]:.1f}); KL {kl[0]:.2f} and {kl[1]:.2f}; points "
        f"won {won[0]:.0f}% and {won[1]:.0f}%. Over all batches KL is {mean[0]:.2f} and "
        f"{mean[1]:.2f}. Ratios beyond ¼ or 4 are drawn there."
    )


def race(traces: Mapping[str, Trace], seconds: Mapping[str, float]) -> tuple[Chart, Chart]:
    """Points won over frames, and over seconds of training."""
    hues = dict(zip(traces, ("past", "model"), strict=True))
    by_frames, by_seconds = [], []
    for name, trace in traces.items():
        frames, won = np.array(trace.scalars["frames"][1]), np.array(trace.scalars["won"][1])
        by_frames.append(Series(name, frames / 1000, won, hues[name]))
        by_seconds.append(Series(name, seconds[name] * frames / frames[-1], won, hues[name]))
    y = Scale("% of points won, last ten batches", low=0, high=100, rule=50)
    return (
        charts.lines(by_frames, Scale("thousand frames played"), y, 240),
        charts.lines(by_seconds, Scale("seconds of training"), y, 240),
    )


def race_said(traces: Mapping[str, Trace], seconds: Mapping[str, float]) -> str:
    """Who comes to half of the points after how much."""
    told = []
    for name, trace in traces.items():
        frames = reaches(trace, 50)
        share = frames / trace.latest("frames")
        told.append(
            f"{name} wins half after {frames / 1000:.0f} thousand frames, {seconds[name] * share:.1f} seconds"
            if share <= 1
            else f"{name} never wins half"
        )
    return "; ".join(told) + ". Seconds are spread over a run by its frames."
