"""What grades the bets and challenges of InstructGPT's page: traces and specs in, what was found out."""

from typing import Any

import numpy as np

from engine.core.trace import Trace
from engine.data.instructions import PEOPLE

QUESTION = "No penalty. At a KL of 6 nats, is what people get higher or lower than at 2 nats?"
CHOICES = ("higher", "about the same", "lower")
SAME = 0.15  # points that count as about the same
NEAR, FAR = 2.0, 6.0  # nats


def at_kl(trace: Trace, nats: float) -> float | None:
    """What people gained when the policy first was so far from SFT; None where it never was."""
    if "d" not in trace.scalars:
        return None
    d, gain = (np.array(trace.scalars[name][1]) for name in ("d", "gain"))
    reached = np.flatnonzero(d**2 >= nats)
    return float(gain[reached[0]]) if len(reached) else None


def outcome(trace: Trace) -> str | None:
    """What is measured beside a bet."""
    near, far = at_kl(trace, NEAR), at_kl(trace, FAR)
    if near is None or far is None:
        return None
    return CHOICES[1] if abs(far - near) < SAME else CHOICES[0] if far > near else CHOICES[2]


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
