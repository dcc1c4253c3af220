"""What grades a bet or a challenge: traces in, whether it is met and its figure out."""

from engine.core.trace import Trace


def blind(trace: Trace) -> int:
    """The blind pixels in reach of a whole stack."""
    return int(trace.last("field")["blind"].sum())


def wide_and_honest(trace: Trace, wanted: int) -> tuple[bool, str]:
    """A field of so many pixels that leaks nowhere."""
    field = trace.last("field")
    seen, leaks = int(field["analytic"].sum()), int(field["leak"].sum())
    return seen >= wanted and leaks == 0, f"{seen} seen, {leaks} leak"


def test_below(trace: Trace, bits: float) -> tuple[bool, str]:
    """An honest net (nothing leaks) whose test digits cost less than so many bits a pixel."""
    test, leak = float(trace.last("score")["test_bits"]), float(trace.last("leak")["max_change"])
    return test < bits and leak == 0, f"{test:.2f} bits{', but it leaks' if leak else ''}"


def own_mask(trace: Trace, mask: str, wanted: int) -> tuple[bool, str] | None:
    """A mask of the reader's own, in every layer, that sees so many pixels and leaks nowhere."""
    return wide_and_honest(trace, wanted) if mask else None
