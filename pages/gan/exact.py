"""Figures of one player alone, of the game on a line, and of two numbers that circle."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.captions import minus
from app.figures.films import Film, header
from app.figures.marks import at, over
from app.figures.panels import Panel, Title
from app.figures.plot import Axis, plot
from engine.adversarial.gan_alone import D_ALONE, G_ALONE, TURNS
from engine.adversarial.optimal import X
from engine.adversarial.optimal_lab import PLACES, STEPS, THIN
from engine.core.trace import Trace
from pages.gan.figures import HALF, arena

Found = Mapping[str, np.ndarray]
LONG: dict[float, str] = {1e-4: "10⁻⁴", 1e-2: "0.01", 1.0: "1", 100.0: "100"}
RADII: dict[float, str] = {0.1: "0.1", 1.0: "1", 10.0: "10", 100.0: "100"}
TRACKED = "ABC"


def alone(found: Found, spec: Any, player: str) -> tuple[Sequence[Panel], Film, list[str]]:
    """The plane as one player moves; D's word of three fakes; how steep each loss of G is."""
    steps = [int(s) for s in found["step"]]
    arrays: dict[str, Any] = {
        "field.D": found["field"], "fakes.x": found["x"],
        "pull.x": found["pull_x"], "pull.y": found["pull_y"],
        "three.x": found["places"].astype(np.float32), "three.D": (100 * found["D"]).astype(np.float32),
    }  # fmt: skip
    slopes = np.clip(found["slopes"], 1e-5, 1e3)
    told = {
        "first": slopes[:, 0],
        "second": slopes[:, 1],
        "fake": 100 * found["fake"],
        "real": 100 * found["real"],
    }
    film = header(steps, {name: {"step": steps, "value": [float(f"{v:.4g}") for v in one]}
                          for name, one in told.items()})  # fmt: skip
    plane = arena(spec.data, spec.drawing, [("D", "code"), (" and the ", None), ("fakes", "model")], False)
    (ground,) = plane["planes"]
    ground["marks"] += [
        marks.dots(at("three.x", column=0), at("three.x", column=1), "blind", size=4.5, ring=True,
                   names=list(TRACKED), written=True, say="fake {name}"),
    ]  # fmt: skip
    bars = [
        marks.bars("three.D", "blind", gap=0.2, names=list(TRACKED), say="fake {name}: D says {value:0}%")
    ]
    bars.append(marks.rules(50.0, "soft", dash=(2, 3)))
    steep = [
        marks.line(over(), over("second"), "truth", label="−log D", width=2.4),
        marks.line(over(), over("first"), "blind", label="log(1 − D)", width=2.4),
        marks.rules(over(), "line", axis="x"),
    ]
    word: Title = [("D", "code"), (" says of ", None), ("three fakes", "blind")]
    panels = [
        plane,
        plot(bars, word, Axis(names=list(TRACKED)), Axis("%", low=0, high=100, ticks=HALF, room=34),
             width=0.7),
        plot(steep, [("How steep G's loss is, by each formula", None)], Axis("step"),
             Axis("length of G's gradient", low=1e-5, high=1e3, log=True, ticks=LONG)),
    ]  # fmt: skip
    return panels, (film, arrays), [_alone(i, found, player) for i in range(len(steps))]


def _alone(i: int, found: Found, player: str) -> str:
    """One moment in words: what has just moved, and what that changed for the fake A."""
    step, D, place = int(found["step"][i]), found["D"][:, 0], found["places"][:, 0]
    first, second = found["slopes"][i]
    where = f"({minus(place[i][0], '.2f')}, {minus(place[i][1], '.2f')})"
    often = "once" if step == 1 else f"{step} times"
    who = {D_ALONE: f"D has moved {often}, G not at all", G_ALONE: f"G has moved {often}, D not at all"}
    value = round(float(found["V"][i]), 2) + 0.0  # no minus before a zero
    turns = (step + 1) // 2
    now = who.get(player, f"{turns} {'step' if turns == 1 else 'steps'} of D, {step // 2} of G")
    if i == 0:
        now = "Before anything moves"
    if player == TURNS and i:
        mover = "D" if step % 2 else "G"
        far = float(np.hypot(*(place[i] - place[i - 1])))
        moved = f"fake A went {far:.3f} far, and " if mover == "G" else "no fake moved, and "
        now += f". Just now {mover} moved: {moved}of A D said {D[i - 1]:.3f} and says {D[i]:.3f}"
    return (
        f"{now}. A lies at {where}; D says {D[i]:.3f} of it, {found['fake'][i]:.3f} of all fakes, "
        f"{found['real'][i]:.3f} of data. V is {minus(value, '.2f')}. G's gradient is "
        f"{first:.2g} long by log(1 − D), {second:.2g} by −log D. {found['share'][i]:.0f}% of fakes lie on a "
        "spot."
    )


