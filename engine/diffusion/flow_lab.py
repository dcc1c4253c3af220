"""Lab: the same noise, two ways home, by the reverse SDE and by its ODE. Exact; nothing is trained."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.core.claims import Claim, Verdict
from engine.core.inputs import Answer, Inputs, real, whole
from engine.core.judges import floor, mmd
from engine.core.params import Spec, param
from engine.core.trace import Event, State, Step, Trace, shots
from engine.data.landscapes import LANDSCAPES
from engine.diffusion import maps
from engine.diffusion.flow import crossed, flow
from engine.diffusion.sde import KINDS, noise, reverse, times
from engine.diffusion.worlds import World, landscape, line, world

PAPERS = ("song2021sde",)
PARTICLES, PATHS, WALKERS, FRAMES = 220, 100, 200, 50
COMPARED = (0.5, 0.75, 0.9, 1.0)  # how far on the way the two distributions are compared
ROWS = 48  # of the river's density
RATIO = 1.5


@dataclass(frozen=True)
class FlowSpec(Spec):
    shape: str = param("ring", "Data", "Where the Gaussians stand.", choices=tuple(LANDSCAPES))
    modes: int = param(8, "Modes", "How many Gaussians.", low=1, high=24)
    spread: float = param(0.2, "Width", "Standard deviation of each, also in the river.", low=0.1, high=0.6)
    kind: str = param("VP", "SDE", "Variance preserving, or variance exploding.", choices=tuple(KINDS))
    steps: int = param(100, "Steps", "Of both solvers, from noise to data.", low=4, high=200)
    uneven: float = param(0.0, "Uneven", "Each mode is lighter by this share.", low=0.0, high=0.5)
    seed: int = param(0, "Seed", "Same seed, same noise.", low=0, high=9999)


@dataclass(frozen=True)
class Worlds:
    """The plane and the line."""

    plane: World
    line: World


def restore(spec: FlowSpec, weights: State | None) -> Worlds:
    """Both worlds: all there is to restore, for nothing is trained."""
    plane = landscape(spec.shape, spec.modes, spec.spread, spec.uneven)
    return Worlds(world(spec.kind, plane), world(spec.kind, line(spec.spread)))


def run(spec: FlowSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Moments go from noise to data. On the CPU whatever the device: a tenth of a second."""
    rng = torch.Generator().manual_seed(spec.seed)
    both, through = restore(spec, None), times(spec.steps)
    plane, sde = both.plane, both.plane.sde
    start = noise(sde, PARTICLES, 2, rng)
    wander = reverse(sde, plane.score, start, spec.steps, rng)  # (S, n, 2)
    stream = flow(sde, plane.score, start, through)
    jitter, smooth = _line(both.line, spec.steps, spec.seed)
    counts = {"sde": crossed(jitter), "ode": crossed(smooth)}
    frames = np.unique(np.linspace(0, spec.steps, min(spec.steps, FRAMES) + 1).round().astype(int)).tolist()
    compared = {frames[round(far * (len(frames) - 1))] for far in COMPARED}
    for moment, step in enumerate(frames):
        t = through[step]
        spread = plane.spread(t)
        if step:
            scalars = {
                "time": t,
                "sde_crossed": float(counts["sde"][step]),
                "ode_crossed": float(counts["ode"][step]),
            }
            if step in compared:
                found = mmd(wander[step] / spread, stream[step] / spread)
                scalars |= {"mmd": found, "floor": floor(plane.draw(PARTICLES, t, rng) / spread)}
            yield Step(step, spec.steps, scalars)
        clouds = {"sde": wander[step], "ode": stream[step]}
        now = plane.at(t)
        score = maps.kept(maps.arrows(now.score, now.variance**0.5, spread))
        lines = {"sde": jitter[step], "ode": smooth[step]}
        river = {name: maps.places(x, both.line.spread(t)) for name, x in lines.items()}
        seen = {
            "flow": {name: maps.places(x, spread) for name, x in clouds.items()},
            "world": {"density": maps.density(now, spread), "score": score},
            "river": river | {"density": _bank(both.line, t)},
        }
        yield from shots(moment, step, seen)


