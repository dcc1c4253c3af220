"""What grades the bet and the challenges of the page: traces in, whether they are met and the figure out."""

from typing import Any

from app.page.predict import nearest
from engine.core.trace import Trace

BETS = {"0.9 nats": 0.9, "1.4 nats": 1.4, "2.4 nats": 2.4, "4.0 nats": 4.0}


def kept(trace: Trace) -> str:
    """What a kept sample costs, as the bet has it."""
    return f"{trace.latest('kept'):.2f}" if "kept" in trace.scalars else "so many"


def flat(trace: Trace) -> tuple[str, str] | None:
    """The bet nearest to what a kept sample ends at, and that; None before it."""
    if not trace.finished:
        return None
    cost = trace.latest("kept")
    return nearest(BETS, cost), f"{cost:.2f} nats"


def cheap(trace: Trace, spec: Any, most: float) -> tuple[bool, str] | None:
    """A kept sample for so few nats, from a string of a long period."""
    if spec.period < 60 or not trace.finished:
        return None
    return trace.latest("kept") <= most, f"{trace.latest('kept'):.2f} nats"


def wide(trace: Trace, spec: Any, least: int) -> tuple[bool, str] | None:
    """So many samples heard by one output of four layers at most, none ahead of it."""
    if spec.layers > 4 or any(trace.scalars["ahead"][1]):
        return None
    most = int(max(trace.scalars["heard"][1]))
    return most >= least, f"{most} samples"
