"""Figures of other ways to see the past: what the four grids show, what is told, what grades."""

import numpy as np
import pytest
import torch

from engine.autoregressive import sight_lab
from engine.core.trace import Trace, traced
from pages.pixel_order import figures as fig
from pages.pixel_order import goals, sight, stages
from tests.helpers import marks_of


def trace_of(**changes: object) -> Trace:
    return traced(sight_lab.run(sight_lab.SPEC(**changes), torch.device("cpu"), {}))


def test_each_grid_marks_what_is_missed_and_what_leaks() -> None:
    """Killed: rows counted from below; a pixel of the future counted as missed; leaks not drawn."""
    spec = sight_lab.SPEC()
    panels = sight.four(trace_of(), spec)
    missed = [marks_of(one, "dots")[0] for one in panels]
    assert [len(one["x"]["values"]) for one in missed] == [61, 13, 1, 0]
    assert (missed[2]["x"]["values"], missed[2]["y"]["values"]) == ([10.5], [4.5])  # end of the row above
    leaks = marks_of(sight.four(trace_of(shifted=False), spec.but(shifted=False))[2], "dots")[1]
    assert leaks["y"]["values"] == [3.5] * 5
    frame = marks_of(panels[0], "line")[0]
    assert (min(frame["x"]["values"]), min(frame["y"]["values"])) == (5, 3)


def test_a_heard_pixel_turns_strong_when_it_is_computed() -> None:
    """Killed: all strong from the start; unheard pixels turned, too; a row late."""
    _, arrays = sight.waves(trace_of())
    row = arrays["sight.kind1"]
    assert row[0].max() == 1
    assert row[3, :3].min() == row[3, :3].max() == sight.DONE
    assert row[3, 3].max() == 1
    assert row[-1, 10].max() == 0


def test_what_is_told_follows_the_step() -> None:
    """Killed: a row lag; the count of another way; a first pixel that is told of a past."""
    said = sight.four_said(trace_of(), sight_lab.SPEC())
    assert len(said) == 22
    assert "hears of 21 by masked convolution, 69 by Row LSTM, 81 by Diagonal BiLSTM, 82 by" in said[0]
    assert "Row LSTM: row 3 of 11; Diagonal BiLSTM: diagonal 3 of 21." in said[3]
    assert "Row LSTM: done" in said[12]
    first = sight.four_said(trace_of(row=0, col=0), sight_lab.SPEC(row=0, col=0))
    assert "there is nothing to hear of" in first[5]


def test_a_click_chooses_the_pixel_under_it() -> None:
    """Also beyond the edge. Killed: row and column exchanged; the row above."""
    assert stages.placed((5.4, 3.6)) == {"row": 7, "col": 5}
    assert stages.placed((-1.0, 99.0)) == {"row": 0, "col": 0}
    sight_lab.SPEC().but(**stages.placed((99.0, -1.0)))


def test_completions_are_unveiled_row_by_row() -> None:
    """Killed: given rows counted among the written; the truth shown under the grey."""
    real, ways = np.full((8, 8), 8), np.full((8, 8, 8), 8)
    ways[:, 7] = 0
    _, (head, arrays), said = fig.completed({"x": ways}, real, 6)
    assert arrays["ways.x"].shape == (3, 8, 8, 8)
    assert (arrays["ways.x"][0, :, 6:] == round(0.35 * fig.DARK)).all()
    assert head["scalars"]["alike"]["value"] == [100, 50]
    assert said[2].startswith("6 of 8 rows are given, 2 written in 8 ways: 50% of the pixels")


def test_bets_and_challenges_are_graded_by_the_run() -> None:
    """Killed: the Row LSTM's misses; a pixel with hardly a past; a share below."""
    assert goals.deep(trace_of(layers=6)) == "1"
    assert goals.covered(trace_of(row=1, col=0), sight_lab.SPEC(row=1, col=0)) is None
    assert goals.covered(trace_of(), sight_lab.SPEC()) == (False, "61 missed, 2 layers")
    ended = Trace()
    assert goals.cheap(ended, 2) is None
    assert goals.like(ended, 0.5) is None


def test_reading_needs_no_run() -> None:
    """Killed: a curve without the untrained net beside."""
    untrained = np.array([0.5, 0.4])
    curve = fig.reading(type("Spec", (), {"layers": 1}), untrained, 0.9)[1]
    assert marks_of(curve, "line")[0]["y"]["values"] == pytest.approx([0.5, 0.4])
