"""What grades the bet and the challenges of the page: traces in, whether they are met and the figure out."""

from typing import Any

from app.page.predict import nearest
from engine.attention.positions_lab import percent
from engine.core.trace import Trace

BETS = (6, 40, 75, 100)  # percent


def at_four(trace: Trace) -> tuple[int, str] | None:
    """The bet that comes nearest to what is found at four times the length, and that; None before the end."""
    if not trace.finished:
        return None
    return nearest(BETS, percent(trace, 4)), f"{percent(trace, 4):.0f}"


def narrow(trace: Trace, spec: Any, clip: int, wanted: float) -> tuple[bool, str] | None:
    """So many percent at eight times the length, by relative places that are clipped so early."""
    if spec.encoding != "relative":
        return None
    found = percent(trace, 8)
    return found >= wanted and spec.clip <= clip, f"{found:.0f}% clipped at {spec.clip}"


def far(trace: Trace, spec: Any, wanted: float) -> tuple[bool, str] | None:
    """So many percent at eight times the length, by rotary places."""
    if spec.encoding != "rotary":
        return None
    found = percent(trace, 8)
    return found >= wanted, f"{found:.0f}% with base {spec.base:g}"


def opposite(trace: Trace, most: float) -> tuple[bool, str]:
    """Two equal vectors that match so little on average, at distances of 65 to 128."""
    found = float(trace.last("curve")["equal"][65:].mean())
    return found <= most, f"{found:+.2f}"
