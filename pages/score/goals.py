"""What grades a bet or a challenge of the page on scores: traces in, and what was found out."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.core.trace import Trace
from engine.data.landscapes import LANDSCAPES
from engine.diffusion.maps import HUNDREDTHS

CLOUDS = ("both", "orange (SDE)", "blue (ODE)", "neither")
WIDTHS = 3  # of a mode: who is nearer to its middle stands on it


def landed(trace: Trace, spec: Any) -> dict[str, float]:
    """The share of the particles that end on a mode of the data, by "sde" and "ode"."""
    modes = LANDSCAPES[spec.shape](spec.modes)
    found = {}
    for name, places in trace.last("flow").items():
        far = np.linalg.norm((places / HUNDREDTHS)[:, None] - modes, axis=2).min(1)
        found[name] = float((far < WIDTHS * spec.spread).mean())
    return found


def still(found: Mapping[str, float], enough: float = 0.8) -> str:
    """Whose clouds have at least so much of themselves on the modes."""
    sde, ode = (found[name] >= enough for name in ("sde", "ode"))
    return CLOUDS[0 if sde and ode else 1 if sde else 2 if ode else 3]


def broken(trace: Trace, floors: float = 3) -> tuple[bool, str]:
    """Steps so few that the SDE misses the density, while no ODE paths cross."""
    found, least = (float(np.mean(trace.scalars[name][1])) for name in ("mmd", "floor"))
    crossed = int(trace.latest("ode_crossed"))
    return found > floors * least and crossed == 0, f"{found / least:.1f} floors, {crossed} crossings"


def fair_walk(trace: Trace, off: float = 0.01) -> tuple[bool, str]:
    """Annealed walkers split as the modes weigh."""
    share, true = (float(trace.last("share")[name]) for name in ("annealed", "truth"))
    return abs(share - true) <= off, f"{share:.1%} for {true:.0%}"


def quick_study(trace: Trace, steps: int = 1500, cosine: float = 0.97) -> tuple[bool, str]:
    """A net that agrees with the exact field at all of several scales after a short training."""
    cosines = trace.last("cosine")["likely"]
    good = bool(cosines.min() > cosine) and trace.moments[-1] <= steps and len(cosines) >= 8
    return good, f"{float(cosines.min()):.3f} at {len(cosines)} scales, {trace.moments[-1]:,} steps"
