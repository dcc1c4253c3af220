"""A claim of a paper, and how a run is asked whether it bears it out.

Most checks read a few figures, ask one condition of them and say them in one sentence: `check`, `at_least`
and `at_most` make such a check of two texts and the readings `last`, `ends`, `peak`, `latest`,
`late`. What is of another shape is a function.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engine.core.params import Value
from engine.core.trace import Trace

Traces = Mapping[str, Trace]
Figures = Callable[[Traces], list[float]]
THIS = ("this",)


@dataclass(frozen=True)
class Verdict:
    """`holds` is None where the claim does not apply to this run. `measured` and `wanted` are for people."""

    holds: bool | None
    measured: str
    wanted: str


@dataclass(frozen=True)
class Claim:
    """A sentence, and a check over the traces of the runs that it compares.

    `check` gets {"this": trace of the run at hand} and one trace for each name in `runs`, which says how
    those differ from the run at hand (same lab, same seed). `falsified_by` says what would refute the claim.
    Arms differ in one field, and in weights and steps by 5 % at most; else `beside` says how, and why the
    sentence allows it.
    """

    sentence: str
    check: Callable[[Traces], Verdict]
    falsified_by: str
    runs: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    beside: str = ""


def check(
    holds: Callable[..., object], measured: str, wanted: str, *readings: Figures
) -> Callable[[Traces], Verdict]:
    """A check of figures: `holds` takes them in order, `measured` is a format that says them by number.

    check(lambda x, y: x < y, "{:.2f}, {:.2f} before", "fewer", last("score", "bits", runs=("new", "old")))
    """

    def checked(traces: Traces) -> Verdict:
        found = [figure for reading in readings for figure in reading(traces)]
        return Verdict(bool(holds(*found)), measured.format(*found), wanted)

    return checked


def at_least(bound: float, measured: str, wanted: str, *readings: Figures) -> Callable[[Traces], Verdict]:
    """`check` that the first figure is no less than this; the others are only said."""
    return check(lambda first, *_: first >= bound, measured, wanted, *readings)


def at_most(bound: float, measured: str, wanted: str, *readings: Figures) -> Callable[[Traces], Verdict]:
    """`check` that the first figure is no more than this; the others are only said."""
    return check(lambda first, *_: first <= bound, measured, wanted, *readings)


def _one(array: np.ndarray) -> float:
    return array.item()  # raises for more than one


def last(snapshot: str, *names: str, runs: Sequence[str] = THIS, of: Callable[[Any], Any] = _one) -> Figures:
    """The newest figures of these names: all of the first run, then all of the next.

    of: what makes one figure of an array that holds several, as np.max does.
    """
    return lambda traces: [float(of(traces[run].last(snapshot)[name])) for run in runs for name in names]


def ends(snapshot: str, name: str, run: str = "this", of: Callable[[Any], Any] = _one) -> Figures:
    """One figure at the first moment and at the newest."""
    return lambda traces: [
        float(of(traces[run].at(snapshot, moment)[name])) for moment in (0, len(traces[run].moments) - 1)
    ]


def peak(snapshot: str, *names: str, run: str = "this") -> Figures:
    """The largest value that each figure has at any moment."""

    def read(traces: Traces) -> list[float]:
        trace = traces[run]
        seen = [trace.at(snapshot, moment) for moment in range(len(trace.moments) or 1)]  # none: a KeyError
        return [max(_one(one[name]) for one in seen) for name in names]

    return read


def latest(*scalars: str, runs: Sequence[str] = THIS) -> Figures:
    """The newest values of these figures of the steps: all of the first run, then all of the next."""
    return lambda traces: [traces[run].latest(name) for run in runs for name in scalars]


def late(*scalars: str, runs: Sequence[str] = THIS, share: float = 0.2) -> Figures:
    """These figures of the steps, each the mean over the last `share` of its run: all of the first, then all
    of the next."""
    return lambda traces: [late_mean(traces[run], name, share) for run in runs for name in scalars]


def late_mean(trace: Trace, name: str, share: float = 0.2) -> float:
    """The mean of one figure of the steps over the last `share` of a run. Raises KeyError for none."""
    after = (1 - share) * trace.total
    found = [v for s, v in zip(*trace.scalars[name], strict=True) if s > after]
    if not found:
        raise KeyError(f"no {name} so late in this run, which is under way")
    return float(np.mean(found))
