"""What grades the bet and the challenges of the page: traces in, whether they are met and the figure out."""

from typing import Any

from app.page.predict import nearest
from engine.codes.two_levels_lab import end
from engine.codes.two_priors_lab import cost
from engine.core.trace import Trace

BETS = {"90%": 90.0, "75%": 75.0, "50%": 50.0, "25%": 25.0}  # of a silhouette


def left(trace: Trace) -> tuple[str, str] | None:
    """The bet that comes nearest to the silhouette left with other bottom codes, and what is left; None
    before the end."""
    if not trace.finished:
        return None
    found = end(trace, "silhouette", "other_bottom")
    return nearest(BETS, found), f"{found:.0f}%"


def divided(trace: Trace, spec: Any, codes: int, shape: float) -> tuple[bool, str] | None:
    """So many bottom codes, and as much of the silhouette is left with others."""
    if spec.K_b < codes or not trace.moments:
        return None
    found = end(trace, "silhouette", "other_bottom")
    return found >= shape, f"{found:.0f}% with {spec.K_b} bottom codes"


def fine(trace: Trace, most: float) -> tuple[bool, str] | None:
    """An error this low."""
    if not trace.moments:
        return None
    found = end(trace, "lost", "both")
    return found <= most, f"{found:.4f} lost"


def cheap(trace: Trace, most: float) -> tuple[bool, str] | None:
    """A bottom code this cheap."""
    return (cost(trace, "bottom") <= most, f"{cost(trace, 'bottom'):.2f} nats") if trace.moments else None
