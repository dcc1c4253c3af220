"""What grades the bets and challenges of InstructGPT's page: traces and specs in, what was found out."""

from typing import Any

from engine.core.trace import Trace
from engine.data.instructions import PEOPLE

CHOICES = ("no, below", "about there", "yes, above")
SAME = 0.15  # points that count as about the same


def ends(trace: Trace) -> str | None:
    """Where people end against where they started: SFT is 0. None before the end."""
    if not trace.finished:
        return None
    gain = trace.latest("gain")
    return CHOICES[1] if abs(gain) < SAME else CHOICES[2] if gain > 0 else CHOICES[0]


def _counts(trace: Trace, spec: Any) -> bool:
    """The run has ended, and its people are as they come."""
    given = (spec.right, spec.polite, spec.cap, spec.rude)
    return trace.finished and given == (PEOPLE.right, PEOPLE.polite, PEOPLE.cap, PEOPLE.rude)


def frugal(trace: Trace, spec: Any, compared: int, points: float) -> tuple[bool, str] | None:
    """So many points above SFT at the end, from so few comparisons."""
    if not _counts(trace, spec):
        return None
    gain, n = trace.latest("gain"), spec.prompts * spec.K * (spec.K - 1) // 2
    return gain >= points and n <= compared, f"{gain:+.2f}, {n:,} comparisons"


def thrifty(trace: Trace, spec: Any) -> tuple[bool, str] | None:
    """One point above SFT within two nats of it."""
    if not _counts(trace, spec):
        return None
    gain, kl = trace.latest("gain"), trace.latest("d") ** 2
    return gain >= 1 and kl <= 2, f"{gain:+.2f}, KL {kl:.1f}"


def hacked(trace: Trace) -> tuple[bool, str]:
    """The judge five points above people."""
    gap = trace.latest("proxy") - trace.latest("gain")
    return gap >= 5, f"{gap:.1f} points"
