"""Figures of the diffusion page's trainings: arrays in, panels and sentences out."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from app.figures.panels import Panel, bars, images
from app.figures.planes import Layer, flow
from engine.core.trace import Trace
from engine.diffusion import exact, schedule
from engine.diffusion.digit_watch import frames as way_frames
from engine.diffusion.nonequilibrium_lab import SHOWN as CHAINED
from engine.diffusion.nonequilibrium_lab import frames as chain_frames
from engine.diffusion.point_watch import FAR, FORKS, SHOWN, bins, frames

Ways = Mapping[str, np.ndarray]
PLANE: dict[str, Any] = {"reach": exact.REACH, "aspect": exact.ASPECT}
CONCEPT = {"DDPM": "model", "DDIM": "past", "eta = 1": "code"}


@lru_cache(maxsize=16)
def exact_picture(data: str, drawing: str, seed: int, named: str, T: int) -> tuple[np.ndarray, np.ndarray]:
    """p_t and -E[eps | x_t] at the levels of a flow's pictures: see `exact.picture`."""
    known = exact.mixture(data, exact.training_set(data, drawing, seed))
    return exact.picture(known, schedule.SCHEDULES[named](T)[frames(T)])


def time_labels(at: Sequence[int]) -> list[str]:
    """One a picture of a flow."""
    ends = {0: " · data", at[0]: " · noise"}
    return [f"t = {t} of {at[0]}{ends.get(t, '')}" for t in at]


def points(spec: Any, dropped: Ways | None = None) -> Sequence[Panel]:
    """Particles on their way out of noise, the loss of each level, and where a mode is chosen."""
    density, best = exact_picture(spec.data, spec.drawing, spec.seed, spec.schedule, spec.T)
    truth = Layer("exact", "field", best, "truth", on=False)
    learned = Layer("learned", "field", "field.eps", "past", FAR / 127)
    moving = Layer("particles", "particles", "flow.x", "model", exact.REACH / 127)
    layers = [
        Layer("density", "density", density),
        learned,
        truth,
        Layer("error", "field", "field.eps", "blind", FAR / 127, of=truth, on=False),
        Layer("guesses of x₀", "ghosts", "flow.x0", "code", FAR / 127, of=moving, on=False),
        moving,
    ]
    picture = flow(
        layers,
        [("Particles", "model"), (" follow the ", None), ("learned noise", "past"), (" backwards", None)],
        inner=time_labels(frames(spec.T)),
        drops=True,
        dropped={name: (CONCEPT[name], way) for name, way in (dropped or {}).items()},
        trail=3,
        width=1.75,
        **PLANE,
    )
    return [picture, hard_levels(spec.T, "least"), choice("mode")]


def hard_levels(T: int, least: str | None = None, high: float = 1) -> Panel:
    """The loss by noise level, and below it the least that any net can have."""
    title = [("Little noise is ", None), ("hard to tell", "blind")]
    if least is None:
        title = [("Much noise ", None), ("hides", "blind"), (" more", None)]
    return bars(
        "score.loss",
        [*title],
        unit="squared error of ε" if least else "squared error",
        x="noise level t",
        high=high,
        labels=[str(t) for t in bins(T)],
        least=f"score.{least}" if least else None,
        width=0.72,
    )


def choice(what: str) -> Panel:
    """How many futures agree, by the level from which they are drawn."""
    return bars(
        "same.fork",
        [("Two futures of one ", None), ("particle", "model")],
        unit=f"share alike in {what}",
        x="drawn anew from t / T",
        labels=[f"{share:g}".lstrip("0") for share in FORKS],
        width=0.72,
    )


def points_sentence(trace: Trace, dropped: Ways | None = None) -> str:
    """What the flow shows, in words."""
    if not trace.moments:
        return "At its start the net is untrained: particles stay a cloud of noise."
    far, same = trace.last("samples"), trace.last("same")
    said = (
        f"{SHOWN} noises and their ways to the data, after {trace.moments[-1]} steps of training: MMD² to "
        f"held-out data {float(far['mmd']):.4f}, data to data {float(far['floor']):.4f}. Half of the "
        f"futures of a particle agree from t = {half(same['fork']):g} T on. "
    )
    if dropped:
        ends = ", ".join(f"{name} at ({way[-1][0]:.1f}, {way[-1][1]:.1f})" for name, way in dropped.items())
        return said + f"Your noise ends by {ends}."
    return said + "Click the plane to drop a noise."


def half(fork: np.ndarray) -> float:
    """The highest level, as a share of T, from which half of the futures agree; 0 if there is none."""
    return next((share for share, same in zip(FORKS, fork, strict=True) if same >= 0.5), 0.0)


