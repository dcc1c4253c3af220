"""Lab: an upright ellipse climbs towards a slanted one, one coordinate at a time. Nothing is learned."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.core.params import Spec, param
from engine.core.trace import Event, State, Step, shots
from engine.latent.cavi import gap, update

PAPERS = ("blei2016",)
ROUND = np.linspace(0, 2 * np.pi, 49)
SIGMAS = 1.5  # an ellipse is drawn so many standard deviations from its centre
START = 0.0, 2.0  # centre of q; its variances start at 1


@dataclass(frozen=True)
class CaviSpec(Spec):
    rho: float = param(0.8, "Correlation ρ", "Of the posterior's two numbers.", low=-0.99, high=0.99)
    sweeps: int = param(8, "Sweeps", "Each updates both coordinates once.", low=1, high=20)


def restore(spec: CaviSpec, weights: State | None) -> float:
    """The posterior is its correlation: all there is."""
    return spec.rho


def run(spec: CaviSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """A moment for each half sweep. On the CPU whatever the device. path: where the centre was so far."""
    m, var, total = np.array(START), np.ones(2), 2 * spec.sweeps
    path = np.tile(m, (total + 1, 1))
    for half in range(total + 1):
        if half:
            j = (half - 1) % 2
            m[j], var[j] = update(m, j, spec.rho)
            path[half:] = m
            yield Step(half, total, {"below": gap(m, var, spec.rho), "var1": var[0], "var2": var[1],
                                     "m1": m[0], "m2": m[1]})  # fmt: skip
        ring = SIGMAS * np.sqrt(var) * np.stack([np.cos(ROUND), np.sin(ROUND)], 1) + m
        yield from shots(half, half, {
            "q": {"ring": ring, "m": m[None].copy(), "var": var.copy(), "path": path.copy()},
            "stair": {"half": np.array([half]), "below": np.array([-gap(m, var, spec.rho)])},
        })  # fmt: skip


SPEC = CaviSpec
split = None  # exact: nothing is learned
CLAIMS = ()  # what it shows follows from arithmetic: facts, tested, and told as exact
RECORDED = (CaviSpec(),)
