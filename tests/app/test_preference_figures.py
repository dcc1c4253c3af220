"""The figures of the page on preferences, read back."""

import numpy as np
import pytest

from engine.core.trace import Trace
from engine.reward import rooms
from pages.preferences import figures as fig
from pages.preferences import goals as grades
from pages.preferences import ladder
from pages.preferences.clips import Asked, clips


def a_run(values: list[float]) -> Trace:
    """A run of five answers a round."""
    trace = Trace(total=5 * len(values))
    steps = [5 * (n + 1) for n in range(len(values))]
    trace.scalars = {"return": (steps, values), "walked": (steps, [240.0 * s for s in steps])}
    trace.moments = [0, *steps]
    for moment in range(len(steps) + 1):
        cells = np.full((5, 8), moment, np.uint8)
        trace.snapshots["asked", moment] = {
            "left": cells,
            "right": cells + 1,
            "mu": np.array([1, 0, 0.5, 1, 0]),
        }
    return trace


def test_a_sentence_tells_when_nine_tenths_were_reached_and_what_it_cost() -> None:
    """Killed: the last step told in place of the first."""
    said = fig.sentence(a_run([0.2, 0.95, 0.4, 1.0]))
    assert "nine tenths of the best after 10" in said
    assert "4,800 steps" in said
    assert "one answer to every 240" in said
    assert "never reached nine tenths" in fig.sentence(a_run([0.2, 0.3]))


def test_the_labellers_answers_are_taken_from_the_run_and_the_first_moment_has_none() -> None:
    """Killed: the pair of moment 0, which nobody answered, counted in."""
    given = fig.given_before(a_run([0.1] * 6), 7)
    assert len(given) == 7
    assert given[0] == ([1] * 8, [2] * 8, 1.0)
    assert given[5][0] == [2] * 8
    assert fig.given_before(Trace(), 20) == []


def test_arms_draw_each_run_and_the_mean_of_its_arm() -> None:
    """Killed: the mean over answers in place of runs."""
    data = fig.curves({"a": [a_run([0.0, 1.0]), a_run([1.0, 1.0])], "b": []})["data"]
    assert [line["y"] for line in data] == [[0.0, 1.0], [1.0, 1.0], [0.5, 1.0]]
    assert "2 seeds" in data[-1]["name"]


def test_a_ladder_climbs_and_its_pictures_stand_under_their_things() -> None:
    """Killed: pictures in the order of the set; error bars unsorted."""
    u, se = np.array([1.0, -1.0, 0.0]), np.array([0.1, 0.2, 0.3])
    found = ladder.ladder(u, se, ["p0", "p1", "p2"], camps=np.array([[3.0, 1.0, 2.0], [0.0, 0.0, 0.0]]))
    first = found["data"][0]
    assert first["y"] == [-1.0, 0.0, 1.0]
    assert first["error_y"]["array"] == [0.2, 0.3, 0.1]
    assert [image["source"] for image in found["layout"]["images"]] == ["p1", "p2", "p0"]
    assert found["data"][1]["y"] == [1.0, 2.0, 3.0]


def test_a_room_is_told_in_words_also_when_nothing_was_voted() -> None:
    """Killed: `nan%`; a split claimed on a gain that chance gives."""
    rng = np.random.default_rng(0)
    empty = rooms.read(np.zeros((0, 2), int), np.zeros(0, int), 5, rng)
    assert "no two voters met" in ladder.facts(empty, 0, 0, 0)
    assert "Too few votes" in ladder.verdict_on_camps(None, 2)
    shares = np.array([0.9, 0.8, 0.1])
    small = rooms.Camps(np.zeros((2, 5)), shares, gain=3.0, price=6.0)
    assert "Not split" in ladder.verdict_on_camps(small, 3)
    large = rooms.Camps(np.zeros((2, 5)), shares, gain=30.0, price=6.0)
    assert "split, 2 to 1" in ladder.verdict_on_camps(large, 3)


def test_grades_tell_what_was_measured() -> None:
    """Killed: a fall after nine tenths taken for never."""
    assert grades.took(a_run([0.2, 0.95, 0.4])) == 10
    assert grades.took(Trace()) is None
    assert grades.quick(a_run([0.2, 0.95, 0.4]), 10).holds is True
    assert grades.quick(a_run([0.2, 0.95, 0.4]), 5).holds is False
    assert grades.quick(Trace(), 5).holds is None


def test_clips_that_cannot_be_drawn_are_refused() -> None:
    cells = [0.0] * 49
    shared = {
        "start": (0, 0),
        "flags": (),
        "water": (),
        "r_hat": cells,
        "spread": cells,
        "truth": cells,
        "best": [],
    }
    for left, right in (([], []), ([1, 2], [1]), ([1, 49], [1, 2])):
        with pytest.raises(ValueError, match="must"):
            clips(Asked(left, right, **shared), key="k", stamp="s", turn=0, titles=((), ()), sentence="")
