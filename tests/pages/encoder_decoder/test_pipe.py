"""Figures of the encoder-decoder by their data: what a picture shows is what the trace says."""

import numpy as np
import pytest

from engine.attention import seq2seq_lab
from engine.core.trace import Snapshot, Step, Trace
from engine.data.dates import WRITES
from pages.encoder_decoder import figures as fig
from pages.encoder_decoder import goals
from tests.helpers import marks_of


def trace_of(share: float, total: int = 1200) -> Trace:
    """One moment of a net that writes "lebb" for "lemo"."""
    trace, right = Trace(total=total), np.array([1, 1, 0, 0], np.uint8)
    trace.add(Step(total, total, {"loss": 1.0, "right": 100 * share, "exact": 100 * share}))
    seen = {"v": np.full((8, 4), 0.5), "codes": np.array([11, 4, 1, 1], np.uint8), "right": right}
    trace.add(Snapshot(0, total, "t4", seen))
    trace.add(Snapshot(0, total, "score", {"right": np.array([share])}))
    trace.add(Snapshot(0, total, "lost", {f"n{n}": np.full(n, 1 - share) for n in seq2seq_lab.SCORED}))
    return trace


def test_the_picture_shows_the_text_of_its_length_and_the_caption_what_came_out() -> None:
    """Killed: the whole example; wrong letters filled; shares for percentages."""
    pipe, heard, lost = fig.hero(4, seq2seq_lab.SPEC())
    assert marks_of(pipe, "words")[0]["text"] == [[[c, None]] for c in "lemo"]
    assert marks_of(pipe, "dots")[0]["alive"]["array"] == "t4.right"
    assert heard["keys"]["labels"] == list("lemo")
    assert [one["label"] for one in marks_of(lost, "line") if one["concept"] == ["model"]] == ["4"]
    (said,) = fig.hero_said(trace_of(0.57), 4)
    assert said.startswith("At the end “lemo” comes out as “lebb”: 2 of 4 letters in place.")
    assert "57% come out right, by chance 6%" in said


def test_a_date_that_is_read_is_judged_character_by_character() -> None:
    """Killed: judged by the date turned round; the vector of another character."""
    codes = np.full((2, 11), WRITES.index("$"), np.uint8)
    codes[0, :2], codes[1, :10] = (1, 8), [WRITES.index(c) for c in "1998-03-07"]
    c = np.arange(32.0).reshape(2, 16)
    found = {
        "anew": np.array([0.2, 0.4]),
        "heard": np.zeros(2),
        "c": c,
        "codes": codes,
        "p": np.ones((2, 11)),
    }
    _, (_, arrays), said = fig.reading(found, "5/", "1998-03-05")
    assert arrays["out.right"].sum(1).tolist() == [1, 9]
    assert np.array_equal(arrays["out.c"][1].ravel(), c[1])
    assert said[0].endswith("If it ended here, “18” would be written: 1 of 10 right.")
    assert "At “/” 40%" in said[1]


def test_learning_shows_all_rows_and_writing_as_many_as_are_written() -> None:
    """Killed: a row ahead of its pass; the layers of one pass counted once for all characters."""
    traces = {}
    for name in fig.LEARNS:
        traces[name] = Trace(total=1)
        traces[name].add(Snapshot(0, 1, "grid", {"sees": np.ones((11, 11))}))
    _, (_, arrays), said = fig.writing(traces, 2)
    assert [one[:, :, 0].sum() for one in arrays["grid.sees"]] == [33, *range(3, 36, 3)]
    assert arrays["count.steps"][[0, 11]].tolist() == [[11, 0, 3, 0, 2, 0], [11, 11, 3, 33, 2, 22]]
    assert said[1].startswith("Writing: 1 pass for 1 character,")
    assert ["convolutions the last 4" in one for one in said].index(True) == 6


def test_bets_and_challenges_are_graded_by_the_run() -> None:
    """Killed: a run that goes on; a wide pipe that meets the challenge of a narrow one; steps left out."""
    trace = trace_of(0.69)
    assert goals.comes_out(trace) is None
    trace.finished = True
    assert goals.comes_out(trace) == (71, "69")
    assert goals.eight(trace, 65)[0]
    assert not goals.eight(trace, 70)[0]
    assert goals.narrow(trace, seq2seq_lab.SPEC(), 8, 50) is None
    assert goals.narrow(trace, seq2seq_lab.SPEC(pipe=8), 8, 50) == (True, "69%")
    assert goals.exact(trace_of(0.99, 900), 98, 1800)[0]
    assert not goals.exact(trace_of(0.99, 2000), 98, 1800)[0]
    with pytest.raises(KeyError):
        goals.eight(Trace(), 65)
