"""What grades the bet and the challenges of the page: traces in, whether they are met and the figure out."""

from typing import Any

from app.figures.captions import minus
from app.page.predict import nearest
from engine.core.trace import Trace
from pages.posterior_collapse.figures import now

BETS = {"0 nats": 0.0, "2 nats": 2.0, "5 nats": 5.0, "8 nats": 8.0}


def carried(trace: Trace) -> tuple[str, str] | None:
    """The bet that comes nearest to what the code carries at the end, and that; None before it."""
    if not trace.finished:
        return None
    found = now(trace, "kl")
    return nearest(BETS, found), f"{found:.1f} nats"


def both(trace: Trace, spec: Any, kl: float, bound: float) -> tuple[bool, str] | None:
    """So much in the code at such a bound, with everything before in view."""
    if spec.field != "all before" or not trace.moments:
        return None
    found = now(trace, "kl"), now(trace, "bound")
    return found[0] >= kl and found[1] >= bound, f"{found[0]:.1f} nats at {minus(found[1])}"


def silent(trace: Trace, spec: Any, kl: float, bound: float) -> tuple[bool, str] | None:
    """So little in the code at such a bound, with some neighbours in view."""
    if spec.field == "none" or not spec.code or not trace.moments:
        return None
    found = now(trace, "kl"), now(trace, "bound")
    return found[0] <= kl and found[1] >= bound, f"{found[0]:.2f} nats at {minus(found[1])}"


def even(trace: Trace, most: float) -> tuple[bool, str]:
    """A code that comes out even with all before in view, to so many nats, and saves some without."""
    saved = trace.scalars["saved"][1]
    return abs(saved[-1]) <= most < saved[0], f"{minus(saved[0], '+.2f')} and {minus(saved[-1], '+.2f')} nats"
