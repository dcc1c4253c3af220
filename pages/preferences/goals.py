"""What grades a bet or a challenge of the page on preferences: traces in, verdicts out."""

from typing import Any

from engine.core.claims import Verdict
from engine.core.trace import Trace

ASKED = "How many answers of its labeller does it take to earn nine tenths of the best?"
CHOICES = (10, 50, 200, 1000)


def reached(trace: Trace, share: float = 0.9) -> int | None:
    """The answers after which the policy first earned this share of the best; None where it never did."""
    steps, values = trace.scalars.get("return", ([], []))
    return next((s for s, v in zip(steps, values, strict=True) if v >= share), None)


def quick(trace: Trace, answers: int) -> Verdict:
    """Nine tenths of the best within so many answers."""
    wanted = f"0.9 within {answers} answers"
    if not trace.moments or "return" not in trace.scalars:
        return Verdict(None, "", wanted)
    found = reached(trace)
    return Verdict(found is not None and found <= answers, f"after {found}" if found else "never", wanted)


def took(trace: Trace) -> int | str | None:
    """What is measured beside a bet."""
    if "return" not in trace.scalars:
        return None
    return reached(trace) or "never in this run"


def despite(slips: float, trace: Trace, spec: Any) -> Verdict:
    """Nine tenths of the best in the end, though so many answers are slips."""
    wanted = f"0.9 in the end, slips at {slips:g} or more"
    if "return" not in trace.scalars:
        return Verdict(None, "", wanted)
    last = trace.latest("return")
    return Verdict(last >= 0.9 and spec.errors >= slips, f"{last:.2f}, slips {spec.errors:g}", wanted)


def ranked(trace: Trace, votes: int, rho: float) -> Verdict:
    """A simulated room of 20 things or more ranked so well by so few votes."""
    things, given, found = len(trace.last("ladder")["u"]), trace.moments[-1], trace.latest("rho")
    good = things >= 20 and given <= votes and found >= rho
    return Verdict(good, f"{found:.3f}, {given} votes, {things} things", f"{rho}, {votes} votes, 20 things")
