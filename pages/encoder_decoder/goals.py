"""What grades the bet and the challenges of the page: traces in, whether they are met and the figure out."""

from typing import Any

from app.page.predict import nearest
from engine.attention.seq2seq_lab import right
from engine.core.trace import Trace

BETS = (30, 59, 71, 95)  # percent of the letters


def comes_out(trace: Trace) -> tuple[int, str] | None:
    """The bet that comes nearest to the share of letters right at the end, and that; None before it."""
    if not trace.finished:
        return None
    found = trace.latest("right")
    return nearest(BETS, found), f"{found:.0f}"


def eight(trace: Trace, percent: float) -> tuple[bool, str]:
    """So many percent of the letters of new texts of eight come out."""
    found = right(trace, (8,))
    return found >= percent, f"{found:.0f}%"


def narrow(trace: Trace, spec: Any, numbers: int, percent: float) -> tuple[bool, str] | None:
    """So many percent of the letters of new texts, through at most so many numbers."""
    found = right(trace)
    return (found >= percent, f"{found:.0f}%") if spec.pipe <= numbers else None


def exact(trace: Trace, percent: float, steps: int) -> tuple[bool, str]:
    """So many percent of new dates exact, within so many steps."""
    reached = trace.latest("exact")
    return reached >= percent and trace.total <= steps, f"{reached:.1f}% in {trace.total} steps"
