"""What grades a bet or a challenge: traces in, verdicts out."""

from engine.core.claims import Verdict
from engine.core.trace import Trace


def blind_at(trace: Trace, layers: int) -> int | None:
    """The blind pixels in reach, once the stack has this many layers; None before."""
    return int(trace.last("field")["blind"].sum()) if len(trace.moments) == layers else None


def wide_and_honest(trace: Trace, wanted: int = 50) -> Verdict:
    """A field of so many pixels that leaks nowhere."""
    field = trace.last("field")
    seen, leaks = int(field["analytic"].sum()), int(field["leak"].sum())
    return Verdict(seen >= wanted and leaks == 0, f"{seen} seen, {leaks} leak", f"{wanted} seen, 0 leak")


def test_below(trace: Trace, bits: float) -> Verdict:
    """An honest net (nothing leaks) whose test digits cost less than so many bits a pixel."""
    wanted = f"below {bits:.2f} bits, nothing leaks"
    if not trace.moments:
        return Verdict(None, "", wanted)
    test, leak = float(trace.last("score")["test_bits"]), float(trace.last("leak")["max_change"])
    return Verdict(test < bits and leak == 0, f"{test:.2f} bits" + (", but it leaks" if leak else ""), wanted)


def own_mask(trace: Trace, mask: str, wanted: int) -> Verdict:
    """A mask of the reader's own, in every layer, that sees so many pixels and leaks nowhere."""
    if not mask:
        return Verdict(None, "", f"{wanted} seen through your own mask, 0 leak")
    return wide_and_honest(trace, wanted)
