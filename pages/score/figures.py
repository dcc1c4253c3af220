"""Figures of the page on scores: arrays in, panels and sentences out."""

from collections.abc import Mapping, Sequence

import numpy as np

from app.figures import marks
from app.figures.captions import Caption
from app.figures.panels import Panel, Title, bars, lines
from app.figures.planes import Layer, flow
from app.figures.plot import Axis, plot
from engine.core.trace import Trace
from engine.diffusion.maps import ASPECT, HUNDREDTHS, LONG, REACH

PLACE, ARROW = 1 / HUNDREDTHS, LONG / 127 / 1.5  # an arrow of 1.5 is a long one
STRANDS = 6  # paths of the river that are drawn
Drop = Mapping[str, np.ndarray]  # what a probe answers


def hero(trace: Trace, paths: Drop, drop: Drop | None = None) -> Sequence[Panel]:
    """The plane and the line, over the time of the diffusion. paths: "sde" and "ode" (n, S) of the line."""
    count = len(trace.last("flow")["ode"])
    layers = [
        Layer("density", "density", "world.density"),
        Layer("score", "field", "world.score", "truth", ARROW),
        Layer("SDE", "particles", "flow.sde", "model", PLACE),
        Layer("ODE", "particles", "flow.ode", "past", PLACE),
    ]
    title: Title = [
        (f"{count} noises in the ", None),
        ("score field", "truth"),
        (": click to drop one more", None),
    ]
    ways = None if drop is None else {"ODE": ("past", drop["ode"]), "SDE": ("model", drop["sde"])}
    plane = flow(layers, title, REACH, ASPECT, trail=5, drops=True, dropped=ways)
    return [plane, strands(trace, paths)]


def cover() -> Panel:
    """For the page's card: one cloud finds its way home."""
    density = Layer("density", "density", "world.density")
    return flow([density, Layer("ODE", "particles", "flow.ode", "past", PLACE)], (), REACH, ASPECT, trail=5)


def strands(trace: Trace, paths: Drop) -> Panel:
    """The river of the problem in one dimension: a few paths of each kind over the density of all."""
    columns = [trace.at("river", moment)["density"] for moment in range(len(trace.moments))]
    order = np.argsort(paths["ode"][:, 0])
    chosen = order[(np.linspace(0.04, 0.96, STRANDS) * (len(order) - 1)).round().astype(int)]
    drawn = {concept: paths[name][chosen] for concept, name in (("model", "sde"), ("past", "ode"))}
    title: Title = [
        ("Six noises on a line: the ", None),
        ("SDE", "model"),
        (" wanders, the ", None),
        ("ODE", "past"),
        (" flows", None),
    ]
    return river(np.stack(columns, 1), drawn, title, REACH)


def river(density: np.ndarray, paths: Mapping[str, np.ndarray], title: Title, reach: float) -> Panel:
    """Time across, from noise to data; position up and down, from -reach to reach.

    density: (rows, columns) uint8, rows from reach downwards. paths: concept -> (n, steps) positions; dots
    stand where the first ones start.
    """
    say = "{x:%0} of the way from noise to data, position {y:2}"
    drawn = [marks.heat(density, high=255, scale="ink", smooth=True, say=say)]
    for concept, way in paths.items():
        time, wide = np.linspace(0, 1, way.shape[1]), 2 if concept == "past" else 1.2
        drawn.append(marks.line(time, way.astype(np.float32), concept, width=wide, follows=True, say=""))
    starts = next(iter(paths.values()))[:, 0]
    drawn.append(marks.dots(0.01, starts, "ink", size=3, alpha=1, say=""))
    drawn.append(marks.rules(None, axis="x", follows=True, dash=(4, 4)))
    x = Axis(low=0, high=1, ticks={0: "noise", 0.5: "time →", 1: "data"}, room=0)
    y = Axis(low=-reach, high=reach, ticks={})
    return plot(drawn, title, x, y, tall=2000, aspect=0.68)


