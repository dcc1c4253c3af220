"""What grades a bet or a challenge on discrete codes: traces in, verdicts out."""

from typing import Any

from engine.core.claims import Verdict
from engine.core.trace import Trace


def alive(trace: Trace, spec: Any) -> int | None:
    """How many of 64 random codes are in use at the end when none is restarted; None for any other run."""
    asked = spec.K == 64 and spec.init == "random" and not spec.restart
    return int(trace.last("score")["used"]) if asked and trace.finished else None


def all_used(trace: Trace, within: int) -> Verdict:
    """Every code in use at some moment of the first `within` steps."""
    wanted = f"all of at least 64 codes within {within} steps"
    if not trace.moments:
        return Verdict(None, "", wanted)
    used = [int(trace.at("score", m)["used"]) for m, step in enumerate(trace.moments) if step <= within]
    K = len(trace.last("codes")["usage"])
    return Verdict(K >= 64 and max(used) == K, f"{max(used)} of {K} in use", wanted)


def small_loss(trace: Trace, most: float, codes: int) -> Verdict:
    """An error below `most` with at most so many codes in the book."""
    wanted = f"error below {most:g} with {codes} codes or fewer"
    if not trace.moments:
        return Verdict(None, "", wanted)
    K, mse = len(trace.last("codes")["usage"]), float(trace.last("score")["mse"])
    return Verdict(codes >= K and mse < most, f"{mse:.4f} with {K} codes", wanted)


def none_dead(trace: Trace) -> Verdict:
    """In the plane: no dead code at the end, without a restart."""
    dead = int((trace.last("codes")["usage"] == 0).sum())
    restarted = any(trace.scalars["restarted"][1])
    how = " with restarts" if restarted else ""
    return Verdict(dead == 0 and not restarted, f"{dead} dead{how}", "0 dead, no restart")
