"""What grades a bet or a challenge of the page on preferences: is it met, and by which figure."""

from typing import Any

from engine.core.trace import Trace
from pages.preferences.figures import reached

FAR = ("all the way", "about half way", "nowhere")


def far(trace: Trace) -> str | None:
    """How far from random to the best a policy truly came; None before the end."""
    if not trace.finished:
        return None
    share = trace.latest("return")
    return FAR[0] if share >= 0.85 else FAR[1] if share >= 0.25 else FAR[2]


def quick(trace: Trace, answers: int) -> tuple[bool, str]:
    """Nine tenths of the best within so many answers."""
    trace.latest("return")  # not measured before there is one
    found = reached(trace)
    return found is not None and found <= answers, f"after {found}" if found else "never"


def despite(slips: float, trace: Trace, spec: Any) -> tuple[bool, str]:
    """Nine tenths of the best in the end, though so many answers are slips."""
    last = trace.latest("return")
    return last >= 0.9 and spec.errors >= slips, f"{last:.2f}, slips {spec.errors:g}"


def ranked(trace: Trace, votes: int, rho: float) -> tuple[bool, str]:
    """A simulated room of 20 things or more ranked so well by so few votes."""
    things, given, found = len(trace.last("ladder")["u"]), trace.moments[-1], trace.latest("rho")
    return things >= 20 and given <= votes and found >= rho, f"{found:.3f}, {given} votes, {things} things"
