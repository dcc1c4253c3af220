"""What grades the bet and the challenges on the watermark: traces and tests in, whether they are met out."""

from dataclasses import dataclass

from engine.core.trace import Trace
from engine.language.detection import ATTACKS

FOUND = {"below 4: not found": 4.0, "4 to 8": 8.0, "8 to 12": 12.0, "over 12": float("inf")}


@dataclass(frozen=True)
class Outcome:
    """What came of an attack. fair: the test has the writer's key. share: of a hundred words. whole: z of
    the text before."""

    kind: str
    fair: bool
    share: int
    z: float
    whole: float


def found(trace: Trace) -> str | None:
    """Where z of the marked text ends."""
    z = trace.latest("z_marked") if trace.moments else None
    return None if z is None else next(name for name, top in FOUND.items() if z < top)


def hidden(test: Outcome, most: int) -> tuple[bool, str] | None:
    """The mark was there and is gone, with few words replaced and the right key."""
    met = test.z < 4 and test.share <= most, f"z = {test.z:.1f} with {test.share}% replaced"
    return met if test.kind == ATTACKS[0] and test.fair and test.whole > 4 else None


def cheap(trace: Trace, most: float) -> tuple[bool, str]:
    """Found, and hardly more surprising than the text without a watermark."""
    z, times = trace.latest("z_marked"), trace.latest("perplexity_marked") / trace.latest("perplexity_plain")
    return z > 4 and times <= most, f"z = {z:.1f} at {times:.2f} times the perplexity"
