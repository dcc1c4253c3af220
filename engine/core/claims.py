"""A claim of a paper, and how a run is asked whether it bears it out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.core.params import Value
from engine.core.trace import Trace


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
    """

    sentence: str
    check: Callable[[Mapping[str, Trace]], Verdict]
    falsified_by: str
    runs: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