def line(trace: Trace, spec: Any) -> tuple[Sequence[Panel], Film, list[str]]:
    """Both densities and the best D, as G is dragged along; divergences by place, and here."""
    arrays = {f"line.{name}": np.stack([trace.at("line", i)[name] for i in range(len(PLACES))])
              for name in ("p", "q", "D")}  # fmt: skip
    places, x = [float(v) for v in PLACES], X[THIN].tolist()
    told = {name: trace.scalars[name][1] for name in ("V", "jsd", "kl", "reverse")}
    film = header(places, {name: {"step": places, "value": values} for name, values in told.items()})
    hills = [
        marks.band(x, [0.0] * len(x), "line.p", "truth", alpha=0.25),
        marks.band(x, [0.0] * len(x), "line.q", "model", alpha=0.25),
        marks.line(x, "line.p", "truth", label="data p", width=2.2),
        marks.line(x, "line.q", "model", label="fakes q", width=2.2),
        marks.line(x, "line.D", "code", label="best D", width=2.6),
        marks.rules(0.5, "soft", dash=(2, 3)),
    ]
    where = Axis("middle of G", low=-6, high=6)
    bounded = [
        marks.line(places, told["jsd"], "code", width=2.2, say=""),
        marks.rules(float(np.log(2)), "soft", label="log 2, the most", must=True, below=True, dash=(2, 3)),
        marks.rules(over(), "model", axis="x", width=2),
    ]
    free = [
        marks.line(places, told["kl"], "truth", label="KL(p‖q)", width=2.2),
        marks.line(places, told["reverse"], "model", label="KL(q‖p)", width=2.2, dash=(5, 4)),
        marks.rules(over(), "model", axis="x", width=2),
    ]
    title: Title = [("The best ", None), ("D", "code"), (" follows ", None), ("G", "model")]
    flat: Title = [("JSD", "code"), (" is flat far away", None)]
    return [
        plot(hills, title, Axis("x", low=-10, high=10), Axis("density; D", low=0, high=1.05), width=1.5),
        plot(bounded, flat, where, Axis("nats", low=0, high=0.78)),
        plot(free, [("KL is steep there", None)], where, Axis("nats", low=0, high=24)),
    ], (film, arrays), [_line(i, told, spec) for i in range(len(PLACES))]  # fmt: skip


def _line(i: int, told: Mapping[str, Sequence[float]], spec: Any) -> str:
    V, jsd, kl, reverse = (told[name][i] for name in ("V", "jsd", "kl", "reverse"))
    smooth = (
        "Where p = q, D says ½."
        if spec.target == 1
        else f"Here D is taught to say {spec.target:g} of data: where p = q, it says {spec.target / 2:.2f}. "
        "V is that of a D taught to say 1."
    )
    return (
        f"G's middle is at {minus(float(PLACES[i]), 'g')}. Against the best D the game is worth V = "
        f"{minus(V, '.3f')} = 2 JSD − log 4, and JSD = {jsd:.3f} nats. KL(p‖q) is {kl:.2f}, KL(q‖p) "
        f"{reverse:.2f}. {smooth}"
    )


def orbits(found: Found, eta: float) -> tuple[Sequence[Panel], Film, list[str]]:
    """Two ways to play x y: both at once, and one after the other."""
    steps = list(range(STEPS + 1))
    arrays: dict[str, Any] = {}
    panels, reach = [], 3.0
    radii = {name: found[f"{name}_r"] for name in ("both", "alternating")}
    turns = "By turns: around" if eta < 2 else "By turns: outwards, too"
    for name, hue, title in (("both", "blind", "Both at once: outwards"), ("alternating", "past", turns)):
        way = np.clip(found[name], -9, 9)
        arrays[f"{name}.x"] = way[:, None, :].astype(np.float32)
        ground = [
            marks.line(way[:, 0].tolist(), way[:, 1].tolist(), hue, width=1, alpha=0.35, say=""),
            marks.dots(at(f"{name}.x", column=0), at(f"{name}.x", column=1), hue, size=6, ring=True,
                       trail=STEPS, say="x {x:2}, y {y:2}"),
            marks.dots([0.0], [0.0], "ink", size=3, say="the middle: nobody gains by moving"),
        ]  # fmt: skip
        panels.append(plot(ground, [(title, hue)], Axis("x: the minimiser", low=-reach, high=reach),
                           Axis("y: the maximiser", low=-reach, high=reach), square=True))  # fmt: skip
    scalars = {name: {"step": steps, "value": [round(float(min(v, 1e6)), 6) for v in one]}
               for name, one in radii.items()}  # fmt: skip
    far = [
        marks.line(over(), over("both"), "blind", label="both at once", width=2.2),
        marks.line(over(), over("alternating"), "past", label="by turns", width=2.2),
        marks.rules(over(), "line", axis="x"),
    ]
    panels.append(plot(far, [("How far from the middle", None)], Axis("step"),
                       Axis("r", low=0.1, high=100, log=True, ticks=RADII)))  # fmt: skip
    said = [
        f"Step {i}, η = {eta:g}. Both at once: r = {radii['both'][i]:.4f} = √(1 + η²) to the power {i}, "
        f"exactly; times {np.sqrt(1 + eta**2):.4f} a step. By turns r = {radii['alternating'][i]:.3f}."
        for i in steps
    ]
    return panels, (header(steps, scalars), arrays), said
