"""What grades the bet and the challenges of the page: traces in, whether they are met and the figure out."""

from typing import Any

from app.page.predict import nearest
from engine.adversarial.dcgan import ALL
from engine.core.claims import late_mean
from engine.core.trace import Trace

BETS = {"9": 9.0, "6": 6.0, "3": 3.0, "none or 1": 0.5}


def late(trace: Trace, name: str) -> float | None:
    """The mean of a figure over the last fifth of a run, as its claims have it; None before its end."""
    if not trace.finished or name not in trace.scalars:
        return None
    return late_mean(trace, name)


def drawn(trace: Trace) -> str:
    """How many kinds are drawn, as the bet has it."""
    found = late(trace, "kinds")
    return "most" if found is None else f"{found:.1f}"


def left(trace: Trace) -> tuple[str, str] | None:
    """The bet that comes nearest to the kinds that are left, and that; None before it."""
    found = late(trace, "kinds")
    return None if found is None else (nearest(BETS, found), f"{found:.1f} of nine, on average")


def sums(told: tuple[float, bool] | None, least: float) -> tuple[bool, str] | None:
    """A sum of kinds that is right so often, and asks for what is not in it. told: percent, if it does."""
    if told is None or not told[1]:
        return None
    return told[0] >= least, f"{told[0]:.0f}% right"


def better(trace: Trace, spec: Any, least: float) -> tuple[bool, str] | None:
    """So many recognised at the end with a guideline broken."""
    found = late(trace, "share")
    return None if found is None or spec.rule == ALL else (found >= least, f"{found:.0f}% recognised")


def few(trace: Trace, spec: Any, most: int) -> tuple[bool, str] | None:
    """All nine kinds with so few numbers in z."""
    found = late(trace, "kinds")
    return None if found is None or spec.d > most else (found >= 9, f"{found:.1f} kinds")
