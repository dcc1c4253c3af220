"""Figures of the alignment page by their data: what a picture shows is what the trace says."""

import numpy as np
import pytest

from engine.attention import bahdanau_lab
from engine.core.trace import Snapshot, Step, Trace
from engine.data.dates import END, examples
from pages.attention import figures as fig
from pages.attention import goals
from tests.helpers import marks_of

ONE = examples()[0]


def trace_of(right: float = 1.0, asks: bool = True, wrong: int | None = None) -> Trace:
    """One moment of a net that looks at the month's first letter and writes zeros."""
    alpha = np.zeros((10, len(ONE.text)), np.uint8)
    alpha[fig.MONTH, 0], alpha[fig.MONTH, 1] = (200, 55) if asks else (0, 0)
    marks = np.zeros(10, np.uint8)
    marks[: wrong or 0] = 1
    blur = np.linspace(0, 0.9, 10) if asks else np.zeros(10)
    blur[4] = 3.25
    errors = {"wrong": np.array([0.1, 0.1, 0.1, 0.1, 0.9, 0.1, 0.1, 0.9, 0.1, 0.1], np.float32)}
    trace = Trace(total=360)
    trace.add(Step(360, 360, {"loss": 0.1, "exact": 100 * right}))
    trace.add(Snapshot(0, 360, "e0", {"alpha": alpha, "codes": np.zeros(10, np.uint8), "wrong": marks}))
    trace.add(Snapshot(0, 360, "score", {"right": np.array([right, right / 2, 0], np.float32), **errors}))
    mass = np.array([0.97, 0.9, 0.96], np.float32)
    total = np.full(2, float(asks), np.float32)
    trace.add(Snapshot(0, 360, "look", {"mass": mass, "blur": blur.astype(np.float32), "sum": total}))
    table = np.array([[0.6, 0, 0.3], [0, 0.5, 0], [0, 0, 0.8]], np.float32)
    trace.add(Snapshot(0, 360, "blank", {"wrong": table}))
    return trace


def words(title: list) -> str:
    return "".join(text for text, _ in title)


def test_both_panels_show_one_example_and_share_its_labels() -> None:
    """Killed: weights out of 1; spaces without a sign."""
    for number, one in enumerate(examples()):
        arcs, matrix = fig.alignment(number, one, asks=True)
        assert (arcs["view"], matrix["view"]) == ("arcs", "matrix")
        for panel in (arcs, matrix):
            assert panel["array"] == f"e{number}.alpha"
            assert panel["keys"]["labels"] == [c if c != " " else "␣" for c in one.text]
            assert panel["queries"]["array"] == f"e{number}.codes"
            assert panel["queries"]["alphabet"][:11] == list("0123456789-")
            assert (panel["high"], panel["query"], panel["wrong"]) == (255, 5, f"e{number}.wrong")
        assert len(matrix["outline"]) == 10
        assert len(matrix["outline"][0]) == len(one.text)


def test_the_frame_lies_on_the_field_that_the_row_belongs_to_and_dashes_have_none() -> None:
    """Killed: the month's rows framed on the day."""
    cells = np.array(fig.field_cells(ONE))
    for rows, text in ((slice(0, 4), "1998"), (slice(5, 7), "March"), (slice(8, 10), "5")):
        for row in cells[rows]:
            assert "".join(c for c, here in zip(ONE.text, row, strict=True) if here) == text
    assert not cells[[4, 7]].any()


def test_with_one_vector_the_titles_say_that_nobody_is_asked() -> None:
    """Killed: the title of a net that looks, over a picture without a line; its matrix, empty."""
    assert not fig.asks(trace_of(asks=False))
    arcs, bars = fig.alignment(0, ONE, asks=False)
    assert "nobody is asked" in words(arcs["title"])
    assert "outline" not in bars, "no empty matrix"
    assert marks_of(bars, "bars")[0]["value"]["array"] == "score.wrong"
    assert "one vector" in fig.alignment_sentence(trace_of(asks=False), "May 3").end
    assert fig.blur(trace_of(asks=False)) == "not measured"


