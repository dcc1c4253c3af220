"""What grades the bet and the challenges of the page: traces in, whether they are met and the figure out."""

from typing import Any

from engine.core.trace import Trace
from pages.pixel_order.sight import missed

MISSED = 3
BETS = ("0", "1", "5", "10")


def deep(trace: Trace) -> str:
    """How many pixels the Diagonal BiLSTM misses: the bet that names it."""
    return min(BETS, key=lambda one: abs(int(one) - missed(trace)))


def covered(trace: Trace, spec: Any) -> tuple[bool, str] | None:
    """A pixel with a past of which a masked convolution misses little."""
    past, seen = int(trace.last("count")["past"][0]), int(trace.last("count")["seen"][0])
    return (past - seen <= MISSED, f"{past - seen} missed, {spec.layers} layers") if past >= 20 else None


def cheap(trace: Trace, most: float) -> tuple[bool, str] | None:
    """A pixel of kept digits for so few bits."""
    if not trace.moments:
        return None
    cost = float(trace.last("score")["test"])
    return cost <= most, f"{cost:.2f} bits"


def like(trace: Trace, least: float) -> tuple[bool, str] | None:
    """Completed halves that the judge takes for what they were."""
    if not trace.moments:
        return None
    share = float(trace.last("score")["agrees"])
    return share >= least, f"{share:.0%}"
