"""Checks of claims that both labs of translators make, over runs named "attention" and "vector"."""

from collections.abc import Mapping, Sequence

import numpy as np

from engine.core.claims import Verdict
from engine.core.trace import Trace
from engine.data.dates import FIELDS

GAP, MORE = 40, 60  # points
FOLLOW = 80  # percent of the digits
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


def learns_sooner(traces: Traces) -> Verdict:
    """Exact dates, mean of the last three moments, against the base system's, which may learn longer."""
    scores, steps = [], []
    for name in ("attention", "vector"):
        trace = traces[name]
        last = range(max(0, len(trace.moments) - 3), len(trace.moments))
        scores.append(float(np.mean([100 * float(trace.at("score", m)["right"][0]) for m in last])))
        steps.append(trace.moments[-1])
    return Verdict(
        scores[0] - scores[1] >= MORE,
        f"{scores[0]:.0f}% exact after {steps[0]} steps against {scores[1]:.0f}% after {steps[1]}",
        f"at least {MORE} points more, and no more steps",
    )


def digits_follow(traces: Traces) -> Verdict:
    """The year's rows, laid over another text's year."""
    force = traces["attention"].last("force")
    changed, followed = 100 * float(force["changed"]), 100 * float(force["followed"])
    return Verdict(
        followed >= FOLLOW,
        f"{followed:.0f}% of the digits; in {changed:.0f}% of the texts two digits or more change",
        f"at least {FOLLOW}% of the digits become the other year's",
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