def _line(of: World, steps: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """PATHS paths of SDE and ODE in one dimension, from the same noises -> (steps + 1, n) twice."""
    rng = torch.Generator().manual_seed(seed)
    start = noise(of.sde, PATHS, 1, rng)
    jitter = reverse(of.sde, of.score, start, steps, rng)
    return jitter[:, :, 0], flow(of.sde, of.score, start, times(steps))[:, :, 0]


def _bank(of: World, t: float) -> np.ndarray:
    """One column of the river: p_t as ink, from the upper end down -> (ROWS,) uint8."""
    y = torch.linspace(maps.REACH, -maps.REACH, ROWS)[:, None] * of.spread(t)
    log = of.at(t).log_density(y)
    return (255 * torch.exp((log - log.max()) / 2)).numpy().round().astype(np.uint8)


def _same_marginals(traces: Mapping[str, Trace]) -> Verdict:
    scalars = traces["this"].scalars
    found, least = (float(np.mean(scalars[name][1])) for name in ("mmd", "floor"))
    return Verdict(
        found <= RATIO * least,
        f"MMD {found:.4f}, floor {least:.4f}",
        f"at most {RATIO} times two exact draws, over {len(scalars['mmd'][1])} times",
    )


def _only_the_sde_crosses(traces: Mapping[str, Trace]) -> Verdict:
    sde, ode = (int(traces["this"].latest(name)) for name in ("sde_crossed", "ode_crossed"))
    pairs = PATHS * (PATHS - 1) // 2
    return Verdict(
        ode == 0 and sde > pairs / 4,
        f"of {pairs} pairs {ode} of the ODE cross, {sde} of the SDE",
        f"0 of the ODE, over {pairs // 4} of the SDE",
    )


def _probe_drop(model: Worlds, inputs: Inputs) -> Answer:
    """{"x", "y": a place of the picture at t = 1, "steps", "seed"} -> its way by "sde" and "ode" (S, 2), in
    the picture's units, the "mode" () that the ODE ends in, and "shares" (K,) of where WALKERS SDEs end."""
    plane, steps = model.plane, whole(inputs, "steps", 1, 200)
    place = [real(inputs, name, -10, 10) for name in ("x", "y")]
    rng = torch.Generator().manual_seed(whole(inputs, "seed", 0, 9999))
    through = times(steps)
    units = torch.tensor([plane.spread(t) for t in through])[:, None]
    start = plane.spread(1.0) * torch.tensor([place])
    stream = flow(plane.sde, plane.score, start, through)[:, 0]
    walkers = reverse(plane.sde, plane.score, start.repeat(WALKERS, 1), steps, rng)
    ends = plane.at(through[-1]).share(torch.cat([walkers[-1], stream[-1:]])).argmax(1)
    shares = torch.bincount(ends[:-1], minlength=len(plane.data.weights)) / WALKERS
    ways = {"sde": walkers[:, 0] / units, "ode": stream / units}
    found = {name: way.numpy() for name, way in ways.items()}
    return found | {"mode": ends[-1].numpy(), "shares": shares.numpy()}


def _probe_strands(model: Worlds, inputs: Inputs) -> Answer:
    """{"steps", "seed"} -> all paths of the line, in the picture's units: "sde", "ode" (n, S)."""
    steps = whole(inputs, "steps", 1, 200)
    units = torch.tensor([model.line.spread(t) for t in times(steps)])
    pair = _line(model.line, steps, whole(inputs, "seed", 0, 9999))
    return {name: (way.T / units).numpy() for name, way in zip(("sde", "ode"), pair, strict=True)}


SPEC = FlowSpec
split = None  # exact: nothing is learned
PROBES = {"drop": _probe_drop, "strands": _probe_strands}
CLAIMS = (
    Claim(
        "SDE and ODE have the same distribution at every moment.",
        _same_marginals,
        "A discrepancy of their particles well above that of two exact draws of the same density.",
    ),
    Claim(
        "In one dimension paths of the ODE never cross; those of the SDE do.",
        _only_the_sde_crosses,
        "One pair of ODE paths that changes its order.",
    ),
)
RECORDED = (FlowSpec(),)
