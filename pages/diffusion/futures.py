"""Figures of what is asked of a trained diffusion model: films whose time is the diffusion's."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.figures import films
from app.figures.panels import Panel, images
from app.figures.planes import Layer, flow
from pages.diffusion.figures import PLANE

Shown = tuple[Sequence[Panel], films.Film]
HUNDREDTH = 0.01
SAYS = {"eps": "ε", "x0": "x₀", "v": "v"}


def _film(levels: np.ndarray, arrays: dict[str, Any], **scalars: list[float]) -> films.Film:
    """A moment a level: its number is how far the way has come, from noise (0) to data."""
    far = [int(levels[0]) - int(t) for t in levels]
    lines = {name: {"step": far, "value": values} for name, values in scalars.items()}
    return films.header(far, lines, max(far[-1], 1)), arrays


def _places(x: np.ndarray) -> np.ndarray:
    return np.clip(np.round(x / HUNDREDTH), -30_000, 30_000).astype(np.int16)


def guesses(answer: dict[str, np.ndarray], density: np.ndarray, says: str) -> Shown:
    """What the net and what the exact denoiser hold x_0 to be, on one way from noise to data."""
    t, moving = answer["t"], Layer("particles", "particles", "way.x", "model", HUNDREDTH)
    panels = []
    for array, name, title in (
        ("x0", "the net's", f"A net that says {SAYS[says]}"),
        ("best", "exact", "The exact denoiser"),
    ):
        concept = "code" if array == "x0" else "truth"
        ghosts = Layer(f"guesses: {name}", "ghosts", f"way.{array}", concept, HUNDREDTH, of=moving)
        words = [(title, concept), (": where will each land?", None)]
        panels.append(flow([Layer("density", "density", density), ghosts, moving], words, trail=4, **PLANE))
    arrays = {f"way.{name}": _places(answer[name]) for name in ("x", "x0", "best")}
    return panels, _film(t, arrays, factor=answer["factor"].tolist())


def guesses_sentence(answer: dict[str, np.ndarray], says: str) -> list[str]:
    """How far the guesses lie from the exact ones, and at first why: a text a level."""
    off = np.sqrt(((answer["x0"] - answer["best"]) ** 2).sum(2).mean(1))
    mean = answer["best"][0].mean(0).round(1) + 0.0  # no minus zero
    T = int(answer["t"][0])
    why = {
        "eps": f"It says ε, and 1/√ᾱ = {answer['factor'][0]:.0f} multiplies its errors in the guess of x₀.",
        "x0": "It says x₀ itself: nothing is divided.",
        "v": "It says v, which at t = T is all but −x₀: nothing is divided.",
    }
    first = (
        f"At t = {T}, pure noise, the exact guess is the data's mean, ({mean[0]:.1f}, {mean[1]:.1f}), "
        f"whatever the noise. The net's guesses lie {off[0]:.2f} away from it. {why[says]}"
    )
    later = [
        f"At t = {t} the net's guesses, open circles, lie {far:.2f} away from the exact ones. A thread leads "
        "to each from its particle."
        for t, far in zip(answer["t"][1:].tolist(), off[1:], strict=True)
    ]
    return [first, *later]


def samplers(answer: dict[str, np.ndarray], density: np.ndarray, steps: int, eta: float) -> Shown:
    """The same noises twice: by DDIM at every level, and as asked for."""
    back, panels = Layer("density of the data", "density", density), []
    concept = "past" if eta == 0 else "model"
    asked = f" in {steps} step{'s' if steps > 1 else ''}"
    for name, hue, words in (("all", "past", " at every level"), ("x", concept, asked)):
        moving = Layer(f"particles{words}", "particles", f"way.{name}", hue, HUNDREDTH)
        title = "DDIM" if hue == "past" else f"η = {eta:g}"
        panels.append(flow([back, moving], [(title, hue), (words, None)], trail=30, **PLANE))
    arrays = {f"way.{name}": _places(answer[name]) for name in ("all", "x")}
    return panels, _film(answer["t"], arrays)


def samplers_sentence(answer: dict[str, np.ndarray]) -> str:
    """How far the ends lie apart, in words."""
    apart = np.sqrt(((answer["x"][-1] - answer["all"][-1]) ** 2).sum(1))
    return (
        f"The same {len(apart)} noises. At the end half of them lie less than {np.median(apart):.2f} from "
        f"where DDIM in all steps takes them, and {(apart > 1).mean():.0%} more than 1 away. Lines: the way "
        "so far."
    )


def ways(answer: dict[str, np.ndarray], steps: int) -> Shown:
    """Eight digits out of the same noises: by DDPM, by DDIM, and by DDIM in few steps."""
    titles = {
        "ddpm": [("DDPM", "model"), (": fresh noise at each level", None)],
        "ddim": [("DDIM", "past"), (": no noise", None)],
        "few": [("DDIM", "past"), (f" in {steps} step{'s' if steps > 1 else ''}", None)],
    }
    panels = [
        images(f"{name}.x", title, columns=4, below=f"{name}.x0", below_label="small: the guess of x₀")
        for name, title in titles.items()
    ]
    return panels, _film(answer["t"], {k: v for k, v in answer.items() if k != "t"})


def ways_sentence(answer: dict[str, np.ndarray], steps: int) -> str:
    """How much the ends differ, in words."""
    ends = {name: answer[f"{name}.x"][-1].astype(float) / 8 for name in ("ddpm", "ddim", "few")}
    apart = {name: np.sqrt(((ends[name] - ends["ddim"]) ** 2).sum((1, 2))).mean() for name in ("ddpm", "few")}
    return (
        f"The same eight noises. At the end DDIM in {steps} steps lies {apart['few']:.1f} from DDIM in all, "
        f"DDPM {apart['ddpm']:.1f} (distance of two pictures): its noise on the way leads elsewhere."
    )


def futures_sentence(answer: dict[str, np.ndarray]) -> str:
    """What becomes of one x_t, in words."""
    kinds, counts = np.unique(answer["said"], return_counts=True)
    found = ", ".join(
        f"{n} × {'no digit' if kind == 10 else kind}"
        for n, kind in sorted(zip(counts.tolist(), kinds.tolist(), strict=True), reverse=True)
    )
    return f"{len(answer['said'])} futures from t = {int(answer['t'])}: {found}."
