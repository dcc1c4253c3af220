"""Figures of places by their data: what a picture shows is what was measured."""

import numpy as np
import torch

from engine.attention import positions_lab, rotary_lab
from engine.core.trace import Snapshot, Trace, traced
from pages.positions import clocks, goals
from pages.positions import figures as fig
from tests.helpers import marks_of


def trace_of(*cells: float, finished: bool = True) -> Trace:
    trace = Trace(total=1, finished=finished)
    for moment in (0, 1):
        trace.add(Snapshot(moment, moment, "table", {"right": np.array([cells])}))
    return trace


def words(panel: dict) -> list[list[str]]:
    """What stands in the table's static rows."""
    return [[part[0][0] for part in one["text"]] for one in marks_of(panel, "words") if one["text"]]


def test_the_table_follows_the_run_shows_the_others_ends_and_covers_the_row_that_is_bet_on() -> None:
    """Killed: the covered row shown; the row of another way; the run's own row at its end."""
    others = {"none": trace_of(0.2, 0.1, 0.1, 0.06), "rotary": trace_of(1, 0.9, 0.1, 0.1), "learned": None}
    panel = fig.table("relative", others, 32, "rotary")
    assert words(panel) == [["?"] * 4, ["–"] * 4, ["–"] * 4, ["20%", "10%", "10%", "6%"]]
    (own,) = [one for one in marks_of(panel, "words") if one["value"]]
    assert own["value"]["array"] == "table.right"
    assert own["y"]["values"] == [1.5] * 4
    assert words(fig.table("relative", others, 32, ""))[0] == ["100%", "90%", "10%", "10%"]


def test_a_stripe_holds_all_pairs_of_its_offset_and_the_last_all_that_are_farther() -> None:
    """Killed: rows and columns exchanged; the clipped offset alone."""
    _, (head, arrays), said = fig.striped(3, {"score": np.array([[0.5, -1, 2, 0], [0.5, -1, 4, 0]])})
    lit = arrays["cells.lit"] == 1
    assert [one.sum() for one in lit] == head["scalars"]["pairs"]["value"] == [13 * 14 // 2, 14, 15, 16]
    assert not np.triu(lit.any(0), 1).any()
    assert said[0].startswith("The dark stripe: 3 places back or any farther.")
    assert "1 place back. All its pairs share one vector, offset −1. It adds +3.00" in said[2]


def test_pressing_looks_for_the_letter_asked_and_for_the_one_farther_by_the_divisor() -> None:
    """Killed: the two exchanged; rows for columns."""
    right = np.zeros((4, 9))
    right[range(4), range(3, 7)], right[3, 3] = (0.9, 0.8, 0.7, 0.6), 0.1
    found = {"factors": np.array([1, 4 / 3, 5 / 3, 2]), "right": right}
    _, (head, arrays), said = fig.pressing(found, 32, 2, 3)
    assert head["scalars"]["moved"]["value"] == [90, 80, 70, 60]
    assert head["scalars"]["asked"]["value"] == [90, 0, 0, 10]
    assert arrays["out.moved"].tolist() == [3, 4, 5, 6]
    assert said[0].endswith("on place 63, beyond what was learned. 90% of the outputs are the letter 3 back.")
    assert said[3].endswith(
        "within what was learned. 10% of the outputs are the letter 3 back, 60% the letter 6 back."
    )


def test_the_caption_of_a_walk_gives_both_places_and_both_matches() -> None:
    """Killed: the match of the place before; key and query exchanged."""
    spec = rotary_lab.SPEC(distance=4)
    trace = traced(rotary_lab.run(spec, torch.device("cpu"), {}))
    said = clocks.said(trace, spec)[9]
    assert said.startswith("Key at place 10, query at place 14.")
    assert f"match by {trace.scalars['added'][1][9]:+.2f} here" in said
    face = clocks.faces(trace, spec)
    assert [one["dx"]["array"] for one in marks_of(face, "arrows")] == [
        f"hands.{n}" for n in ("at_n", "at_m", "k", "q")
    ]


def test_bets_and_challenges_are_graded_by_the_run() -> None:
    """Killed: a run that goes on; another way that meets a challenge; twice the length for eight times."""
    good, spec = trace_of(1, 1, 0.08, 1), positions_lab.SPEC()
    assert goals.at_four(good) == (6, "8")
    assert goals.at_four(trace_of(1, 1, 0.08, 1, finished=False)) is None
    assert goals.narrow(good, spec, 4, 95) == (False, "100% clipped at 8")
    assert goals.narrow(good, spec.but(clip=4), 4, 95) == (True, "100% clipped at 4")
    assert goals.narrow(good, spec.but(encoding="rotary"), 4, 95) is None
    assert goals.far(good, spec, 70) is None
    assert goals.far(trace_of(1, 1, 1, 0.1), spec.but(encoding="rotary"), 70) == (
        False,
        "10% with base 10000",
    )
    curve = traced(rotary_lab.run(rotary_lab.SPEC(base=100.0), torch.device("cpu"), {}))
    assert goals.opposite(curve, -0.05)[0]
