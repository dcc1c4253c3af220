"""Lab: three arrows that add up, and what guided steps then sample. Exact; nothing is trained."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.core.claims import Claim, Traces, Verdict
from engine.core.judges import floor, mmd
from engine.core.params import Spec, param
from engine.core.trace import Event, State, Step, shots
from engine.diffusion import maps
from engine.diffusion.ddpm import DDPM, ancestral
from engine.diffusion.guidance import COUNTS, CUT, Classes, Guided
from engine.diffusion.schedule import linear

PAPERS = ("dhariwal2021", "ho2022guidance")
PARTICLES, MANY, FRAMES = 240, 1200, 30  # of MANY the figures are taken, PARTICLES are drawn
REACH, ASPECT = 4.2, 0.8
BINS, LOW, HIGH = 36, -2.4, 3.6  # of the distance along the class's own direction, which is up
MOST = 20.0  # of w
LONG = 2.6  # an arrow is drawn this long at most


@dataclass(frozen=True)
class GuidanceSpec(Spec):
    w: float = param(1.0, "Guidance w", COUNTS, low=0.0, high=MOST)
    x: float = param(-0.9, "x", "Of the place whose arrows are drawn.", low=-REACH, high=REACH)
    y: float = param(0.3, "y", "Of the place.", low=-ASPECT * REACH, high=ASPECT * REACH)
    spread: float = param(0.35, "Width", "Standard deviation of each mode.", low=0.2, high=0.6)
    steps: int = param(100, "Steps", "From noise to data.", low=10, high=200)
    seed: int = param(0, "Seed", "Same seed, same noise.", low=0, high=9999)


def restore(spec: GuidanceSpec, weights: State | None) -> Classes:
    """The classes: all there is to restore, for nothing is trained."""
    return Classes(spec.spread)


def run(spec: GuidanceSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Moments go from noise to data. On the CPU whatever the device: half a second.

    arrows, at (x, y): see `_arrows`. heights: shares of BINS, of what is sampled, of p_t(x | c), and
    of p_t(x) p_t(c | x)^w. share: who is in the crowd, of each; sure: the mean p_t(c | x) of what is sampled.
    """
    rng = torch.Generator().manual_seed(spec.seed)
    of, alpha_bar = restore(spec, None), linear(spec.steps).float()
    model = DDPM(Guided(of, alpha_bar, spec.w), alpha_bar)
    path = ancestral(model, torch.randn(MANY, 2, generator=rng), rng)
    drawn = of.asked.draw(MANY, rng)
    place, grid = torch.tensor([[spec.x, spec.y]]), _grid()
    frames = np.unique(np.linspace(0, spec.steps, min(spec.steps, FRAMES) + 1).round().astype(int))
    for moment, step in enumerate(frames.tolist()):
        x, level = path[step], spec.steps - step
        at = of.at(alpha_bar[level])
        size, cut = at.all.variance**0.5, CUT * at.all.scale  # what noise shrinks, the cut shrinks with
        without, pull = size * at.all.score(place), size * at.pull(place)
        tilted, asked = at.tilted(grid, spec.w), at.tilted(grid, 1.0)
        low = grid[:, 1] < cut
        share = {"sampled": (x[:, 1] < cut).float().mean(), "asked": asked[low].sum(),
                 "tilted": tilted[low].sum()}  # fmt: skip
        figures = {name: round(float(v), 4) for name, v in share.items()}
        figures["sure"] = round(float(at.log_class(x).exp().mean()), 4)
        if step == spec.steps:
            figures |= {"mmd": mmd(x, drawn), "floor": floor(drawn)}
        if step:
            yield Step(step, spec.steps, figures | {"level": level / spec.steps})
        seen = {
            "cloud": {"x": maps.places(x[:PARTICLES])},
            "world": {"density": maps.density(at.all, 1.0, REACH, ASPECT)},
            "arrows": _arrows(without, pull, spec.w),
            "heights": {"sampled": _shares(x[:, 1]), "asked": _shares(grid[:, 1], asked),
                        "tilted": _shares(grid[:, 1], tilted), "cut": np.array([float(cut)], np.float32)},
        }  # fmt: skip
        yield from shots(moment, step, seen)


def _grid() -> Tensor:
    """Places all over the plane, the same number of rows in each bin (12,495, 2)."""
    width = (HIGH - LOW) / BINS
    return torch.cartesian_prod(torch.linspace(-5, 5, 51), LOW - 3 + width / 4 * (torch.arange(245) + 0.5))


def _arrows(without: Tensor, pull: Tensor, w: float) -> dict[str, np.ndarray]:
    """The score of all, w times the classifier's pull, and their sum, each (1, 2), in units in which a mode's
    own arrow at its own width is 1 long; one: the pull for w = 1; shrink (1,): by what all were multiplied,
    so as to be LONG at most.
    """
    three = {"without": without, "pull": w * pull, "sum": without + w * pull}
    shrink = min(1.0, LONG / max(float(arrow.norm()) for arrow in (*three.values(), pull)))
    shown = {name: (shrink * arrow).numpy().round(4) for name, arrow in (three | {"one": pull}).items()}
    return shown | {"shrink": np.array([shrink], np.float32)}


def _shares(y: Tensor, weights: Tensor | None = None) -> np.ndarray:
    """How much falls into each bin; what lies beyond an end counts as there (BINS,)."""
    which = ((y - LOW) / (HIGH - LOW) * BINS).long().clamp(0, BINS - 1)
    each = torch.full_like(y, 1 / len(y)) if weights is None else weights
    return torch.zeros(BINS).index_add(0, which, each).numpy()


def _as_it_is(traces: Traces) -> Verdict:
    found, least = (traces["one"].latest(name) for name in ("mmd", "floor"))
    return Verdict(
        found <= 3 * least, f"MMD {found:.4f}, of two exact draws {least:.4f}", "3 times that at most"
    )


def _something_else(traces: Traces) -> Verdict:
    one, four = (traces[name].latest("sampled") for name in ("one", "four"))
    return Verdict(
        four < one / 3, f"{four:.0%} in the crowd at w = 4, {one:.0%} at w = 1", "less than a third at w = 4"
    )


def _nor_the_tilted(traces: Traces) -> Verdict:
    found, tilted = (traces["four"].latest(name) for name in ("sampled", "tilted"))
    return Verdict(
        found < tilted / 2, f"{found:.0%} sampled, {tilted:.0%} would be right", "less than half of it"
    )


SPEC = GuidanceSpec
split = None  # exact: nothing is learned
PLACE = {"x": -0.9, "y": 0.3}  # whose arrows are drawn changes nothing of what is sampled
ONE, FOUR = PLACE | {"w": 1.0}, PLACE | {"w": 4.0}
CLAIMS = (
    Claim(
        "At w = 1 guided steps sample p(x|c), the class as it is.",
        _as_it_is,
        "Samples farther from exact draws of the class than three times what two such draws are apart.",
        {"one": ONE},
    ),
    Claim(
        "At w = 4 they sample something else: the part of the class that lies in the crowd is nearly gone.",
        _something_else,
        "A third or more left, at w = 4, of those that are in the crowd at w = 1.",
        {"one": ONE, "four": FOUR},
    ),
    Claim(
        "Nor do they sample p(x) p(c|x)⁴, whose score the arrows are at the end.",
        _nor_the_tilted,
        "A share in the crowd of at least half of what that density has there.",
        {"four": FOUR},
    ),
)
RECORDED = (GuidanceSpec(),)
