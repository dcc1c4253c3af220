"""What grades the bets and challenges of the page on pretraining: runs in, whether it is met and how far."""

from typing import Any

from engine.core.trace import Trace

OPEN = (40, 60, 80, 97)


def told(trace: Trace) -> int | None:
    """Of a hundred words in the open, how many the net tells as they stand at the end; the nearest choice."""
    if not trace.finished:
        return None
    share = 100 * float(trace.last("score")["kept"][0])
    return min(OPEN, key=lambda one: abs(one - share))


def quick(run: Any, wanted: float, steps: int) -> tuple[bool, str] | None:
    """So many of a hundred hidden animals guessed after so few steps."""
    share = 100 * float(run.trace.last("score")["animal"][0])
    return (share >= wanted and run.spec.steps <= steps, f"{share:.0f}% in {run.spec.steps} steps")


def thrifty(run: Any, wanted: float) -> tuple[bool, str] | None:
    """So large a share of new sentences right with eight labels."""
    if not run.trace.finished:
        return None
    share = float(run.trace.last("score")["pretrained"][1])
    return share >= wanted, f"{share:.0%} with 8 labels"
