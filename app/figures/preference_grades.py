"""What grades a bet or a challenge of the page on preferences: traces in, verdicts out."""

from engine.core.claims import Verdict
from engine.core.trace import Trace


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