def hero_sentence(trace: Trace, drop: Drop | None = None) -> Caption:
    """How many paths cross, and what became of a dropped noise."""
    n = len(trace.last("river")["sde"])
    said = f" {fate(drop)}" if drop is not None else ""
    counted = (
        f"of {n * (n - 1) // 2:,} pairs on the line, {{ode_crossed:.0f}} paths of the ODE have crossed and "
        "{sde_crossed:.0f} of the SDE. In the plane drawn paths may cross: two points pass a place at "
        f"different times.{said}"
    )
    return Caption(
        "Pure noise. Each blue point follows the green arrows, the score; each orange one does, too, "
        f"with fresh noise at each step.{said}",
        f"After {{step}} steps, {counted}",
        f"At the end, {counted}",
    )


def fate(drop: Drop) -> str:
    """Where one noise goes: the ODE to one mode, the SDEs to many."""
    mode, shares = int(drop["mode"]), drop["shares"]
    if len(shares) == 1:
        return "There is but one mode to end in."
    return (
        f"From the dropped noise the ODE goes to mode {mode + 1}, always. "
        f"Of 200 SDEs that start there, {shares[mode]:.0%} end in it."
    )


def walks() -> Sequence[Panel]:
    """Three ways to walk: up, plain, annealed; and how many stand in the small mode."""
    ways: tuple[tuple[str, str, str, Title], ...] = (
        ("climb", "blind", "", [("No noise: all stop on the ", None), ("peaks", "blind")]),
        ("plain", "model", "", [("Plain", "model"), (": as many here as there", None)]),
        ("annealed", "past", "noised_", [("Annealed", "past"), (": as many as belong", None)]),
    )
    panels = [
        flow(_walk(name, concept, noised), title, 9, 1, trail=3) for name, concept, noised, title in ways
    ]
    curves = {
        "share.plain": ("plain", "model"),
        "share.annealed": ("annealed", "past"),
        "share.truth": ("true share", "truth"),
    }
    title: Title = [("Who stands in the small mode", None)]
    return [*panels, lines(curves, title, unit="share", high=1, width=1.1)]


def _walk(name: str, concept: str, noised: str) -> list[Layer]:
    """The layers of one way to walk; a climber's thread leads to where it began."""
    cloud = Layer("walkers", "particles", f"walk.{name}", concept, PLACE)
    starts = Layer("starts", "ghosts", "walk.start", "blind", PLACE, of=cloud)
    slope = Layer("slope", "field", f"world.{noised}score", "truth", ARROW)
    return [
        Layer("density", "density", f"world.{noised}density"),
        starts if name == "climb" else slope,
        cloud,
    ]


COUNTED = (
    "{share.plain:.2f} of the plain walkers stand in the small mode, {share.annealed:.2f} of the annealed; "
    "{share.truth:.2f} would be right."
)
WALKS = Caption(
    f"Walkers start evenly. Each step goes uphill, along the score, and then anywhere, by noise. {COUNTED}",
    f"After {{step}} steps, {COUNTED} Annealed walkers see the density through noise, of scale "
    f"{{sigma:.1f}} now.",
    f"At the end, {COUNTED} Only through much noise, which is then taken back, do walkers find the way "
    f"between.",
)


def trips(trace: Trace) -> Sequence[Panel]:
    """The same data there and back by the ODE and by the SDE, threads to where each began; and the meter."""
    panels = []
    for name, concept, words in (
        ("ode", "past", "brings all home"),
        ("sde", "model", "forgets who was where"),
    ):
        cloud = Layer("data", "particles", f"trip.{name}", concept, PLACE)
        layers = [
            Layer("density", "density", "world.density"),
            Layer("where each began", "ghosts", "trip.start", "code", PLACE, of=cloud),
            cloud,
        ]
        if name == "ode":
            layers.append(Layer("the measured place", "particles", "trip.one", "blind", PLACE))
        title: Title = [("The ", None), (name.upper(), concept), (f" {words}", None)]
        panels.append(flow(layers, title, REACH, ASPECT, trail=4, drops=name == "ode"))
    over = marks.over
    curves = [
        marks.line(over(), over("meter.exact"), "truth", label="closed form", width=7, alpha=0.45),
        marks.line(over(), over("meter.ode"), "past", label="by the ODE"),
        marks.rules(over(), "line", axis="x"),
    ]
    title = [("How likely is the ", None), ("measured place", "blind"), ("?", None)]
    values = [float(v) for name in ("ode_log_p", "exact_log_p") for v in trace.scalars[name][1]]
    low, high = min(values) // 1, max(values) // 1 + 1
    y = Axis("", "log p, nats", low=low, high=high, ticks=3)
    return [*panels, plot(curves, title, Axis("step"), y, tall=200, aspect=3, width=0.9)]