def digits(spec: Any) -> Sequence[Panel]:
    """Four digits on their way, samples with the nearest digit, and the levels."""
    at = way_frames(spec.T)
    labels = [f"t = {t}" for t in at] + [" "] * (3 * len(at))
    return [
        images(
            "way.x",
            [("Noise", None), (" becomes a digit; small: the ", None), ("guess of x₀", "code")],
            columns=len(at),
            labels=labels,
            below="way.x0",
            below_label="small: what the net holds the digit to be",
            width=1.3,
        ),
        images(
            "samples.x",
            [("Samples", "model"), (", the nearest ", None), ("digit", "truth"), (" below", None)],
            columns=4,
            below="samples.nearest",
            width=0.85,
        ),
        hard_levels(spec.T, high={"eps": 1.0, "x0": 0.4, "v": 1.0}[spec.predicts]),
        choice("digit"),
    ]


def digits_sentence(trace: Trace) -> str:
    """What the training has come to, in words."""
    if not trace.moments:
        return "At its start the net is untrained: what comes out of noise is noise."
    judged = {name: float(a[0]) for name, a in trace.last("judged").items() if a.shape == (1,)}
    return (
        f"After {trace.moments[-1]} steps a judge takes {judged['digits']:.0%} of samples for digits "
        f"({judged['few']:.0%} of those by DDIM in 10 steps), and {judged['ceiling']:.0%} of test digits. "
        f"Median distance to the nearest training digit: {judged['near']:.2f}; of test digits "
        f"{judged['apart']:.2f}."
    )


def chain(spec: Any) -> Sequence[Panel]:
    """Both ways of the first diffusion model, the drift of the learned one, and what each step costs."""
    at = chain_frames(spec.T)
    scale = exact.REACH / 127
    down = Layer("data, forwards", "particles", "flow.forward", "truth", scale)
    drift = Layer("drift", "field", "flow.drift", "past", 1 / 127)
    back = Layer("model, backwards", "particles", "flow.back", "model", scale)
    named = [*map(str, range(1, spec.T + 1)), "noise"]
    shown = {"inner": time_labels(at), "width": 1.0, "trail": 2, **PLANE}
    return [
        flow([down], [("Data", "truth"), (" dissolve in noise", None)], **shown),
        flow([drift, back], [("The model", "model"), (" condenses it: ", None), ("drift", "past")], **shown),
        bars(
            "bound.terms",
            [("What each step ", None), ("costs", "blind")],
            unit="bits a point",
            x="step t, from data to noise",
            low=-5,
            high=3,
            labels=named,
            width=0.95,
        ),
    ]


def chain_sentence(trace: Trace) -> str:
    """What the bound has come to, in words."""
    if not trace.moments:
        return "At its start the net is untrained: each step back is a plain one, and noise stays noise."
    found = {name: float(a[0]) for name, a in trace.last("bound").items() if a.shape == (1,)}
    return (
        f"{CHAINED} points each way. After {trace.moments[-1]} steps the bound is {found['sum']:.2f} bits a "
        f"point, as a sum over steps; {found['monte']:.2f} by whole trajectories (standard error "
        f"{found['error']:.2f}). One Gaussian would need {found['gaussian']:.2f}. The first bar is negative: "
        "the last step back ends in a density, not in a distribution over levels."
    )


EQUATION = r"L_{\text{simple}} = \mathbb E_{t, x_0, \varepsilon} \big\| \varepsilon - \varepsilon_\theta" + (
    r"(\sqrt{\bar\alpha_t}\, x_0 + \sqrt{1 - \bar\alpha_t}\, \varepsilon,\ t) \big\|^2"
)
PLAIN = (
    r"x_{t-1} = \tfrac{1}{\sqrt{\alpha_t}} \Big( x_t - \tfrac{\beta_t}{\sqrt{1 - \bar\alpha_t}}"
    r"\, \varepsilon_\theta(x_t, t) \Big) + \sigma_t z",
    r"\hat x_0 = \tfrac{x_t - \sqrt{1 - \bar\alpha_t}\, \varepsilon_\theta}{\sqrt{\bar\alpha_t}}",
    r"K = -\sum_{t=2}^{T} D_{KL}\big(q(x_{t-1} | x_t, x_0) \,\|\, p(x_{t-1} | x_t)\big) + \dots",
)


def symbols(trace: Trace, spec: Any) -> Sequence[tuple[str, str, str]]:
    """The symbols of the equations, with their values here."""
    kept = schedule.SCHEDULES[getattr(spec, "schedule", "linear")](spec.T)
    loss = f"{trace.latest('loss'):.3f}" if "loss" in trace.scalars else "not trained yet"
    return (
        ("T", "noise levels", str(spec.T)),
        (r"\bar\alpha_t", "signal left at t = T/2, and at T", f"{kept[spec.T // 2]:.3f}, {kept[-1]:.2g}"),
        (r"1 / \sqrt{\bar\alpha_T}", "what an error of ε is multiplied by at T", f"{kept[-1] ** -0.5:.3g}"),
        (r"\varepsilon", "noise, drawn anew for each example", "N(0, 1)"),
        ("L", "the loss of the last batch", loss),
    )


def cover() -> Panel:
    """For the page's card."""
    return images("samples.x", (), columns=4)
