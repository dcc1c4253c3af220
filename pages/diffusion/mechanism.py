"""How diffusion works, in the page's own numbers: the equations, their symbols, the line of boxes."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.figures.pipeline import Box
from engine.core.trace import Trace
from engine.diffusion import exact, schedule
from pages.diffusion.figures import exact_picture

Face = np.ndarray | None

EQUATION = (
    r"L_{\text{simple}} = \mathbb E_{t, x_0, \varepsilon} \big\| \varepsilon - \varepsilon_\theta(x_t, t)"
    r"\big\|^2"
)
PLAIN = (
    r"x_t = \sqrt{\bar\alpha_t}\, x_0 + \sqrt{1 - \bar\alpha_t}\, \varepsilon",
    r"x_{t-1} = \tfrac{1}{\sqrt{\alpha_t}} \Big( x_t - \tfrac{\beta_t}{\sqrt{1 - \bar\alpha_t}}"
    r"\, \varepsilon_\theta(x_t, t) \Big) + \sigma_t z",
    r"\hat x_0 = \tfrac{x_t - \sqrt{1 - \bar\alpha_t}\, \varepsilon_\theta(x_t, t)}{\sqrt{\bar\alpha_t}}",
    r"K = -\sum_{t=2}^{T} D_{KL}\big(q(x_{t-1} | x_t, x_0) \,\|\, p(x_{t-1} | x_t)\big) + \dots",
)


def symbols(trace: Trace, spec: Any) -> Sequence[tuple[str, str, str]]:
    """The symbols of the equations, with their values here; those of a level at the middle one."""
    kept = schedule.SCHEDULES[getattr(spec, "schedule", "linear")](spec.T)
    loss = f"{trace.latest('loss'):.3f}" if "loss" in trace.scalars else "not trained yet"
    m, size = max(1, spec.T // 2), _size(spec)
    alpha = float(kept[m] / kept[m - 1])
    known = "bound" in trace.names
    bits = f"{-float(trace.last('bound')['sum'][0]):.2f} bits a point" if known else "of the model of 2015"
    return (
        (r"L_{\text{simple}}", "what training makes small; here, of its last batch", loss),
        (r"\mathbb E", "the average over what stands below it, drawn anew for each example", "of a batch"),
        ("t, T", "the noise level, 1 to T; T is the number of levels", f"T = {spec.T}"),
        ("x_0", "the data", size),
        ("x_t, x_{t-1}", "the data with noise up to level t, and with a little less", size),
        (r"\varepsilon, z", "noise: what was added; what a step back adds anew", f"N(0, 1), {size}"),
        (r"\varepsilon_\theta(x_t, t)", "the net's guess of that noise; θ are its weights", size),
        (r"\bar\alpha_t", f"what is left of the data at t = {m}, and at T (its root multiplies x₀)",
         f"{kept[m]:.3f}, {kept[-1]:.2g}"),
        (r"\alpha_t", f"what a single level leaves, at t = {m}", f"{alpha:.4f}"),
        (r"\beta_t", r"what it takes: $1 - \alpha_t$", f"{1 - alpha:.4f}"),
        (r"\sigma_t", r"how much noise a step back adds: $\sqrt{\beta_t}$", f"{(1 - alpha) ** 0.5:.3f}"),
        (r"\hat x_0", "the data that would follow from the guess", size),
        (r"1 / \sqrt{\bar\alpha_T}", "what an error of ε is multiplied by at T", f"{kept[-1] ** -0.5:.3g}"),
        ("K", "2015: the least log-likelihood that the model gives data; dots: its two ends", bits),
        ("q, p", "a step back for one who knows x₀, and the model's step", "Gaussians"),
        (r"D_{KL}", "what is lost by taking p for q", "bits, 0 or more"),
    )  # fmt: skip


def pipeline(trace: Trace, spec: Any) -> tuple[Box, ...]:
    """From data to noise, from noise to the net's guess, and back to data; of the run at hand."""
    data, halfway, made = _faces(trace, spec)
    says, size = getattr(spec, "predicts", "eps"), _size(spec)
    guess, symbol = {
        "eps": ("guesses the noise in it", "ε_θ(x_t, t)"),
        "x0": ("guesses the data under it", "x̂₀(x_t, t)"),
        "v": ("guesses v, a mix of noise and data", "v(x_t, t)"),
    }[says]
    return (
        Box("data", "Data are drawn.", "x₀", size, data, hue="truth"),
        Box("noise added", "Noise is added to them, up to a level t that is drawn as well.", "x_t, with ε",
            size, halfway, hue="truth"),
        Box("net", f"The net sees what came of it, and t, and {guess}. That is all that it ever learns.",
            symbol, size, hue="past"),
        Box(f"a step back, {spec.T} times", "To make something new, it is given pure noise. A little of what "
            "it guesses to be noise is taken away, and it is asked again, level by level.", "x_t → x_t−1",
            f"t = {spec.T} … 1"),
        Box("new data", "What is left at t = 0 looks like data, and is new.", "x₀", size, made, hue="model"),
    )  # fmt: skip


def _size(spec: Any) -> str:
    return "64 pixels" if hasattr(spec, "blocks") else "2 numbers"


def _faces(trace: Trace, spec: Any) -> tuple[Face, Face, Face]:
    """Pictures of data, of noised data, and of what the run made: brightness in 0..1."""
    if hasattr(spec, "blocks"):
        if not trace.moments:
            return None, None, None
        samples, way = trace.last("samples"), trace.last("way")["x"]
        middle = way[len(trace.last("way")["t"]) // 2 - 1]
        return 1 - samples["nearest"][0] / 16, 1 - middle / 16, 1 - samples["x"][0] / 16
    named = spec.data, getattr(spec, "drawing", ""), spec.seed, getattr(spec, "schedule", "linear"), spec.T
    density = 1 - exact_picture(*named)[0] / 255
    if not trace.moments:
        return density[-1], density[len(density) // 2], None
    flow = trace.last("flow")
    x = flow["x" if "x" in flow else "back"][-1] / 127  # in units of REACH
    rows, columns = density.shape[1:]
    down, across = (1 - x[:, 1] / exact.ASPECT) / 2 * rows, (1 + x[:, 0]) / 2 * columns
    made = np.ones((rows, columns))
    made[down.astype(int).clip(0, rows - 1), across.astype(int).clip(0, columns - 1)] = 0.2
    return density[-1], density[len(density) // 2], made
