"""Figures of the page: what an agent learned, who gets the credit, a cloud of guesses, a clipped aim."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.figures import charts, marks
from app.figures.captions import Caption, minus
from app.figures.charts import Axis as Scale
from app.figures.charts import Chart, Series
from app.figures.films import Film, header
from app.figures.marks import at, over
from app.figures.panels import Panel, heat
from app.figures.pipeline import Box
from app.figures.plot import Axis, plot
from engine.core.trace import Trace
from engine.reward.bandit_lab import earned
from engine.reward.policy_gradient_lab import TAPE, reaches
from engine.reward.pong import SIZE, Games

EQUATION = r"\nabla_\theta J = \mathbb{E}\left[ \sum_t A_t \, \nabla_\theta \log \pi_\theta(a_t \mid s_t) \right]"
PLAIN = (
    ("The return: a point counts γ times as much one frame earlier.", r"R_t = r_t + \gamma R_{t+1}"),
    ("The advantage: how much better it went than the baseline V said.", r"A_t = R_t - V(s_t)"),
    ("GAE: a sum of one-step surprises, each λ times less trusted; λ = 1 is the line above.",
     r"A_t = \sum_l (\gamma \lambda)^l \delta_{t+l}, \qquad \delta_t = r_t + \gamma V(s_{t+1}) - V(s_t)"),
    ("A baseline that does not look at the action changes no mean: probabilities always add up to 1.",
     r"\mathbb{E}\left[ b(s) \, \nabla_\theta \log \pi_\theta(a \mid s) \right] = 0"),
    ("PPO: the ratio ρ of new and old chance of what was done; beyond 1 ± ε it earns nothing more.",
     r"\mathbb{E}\left[ \min\left( \rho_t A_t, \operatorname{clip}(\rho_t, 1-\epsilon, 1+\epsilon) A_t \right)"
     r" \right]"),
)  # fmt: skip
NOW = marks.rules(over(), "line", axis="x")
GAMMAS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
ROW, GAP = TAPE // 2, 1  # frames in a row of the tape; pixels between two
KINDS = ("won", "lost")


def hero(spec: Any) -> Sequence[Panel]:
    """What each hidden unit looks for, and how many points are won."""
    share = [
        marks.rules(50, "soft", label="half", must=True, dash=(2, 3)),
        marks.line(over(), over("won"), "model", width=2.4),
        NOW,
    ]
    return [
        heat("net.w", [("What each hidden unit looks for", "model")], "signed", -0.6, 0.6, "weight",
             columns=5, width=1.15),
        plot(share, [("Points won by the ", None), ("agent", "model")], Axis("batch"),
             Axis("% of the last ten batches", low=0, high=100, ticks={0: "0", 50: "50", 100: "100"})),
    ]  # fmt: skip


def hero_said(spec: Any) -> Caption:
    """What the agent has come to."""
    got = "It has played {frames:.0f} frames and won {won:.0f}% of the points of its last ten batches"
    how = "" if spec.epochs == 1 else f" Each batch is used {spec.epochs} times."
    return Caption(
        "Untrained: up and down are about a coin's throw, and each unit's picture is noise.",
        f"After {{step}} batches of {spec.rallies} points. {got}.{how}",
        f"At the end, after {{step}} batches of {spec.rallies} points: {got[0].lower()}{got[1:]}.{how}",
    )


def court(places: np.ndarray) -> np.ndarray:
    """One frame of a tape as it is seen: places (4,) -> (SIZE, SIZE)."""
    x, y, agent, other = (np.array([one], float) for one in places)
    return Games(x, y, x, y, agent, other).frames().reshape(SIZE, SIZE)


def credit(trace: Trace, moment: int) -> tuple[Sequence[Panel], Film, list[str]]:
    """Two rallies frame by frame, tinted by what each frame is credited with, for eight values of γ."""
    rally = trace.at("rally", moment)
    count, side = [int(one) for one in rally["frames"]], SIZE + GAP
    drawn = np.zeros((4 * side, ROW * side), np.float32)
    shares = np.zeros((len(GAMMAS), 2, TAPE), np.float32)
    for k in range(2):
        left = np.arange(count[k])[::-1]  # frames until the point
        shares[:, k, : count[k]] = [rally["reward"][k] * (g**left) for g in GAMMAS]
        for t in range(count[k]):
            row, column = 2 * k + t // ROW, t % ROW
            cell = drawn[row * side : row * side + SIZE, column * side : column * side + SIZE]
            cell[:] = court(rally["places"][k, t])
    tint = shares.reshape(len(GAMMAS), 4, ROW)
    ends = (0.0, float(ROW)), (0.0, 4.0)
    tape = [
        marks.heat("credit.tint", *ends, low=-1, high=1, scale="signed", say="credit {value:2}"),
        marks.heat(drawn, *ends, scale="ink", say=""),
        marks.rules(2, "ink", width=2),
    ]
    bars = [
        marks.bars(at("credit.share", row=k), hue, gap=0.1, say=f"{said}, frame {{name}}: {{value:2}}")
        for k, (said, hue) in enumerate((("won", "model"), ("lost", "past")))
    ]
    panels = [
        plot(tape, [("A rally that was ", None), ("won", "model"), (" above, one that was ", None), ("lost", "past")],
             Axis("read as text; blue: blamed, orange: praised", low=0, high=ROW, ticks={}),
             Axis(low=0, high=4, ticks={1: KINDS[1], 3: KINDS[0]}), width=1.9),
        plot(bars, [("What each frame is credited with", None)], Axis("frame", names=[str(t + 1) for t in range(TAPE)]),
             Axis("γ to the power of frames to go", low=-1, high=1, ticks={-1: "−1", 0: "0", 1: "1"})),
    ]  # fmt: skip
    many = (np.abs(shares[:, 0]) >= 0.1).sum(1).tolist()
    percent = [round(100 * g) for g in GAMMAS]
    film = header(percent, {"reach": {"step": percent, "value": many}}), {"credit.tint": tint, "credit.share": shares}
    said = [
        f"γ = {g:g}. Of the won rally's last {count[0]} frames {n} {'gets' if n == 1 else 'get'} a tenth of the "
        f"point or more. The agent did what it did: nobody says which move was good."
        for g, n in zip(GAMMAS, many, strict=True)
    ]  # fmt: skip
    return panels, film, said


CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(0.75)]])  # worst, middle, best


def placed(parts: np.ndarray) -> np.ndarray:
    """Three parts as a place in the triangle: (..., 3) -> (..., 2)."""
    return parts @ CORNERS


def bandit(trace: Trace, spec: Any) -> tuple[Sequence[Panel], Film]:
    """Learners on the triangle of chances; guesses of one gradient; how many end on a worse arm."""
    pi = np.stack([placed(trace.at("at", i)["pi"].astype(float)) for i in range(len(trace.moments))])  # (M, 2, n, 2)
    cloud = trace.last("cloud")
    g, true = placed(cloud["gradient"].astype(float)), placed(cloud["exact"].astype(float))
    edge = np.concatenate([CORNERS, CORNERS[:1]])
    arms = [f"earns {minus(one, 'g')}" for one in earned(spec)]
    triangle = [
        marks.line(edge[:, 0].tolist(), edge[:, 1].tolist(), "line", width=1.5),
        marks.dots("pi.x0", "pi.y0", "past", size=3, alpha=0.5, say="without a baseline"),
        marks.dots("pi.x1", "pi.y1", "model", size=3, alpha=0.5, say="with a baseline"),
        marks.words(arms[:2], [-0.02, 1.02], [-0.09, -0.09], "soft", align="center"),
        marks.words(arms[2:], [0.5], [0.92], "truth", align="center"),
    ]
    far = 1.15 * float(np.abs(g).max())
    guesses = [
        marks.dots(g[k, :, 0].tolist(), g[k, :, 1].tolist(), hue, size=2.6, alpha=0.55, say=said)
        for k, (hue, said) in enumerate((("past", "without a baseline"), ("model", "with one")))
    ] + [marks.dots([true[0]], [true[1]], "truth", size=6, ring=True, say="the exact gradient")]
    lines = [
        marks.line(over(), over("worse_without"), "past", label="without a baseline", width=2.2),
        marks.line(over(), over("worse_with"), "model", label="with a baseline", width=2.2),
        NOW,
    ]
    ends = Axis(low=-far, high=far, ticks={-far / 1.15: minus(-far / 1.15, ".1f"), 0: "0", far / 1.15: f"{far / 1.15:.1f}"})
    panels = [
        plot(triangle, [("Learners ", None), ("without", "past"), (" and ", None), ("with", "model"), (" a baseline", None)],
             Axis("a corner: that arm alone", low=-0.2, high=1.2, ticks={}), Axis(low=-0.18, high=1.02, ticks={}), square=True),
        plot(guesses, [("Guesses of one ", None), ("gradient", "truth")], Axis("at even chances, in the triangle", low=-far, high=far,
             ticks=ends.ticks), ends, square=True),
        plot(lines, [("On a worse arm at last: lower is better", None)], Axis("update"),
             Axis("% of 1000 learners", low=0, high=100, ticks={0: "0", 50: "50", 100: "100"})),
    ]  # fmt: skip
    arrays: dict[str, Any] = {f"pi.{'xy'[c]}{k}": pi[:, k, :, c].astype(np.float32) for k in range(2) for c in range(2)}
    scalars = {name: {"step": list(steps), "value": list(v)} for name, (steps, v) in trace.scalars.items()}
    return panels, (header(trace.moments, scalars, trace.total), arrays)


def bandit_said(trace: Trace, spec: Any) -> Caption:
    """The two kinds of learners, and the variance of their guesses."""
    without, with_ = trace.last("cloud")["variance"]
    noise = f"One guess has variance {without:.1f} without, {with_:.1f} with; both are right on average."
    got = "{worse_without:.0f}% of the learners without a baseline favour a worse arm, {worse_with:.0f}% of those with"
    return Caption(f"Nothing is learned yet: each learner gives three arms even chances. {noise}",
                   f"After {{step}} updates {got}.", f"At the end {got}. {noise}")  # fmt: skip


FAR = 10.0  # ratios are drawn up to this, and down to its inverse


def aims(traces: Mapping[str, Trace], spec: Any) -> tuple[Sequence[Panel], Film, list[str]]:
    """Ratios of a batch after its last use, on what they earn; with the clip and without, and the KL of both."""
    on, off = traces["clip"], traces["no clip"]
    arrays: dict[str, Any] = {}
    for name, trace in (("on", on), ("off", off)):
        ratio = np.stack([trace.at("batch", i)["ratio"] for i in range(len(trace.moments))])
        sign = np.sign(np.stack([trace.at("batch", i)["A"] for i in range(len(trace.moments))]))
        gain = ratio * sign
        if name == "on":
            gain = np.minimum(gain, ratio.clip(1 - spec.epsilon, 1 + spec.epsilon) * sign)
        arrays |= {f"{name}.x": ratio.clip(1 / FAR, FAR), f"{name}.y": gain.clip(-FAR, FAR)}
    grid = np.geomspace(1 / FAR, FAR, 61)
    low, high = 1 - spec.epsilon, 1 + spec.epsilon
    paths = {"on": (np.minimum(grid, high), -np.maximum(grid, low)), "off": (grid, -grid)}
    names = {"on": "With the clip", "off": "Without it"}
    x = Axis("ratio: new chance / old chance", low=1 / FAR, high=FAR, log=True,
             ticks={0.1: "0.1", low: f"{low:g}", high: f"{high:g}", 10: "10"})  # fmt: skip
    panels: list[Panel] = [
        plot(
            [
                marks.rules([low, high], "line", axis="x"),
                *[marks.line(grid.tolist(), one.tolist(), "soft", width=1.4) for one in paths[name]],
                marks.dots(f"{name}.x", f"{name}.y", hue, size=3.4, alpha=0.6),
            ],
            [(names[name], hue), (": what a frame earns", None)], x,
            Axis("of its advantage", low=-FAR, high=4, ticks={-10: "−10", -1: "−1", 1: "1"}),
        )
        for name, hue in (("on", "model"), ("off", "past"))
    ]  # fmt: skip
    kl = [
        marks.line(over(), over("kl_on"), "model", label="with the clip", width=2),
        marks.line(over(), over("kl_off"), "past", label="without", width=2),
        NOW,
    ]
    panels.append(plot(kl, [("How far a batch moves the policy", None)], Axis("batch"),
                       Axis("KL, nats a frame", low=0, high=0.5, ticks={0: "0", 0.25: "0.25", 0.5: "0.5"})))  # fmt: skip
    scalars = {f"kl_{name}": {"step": trace.scalars["kl"][0], "value": trace.scalars["kl"][1]}
               for name, trace in (("on", on), ("off", off))}  # fmt: skip
    film = header(on.moments, scalars, on.total), {k: v.astype(np.float32) for k, v in arrays.items()}
    return panels, film, [_aimed(on, off, i) for i in range(len(on.moments))]


def _aimed(on: Trace, off: Trace, i: int) -> str:
    if i == 0:
        return "Before the first use of a batch new and old chances are the same: all ratios are 1."
    step = on.moments[i]
    figure = {name: [trace.scalars[name][1][step - 1] for trace in (on, off)] for name in ("outside", "largest", "won", "kl")}
    ratio, won, kl, out = (figure[name] for name in ("largest", "won", "kl", "outside"))
    return (
        f"Batch {step}, used {20} times. With the clip {out[0]:.1f}% of its ratios still lie outside, the largest is "
        f"{ratio[0]:.1f} (without: {ratio[1]:.1f}); KL {kl[0]:.2f} and {kl[1]:.2f}; points won {won[0]:.0f}% and "
        f"{won[1]:.0f}%. Ratios beyond 10 are drawn at 10."
    )  # fmt: skip


def race(traces: Mapping[str, Trace], seconds: Mapping[str, float]) -> tuple[Chart, Chart]:
    """Points won over frames, and over seconds of training."""
    hues = dict(zip(traces, ("past", "model"), strict=True))
    by_frames, by_seconds = [], []
    for name, trace in traces.items():
        frames, won = np.array(trace.scalars["frames"][1]), np.array(trace.scalars["won"][1])
        by_frames.append(Series(name, frames / 1000, won, hues[name]))
        by_seconds.append(Series(name, seconds[name] * frames / frames[-1], won, hues[name]))
    y = Scale("% of points won, last ten batches", low=0, high=100, rule=50)
    return (charts.lines(by_frames, Scale("thousand frames played"), y, 240),
            charts.lines(by_seconds, Scale("seconds of training"), y, 240))  # fmt: skip


def race_said(traces: Mapping[str, Trace], seconds: Mapping[str, float]) -> str:
    """Who comes to half of the points after how much."""
    told = []
    for name, trace in traces.items():
        frames = reaches(trace, 50)
        share = frames / trace.latest("frames")
        told.append(f"{name} wins half after {frames / 1000:.0f} thousand frames, {seconds[name] * share:.1f} seconds"
                    if share <= 1 else f"{name} never wins half")  # fmt: skip
    return "; ".join(told) + ". Seconds are spread over a run by its frames."


def pipeline(trace: Trace, spec: Any) -> tuple[Box, ...]:
    """From two frames to a move."""
    rally, net = trace.last("rally"), trace.last("net")
    here, before = court(rally["places"][0, 3]), court(rally["places"][0, 2])
    unit = net["w"][int(np.abs(net["out"]).argmax())].astype(float)
    return (
        Box("two frames", "The court now, and one frame ago.", "s_t", "12 x 12, twice", 1 - here),
        Box("difference", "One is taken from the other: what moved is bright or dark.", "x", "144 numbers",
            0.5 + (here - before) / 2),
        Box("hidden units", "Each unit compares the difference with its own picture, and keeps what is above 0.", "h",
            f"{spec.hidden} numbers", 0.5 + 0.5 * unit / np.abs(unit).max(), hue="model"),
        Box("p(up)", "Their sum is squeezed into a chance of going up. A second sum guesses how the point will end: V.",
            "π(a | s)", "1 chance, 1 guess", text=f"{float(rally['p'][0, 3]):.2f}", hue="model"),
        Box("a throw", "A move is drawn by that chance, so everything is tried sometimes.", "a_t", "up or down",
            text="up" if rally["up"][0, 3] else "down"),
        Box("the point", "When the point is made, every move of the rally is praised or blamed for it.", "A_t",
            "1 a frame", text="+1 / −1", hue="truth"),
    )  # fmt: skip


def symbols(trace: Trace, spec: Any) -> Sequence[tuple[str, str, str]]:
    """The symbols of the equations, with their values here."""
    rally = trace.last("rally")
    V = minus(float(rally["V"][0, 0]), ".2f")
    return (
        (r"\theta, \nabla_\theta", "all weights of the net, and the slope by them", f"{146 * spec.hidden + 1} for p(up)"),
        ("J", "points to be expected", f"{trace.latest('won'):.0f}% won at the end"),
        (r"\mathbb{E}", "the mean over what is played", f"{spec.rallies} rallies a batch"),
        (r"\pi_\theta(a_t \mid s_t)", "how likely the move was that was made", f"p(up) {float(rally['p'][0, 0]):.2f}"),
        ("t, l", "a frame, and how many frames later", f"{trace.latest('long'):.0f} a rally"),
        ("a_t, a", "the move that was made, a move", "up or down"),
        ("s_t, s_{t+1}, s", "what is seen now, next, at all", "12 x 12 differences"),
        ("A_t", "the advantage: better or worse than expected", "standardised over a batch"),
        ("r_t", "what a frame earns", "+1, −1 at the point, else 0"),
        (r"R_t, R_{t+1}", "the return: what is still to come", "at most 1"),
        (r"\gamma", "the discount", f"{spec.gamma:g}"),
        (r"\lambda, \delta_t, \delta_{t+l}", "how far one-step surprises are summed, and one of them", f"λ = {spec.lam:g}"),
        ("V, b(s)", "the net's own guess of the return, a baseline", f"a won rally's first frame: {V}"),
        (r"\rho_t", "new chance over old chance of what was done", "1 at the first use"),
        (r"\epsilon", "how far a ratio is rewarded for moving", f"{spec.epsilon:g}"),
        (r"\text{clip}", "a number, held between two ends", "1 − ε to 1 + ε"),
    )  # fmt: skip


def cover() -> Panel:
    """For the page's card."""
    return heat("net.w", (), "signed", -0.6, 0.6, "", columns=5)
