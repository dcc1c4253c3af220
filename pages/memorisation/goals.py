"""What grades the bet and the challenges on memorisation: traces in, whether they are met out."""

from engine.core.trace import Trace
from engine.language.canaries import EACH

FEW = (0, 5, 15, 25)


def extracted(trace: Trace) -> int | None:
    """How many planted numbers are given back at the end."""
    return int(trace.last("wall")["done"][EACH:].sum()) if trace.finished else None


def all_but_once(trace: Trace) -> tuple[bool, str]:
    """Every number that comes twice or more."""
    share = float(trace.last("level")["k10"][2:].mean())
    return share == 1, f"{share:.0%} of them"


def betrayed(trace: Trace) -> tuple[bool, str]:
    """None is extracted, and their loss still tells all kinds."""
    level = trace.last("level")
    share, auc = float(level["k10"][1:].mean()), float(level["auc"][1:].mean())
    return share == 0 and auc >= 0.95, f"{share:.0%} extracted, mean AUC {auc:.2f}"
