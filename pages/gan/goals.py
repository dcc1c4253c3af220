"""What grades the bet and the challenges of the page: traces in, whether they are met and the figure out."""

from typing import Any

from app.page.predict import nearest
from engine.adversarial.spots import GRID, RING
from engine.core.claims import late_mean
from engine.core.trace import Trace

BETS = {"none or 1": 0.5, "3": 3.0, "5": 5.0, "all 8": 8.0}


def eager(trace: Trace) -> tuple[str, str] | None:
    """The bet that comes nearest to the spots that are reached of late, and that; None before the end."""
    if not trace.finished:
        return None
    found = late_mean(trace, "reached")
    return nearest(BETS, found), f"{found:.1f} on average over the last fifth"


def cured(trace: Trace, spec: Any) -> tuple[bool, str] | None:
    """All eight spots with a D of 16 units or fewer."""
    if spec.data != RING or spec.hidden_D > 16 or not trace.finished:
        return None
    found = late_mean(trace, "reached")
    return found >= 7.5, f"{found:.1f} of 8 spots"


def sharp(trace: Trace, spec: Any) -> tuple[bool, str] | None:
    """Nine in ten fakes on a spot of the ring."""
    if spec.data != RING or not trace.finished:
        return None
    found = late_mean(trace, "quality")
    return found >= 90, f"{found:.0f}% on a spot"


def grid(trace: Trace, spec: Any) -> tuple[bool, str] | None:
    """All 25 spots of the grid."""
    if spec.data != GRID or not trace.finished:
        return None
    found = late_mean(trace, "reached")
    return found >= 24.5, f"{found:.1f} of 25 spots"
