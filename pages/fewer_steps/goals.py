"""What grades the bet and the challenges of the page: traces in, whether they are met and the figure out."""

from typing import Any

from app.page.predict import nearest
from engine.core.trace import Trace

BETS = {"all 100": 1.0, "86": 0.86, "60": 0.6, "35": 0.35}


def kept(trace: Trace) -> tuple[str, str]:
    """The bet that comes nearest to how many noises keep their clump, and that."""
    found = trace.latest("kept")
    return nearest(BETS, found), f"{found:.0%}"


def forgetful(trace: Trace, spec: Any, most: float, near: float) -> tuple[bool, str]:
    """Noises that end by chance, with so little fresh noise."""
    found, chance = trace.latest("kept"), trace.latest("chance")
    return spec.eta <= most and found <= chance + near, f"{found:.0%} kept, {chance:.0%} by chance"


def short(trace: Trace, spec: Any, most: int, enough: float) -> tuple[bool, str]:
    """Few steps, and nearly all noises on their clumps."""
    found = trace.latest("kept")
    return spec.steps <= most and found >= enough, f"{found:.1%} in {spec.steps} steps"


def close(trace: Trace, most: float) -> tuple[bool, str] | None:
    """One step so near to where the ODE ends."""
    if "miss" not in trace.scalars or not trace.finished:
        return None
    return trace.latest("miss") <= most, f"{trace.latest('miss'):.3f}"
