"""What grades the bet and the challenges of the page: traces in, whether they are met and the figure out."""

from typing import Any

from app.page.predict import nearest
from engine.core.trace import Trace
from engine.reward.policy_gradient_lab import NEVER, reaches

BETS = (10, 20, 40, 80, 160)  # thousand frames


def half(trace: Trace) -> tuple[int, str] | None:
    """The bet that is nearest to the frames until half of the points are won."""
    if not trace.finished or reaches(trace, 50) >= NEVER:
        return None
    found = reaches(trace, 50) / 1000
    return nearest(BETS, found), f"{found:.0f} thousand frames"


def frames(trace: Trace) -> str:
    """How much it has to play until half of the points are won, as the bet has it."""
    found = reaches(trace, 50) if trace.finished else NEVER
    return f"{found / 1000:.0f} thousand frames" if found < NEVER else "more frames than it played"


def strong(trace: Trace, least: float) -> tuple[bool, str] | None:
    """Points won at the end."""
    if not trace.finished:
        return None
    return trace.latest("won") >= least, f"{trace.latest('won'):.1f}%"


def soon(trace: Trace, spec: Any, most: float) -> tuple[bool, str] | None:
    """REINFORCE that wins half after few frames."""
    if not trace.finished or spec.epochs > 1:
        return None
    found = reaches(trace, 50) / 1000
    return found <= most, f"{found:.0f} thousand frames" if found < NEVER / 1000 else "never half"


def trapped(trace: Trace, spec: Any, most: float) -> tuple[bool, str] | None:
    """Learners without a baseline that all find the best arm."""
    if not trace.finished or abs(spec.level) < 5:
        return None
    return trace.latest("worse_without") <= most, f"{trace.latest('worse_without'):.0f}% on a worse arm"
