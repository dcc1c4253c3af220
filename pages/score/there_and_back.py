"""Figures of data that become noise and data again, and of how likely a place is."""

from collections.abc import Sequence

from app.figures.panels import Panel, Title, lines
from app.figures.planes import Layer, flow
from engine.core.trace import Trace
from engine.diffusion.maps import ASPECT, REACH
from pages.score.figures import PLACE


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
