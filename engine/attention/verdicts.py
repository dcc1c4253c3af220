"""Checks of claims that both labs of translators make, over runs named "attention" and "vector"."""

from collections.abc import Mapping, Sequence

import numpy as np

from engine.core.claims import Verdict
from engine.core.trace import Trace
from engine.data.dates import FIELDS

SOON = 95  # percent of dates exactly right
GAP = 40  # points
Traces = Mapping[str, Trace]


def looks_at_its_field(traces: Traces, floors: Sequence[float]) -> Verdict:
    """The mass of the rows of year, month and day on their own spans in the text, neighbours counted."""
    wanted = ", ".join(f"{name} {floor:.2f}" for name, floor in zip(FIELDS, floors, strict=True))
    mass = traces["attention"].last("look")["mass"]
    said = ", ".join(f"{name} {float(m):.2f}" for name, m in zip(FIELDS, mass, strict=True))
    return Verdict(bool((mass >= np.asarray(floors)).all()), said, f"at least {wanted}")


def exact(trace: Trace, dates: int = 1) -> float:
    """Percent of held-out dates that are right to the last digit, in texts of so many."""
    return 100 * float(trace.last("score")["right"][dates - 1])


def learns_what_one_vector_does_not(traces: Traces) -> Verdict:
    """Exact dates after equally many steps."""
    a, v = exact(traces["attention"]), exact(traces["vector"])
    return Verdict(a - v >= GAP, f"{a:.0f}% against {v:.0f}% exact", f"at least {GAP} points more")


def loses_less_as_the_text_grows(traces: Traces) -> Verdict:
    """Exact dates in texts of one and of two, both trained on both."""
    a, v = ([exact(traces[name], k) for k in (1, 2)] for name in ("attention", "vector"))
    return Verdict(
        a[1] - v[1] >= GAP and a[0] - a[1] < v[0] - v[1],
        f"one date, then two: {a[0]:.0f}% and {a[1]:.0f}% against {v[0]:.0f}% and {v[1]:.0f}%",
        f"a smaller loss, and {GAP} points more at two",
    )


def steps_to(trace: Trace, percent: float = SOON) -> int | None:
    """The first moment's step at which so many dates are exact, or None."""
    steps, values = trace.scalars["exact"]
    return next((step for step, value in zip(steps, values, strict=True) if value >= percent), None)


def learns_sooner(traces: Traces) -> Verdict:
    """Steps until 95% of the dates are exact, against the base system's."""
    mine, base = steps_to(traces["attention"]), steps_to(traces["vector"])
    end = traces["vector"].moments[-1]
    said = f"{mine or f'more than {end}'} steps against {base or f'more than {end}'}"
    return Verdict(mine is not None and mine <= 0.7 * (base or end), said, "at most 0.7 times as many")


def digits_follow(traces: Traces) -> Verdict:
    """The year's rows, laid over another text's year."""
    force = traces["attention"].last("force")
    changed, followed = 100 * float(force["changed"]), 100 * float(force["followed"])
    return Verdict(
        changed >= 80,
        f"in {changed:.0f}% of the texts; {followed:.0f}% of the digits become the other year's",
        "two digits or more change in 80% of the texts",
    )


def wiped_field_fails_alone(traces: Traces) -> Verdict:
    """Wrong characters of the field that was wiped out, and of the two others."""
    wrong = traces["attention"].last("blank")["wrong"]
    own = 100 * float(np.diag(wrong).mean())
    others = 100 * float(wrong[~np.eye(len(wrong), dtype=bool)].mean())
    return Verdict(
        own >= 4 * others and own > 30,
        f"{own:.0f}% of its own characters wrong, {others:.0f}% of the others'",
        "four times as many of its own, over 30%",
    )


def rows_are_averages(traces: Traces) -> Verdict:
    """At every moment each row sums to one, and padding gets exactly nothing."""
    trace = traces["attention"]
    looks = [trace.at("look", moment) for moment in range(len(trace.moments))]
    off = max(float(np.abs(look["sum"] - 1).max()) for look in looks)
    padding = max(float(look["padding"]) for look in looks)
    return Verdict(
        off <= 1e-5 and padding == 0,
        f"sums off by {off:.1e}, padding {padding:.1g}",
        "sums of 1 to 1e-5, padding 0 to the bit",
    )
