"""What grades the bet and the challenges on memorisation: traces in, whether they are met out."""

from engine.core.trace import Trace
from engine.language.canaries import EACH

MANY = (30, 37, 44, 50)


def extracted(trace: Trace) -> int | None:
    """How many planted numbers are given back at the end."""
    return int(trace.last("wall")["done"][EACH:].sum()) if trace.finished else None


def nearly_all(trace: Trace, passes: int) -> tuple[bool, str] | None:
    """Nearly all numbers that come twice or more, and the text not read too often."""
    share = float(trace.last("level")["k10"][2:].mean())
    return (share >= 0.95, f"{share:.0%} of them") if passes <= 54 else None


def betrayed(trace: Trace) -> tuple[bool, str]:
    """None is extracted, and their loss still tells them apart from others."""
    level = trace.last("level")
    share, auc = float(level["k10"][1:].mean()), float(level["auc"][1:].mean())
    return share == 0 and auc >= 0.83, f"{share:.0%} extracted, mean AUC {auc:.2f}"
