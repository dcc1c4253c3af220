"""Plots by their data: channels, axes, what is said, and what cannot be drawn."""

import math
from typing import Any

import numpy as np
import pytest

from app.figures import marks
from app.figures.plot import Axis, asked, plot, stack
from tests.helpers import marks_of

TITLE = [("A plane", None)]
X, Y = Axis("weight", "kg", low=1, high=9), Axis("speed", "m/s", low=0, high=6)


def test_a_channel_is_a_name_a_part_of_an_array_a_figure_or_the_numbers_themselves() -> None:
    """Killed: a column sent as a row; rows of numbers sent flat; none sent as a number."""
    mark = marks.dots("a.x", marks.at("a.y", column=1, scale=0.5))
    assert (mark["x"]["array"], mark["x"]["column"]) == ("a.x", None)
    assert [mark["y"][k] for k in ("array", "column", "row", "scale")] == ["a.y", 1, None, 0.5]
    mark = marks.line([1, 2], np.ones((3, 2), np.float32))
    assert mark["x"] == {"values": [1, 2]}
    assert mark["y"]["array"]["shape"] == [3, 2]
    assert marks.rules(marks.over(), axis="x")["at"] == {"over": "step"}
    assert marks.bars("a.y")["value"]["array"] == "a.y"
    assert marks.words(["here"])["x"] is None


def test_the_ends_of_a_heat_are_those_of_its_scale_and_those_of_a_band_are_channels() -> None:
    """Killed: low and high of every mark taken for channels."""
    assert [marks.heat("a.z", low=-1, high=2)[end] for end in ("low", "high")] == [-1, 2]
    assert [marks.band([0, 1], 0, "a.top")[end] for end in ("low", "high")] == [
        {"values": [0]},
        marks.at("a.top"),
    ]


def test_whatever_a_plot_asks_of_a_run_is_named() -> None:
    """Killed: figures left out; the step taken for a figure."""
    drawn = [
        marks.dots("a.x", marks.at("a.y", row=1), alive="a.alive", more={"owns": "a.owns"}),
        marks.line(marks.over("far"), marks.over("loss")),
        marks.rules(marks.over(), axis="x"),
        marks.bars([1, 2]),
    ]
    both = stack([plot(drawn, TITLE, X, Y), plot([marks.bars("b.p")], (), Axis("k"), Y)], TITLE)
    assert set(asked(both)) == {"a.x", "a.y", "a.alive", "a.owns", "far", "loss", "b.p"}
    assert len(marks_of(both)) == 5
    assert [one["value"] for one in marks_of(both, "bars")] == [{"values": [1, 2]}, marks.at("b.p")]


def test_a_mark_says_its_numbers_with_names_and_units_unless_it_has_a_sentence() -> None:
    """Killed: x said for y; an empty sentence replaced; sideways bars named by the other axis."""

    def said(mark: dict[str, Any], x: Axis = X, y: Axis = Y) -> str:
        return marks_of(plot([mark], TITLE, x, y))[0]["say"]

    assert said(marks.dots("a.x", "a.y")) == "weight {x} kg, speed {y} m/s"
    assert said(marks.dots("a.x", "a.y", names=["cat"])) == "{name}: weight {x} kg, speed {y} m/s"
    assert said(marks.dots("a.x", "a.y", say="")) == ""
    assert said(marks.bars("a.y"), Axis("animal")) == "animal {name}: speed {value} m/s"
    assert said(marks.bars("a.y", sideways=True), X, Axis("animal")) == "animal {name}: weight {value} kg"
    assert said(marks.line(marks.over(), marks.over("loss"))) == ""  # all of them are said at once


def test_two_runs_share_a_plane_where_marks_go_over_the_training() -> None:
    """Killed: a share for every plot, which would draw dots of two runs into one."""
    over = marks.line(marks.over(), marks.over("loss"))
    assert plot([over, marks.dots([1], [1])], TITLE, Axis("step"), Axis("loss"))["shares"] is True
    assert plot([marks.dots("a.x", "a.y")], TITLE, X, Y)["shares"] is False
    dragged = plot([], TITLE, X, Y, touch="drag")
    assert (dragged["drops"], dragged["drags"]) == (True, True)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: marks.dots("a.x", "a.y", "orange"), "concept must be one of past, model.*got 'orange'"),
        (lambda: marks.dots("a.x", "a.y", ["past", "red"]), "got 'red'"),
        (lambda: marks.at("a.x", column=0, row=1), "one of column and row, got 0 and 1"),
        (lambda: marks.heat("a.z", low=1, high=1), "low must be below high"),
        (lambda: marks.heat("a.z", across=(2, 1)), "low must be below high"),
        (lambda: marks.words(), "a text or a value, and not both"),
        (lambda: marks.words(["a"], value="a.x"), "a text or a value, and not both"),
        (lambda: marks.line([1], np.zeros((2, 1), np.int64)), "got int64"),
        (lambda: Axis("x", low=2, high=1), "low must be below high"),
        (lambda: Axis("x", low=0, high=math.inf), "both finite"),
        (lambda: Axis("x", low=0, high=10, log=True), "a log axis needs low and high above 0, got 0 and 10"),
        (lambda: Axis("x", low=1, log=True), "a log axis needs low and high above 0, got 1 and None"),
        (lambda: plot([marks.dots("a.x", "a.y")], TITLE, Axis("x"), Y), "the x axis needs low and high"),
        (lambda: plot([marks.bars("a.y")], TITLE, Axis("k"), Axis("y")), "the y axis needs low and high"),
        (lambda: plot([], TITLE, X, Axis(ticks={})), "the y axis needs low and high"),
        (lambda: plot([], [("A", "red")], X, Y), "concept must be one of"),
        (lambda: stack([], TITLE), "at least one plot"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused_by_name(make: Any, said: str) -> None:
    """Killed: a log axis from 0; an axis that nothing gives its ends; both a column and a row."""
    with pytest.raises(ValueError, match=said):
        make()
