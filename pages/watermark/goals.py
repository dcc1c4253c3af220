"""What grades the bet and the challenges on the watermark: traces and tests in, whether they are met out."""

from dataclasses import dataclass

from engine.core.trace import Trace

LEFT = ("nothing", "a quarter", "half", "seven tenths")
WORTH = (0.0, 0.25, 0.5, 0.7)


@dataclass(frozen=True)
class Test:
    """What came of a test: what was done, whether fairly (the right key, words of one's own), to how many in
    a hundred, how long the text was, and z."""

    kind: str
    fair: bool
    share: int
    words: int
    z: float


def left(trace: Trace) -> str | None:
    """How much of z many texts keep when three words of ten are replaced, as the nearest answer."""
    if not trace.moments:
        return None
    found = float(trace.last("level")["left"])
    return min(zip(LEFT, WORTH, strict=True), key=lambda one: abs(one[1] - found))[0]


def hidden(test: Test | None, most: int) -> tuple[bool, str] | None:
    """The mark is gone, with few words replaced and the right key."""
    if test is None or test.kind != "replace" or not test.fair:
        return None
    return test.z < 4 and test.share <= most, f"z = {test.z:.1f} with {test.share}% replaced"


def forged(test: Test | None, words: int, least: float) -> tuple[bool, str] | None:
    """A text of one's own that the test takes for marked."""
    if test is None or test.kind != "your own text" or not test.fair:
        return None
    return test.words >= words and test.z >= least, f"z = {test.z:.1f} in {test.words} words"


def cool(trace: Trace, temperature: float, least: float, most: float) -> tuple[bool, str] | None:
    """A strong mark where the model is sure, at a bearable price."""
    z, cost = trace.latest("z_marked"), trace.latest("perplexity_marked") / trace.latest("perplexity_plain")
    said = f"z = {z:.1f} at temperature {temperature:g} for {cost:.1f} times the perplexity"
    return temperature <= 0.5 and z >= least and cost <= most, said