TRIPS = Caption(
    "Data at home. Click the left plane to measure another place.",
    "On the way to noise, and back; threads lead to where each began. Click the left plane to measure "
    "another place.",
    "At the end the ODE misses home by {ode_return:.4f} on average, by {ode_worst:.4f} at worst, the SDE by "
    "{sde_return:.2f}. Click the left plane to measure another place.",
)


def meter(trace: Trace) -> str:
    """The likelihood in its two parts, beside the closed form."""
    said, exact = (float(trace.at("meter", 0)[name]) for name in ("ode", "exact"))
    code = trace.latest("code_log_p")
    return (
        f"log density of its code `{code:.3f}`, volume gained on the way `{said - code:+.3f}`: "
        f":blue[log p = {said:.3f} nats]. In closed form :green[{exact:.3f}]. "
        f"Over {len(trace.last('trip')['ode'])} points the two are `{trace.latest('error'):.4f}` apart."
    )


def training(
    exact: Mapping[str, np.ndarray], sigmas: Sequence[float], bins: Sequence[float]
) -> Sequence[Panel]:
    """The field as it is learned, at every noise scale, and how well it agrees with the exact one."""
    labels = [f"noise scale {sigma:.2g}" for sigma in sigmas]
    wrong = "error" if len(sigmas) > 1 else "its error"  # a name of its own: it is on from the start
    layers = [
        Layer("density", "density", exact["density"]),
        Layer("exact score", "field", exact["score"], "truth", ARROW, on=False),
        Layer("learned score", "field", "field.learned", "model", ARROW),
        Layer(wrong, "field", "field.error", "blind", ARROW, on=len(sigmas) == 1),
        Layer("walkers", "particles", "samples.x", "past", PLACE),
    ]
    title: Title = [
        ("Walkers", "past"),
        (" follow the ", None),
        ("learned score", "model"),
        (" from large noise to small", None),
    ]
    high = [1.0, *bins[:-1]]
    rare = [f"{top:g}" if top > 1e-3 else f"{top:.0e}".replace("e-0", "e-") for top in high]
    return [
        flow(layers, title, REACH, ASPECT, inner=labels, trail=2, width=1.8),
        bars(
            "cosine.likely",
            [("Where data are, it agrees", None)],
            unit="cosine",
            x="noise scale",
            labels=[f"{sigma:.1g}" for sigma in sigmas],
            width=0.9,
        ),
        bars(
            "cosine.by_density",
            [("Rare", "blind"), (" places come last", None)],
            unit="cosine",
            x="density below this share of its peak",
            labels=rare,
            width=0.9,
        ),
    ]


def trained(trace: Trace) -> Caption:
    """How well the learned arrows agree with the exact ones, where data are and where they are rarest."""
    rarest = f"{trace.last('cosine')['by_density'][-1]:.2f}" if trace.moments else "less"
    said = (
        "walkers follow learned arrows, from large noise to small. Cosine 1: learned and exact arrows point "
        "the same way. Their MMD to the data is {quality.mmd:.4f}, of two exact draws {quality.floor:.4f}."
    )
    return Caption(
        "Before training the arrows point anywhere, and walkers get nowhere.",
        f"After {{step}} steps, {said}",
        f"At the end, {said} In the rarest places the cosine is {rarest}.",
    )
