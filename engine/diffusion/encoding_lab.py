"""Lab: from data to a code and back, and how likely a place is. Exact; nothing is trained."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.core.claims import Claim, check, latest
from engine.core.params import Spec, param
from engine.core.trace import Event, State, Step, shots
from engine.data.landscapes import LANDSCAPES
from engine.diffusion import maps
from engine.diffusion.encoding import log_likelihood
from engine.diffusion.flow import flow
from engine.diffusion.sde import KINDS, forward, reverse, times
from engine.diffusion.worlds import World, landscape, world

PAPERS = ("song2021sde",)
POINTS, FRAMES = 120, 24  # frames a leg
NATS, RETURN = 0.05, 0.02


@dataclass(frozen=True)
class EncodingSpec(Spec):
    shape: str = param("moons", "Data", "Where the Gaussians stand.", choices=tuple(LANDSCAPES))
    modes: int = param(12, "Modes", "How many Gaussians.", low=1, high=24)
    spread: float = param(0.2, "Width", "Standard deviation of each.", low=0.1, high=0.6)
    kind: str = param("VP", "SDE", "Variance preserving, or variance exploding.", choices=tuple(KINDS))
    steps: int = param(100, "Steps", "From data to noise, and as many back.", low=4, high=200)
    x: float = param(-0.8, "x", "Of the place whose likelihood is measured.", low=-3.2, high=3.2)
    y: float = param(1.1, "y", "Of the place whose likelihood is measured.", low=-2.4, high=2.4)
    seed: int = param(0, "Seed", "Of the data and of the SDE's noise.", low=0, high=9999)


def restore(spec: EncodingSpec, weights: State | None) -> World:
    """The mixture and its SDE: all there is to restore, for nothing is trained."""
    return world(spec.kind, landscape(spec.shape, spec.modes, spec.spread, 0.0))


def run(spec: EncodingSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Moments go from data to noise and back again. On the CPU whatever the device: a tenth of a second."""
    rng = torch.Generator().manual_seed(spec.seed)
    of, down = restore(spec, None), times(spec.steps)
    up = down[::-1]
    x = torch.cat([torch.tensor([[spec.x, spec.y]]), of.draw(POINTS, up[0], rng)])
    there, said = log_likelihood(of.sde, of.score, x, spec.steps)
    back = flow(of.sde, of.score, there[-1], down)
    ruffled = forward(of.sde, x, spec.steps, rng)
    calmed = reverse(of.sde, of.score, ruffled[-1], spec.steps, rng)
    clouds = {"ode": torch.cat([there, back[1:]]), "sde": torch.cat([ruffled, calmed[1:]])}
    exact = torch.stack([of.at(t).log_density(at) for t, at in zip(up, there, strict=True)])
    gone = {name: (way[-1] - x)[1:].norm(dim=1) for name, way in clouds.items()}
    total, leg = 2 * spec.steps, min(spec.steps, FRAMES)
    for moment, step in enumerate(np.linspace(0, total, 2 * leg + 1).round().astype(int).tolist()):
        at = min(step, total - step)  # on the way back the likelihood is that of the way there
        spread = of.spread(up[at])
        scalars = {"time": up[at], "ode_log_p": float(said[at, 0]), "exact_log_p": float(exact[at, 0])}
        if step == total:
            scalars |= {f"{name}_return": float(far.mean()) for name, far in gone.items()}
            scalars["ode_worst"] = float(gone["ode"].max())
            scalars["error"] = float((said[0] - exact[0])[1:].abs().mean())
            scalars["code_log_p"] = float(said[-1, 0])
        if step:
            yield Step(step, total, scalars)
        shown = {name: maps.places(way[step, 1:], spread) for name, way in clouds.items()}
        one = {"one": maps.places(clouds["ode"][step, :1], spread)}
        meter = {"ode": said[at, 0], "exact": exact[at, 0]}
        seen = {
            "trip": shown | one | {"start": maps.places(x[1:])},
            "meter": {name: np.array(float(v), np.float32) for name, v in meter.items()},
            "world": {"density": maps.density(of.at(up[at]), spread)},
        }
        yield from shots(moment, step, seen)


SPEC = EncodingSpec
split = None  # exact: nothing is learned
CLAIMS = (
    Claim(
        "The ODE brings every point back from its code; the SDE forgets it.",
        check(
            lambda ode, sde: ode < RETURN and sde > 10 * RETURN,
            "ODE {:.4f} at worst, SDE {:.2f} on average",
            f"ODE below {RETURN}, SDE above {10 * RETURN}",
            latest("ode_worst", "sde_return"),
        ),
        "A point that the ODE returns elsewhere, or an SDE that returns them all.",
    ),
    Claim(
        "The ODE's likelihood is the density's own.",
        check(
            lambda error: math.isfinite(error) and error < NATS,
            f"{{:.4f}} nats apart, mean over {POINTS} points",
            f"below {NATS}",
            latest("error"),
        ),
        "A log-likelihood off the closed form of the mixture by more than the solver's error.",
    ),
)
RECORDED = (EncodingSpec(),)
