"""How scores lead home, in the page's own numbers: the equations, their symbols, the line of boxes."""

from collections.abc import Sequence

import numpy as np
import torch

from app.figures.pipeline import Box
from engine.core.trace import Trace
from engine.diffusion.maps import ASPECT, HUNDREDTHS, REACH
from engine.diffusion.sde import KINDS

PLAIN = (
    r"\frac{dx}{dt} = f(x,t) - \tfrac12 g(t)^2\, \nabla_x \log p_t(x)",
    r"x \leftarrow x + \tfrac{\epsilon}{2} \nabla_x \log p(x) + \sqrt{\epsilon}\, z",
    r"\tfrac12\, \mathbb{E}\, \big\| \sigma\, s_\theta(x + \sigma z, \sigma) + z \big\|^2",
)
NOISES = {
    "VP": "The noise is VP, variance preserving: as it comes in, data shrink to make room for it.",
    "VE": "The noise is VE, variance exploding: it comes in until data are lost in it; nothing shrinks.",
}
F = {"VP": r"f(x, t) = -\tfrac12 \beta(t)\, x", "VE": "f(x, t) = 0"}
G = {"VP": r"g(t) = \sqrt{\beta(t)}", "VE": r"g(t) = \sigma(t) \sqrt{2 \ln(10 / 0.01)}"}
RATE = {
    "VP": (r"\beta(t)", "how fast noise comes in, rising evenly in t; at t = 0.5"),
    "VE": (r"\sigma(t)", "the scale of the noise so far, rising from 0.01 to 10; at t = 0.5"),
}


def pipeline(trace: Trace, kind: str, steps: int) -> tuple[Box, ...]:
    """From noise to data, of the run at hand."""
    start, end = (_cloud(trace.at("flow", m)["ode"]) for m in (0, len(trace.moments) - 1))
    return (
        Box("noise", f"Points of pure noise go in. {NOISES[kind]}", "x at t = 1", "220 points", start,
            hue="code"),
        Box("score", "At each place and time the score is an arrow: it says where the data, noised as far "
            "as that "
            "time, are denser.", "∇ log p_t(x)", "2 numbers", hue="truth"),
        Box(f"a step, {steps} times", "Back in time, a step moves each point along its arrow. "
            "The SDE adds fresh noise to each step; "
            "the ODE adds none, and follows half of the arrow.", "dx", "2 numbers"),
        Box("data", "Both end where the data are. Their clouds are alike at every time; their paths are not.",
            "x at t = 0", "220 points", end, hue="past"),
    )  # fmt: skip


def _cloud(places: np.ndarray, rows: int = 34, columns: int = 46) -> np.ndarray:
    """Points as dark cells: places (n, 2) in hundredths -> (rows, columns), brightness in 0..1."""
    x = places / HUNDREDTHS / REACH
    down, across = (1 - x[:, 1] / ASPECT) / 2 * rows, (1 + x[:, 0]) / 2 * columns
    picture = np.ones((rows, columns))
    picture[down.astype(int).clip(0, rows - 1), across.astype(int).clip(0, columns - 1)] = 0.2
    return picture


def symbols(kind: str, steps: int, walk: Trace) -> Sequence[tuple[str, str, str]]:
    """The symbols of the page's equations, with their values here."""
    sde = KINDS[kind]
    f = float(sde.f(torch.ones(1), 0.5))
    sigmas = walk.scalars["sigma"][1]
    return (
        ("x, dx", "a point, and how far a step moves it", "2 numbers"),
        ("t, dt", "time, from 1 (noise) to 0 (data), and a step of it", f"{1 / steps:.3f} a step"),
        ("p_t(x)", "the density of the data, noised as far as time t", "exact here"),
        (r"\nabla_x \log p_t(x)", "the score: the arrow to where it is denser", "2 numbers"),
        (F[kind], f"how the way into noise ({kind}) shrinks x; at x = 1, t = 0.5", f"{f:.3g}"),
        (G[kind], "how much noise it adds; at t = 0.5", f"{sde.g(0.5):.3g}"),
        (*RATE[kind], f"{-2 * f if kind == 'VP' else sde.levels(0.5)[1]:.3g}"),
        (r"d\bar w, z", "fresh noise of a step; the ODE has none", "N(0, dt), N(0, 1)"),
        (r"p(x), \epsilon", "Langevin: the density, and the size of a step", "exact here"),
        (r"\sigma", "a noise scale; annealing goes down through several",
         f"{sigmas[0]:.3g} to {sigmas[-1]:.3g} in {walk.total} steps"),
        (r"s_\theta(x, \sigma)", "the net's score at noise scale σ; θ are its weights", "2 numbers"),
        (r"\mathbb E", "the average over data, scales and noise", "of a batch"),
    )  # fmt: skip
