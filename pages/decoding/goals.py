"""What grades the bet and the challenges: traces and sizes in, whether they are met out."""

from collections.abc import Mapping

from engine.core.trace import Trace
from engine.language.decoding_lab import GRAM, LENGTH, METHODS

RUNS = LENGTH - GRAM + 1
AGAIN = {"0 or 1": 1, "2 to 20": 20, "21 to 45": 45, "over 45": RUNS}


def again(trace: Trace) -> str | None:
    """How many runs of four words the model had said before."""
    if not trace.finished:
        return None
    many = round(RUNS * trace.latest("repeated_said"))
    return next(name for name, top in AGAIN.items() if many <= top)


def loops(trace: Trace, method: str, least: float) -> tuple[bool, str] | None:
    """Drawn by lot, and yet in circles."""
    if method != METHODS[2] or not trace.finished:
        return None
    share = trace.latest("repeated_said")
    return share >= least, f"{share:.0%} of the runs of four words said before"


def apart(sizes: Mapping[str, int], least: int) -> tuple[bool, str]:
    """One nucleus of a single word, another one of many."""
    low, high = min(sizes.values()), max(sizes.values())
    return low == 1 and high >= least, f"{low} and {high} words hold what p says"
