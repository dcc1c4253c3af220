"""What grades the bet and the challenges of the page: traces in, whether they are met and the figure out."""

from typing import Any

from app.page.predict import nearest
from engine.core.trace import Trace
from engine.language.llama_lab import held

BETS = (2.1, 2.5, 2.9, 3.3)  # nats a character of kept text


def ends(trace: Trace) -> tuple[str, str] | None:
    """The bet that comes nearest to the end, and the end; None before it."""
    if not trace.finished:
        return None
    return f"{nearest(BETS, held(trace)):g}", f"{held(trace):.2f}"


def rescued(trace: Trace, spec: Any, wanted: float) -> tuple[bool, str] | None:
    """Twelve blocks or more, the norm after each sum, and yet this low."""
    if spec.place != "after" or spec.depth < 12:
        return None
    return held(trace) <= wanted, f"{held(trace):.2f} nats"


def low(trace: Trace, spec: Any, wanted: float, steps: int) -> tuple[bool, str] | None:
    """So few nats in so few steps."""
    return (held(trace) <= wanted, f"{held(trace):.2f} nats") if spec.steps <= steps else None
