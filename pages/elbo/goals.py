"""What grades the bet and the challenges of the page: traces in, whether they are met and the figure out."""

from typing import Any

import numpy as np

from engine.core.trace import Trace
from engine.latent.vae_lab import end

BETS = (0.3, 1.0, 2.0, 4.0)  # root mean square of mu


def scatter(trace: Trace) -> tuple[str, str] | None:
    """The bet that comes nearest, by ratio, to where the points lie at the end, and where; None before it."""
    if not trace.finished:
        return None
    found = end(trace, "spread")
    return f"{min(BETS, key=lambda one: abs(np.log(one / found))):g}", f"{found:.1f}"


def cheap(trace: Trace, spec: Any, nats: float) -> tuple[bool, str] | None:
    """A kept digit for so few nats, with noise."""
    if not spec.noise:
        return None
    return trace.latest("kept") <= nats, f"{trace.latest('kept'):.1f} nats"


def closed(trace: Trace, spec: Any, nats: float) -> tuple[bool, str] | None:
    """A gap of so few nats at the film's end, with the halves of the prior 2 or more from 0."""
    if spec.a < 2:
        return None
    return trace.latest("gap") <= nats, f"{trace.latest('gap'):.4f} nats"


def half(spec: Any) -> tuple[bool, str]:
    """A posterior of which q keeps half of the variance."""
    left = 1 - spec.rho**2
    return 0.48 <= left <= 0.52, f"{100 * left:.0f}%"
