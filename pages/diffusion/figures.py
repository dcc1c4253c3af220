"""Figures of the diffusion page's trainings: arrays in, panels and sentences out."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import torch

from app.figures.captions import Caption
from app.figures.panels import Panel, bars, images
from app.figures.planes import Layer, flow
from engine.core.trace import Trace
from engine.diffusion import exact, schedule
from engine.diffusion.digit_watch import frames as way_frames
from engine.diffusion.nonequilibrium_lab import SHOWN as CHAINED
from engine.diffusion.nonequilibrium_lab import frames as chain_frames
from engine.diffusion.point_watch import FAR, FORKS, SHOWN, bins, frames, small

Ways = Mapping[str, np.ndarray]
PLANE: dict[str, Any] = {"reach": exact.REACH, "aspect": exact.ASPECT}
CONCEPT = {"DDPM": "model", "DDIM": "past", "eta = 1": "code"}


@lru_cache(maxsize=16)
def exact_picture(data: str, drawing: str, seed: int, named: str, T: int) -> tuple[np.ndarray, np.ndarray]:
    """p_t and -E[eps | x_t] at the levels of a flow's pictures: see `exact.picture`."""
    known = exact.mixture(data, exact.training_set(data, drawing, seed))
    return exact.picture(known, schedule.SCHEDULES[named](T)[frames(T)])


@lru_cache(maxsize=16)
def noised(data: str, drawing: str, seed: int, named: str, T: int) -> np.ndarray:
    """Data points on their way into noise, one draw of it: int8 (frames, SHOWN, 2), from level T to 0."""
    rng = torch.Generator().manual_seed(seed)
    x = exact.training_set(data, drawing, seed)[:SHOWN]
    kept, way = schedule.SCHEDULES[named](T).float(), [x]
    for t, s in pairwise(frames(T)[::-1]):
        alpha = kept[s] / kept[t]
        x = alpha.sqrt() * x + (1 - alpha).sqrt() * torch.randn(x.shape, generator=rng)
        way.append(x)
    return small(torch.stack(way[::-1]), exact.REACH)


def time_labels(at: Sequence[int]) -> list[str]:
    """One a picture of a flow."""
    ends = {0: " · data", at[0]: " · noise"}
    return [f"t = {t} of {at[0]}{ends.get(t, '')}" for t in at]


def points(spec: Any, dropped: Ways | None = None) -> Sequence[Panel]:
    """Data on their way into noise, noise on its way to data, and the error of the guess at each level."""
    named = spec.data, spec.drawing, spec.seed, spec.schedule, spec.T
    density, best = exact_picture(*named)
    truth = Layer("exact −ε", "field", best, "truth", on=False)
    moving = Layer("particles", "particles", "flow.x", "model", exact.REACH / 127)
    says = "x₀ as the net says it" if spec.predicts == "x0" else "x₀ guessed"
    guesses = Layer(says, "ghosts", "flow.x0", "code", FAR / 127, of=moving, on=spec.predicts == "x0")
    layers = [
        Layer("density", "density", density),
        Layer("−ε", "field", "field.eps", "past", FAR / 127),
        truth,
        guesses,
        moving,
    ]
    shown: dict[str, Any] = {"inner": time_labels(frames(spec.T)), **PLANE}
    data = Layer("data, noised", "particles", noised(*named), "truth", exact.REACH / 127)
    forwards = flow([data], [("Data", "truth"), (" with noise added, up to t", None)], trail=0, **shown)
    backwards = flow(
        layers,
        [("Noise", "model"), (" denoised down to t; arrows: ", None), ("−ε", "past")],
        drops=True,
        dropped={name: (CONCEPT[name], way) for name, way in (dropped or {}).items()},
        trail=3,
        width=1.4,
        **shown,
    )
    return [backwards, forwards, hard_levels(spec.T, "least")]


