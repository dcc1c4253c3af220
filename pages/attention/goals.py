"""What grades the challenges of the page on attention: traces in, whether they are met and the figure out."""

from app.page.predict import nearest
from engine.core.trace import Trace
from engine.data.dates import FIELDS
from pages.attention.figures import asks

BETS = (99, 60, 18, 0)  # percent


def left(trace: Trace) -> int | None:
    """The bet that comes nearest to the share of new dates exactly right at the end; None before it."""
    return nearest(BETS, trace.latest("exact")) if trace.finished else None


def fields_found(trace: Trace, wanted: float) -> tuple[bool, str] | None:
    """All three fields with so much of their rows' weight on their own span."""
    mass = trace.last("look")["mass"]
    numbers = ", ".join(f"{name} {m:.2f}" for name, m in zip(FIELDS, mass, strict=True))
    return (bool(mass.min() >= wanted), numbers) if asks(trace) else None


def exact_within(trace: Trace, percent: float, steps: int) -> tuple[bool, str]:
    """So many percent of the held-out dates exact, in a training of at most so many steps."""
    reached = trace.latest("exact")
    return reached >= percent and trace.total <= steps, f"{reached:.0f}% in {trace.total} steps"


def one_vector(trace: Trace, percent: float, steps: int) -> tuple[bool, str] | None:
    """So many percent exact without looking back at all."""
    return None if asks(trace) else exact_within(trace, percent, steps)
