"""Checks of plain figures: what is read, what is asked of it, and how it is said."""

import numpy as np
import pytest

from engine.core.claims import Verdict, at_least, at_most, check, ends, last, late, latest, peak
from engine.core.trace import Snapshot, Step, Trace


def told(*values: float) -> Trace:
    """A trace whose figure "bits" takes these values, moment by moment; "both" is it and its double."""
    trace = Trace()
    for moment, value in enumerate(values):
        trace.add(Step(moment + 1, len(values), {"loss": 10 * value}))
        figures = {"bits": np.array([value]), "both": np.array([value, 2 * value])}
        trace.add(Snapshot(moment, moment + 1, "score", figures))
    return trace


TRACES = {"this": told(3, 5, 4), "other": told(1, 2)}


@pytest.mark.parametrize(
    ("reading", "wanted"),
    [
        (last("score", "bits"), [4]),
        (last("score", "bits", runs=("other", "this")), [2, 4]),
        (last("score", "bits", "both", runs=("this", "other"), of=np.max), [4, 8, 2, 4]),
        (ends("score", "bits"), [3, 4]),
        (ends("score", "both", run="other", of=np.max), [2, 4]),
        (peak("score", "bits"), [5]),
        (latest("loss", runs=("other", "this")), [20, 40]),
        (late("loss", runs=("other", "this"), share=0.5), [20, 45]),
    ],
)
def test_readings_go_through_runs_then_names(reading, wanted) -> None:
    """Killed: names before runs; the first moment for the last; the newest for the largest."""
    assert reading(TRACES) == wanted


def test_a_figure_of_several_numbers_is_never_read_as_one() -> None:
    """Killed: the first of them taken."""
    with pytest.raises(ValueError, match="size 1"):
        last("score", "both")(TRACES)


def test_a_moment_that_is_not_there_yet_is_a_lookup_that_fails() -> None:
    """The judge then calls the claim provisional. Killed: 0 for what is not there; the mean of nothing,
    which is nan."""
    with pytest.raises(LookupError):
        last("score", "bits")({"this": Trace()})
    for reading in (latest("loss"), late("loss"), ends("score", "bits"), peak("score", "bits")):
        with pytest.raises(LookupError):
            reading({"this": Trace()})
    under_way = Trace(total=100)
    under_way.add(Step(10, 100, {"loss": 1.0}))
    with pytest.raises(LookupError, match="no loss so late"):
        late("loss")({"this": under_way})


def test_a_check_asks_its_figures_in_order_and_says_them_by_number() -> None:
    """Killed: figures of the second reading before the first's; a verdict that is numpy's."""
    figures = last("score", "bits"), last("score", "bits", runs=("other",))
    less = check(lambda this, other: np.float32(this) < other, "{1:.1f} and {0:.2f}", "less", *figures)
    assert less(TRACES) == Verdict(False, "2.0 and 4.00", "less")
    assert less({"this": TRACES["other"], "other": TRACES["this"]}).holds is True


def test_bounds_are_met_by_themselves() -> None:
    """Killed: > for >=; < for <=; the second figure asked too."""
    down, up = last("score", "bits", runs=("this", "other")), last("score", "bits", runs=("other", "this"))
    for bound, holds in ((3, True), (4, True), (5, False)):
        assert at_least(bound, "{:g} {:g}", "", down)(TRACES) == Verdict(holds, "4 2", "")
    for bound, holds in ((1, False), (2, True), (3, True)):
        assert at_most(bound, "{:g} {:g}", "", up)(TRACES) == Verdict(holds, "2 4", "")
