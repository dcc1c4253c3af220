"""Lab: walkers feel the slope and see no map: Langevin, plain and annealed. Exact; nothing is trained."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.core.claims import Claim, Verdict, check, latest
from engine.core.params import Spec, param
from engine.core.trace import Event, State, Step, Trace, shots
from engine.diffusion import maps
from engine.diffusion.langevin import annealed, geometric, langevin
from engine.diffusion.mixture import Mixture

PAPERS = ("song2019ncsn",)
WALKERS, SHOWN, FRAMES = 1280, 150, 40  # 1280 is the authors' number
MODES = ((-5.0, -5.0), (5.0, 5.0))  # the toy of section 3.2.2: two unit Gaussians
BOX = 8.0  # walkers start evenly in it
LAST = 1.0  # sigma_L
REACH, ASPECT = 9.0, 1.0
GRID = (11, 11)  # arrows
NEAR, HALF, ANNEALED = 0.1, 0.05, 0.06


@dataclass(frozen=True)
class LangevinSpec(Spec):
    largest: float = param(20.0, "Largest noise", "Sigma that annealing starts from.", low=1.0, high=40.0)
    scales: int = param(10, "Scales", "Noise scales from the largest down to 1.", low=1, high=20)
    steps: int = param(30, "Steps a scale", "At each scale; plain Langevin takes all.", low=4, high=100)
    eps: float = param(0.3, "Step size", "Of plain Langevin and of the last scale.", low=0.01, high=1.5)
    small: float = param(0.2, "Small mode", "Share of the lower left mode.", low=0.05, high=0.5)
    seed: int = param(0, "Seed", "Of the starts and of the noise.", low=0, high=9999)


def restore(spec: LangevinSpec, weights: State | None) -> Mixture:
    """The two modes: all there is to restore, for nothing is trained."""
    return Mixture(torch.tensor(MODES), torch.tensor([spec.small, 1 - spec.small]), 1.0)


def run(spec: LangevinSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Moments are steps of the walk. On the CPU whatever the device: a tenth of a second."""
    rng = torch.Generator().manual_seed(spec.seed)
    data = restore(spec, None)
    plain = data.at(1.0, 0.0)
    sigmas = geometric(spec.largest, LAST, spec.scales)
    total = spec.scales * spec.steps
    x = BOX * (2 * torch.rand(WALKERS, 2, generator=rng) - 1)
    walks = {
        "climb": langevin(plain.score, x[:SHOWN], spec.eps, total, rng, heat=0.0),
        "plain": langevin(plain.score, x, spec.eps, total, rng),
        "annealed": annealed(lambda at, s: data.at(1.0, s).score(at), x, sigmas, spec.eps, spec.steps, rng),
    }
    static = {"density": _ink(data, 0.0), "score": _arrows(data, 0.0)}
    frames = np.unique(np.linspace(0, total, min(total, FRAMES) + 1).round().astype(int))
    for moment, step in enumerate(frames.tolist()):
        sigma = float(sigmas[max(0, step - 1) // spec.steps])
        shares = {name: float((walk[step].sum(1) < 0).float().mean()) for name, walk in walks.items()}
        near = torch.cdist(walks["climb"][step], data.means).min(1).values < NEAR
        if step:
            yield Step(step, total, shares | {"sigma": sigma, "on_peaks": float(near.float().mean())})
        places = {name: maps.places(walk[step, :SHOWN]) for name, walk in walks.items()}
        noised = {"noised_density": _ink(data, sigma), "noised_score": _arrows(data, sigma)}
        kept = {name: round(v, 4) for name, v in shares.items()} | {"truth": spec.small}
        seen = {
            "walk": places | {"start": maps.places(x[:SHOWN])},
            "world": static | noised,
            "share": {name: np.array(v, np.float32) for name, v in kept.items()},
        }
        yield from shots(moment, step, seen)


def _ink(data: Mixture, sigma: float) -> np.ndarray:
    return maps.density(data.at(1.0, sigma), 1.0, REACH, ASPECT)


def _arrows(data: Mixture, sigma: float) -> np.ndarray:
    """As long as the spread of one mode makes them."""
    of = data.at(1.0, sigma)
    return maps.kept(maps.arrows(of.score, of.variance**0.5, 1.0, REACH, ASPECT, GRID))


def _plain_halves(traces: Mapping[str, Trace]) -> Verdict:
    share, true = (float(traces["this"].last("share")[name]) for name in ("plain", "truth"))
    if abs(true - 0.5) < 2 * HALF:
        return Verdict(None, f"{share:.3f}, and {true:.2f} is right", "a small mode well below one half")
    return Verdict(abs(share - 0.5) <= HALF, f"{share:.3f} in the small mode of {true:.2f}", "0.45 to 0.55")


def _annealed_is_right(traces: Mapping[str, Trace]) -> Verdict:
    share, true = (float(traces["this"].last("share")[name]) for name in ("annealed", "truth"))
    wanted = f"{max(0, true - ANNEALED / 2):.2f} to {true + ANNEALED:.2f}"
    good = true - ANNEALED / 2 <= share <= true + ANNEALED
    return Verdict(good, f"{share:.3f} in the small mode of {true:.2f}", wanted)


SPEC = LangevinSpec
split = None  # exact: nothing is learned
CLAIMS = (
    Claim(
        "Without noise every walker ends on a peak.",
        check(
            lambda found: found > 0.99, f"{{:.1%}} within {NEAR} of a peak", "over 99 %", latest("on_peaks")
        ),
        "Walkers that climb the score and come to rest anywhere else.",
    ),
    Claim(
        "Plain Langevin puts half of the walkers into the small mode.",
        _plain_halves,
        "A share near the mode's true weight, from walkers that started evenly.",
    ),
    Claim(
        "Annealed Langevin finds how much each mode weighs.",
        _annealed_is_right,
        "A share near one half, or far below the mode's weight.",
    ),
)
RECORDED = (LangevinSpec(),)
