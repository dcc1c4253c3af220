"""What grades the bet and the challenges of the page: traces in, whether they are met and the figure out."""

from typing import Any

from app.page.predict import nearest
from engine.core.trace import Trace

BETS = {"2 bits": 2.0, "14 bits": 14.0, "26 bits": 26.0, "50 bits": 50.0}


def kept(trace: Trace) -> str:
    """What a kept digit costs, as the bet has it."""
    return f"{float(trace.last('score')['kept']):.1f}" if trace.moments else "so many"


def leak(trace: Trace) -> tuple[str, str] | None:
    """The bet that comes nearest to what a kept digit ends at, and that; None before it."""
    if not trace.finished:
        return None
    cost = float(trace.last("score")["kept"])
    return nearest(BETS, cost), f"{cost:.1f} bits"


def cheap(trace: Trace, spec: Any, most: float) -> tuple[bool, str] | None:
    """A kept digit for so few bits, and nothing leaks."""
    if getattr(spec, "mask", ">") != ">" or not trace.moments:
        return None
    cost = float(trace.last("score")["kept"])
    return cost <= most, f"{cost:.2f} bits"


def dear(told: tuple[float, int, str] | None, least: float, most: int) -> tuple[bool, str] | None:
    """A picture that costs so much after so few turned pixels. told: bits, pixels, the net's mask."""
    if told is None or told[2] != ">" or not 0 < told[1] <= most:
        return None
    return told[0] >= least, f"{told[0]:.1f} bits, {told[1]} turned"


def even(told: tuple[float, float, int] | None, hidden: int) -> tuple[bool, str] | None:
    """So many unknown pixels that the net of rows fills in as well. told: bits of both, pixels."""
    if told is None or told[2] < hidden:
        return None
    return told[1] <= told[0], f"{told[1]:.1f} bits by rows, {told[0]:.1f} in any order"
