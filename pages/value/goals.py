"""What grades the bet and the challenges of the page: traces in, whether they are met and the figure out."""

from typing import Any

from engine.core.trace import Trace
from engine.reward.bellman_lab import made
from engine.reward.grids import NAMES


def first(trace: Trace, spec: Any) -> str | None:
    """The best first move from the start, once all sweeps are made."""
    if not trace.finished or not trace.moments:
        return None
    return NAMES[int(trace.last("table")["q"][:, made(spec).start].argmax())]


def detour(trace: Trace, spec: Any, least: int) -> tuple[bool, str] | None:
    """A best way of so many moves, without wind."""
    if spec.wind or not trace.moments:
        return None
    moves = int(trace.last("way")["moves"][0])
    return moves >= least, f"{moves} moves"


def bold(trace: Trace, spec: Any) -> tuple[bool, str] | None:
    """Sarsa goes as near the cliff as Q-learning, though it explores."""
    if spec.epsilon < 0.005 or spec.rule != "Sarsa" or not trace.finished:
        return None
    upper, q = (int(one) for one in trace.last("way")["moves"])
    return upper == q == 13, f"Sarsa {upper} moves, Q-learning {q}"


def trap(trace: Trace, most: float) -> tuple[bool, str] | None:
    """Never so many Q-learners go left; once all episodes are over."""
    if not trace.finished:
        return None
    worst = max(trace.scalars["left_q"][1])
    return worst <= most, f"{worst:.0f}% at worst"
