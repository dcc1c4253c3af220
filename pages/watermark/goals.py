"""What grades the bet and the challenges on the watermark: traces and tests in, whether they are met out."""

from dataclasses import dataclass

from engine.core.trace import Trace
from engine.language.detection import ATTACKS

OWN = "your own text"
LEFT = {"nothing": 0.0, "a quarter": 0.25, "half": 0.5, "seven tenths": 0.7}


@dataclass(frozen=True)
class Outcome:
    """What came of a test. fair: with the right key, on words of one's own. share: of a hundred words."""

    kind: str
    fair: bool
    share: int
    words: int
    z: float


def left(trace: Trace) -> str | None:
    """How much of z many texts keep when three words of ten are replaced, as the nearest answer."""
    found = float(trace.last("level")["left"]) if trace.moments else None
    return None if found is None else min(LEFT, key=lambda name: abs(LEFT[name] - found))


def hidden(test: Outcome, most: int) -> tuple[bool, str] | None:
    """The mark is gone, with few words replaced and the right key."""
    met = test.z < 4 and test.share <= most, f"z = {test.z:.1f} with {test.share}% replaced"
    return met if test.kind == ATTACKS[0] and test.fair else None


def forged(test: Outcome, words: int, least: float) -> tuple[bool, str] | None:
    """A text of one's own that the test takes for marked."""
    met = test.words >= words and test.z >= least, f"z = {test.z:.1f} in {test.words} words"
    return met if test.kind == OWN and test.fair else None
