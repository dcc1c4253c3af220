"""Figures of the page on scores: arrays in, panels and sentences out."""

from collections.abc import Mapping, Sequence

import numpy as np

from app.figures import marks
from app.figures.panels import Panel, Title, bars, lines
from app.figures.planes import Layer, flow
from app.figures.plot import Axis, plot
from engine.core.trace import Trace
from engine.diffusion.maps import ASPECT, HUNDREDTHS, LONG, REACH

PLACE, ARROW = 1 / HUNDREDTHS, LONG / 127 / 1.5  # an arrow of 1.5 is a long one
STRANDS = 6  # paths of the river that are drawn
PLAIN = (
    r"\frac{dx}{dt} = f(x,t) - \tfrac12 g(t)^2\, \nabla_x \log p_t(x)",
    r"x \leftarrow x + \tfrac{\epsilon}{2} \nabla_x \log p(x) + \sqrt{\epsilon}\, z",
    r"\tfrac12\, \mathbb{E}\, \big\| \sigma\, s_\theta(x + \sigma z, \sigma) + z \big\|^2",
)
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


def river(
    density: np.ndarray,
    paths: Mapping[str, np.ndarray],
    title: Title,
    reach: float,
    inner: Sequence[str] = (),
) -> Panel:
    """Time across, from noise to data; position up and down, from -reach to reach.

    density: (rows, columns) uint8, rows from reach downwards. paths: concept -> (n, steps) positions; dots
    stand where the first ones start. inner: as in `flow`.
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
    return plot(drawn, title, x, y, tall=2000, aspect=0.68, inner=inner)


def hero_sentence(trace: Trace, drop: Drop | None = None) -> str:
    """How many paths cross, and what became of a dropped noise."""
    sde, ode = (int(trace.latest(f"{name}_crossed")) for name in ("sde", "ode"))
    n = len(trace.last("river")["sde"])
    said = f"On the line, of {n * (n - 1) // 2:,} pairs of ODE paths {ode:,} cross; of the SDE's, {sde:,}."
    return f"{said} {fate(drop)}" if drop is not None else said


def fate(drop: Drop) -> str:
    """Where one noise goes: the ODE to one mode, the SDEs to many."""
    mode, shares = int(drop["mode"]), drop["shares"]
    if len(shares) == 1:
        return "There is but one mode to end in."
    return (
        f"From the dropped noise the ODE goes to mode {mode + 1}, always. "
        f"Of 200 SDEs that start there, {shares[mode]:.0%} end in it."
    )


def walks(trace: Trace) -> Sequence[Panel]:
    """Three ways to walk: up, plain, annealed; and how many stand in the small mode."""
    share = {name: float(trace.last("share")[name]) for name in ("climb", "plain", "annealed", "truth")}
    ways: tuple[tuple[str, str, str, Title], ...] = (
        ("climb", "blind", "", [("No noise: all stop on the ", None), ("peaks", "blind")]),
        ("plain", "model", "", [("Plain", "model"), (f": {share['plain']:.0%} in the small mode", None)]),
        (
            "annealed",
            "past",
            "noised_",
            [("Annealed", "past"), (f": {share['annealed']:.0%} in the small mode", None)],
        ),
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


def walks_sentence(trace: Trace) -> str:
    """The shares as numbers."""
    share = {name: float(v) for name, v in trace.last("share").items()}
    return (
        f"The small mode weighs {share['truth']:.0%}. From an even start plain Langevin leaves "
        f"{share['plain']:.1%} of the walkers in it, annealed Langevin {share['annealed']:.1%}."
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
    curves = {"meter.exact": ("closed form", "truth"), "meter.ode": ("by the ODE", "past")}
    title = [("How likely is the ", None), ("measured place", "blind"), ("?", None)]
    values = [float(v) for name in ("ode_log_p", "exact_log_p") for v in trace.scalars[name][1]]
    low, high = min(values) // 1, max(values) // 1 + 1
    return [*panels, lines(curves, title, unit="log p, nats", low=low, high=high, width=0.9)]


def trips_sentence(trace: Trace) -> str:
    """How far from home, and the two likelihoods."""
    ode, sde, worst = (trace.latest(name) for name in ("ode_return", "sde_return", "ode_worst"))
    return (
        f"There and back, the ODE misses home by {ode:.4f} on average and {worst:.4f} at worst; "
        f"the SDE by {sde:.2f}. Click the left plane to measure another place."
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
    layers = [
        Layer("density", "density", exact["density"]),
        Layer("exact score", "field", exact["score"], "truth", ARROW, on=False),
        Layer("learned score", "field", "field.learned", "model", ARROW),
        Layer("error", "field", "field.error", "blind", ARROW, on=False),
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
        flow(layers, title, REACH, ASPECT, inner=labels, trail=2, width=1.35),
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


def training_sentence(trace: Trace) -> str:
    """What the net has come to, in words."""
    if not trace.moments or "loss" not in trace.scalars:
        return "The net is untrained: its arrows point anywhere."
    cosines, quality = trace.last("cosine")["likely"], trace.last("quality")
    return (
        f"After {trace.moments[-1]:,} steps the learned field and the exact one agree to a cosine of "
        f"{float(cosines.min()):.3f} at the worst scale. The walkers' MMD is {float(quality['mmd']):.4f}; "
        f"two exact draws come to {float(quality['floor']):.4f}."
    )


def symbols(trace: Trace, walk: Trace) -> Sequence[tuple[str, str, str]]:
    """The symbols of the page's equations, with their values here."""
    return (
        ("x", "a point of the plane, or of the line", "2 or 1 numbers"),
        (r"\nabla_x \log p_t(x)", "the score: which way is likelier", "exact here"),
        ("f, g", "drift, and noise let in", str(trace.total) + " steps"),
        (r"\bar w", "noise of the way back; the ODE has none", "fresh at each step"),
        (r"\sigma_i", "scales of annealed Langevin", f"down to 1 in {walk.total} steps"),
        (r"\lambda(\sigma)", "weight of a scale in the loss", "sigma squared"),
    )
