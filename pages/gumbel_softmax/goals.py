"""What grades the bet and the challenges of the page: traces in, whether they are met and the figure out."""

from typing import Any

import numpy as np

from app.figures.captions import minus
from app.page.predict import nearest
from engine.core.trace import Trace
from engine.latent.categorical_lab import end

BETS = {"−18": -18.0, "−20": -20.0, "−22": -22.0, "−24": -24.0}  # nats


def rewarded(trace: Trace) -> tuple[str, str] | None:
    """The bet that comes nearest to the bound at the end, and the bound; None before it."""
    if not trace.finished:
        return None
    return nearest(BETS, end(trace)), minus(end(trace))


def reaches(trace: Trace, spec: Any, estimator: str, nats: float) -> tuple[bool, str] | None:
    """Such a bound by this estimator, with eight dice of eight faces at most."""
    if spec.estimator != estimator or not trace.moments or spec.dice > 8 or spec.faces > 8:
        return None
    return end(trace) >= nats, f"{minus(end(trace))} nats"


def from_hot(trace: Trace, spec: Any, start: float, nats: float) -> tuple[bool, str] | None:
    """Such a bound by Gumbel-softmax that starts at this temperature or above."""
    if spec.temperature < start:
        return None
    return reaches(trace, spec, "Gumbel-softmax", nats)


def rare(trace: Trace, most: float) -> tuple[bool, str]:
    """A face that is the largest in so few throws, percent."""
    found = 100 * float(np.min(trace.last("throws")["largest"]))
    return found <= most, f"{found:.1f}%"
