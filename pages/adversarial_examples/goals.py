"""What grades the bet and the challenges of the page: traces in, whether they are met and the figure out."""

from typing import Any

from app.page.predict import nearest
from engine.adversarial.fgsm_lab import NOTHING
from engine.core.trace import Trace

BETS = {"10%": 10.0, "35%": 35.0, "65%": 65.0, "95%": 95.0}


def attacked(trace: Trace) -> str:
    """How many attacked digits are read, as the bet has it."""
    return f"{trace.latest('fgsm'):.0f}%" if "fgsm" in trace.scalars else "few"


def taught(trace: Trace) -> tuple[str, str] | None:
    """The bet that comes nearest to what is read at the end, and that; None before it."""
    if not trace.finished:
        return None
    found = trace.latest("fgsm")
    return nearest(BETS, found), f"{found:.0f}%"


def stands(told: tuple[bool, bool, str] | None) -> tuple[bool, str] | None:
    """A kept digit that a plain net reads at epsilon 0.2. told: read, own drawing, trained against."""
    if told is None or told[1] or told[2] != NOTHING:
        return None
    return told[0], "still read" if told[0] else "read as another"


def firm(trace: Trace, spec: Any, least: float) -> tuple[bool, str] | None:
    """So many attacked kept digits read at epsilon 0.2 or more."""
    if spec.epsilon < 0.2 or "fgsm" not in trace.scalars:
        return None
    return trace.latest("fgsm") >= least, f"{trace.latest('fgsm'):.0f}%"


def held(trace: Trace, spec: Any, least: float) -> tuple[bool, str] | None:
    """So many digits that a line of 64 pixels reads with the worst signs of 0.2 or more."""
    if spec.epsilon < 0.2:
        return None
    worst = trace.scalars["worst"][1][2]
    return worst >= least, f"{worst:.0f}%"
