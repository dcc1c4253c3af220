"""What grades the bet and the challenges of the page: traces in, whether they are met and the figure out."""

from typing import Any

from app.page.predict import nearest
from engine.core.trace import Trace
from engine.diffusion.guided_points_lab import MIDDLE

BETS = {"50%": 0.5, "38%": 0.38, "20%": 0.2, "7%": 0.07}


def left(trace: Trace) -> tuple[str, str]:
    """The bet that comes nearest to who is left in the crowd, and that."""
    found = trace.latest("sampled")
    return nearest(BETS, found), f"{found:.0%}"


def empty(trace: Trace, most: float) -> tuple[bool, str]:
    """Hardly anybody left in the crowd."""
    found = trace.latest("sampled")
    return found <= most, f"{found:.1%} in the crowd"


def modest(trace: Trace, spec: Any, most: float) -> tuple[bool, str] | None:
    """A classifier that never saw noise, and pulls not so many times too hard; it must have learned."""
    if getattr(spec, "noisy", True) or not trace.finished:
        return None
    pull = trace.last("pull")
    long, cosine = (float(pull[name][MIDDLE]) for name in ("long", "cosine"))
    return long <= most and cosine >= 0.9, f"{long:.1f} times, cosine {cosine:.2f}"


def close(trace: Trace, most: float) -> tuple[bool, str] | None:
    """Digits at w = 3 so near to learned ones."""
    if "near3" not in trace.scalars or not trace.finished:
        return None
    return trace.latest("near3") <= most, f"{trace.latest('near3'):.2f}"
