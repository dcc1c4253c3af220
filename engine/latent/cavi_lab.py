"""Lab: an upright ellipse climbs towards a slanted one, one coordinate at a time. Nothing is learned."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.core.claims import Claim, Traces, Verdict
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
            yield Step(half, total, {"below": gap(m, var, spec.rho)})
        ring = SIGMAS * np.sqrt(var) * np.stack([np.cos(ROUND), np.sin(ROUND)], 1) + m
        yield from shots(half, half, {
            "q": {"ring": ring, "m": m[None].copy(), "var": var.copy(), "path": path.copy()},
            "stair": {"half": np.array([half]), "below": np.array([-gap(m, var, spec.rho)])},
        })  # fmt: skip


def correlation_slows(traces: Traces) -> Verdict:
    """How far the centre of q ends from the posterior's, for two correlations."""
    some, much = (float(np.hypot(*traces[name].last("q")["m"][0])) for name in ("0.8", "0.95"))
    return Verdict(
        some <= 0.1 and much > 0.5,
        f"{some:.2f} away with correlation 0.8, {much:.2f} with 0.95",
        "at most 0.1, and more than 0.5",
    )


SPEC = CaviSpec
split = None  # exact: nothing is learned
CLAIMS = (
    Claim(
        "From one start, eight sweeps bring the centre of q to within 0.1 of the posterior's where the "
        "correlation is 0.8; where it is 0.95 they leave it more than 0.5 away.",
        correlation_slows,
        "A centre farther away at 0.8, or nearer at 0.95.",
        {"0.8": {"rho": 0.8, "sweeps": 8}, "0.95": {"rho": 0.95, "sweeps": 8}},
    ),
)
RECORDED = (CaviSpec(),)
