"""What grades the bet and the challenges of the page: traces in, whether they are met and the figure out."""

from typing import Any

import numpy as np

from engine.core.trace import Trace
from engine.scaling.chinchilla import GOPHER, PRINTED
from engine.scaling.small_laws import power_law
from engine.scaling.small_laws_lab import SIZES, ended, gain

BETS = ("1 time: no less", "2 times", "3 times")


def helps(trace: Trace) -> tuple[str, str] | None:
    """The bet nearest to how many times less eight times the size loses, and that; None before the end."""
    if not trace.finished:
        return None
    return BETS[int(np.argmin([abs(one - gain(trace)) for one in (1, 2, 3)]))], f"{gain(trace):.2f} times"


def deep(trace: Trace, nats: float, steps: int) -> tuple[bool, str]:
    """The largest comes down to so few nats above the entropy, within so many steps."""
    found = float(ended(trace)[-1])
    return found <= nats and trace.total <= steps, f"{found:.3f} nats in {trace.total} steps"


def steep(trace: Trace, alpha: float) -> tuple[bool, str]:
    """The line over the six sizes falls so fast, and is one."""
    found, _, r2 = power_law(SIZES, ended(trace))
    return found >= alpha and r2 >= 0.95, f"{found:.2f}, R² {r2:.2f}"


def thrifty(trace: Trace, spec: Any, loss: float) -> tuple[bool, str] | None:
    """By the printed constants, the reader's model loses so little, for no more than Gopher's compute."""
    if spec.constants != PRINTED:
        return None
    found, C = float(trace.last("yours")["loss"][0]), 6 * spec.yours[0] * spec.yours[1]
    return found <= loss and C <= GOPHER, f"{found:.3f} nats for {C:.2e} FLOPs"
