"""What grades bets and challenges: traces in, whether they are met and the figure out."""

from engine.core.trace import Trace


def bits(trace: Trace) -> str:
    """What a toss tells, as it is bet on."""
    return f"{trace.latest('surprise'):.1f}"


def half_a_bit(trace: Trace) -> tuple[bool, str]:
    """A coin whose toss tells about half a bit."""
    bits = trace.latest("surprise")
    return 0.45 <= bits <= 0.55, f"{bits:.2f} bits"
