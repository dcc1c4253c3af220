"""What grades the bets and challenges of InstructGPT's page: traces and specs in, verdicts out."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.core.claims import Verdict
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


def _is_ours(spec: Any) -> bool:
    return (spec.right, spec.polite, spec.cap, spec.rude) == (
        PEOPLE.right,
        PEOPLE.polite,
        PEOPLE.cap,
        PEOPLE.rude,
    )


def frugal(trace: Trace, spec: Any, compared: int, points: float) -> Verdict:
    """So many points above SFT at the end, from so few comparisons, with the people as they come."""
    wanted = f"{points:+g} points, at most {compared:,} comparisons"
    n = spec.prompts * spec.K * (spec.K - 1) // 2
    if not trace.finished or "gain" not in trace.scalars or not _is_ours(spec):
        return Verdict(None, "", wanted)
    gain = trace.latest("gain")
    return Verdict(gain >= points and n <= compared, f"{gain:+.2f}, {n:,} comparisons", wanted)


def thrifty(trace: Trace, spec: Any) -> Verdict:
    """One point above SFT within two nats of it."""
    wanted = "+1 point, KL at most 2 nats"
    if not trace.finished or "gain" not in trace.scalars or not _is_ours(spec):
        return Verdict(None, "", wanted)
    gain, kl = trace.latest("gain"), trace.latest("d") ** 2
    return Verdict(gain >= 1 and kl <= 2, f"{gain:+.2f}, KL {kl:.1f}", wanted)


def hacked(trace: Trace) -> Verdict:
    """The widest gap between what the judge sees and what people get."""
    wanted = "the judge 5 points above people"
    if "gain" not in trace.scalars:
        return Verdict(None, "", wanted)
    gap = trace.latest("proxy") - trace.latest("gain")
    return Verdict(gap >= 5, f"{gap:.1f} points", wanted)


def agreement(order: Sequence[int], scores: Sequence[float]) -> tuple[int, int]:
    """Pairs of a reader's ranking that the scores order alike, and pairs that they tell apart at all."""
    pairs = [(a, b) for i, a in enumerate(order) for b in order[i + 1 :] if scores[a] != scores[b]]
    return sum(scores[a] > scores[b] for a, b in pairs), len(pairs)
