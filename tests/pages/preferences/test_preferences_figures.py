"""The figures of the page on preferences, read back."""

import re

import numpy as np
import pytest

from engine.core.trace import Trace
from engine.reward.human_preferences_lab import HumanPreferencesSpec
from pages.preferences import figures as fig
from pages.preferences import goals
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


def test_the_caption_tells_what_is_truly_earned_and_what_it_cost() -> None:
    """Killed: what pleases the labeller told as what is earned; a figure that no run has."""
    known = {"step", "return", "pleased", "walked"}
    for text in (fig.TAUGHT.start, fig.TAUGHT.then, fig.TAUGHT.end):
        assert set(re.findall(r"\{(\w+)", text)) <= known
    assert "truly earns {return:.2f}" in fig.TAUGHT.then
    assert "{pleased:.2f} as the labeller sees it" in fig.TAUGHT.end


def test_the_map_is_explained_beside_it() -> None:
    """Killed: colours swapped; the labeller's answers called yours."""
    seen = {"share": np.float32(0.42), "odds": np.float32(0.52)}
    said = fig.conversation(seen, 20, 1)
    assert "21 answers so far, 1 of them yours" in said
    assert "truly earns 0.42 (random 0, best 1)" in said
    assert "Orange cells are taken for wanted, blue for unwanted" in said
    assert "Nobody has answered yet" in fig.conversation(seen, 0, 0)


@pytest.mark.parametrize(("last", "far"), [(1.0, "all the way"), (0.51, "about half way"), (0.1, "nowhere")])
def test_a_bet_is_settled_by_what_is_truly_earned_at_the_end(last: float, far: str) -> None:
    """Killed: the best time taken for the end; an unfinished run that settles it."""
    run = a_run([0.95, last])
    assert goals.far(run) is None
    run.finished = True
    assert goals.far(run) == far


def test_a_split_room_says_so_at_its_end_alone() -> None:
    """Killed: camps told of a united room; figures of the end told on the way."""
    trace = Trace()
    trace.scalars = {"rho": ([5], [0.9]), "cycles": ([5], [2.0]), "shrunk": ([5], [1.0])}
    assert "camps" not in fig.voted(trace).end
    trace.scalars["shrunk"] = ([5], [0.3])
    assert "camps place {placed:.2f}" in fig.voted(trace).end
    assert "camps" not in fig.voted(trace).then


def test_the_labellers_answers_are_taken_from_the_run_and_the_first_moment_has_none() -> None:
    """Killed: the pair of moment 0, which nobody answered, counted in."""
    given = fig.given_before(a_run([0.1] * 6), 7)
    assert len(given) == 7
    assert given[0] == ([1] * 8, [2] * 8, 1.0)
    assert given[5][0] == [2] * 8
    assert fig.given_before(Trace(), 20) == []


def test_arms_draw_each_run_and_the_mean_of_its_arm() -> None:
    """Killed: the mean over answers in place of runs."""
    rows = fig.curves({"a": [a_run([0.0, 1.0]), a_run([0.5, 1.0])], "b": []})["data"]["values"]
    lines = [[row["y"] for row in rows if row["line"] == line] for line in range(3)]
    assert lines == [[0.0, 1.0], [0.5, 1.0], [0.25, 1.0]]
    assert [row["thin"] for row in rows] == [True] * 4 + [False] * 2
    assert "2 seeds" in rows[-1]["name"]


def test_grades_tell_what_was_measured() -> None:
    """Killed: a fall after nine tenths taken for never; slips not looked at."""
    run = a_run([0.2, 0.95, 0.4])
    assert fig.reached(run) == 10
    assert fig.reached(Trace()) is None
    assert goals.quick(run, 10) == (True, "after 10")
    assert goals.quick(run, 5) == (False, "after 10")
    assert goals.quick(a_run([0.2]), 30) == (False, "never")
    with pytest.raises(KeyError):  # not measured
        goals.quick(Trace(), 5)
    good = a_run([0.2, 0.95])
    assert goals.despite(0.3, good, HumanPreferencesSpec(errors=0.3)) == (True, "0.95, slips 0.3")
    assert not goals.despite(0.3, good, HumanPreferencesSpec())[0]
    assert not goals.despite(0.3, run, HumanPreferencesSpec(errors=0.3))[0]


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


def test_rings_stand_where_chances_were_and_dots_where_they_are() -> None:
    """Killed: rings and dots swapped; a labeller's answer of 1 called right."""
    rows = fig.odds(np.array([0.2, 0.9]), np.array([0.3, 0.4]), [0.0, 1.0])["data"]["values"]
    assert [(r["name"], r["x"]) for r in rows] == [
        ("before", 0.2), ("before", 0.9), ("with it", 0.3), ("with it", 0.4)
    ]  # fmt: skip
    assert [(r["low"], r["high"]) for r in rows[2:]] == [(0.2, 0.3), (0.4, 0.9)]
    assert [r["y"] for r in rows[:2]] == ["pair 1\nsaid right", "pair 2\nsaid left"]
    assert fig.odds(np.array([0.5]), np.array([0.5]))["data"]["values"][0]["y"] == "pair 1"


def test_what_the_constant_did_is_told_as_it_was_found() -> None:
    """Killed: "no chance moved" said whatever came out; the shorter clip's gain of all its steps."""
    still = fig.moved(2.0, 8, 0, 1e-16, 0, True)
    assert "gains +16, both alike" in still
    assert "No chance moved" in still
    assert "49 of 49" in still
    moved = fig.moved(2.0, 8, 1, 0.13, 2, False)
    assert "+14" in moved
    assert "moved by 0.13" in moved
    assert "No chance" not in moved
    assert "47 of 49" in moved
    assert "best walk is another" in moved
    assert "Slide" in fig.moved(0.0, 8, 0, 0.0, 0, True)


def test_moves_are_arrows_and_a_walk_is_a_frame() -> None:
    """Killed: down drawn as up; columns first."""
    pi = np.eye(4)
    assert fig.arrows(pi, 2).tolist() == [["↑", "→"], ["↓", "←"]]
    assert fig.path((0, 1), 2).tolist() == [[1, 1], [0, 0]]
