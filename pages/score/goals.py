"""What grades a bet or a challenge of the page on scores: traces in, verdicts out."""

import numpy as np

from engine.core.claims import Verdict
from engine.core.trace import Trace

ASKED = "Two modes, 20 : 80, an even start. What share of plain Langevin's walkers ends in the small one?"
SPLITS = ("20 %", "35 %", "50 %", "80 %")


def split(trace: Trace) -> str:
    """The share of plain walkers in the small mode."""
    return f"{float(trace.last('share')['plain']):.1%}"


def broken_sde(trace: Trace, floors: float = 3) -> Verdict:
    """Steps so few that the SDE misses the density, while no ODE paths cross."""
    found, least = (float(np.mean(trace.scalars[name][1])) for name in ("mmd", "floor"))
    crossed = int(trace.latest("ode_crossed"))
    said = f"{found / least:.1f} floors, {crossed} crossings"
    return Verdict(found > floors * least and crossed == 0, said, f"over {floors:g} floors, 0 crossings")


def fair_walk(trace: Trace, off: float = 0.01) -> Verdict:
    """Annealed walkers split as the modes weigh."""
    share, true = (float(trace.last("share")[name]) for name in ("annealed", "truth"))
    return Verdict(abs(share - true) <= off, f"{share:.1%} for {true:.0%}", f"at most {off:.0%} off")


def quick_study(trace: Trace, steps: int = 1500, cosine: float = 0.97) -> Verdict:
    """A net that agrees with the exact field at all of several scales after a short training."""
    wanted = f"cosine {cosine} at eight scales or more, within {steps:,} steps"
    if not trace.moments:
        return Verdict(None, "", wanted)
    cosines = trace.last("cosine")["likely"]
    good = bool(cosines.min() > cosine) and trace.moments[-1] <= steps and len(cosines) >= 8
    said = f"{float(cosines.min()):.3f} at {len(cosines)} scales, {trace.moments[-1]:,} steps"
    return Verdict(good, said, wanted)