def test_the_line_of_boxes_ends_in_what_was_written_and_shows_its_weights() -> None:
    """Killed: the text for what was written; ink for brightness; weights of a net that has none."""
    text, _, weights, *_, date = fig.pipeline(trace_of(), bahdanau_lab.SPEC(), 0, ONE)
    assert (text.text, date.text) == (ONE.text, "0" * 10)
    assert weights.picture is not None
    assert weights.picture[fig.MONTH, 0] == pytest.approx(55 / 255)
    names = [box.name for box in fig.pipeline(trace_of(asks=False), bahdanau_lab.SPEC(), 0, ONE)]
    assert "one vector" in names
    assert "weights" not in names
    assert fig.pipeline(Trace(), bahdanau_lab.SPEC(), 0, ONE)[-1].text == "not trained yet"


def test_the_blurriest_row_is_named_by_its_place() -> None:
    """Killed: the sharpest."""
    assert fig.blur(trace_of()) == "0.0 bits (year) to 3.2 (dash)"
    assert [fig.PLACE_OF[i] for i, c in enumerate("1998-03-05") if c == "-"] == ["dash", "dash"]


def test_the_chart_of_longer_texts_holds_every_share_that_was_measured() -> None:
    """Killed: dates counted from 0; shares for percentages in the sentence."""
    traces = {"attention": trace_of(1.0), "one vector": trace_of(0.3)}
    rows = fig.growth(traces)["data"]["values"]
    assert [(r["name"], r["x"], r["y"]) for r in rows] == [
        ("attention", 1, 100), ("attention", 2, 50), ("attention", 3, 0),
        ("one vector", 1, 30), ("one vector", 2, 15), ("one vector", 3, 0),
    ]  # fmt: skip
    assert "one vector 30%, 15%, 0%" in fig.growth_sentence(traces)


def test_the_table_of_wiped_fields_has_them_as_rows_and_the_output_as_columns() -> None:
    """Killed: rows and columns exchanged; dashes counted."""
    cells = fig.wiped(trace_of(), "attention")["data"]["values"]
    wrong = {(y, x): v for y, x, v in zip(cells["y"], cells["x"], cells["value"], strict=True)}
    assert wrong["year", "day"] == pytest.approx(30)
    assert len(wrong) == 9
    assert fig.wiped_sentence({"attention": trace_of()}).endswith(
        "fail 5% with attention (without a blank 10%)."
    )


def test_what_differs_is_marked_and_the_end_mark_left_out() -> None:
    """Killed: equality marked; the end mark kept."""
    assert fig.differing(list("12"), ["1", "3", "4", "end"]) == [("1", False), ("3", True), ("4", True)]
    assert fig.said(np.array([1, 10, 11, END, 255])) == ["1", "-", "␣", "end", ""]


def test_the_bet_is_the_choice_nearest_to_the_measured_share() -> None:
    """Killed: a share for a percentage; a run that still goes on."""
    for share, bet in ((0.18, 18), (0.93, 99)):
        trace = trace_of(share)
        assert goals.left(trace) is None
        trace.finished = True
        assert goals.left(trace) == bet


@pytest.mark.parametrize(
    ("right", "steps", "holds"), [(0.96, 400, True), (0.94, 400, False), (0.96, 300, False)]
)
def test_a_challenge_wants_the_score_within_the_steps(right: float, steps: int, holds: bool) -> None:
    """Killed: either condition left out."""
    assert goals.exact_within(trace_of(right), 95, steps)[0] is holds
    with pytest.raises(KeyError):
        goals.exact_within(Trace(), 95, steps)


def test_other_challenges_apply_to_the_memory_that_they_name() -> None:
    """Killed: attention that meets the challenge of one vector; the largest field for the smallest."""
    assert goals.one_vector(trace_of(0.95), 90, 1500) is None
    assert goals.one_vector(trace_of(0.95, asks=False), 90, 1500)[0] is True
    assert goals.one_vector(trace_of(0.85, asks=False), 90, 1500)[0] is False
    assert goals.fields_found(trace_of(), 0.9)[0] is True
    assert goals.fields_found(trace_of(), 0.95)[0] is False
    assert goals.fields_found(trace_of(asks=False), 0.9) is None


def test_the_symbols_say_where_the_months_first_digit_looks_most() -> None:
    """Killed: weights out of 255."""
    values = [value for _, _, value in fig.symbols(trace_of(), bahdanau_lab.SPEC(), ONE)]
    assert "10 × 13" in values
    assert "0.78 on “M”" in values
    assert "not trained yet" in [value for _, _, value in fig.symbols(Trace(), bahdanau_lab.SPEC(), ONE)]
