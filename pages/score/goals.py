"""What grades a bet or a challenge of the page on scores: traces in, and what was found out."""

import numpy as np

from engine.core.trace import Trace

ASKED = "Two modes, 20 : 80, an even start. What share of plain Langevin's walkers ends in the small one?"
SPLITS = ("20 %", "35 %", "50 %", "80 %")


def split(trace: Trace) -> str:
    """The share of plain walkers in the small mode."""
    return f"{float(trace.last('share')['plain']):.1%}"


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
