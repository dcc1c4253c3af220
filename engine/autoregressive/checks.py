"""Checks of claims that all labs of this folder make of nets that write digits."""

from collections.abc import Mapping
from statistics import median

from engine.core.claims import Verdict, check, peak
from engine.core.trace import Trace

GAIN = 0.3  # bits/dim


# at no moment does a logit hear of its own or a later pixel: to the bit, for each pixel of a digit
nothing_leaks = check(
    lambda worst: worst == 0,
    "largest change of a logit {:.3g}",
    "0, to the bit, at every moment",
    peak("leak", "max_change"),
)


def beats_the_histogram(traces: Mapping[str, Trace]) -> Verdict:
    """The score on test digits against that of each pixel's own histogram."""
    score = traces["this"].last("score")
    test, baseline = float(score["test_bits"]), float(score["baseline_bits"])
    return Verdict(
        baseline - test >= GAIN,
        f"{test:.2f} bits/dim, {baseline - test:.2f} below the histogram's {baseline:.2f}",
        f"at least {GAIN} below",
    )


def lately(trace: Trace, name: str) -> float:
    """A number of the snapshot "score", mean of the last ten moments."""
    last = range(max(0, len(trace.moments) - 10), len(trace.moments))
    return sum(float(trace.at("score", moment)[name]) for moment in last) / len(last)


def recent_loss(trace: Trace) -> float:
    """The training loss in bits/dim: the median of the last tenth, since a leaking net's jumps."""
    losses = trace.scalars["loss"][1]
    return median(losses[-max(1, len(losses) // 10) :])