def hard_levels(T: int, least: str | None = None, high: float = 1) -> Panel:
    """The loss by noise level, and below it the least that any net can have."""
    title = [("Little noise is ", None), ("hard to tell", "blind")]
    if least is None:
        title = [("Much noise ", None), ("hides", "blind"), (" the digit", None)]
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
        unit=f"share that ends alike ({what})",
        x="level t / T where the two part",
        labels=[f"{share:g}".lstrip("0") for share in FORKS],
        width=0.72,
    )


def points_sentence(dropped: Ways | None = None) -> Caption:
    """What the flow shows, in words."""
    said = " Click the plane to drop a noise."
    if dropped:
        ends = ", ".join(f"{name} at ({way[-1][0]:.1f}, {way[-1][1]:.1f})" for name, way in dropped.items())
        said = f" Your noise ends by {ends}."
    then = (
        "each arrow is the net's guess of the noise in a point there, turned round (−ε): a step back "
        "follows it. The cloud made from noise lies {samples.mmd:.4f} from unseen data, other data "
        f"{{samples.floor:.4f}} (squared MMD).{said}"
    )
    return Caption(
        "Before training the arrows point anywhere, and noise stays noise. Beside it: data points with noise "
        f"added up to level t; no net is needed for that.{said}",
        f"After {{step}} training steps {then}",
        f"At the end {then}",
    )


def settled(trace: Trace) -> Caption:
    """When futures agree, in words."""
    said = (
        "Each bar: samples are stopped at that level and finished a second time, with other noise. How many "
        "come out as before? "
    )
    late = f"At the end of training half of them agree from t = {half(trace.last('same')['fork']):g} T on."
    return Caption(f"Before training. {said}", f"After {{step}} training steps. {said}", said + late)


def half(fork: np.ndarray) -> float:
    """The highest level, as a share of T, from which half of the futures agree; 0 if there is none."""
    return next((share for share, same in zip(FORKS, fork, strict=True) if same >= 0.5), 0.0)


def digits(spec: Any) -> Sequence[Panel]:
    """Four digits on their way, samples with the nearest digit, and the levels."""
    at = way_frames(spec.T)
    labels = [str(t) for t in at] + [" "] * (3 * len(at))
    return [
        images(
            "way.x",
            [(f"Noise, t = {at[0]}, to a digit, t = 0; small: the ", None), ("guess of x₀", "code")],
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
    ]


def digits_sentence() -> Caption:
    """What the training has come to, in words."""
    told = (
        "a judge, itself a classifier, takes {judged.digits:.2f} of all samples for digits, and "
        "{judged.ceiling:.2f} of real test digits. A sample lies {judged.near:.2f} from the nearest training "
        "digit, a test digit {judged.apart:.2f} (medians): they are no copies."
    )
    return Caption(
        "Before training, what comes out of noise is noise. Each row is one noise on its way to the right.",
        f"After {{step}} training steps {told}",
        f"At the end {told}",
    )


def chain(spec: Any) -> Sequence[Panel]:
    """Both ways of the first diffusion model, the drift of the learned one, and what each step costs."""
    at = chain_frames(spec.T)
    scale = exact.REACH / 127
    down = Layer("data, forwards", "particles", "flow.forward", "truth", scale)
    drift = Layer("drift", "field", "flow.drift", "past", 1 / 127)
    back = Layer("model, backwards", "particles", "flow.back", "model", scale)
    named = [*map(str, range(1, spec.T + 1)), "end"]
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


def chain_sentence() -> Caption:
    """What the bound has come to, in words."""
    then = (
        f"{CHAINED} points are shown each way. The steps together cost {{bound.sum:.2f}} bits a test point; "
        "one Gaussian would need {bound.gaussian:.2f}. The first bar lies below 0, since the last step back "
        "ends in a density, and a density may exceed 1."
    )
    return Caption(
        f"Before training each step back is a plain one, and noise stays noise. {CHAINED} points each way.",
        f"After {{step}} training steps: {then}",
        f"At the end: {then}",
    )


def cover() -> Panel:
    """For the page's card."""
    return images("samples.x", (), columns=4)
