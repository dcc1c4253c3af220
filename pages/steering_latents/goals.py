"""What grades the bet and the challenges of the page: traces in, whether they are met and the figure out."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from app.figures.captions import minus
from app.page.predict import nearest
from engine.core.trace import Trace
from engine.latent.conditional_lab import PRIORS

BETS = {"0.9 pixels": 0.9, "1.2 pixels": 1.2, "1.5 pixels": 1.5, "1.9 pixels": 1.9}


def far(trace: Trace, name: str = "far") -> str:
    """How far from a learned half, as the bet has it."""
    return f"{float(trace.last('score')[name]):.1f}" if trace.moments else "so many"


def blind_prior(trace: Trace) -> tuple[str, str] | None:
    """The bet that comes nearest to how far the answers end from a learned half, and that; None before it."""
    if not trace.finished:
        return None
    far = float(trace.last("score")["far"])
    return nearest(BETS, far), f"{far:.2f} pixels"


def one_number(trace: Trace, spec: Any, nats: float) -> tuple[bool, str] | None:
    """So likely a kept lower half, with one number in z and a prior that sees the half."""
    if spec.d != 1 or spec.prior != PRIORS[0] or not trace.moments:
        return None
    found = float(trace.last("score")["cvae"])
    return found >= nats, f"{minus(found, '.2f')} nats"


def settled(found: Mapping[str, np.ndarray] | None, most: float) -> tuple[bool, str] | None:
    """A half to which all answers are nearly alike."""
    if found is None or not found["walk"][:, :4].any():
        return None
    apart = float(found["apart"])
    return apart <= most, f"{apart:.1f} pixels"


def both(trace: Trace, told: float, dependent: float) -> tuple[bool, str] | None:
    """A rung on which one net tells so much and its numbers depend on each other so little."""
    rungs = [trace.at("score", moment) for moment in range(len(trace.moments))]
    pairs = [
        (float(i), float(t))
        for one in rungs
        for i, t in zip(one["information"], one["dependence"], strict=True)
    ]
    if (best := max((pair for pair in pairs if pair[1] <= dependent), default=None)) is None:
        return None
    return best[0] >= told, f"{best[0]:.2f} nats, {best[1]:.2f} of total correlation"
