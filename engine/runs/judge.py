"""Judge the claims of a lab on runs that exist, for the page, the command line and the tests alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.core.claims import Claim
from engine.core.params import Spec
from engine.core.trace import Trace
from engine.labs import Lab
from engine.runs.stored import Unreadable

# a run's trace, and whether it is at its end; None: no such run
Find = Callable[[Spec], tuple[Trace, bool] | None]


@dataclass(frozen=True)
class Judged:
    """One claim and what the runs at hand say of it.

    `verdict`: holds, falls short, provisional (a run is not at its end, or not all of it can be read), not
    run (see `missing`), or does not apply.
    `measured` and `wanted` are for people, and empty where nothing could be measured.
    """

    number: int  # from 1, in the order of the lab's CLAIMS
    claim: Claim
    verdict: str
    measured: str = ""
    wanted: str = ""
    missing: tuple[Spec, ...] = ()


def arms(claim: Claim, spec: Spec) -> dict[str, Spec]:
    """The runs that a claim about `spec` looks at: "this", and those it is compared with, same seed."""
    return {"this": spec, **{name: spec.but(**changes) for name, changes in claim.runs.items()}}


def judge(lab: Lab, spec: Spec, find: Find) -> list[Judged]:
    """Each claim of a lab on the run of `spec`; `find` is asked for each run that a claim needs."""
    return [_judged(number, claim, spec, find) for number, claim in enumerate(lab.CLAIMS, start=1)]


def _judged(number: int, claim: Claim, spec: Spec, find: Find) -> Judged:
    runs = {name: (one, find(one)) for name, one in arms(claim, spec).items()}
    missing = tuple(dict.fromkeys(one for one, found in runs.values() if found is None))
    if missing:
        return Judged(number, claim, "not run", missing=missing)
    traces: Mapping[str, Trace] = {name: found[0] for name, (_, found) in runs.items() if found}
    whole = all(found[1] for _, found in runs.values() if found)
    try:
        verdict = claim.check(traces)
    except Exception as error:  # of half a run a check may make anything
        if whole and not isinstance(error, Unreadable):
            raise  # a check that looks for what its runs never show is a fault of the lab
        return Judged(number, claim, "provisional")
    said = {True: "holds", False: "falls short", None: "does not apply"}[verdict.holds]
    provisional = not whole and verdict.holds is not None
    return Judged(number, claim, "provisional" if provisional else said, verdict.measured, verdict.wanted)
