"""What grades the bet and the challenges on prompting: answers and runs in, whether they are met out."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.language.in_context import NAMES

UNSURE = "neither for sure"


def answered(found: Mapping[str, Any]) -> str:
    """The name that it gives more than half, after all examples."""
    p = found["p"][-1]
    return NAMES[int(p.argmax())] if p.max() > 0.5 else UNSURE


def torn(found: Mapping[str, Any], least: float) -> tuple[bool, str]:
    """Two names with at least so much each, after all examples."""
    two = np.sort(found["p"][-1])[-2:]
    return bool(two[0] >= least), f"{two[1]:.0%} and {two[0]:.0%}"


def quick(run: Any, steps: int, least: float) -> tuple[bool, str] | None:
    """Right after 16 examples, with few steps of training. run: has a spec and a trace, here and below."""
    right = run.trace.latest("right")
    return (right >= least, f"{right:.0%} right") if run.spec.steps <= steps else None


def at_once(run: Any, people: int, least: float) -> tuple[bool, str] | None:
    """Right about some people without writing steps, in rows that were kept back."""
    right = float(run.trace.last("by")["right"][people - 1])
    return (right >= least, f"{right:.0%} right") if run.spec.way == "at once" else None
