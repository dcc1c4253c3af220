"""Figures and goals of the page on value by their data."""

import numpy as np
import pytest
import torch

from engine.core.trace import Snapshot, Step, Trace, traced
from engine.reward import bellman_lab, double_q_lab, dqn_lab, temporal_difference_lab
from engine.reward.grids import THE_CLIFF
from pages.value import figures as fig
from pages.value import goals, world
from tests.helpers import marks_of, opened, shipped

CPU = torch.device("cpu")

NOTHING = ("now.x", "now.y", "now.best_y", "now.way_x", "now.way_y")  # where there is none to draw


def valued(**changes: object) -> tuple[Trace, bellman_lab.BellmanSpec]:
    """An exact run of value iteration."""
    spec = bellman_lab.SPEC(**changes)  # type: ignore[arg-type]
    return traced(bellman_lab.run(spec, CPU, {})), spec


def test_a_touch_builds_and_takes_away_and_there_is_one_start() -> None:
    """Killed: two goals; a world without a start; a wall over the start."""
    grid = "S./.G"
    assert world.painted(grid, "wall", 1) == "S#/.G"
    assert world.painted("S#/.G", "wall", 1) == grid
    assert world.painted(grid, "cliff", 2) == "S./xG"
    assert world.painted(grid, "goal", 1) == "SG/.."
    assert world.painted(grid, "goal", 3) == "S./.."
    assert world.painted(grid, "start", 1) == ".S/.G"
    assert world.painted(grid, "start", 3) == "../.S"
    for kind in world.KINDS:
        assert world.painted(grid, kind, 0) == grid


def test_a_touched_place_is_the_cell_under_it() -> None:
    """Killed: rows from below; a cell beyond the edge."""
    made = bellman_lab.made(bellman_lab.SPEC())
    assert world.touched(made, (0.5, 0.5)) == made.start == 36
    assert world.touched(made, (11.9, 3.9)) == 11
    assert world.touched(made, (12.0, 4.0)) == 11
    assert world.framed(made, 40) == 36  # no step begins in the cliff
    assert world.framed(made, 5) == 5


def test_the_update_of_the_framed_cell_adds_up_in_every_sweep() -> None:
    """Killed: what comes next taken after the sweep; the cell beside it; gamma left out of the words."""
    trace, spec = valued(wind=0.2, gamma=0.9)
    panels, (head, arrays), said = world.hero(trace, spec, 25)
    assert np.allclose(arrays["now.r"] + 0.9 * arrays["now.ahead"], arrays["now.q"], atol=1e-4)
    assert (arrays["now.ahead"][0] == 0).all()
    assert np.allclose(
        arrays["now.v"][:-1, 25], [trace.at("table", i)["q"][:, 25].max() for i in range(len(said) - 1)]
    )
    assert head["moments"] == trace.moments
    best = int(arrays["now.q"][-1].argmax())
    assert np.isfinite(arrays["now.best_y"][-1]).nonzero()[0].tolist() == [best]
    assert arrays["now.best_y"][-1, best] == 3 - best
    ties = arrays["now.q"][0] == arrays["now.q"][0].max()
    assert (np.isfinite(arrays["now.best_y"][0]) == ties).all()
    assert f"{world.NAMES[best]} is best" in said[-1]
    assert "0.9 ×" in said[-1]
    calm = world.hero(*valued(), 0)[2]
    assert "all moves are as good" in calm[0]
    assert "right and down are best" in calm[-1]
    assert "Before the first sweep" in said[0]
    shown = np.isfinite(arrays["now.x"][-1]).reshape(4, -1)
    assert (shown == (trace.last("table")["pi"] * bellman_lab.made(spec).stood > 0)).all()
    assert len(marks_of(panels[0], "heat")) == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "the best way takes 13 moves. A linear solve finds the same values, to"),
        ({"gamma": 1.0, "step": 0.5}, "pays to walk for ever: values grow"),
        (
            {"gamma": 1.0, "grid": "S.#G/..##"},
            "From 4 cells no way leads to a goal. With γ = 1 their values fall by 1",
        ),
        ({"gamma": 0.9, "grid": "S.#G/..##"}, "From 4 cells no way leads to a goal. A linear solve"),
        ({"gamma": 1.0, "step": 0.0, "grid": "S.#G/..##"}, "a linear solve has no one answer"),
    ],
)
def test_what_is_wrong_with_a_world_is_said_plainly(changes: dict, words: str) -> None:
    """Killed: a loop that pays told as a world without a way; no word on a solve that has no answer."""
    trace, spec = valued(**changes)
    _, (_, arrays), said = world.hero(trace, spec, 0)
    assert words in said[-1]
    assert "nan" not in " ".join(said)
    assert all(np.isfinite(one).all() for name, one in arrays.items() if name not in NOTHING)


def test_the_twins_have_their_own_lines_and_the_best_way_its_level() -> None:
    """Of the shipped run. Killed: the two ways exchanged; Q-learning's world not mirrored; a level of 13."""
    spec = temporal_difference_lab.SPEC()
    trace = shipped(temporal_difference_lab).trace()
    way = trace.last("way")
    assert way["moves"].tolist() == [15, 13]
    assert way["y"][0].max() == 6.5  # one row above the cliff's edge, in the upper world
    assert way["y"][1].min() == 2.5  # its edge, mirrored
    assert way["y"][1].max() == 3.5
    ground, earned, _ = fig.twins(spec)
    assert [mark["x"]["row"] for mark in marks_of(ground, "line")] == [0, 1]
    assert marks_of(earned, "rules")[0]["at"]["values"] == [7]
    assert trace.last("table")["cross"].shape == (24, 36)
    assert trace.last("score")["best"] == 7


def test_bets_and_challenges_are_graded_by_the_run() -> None:
    """Killed: wind that makes a detour; a Sarsa that does not explore; a trap judged before its end."""
    assert goals.first(*valued(wind=0.2)) == "left"
    assert goals.first(*valued()) == "up"
    assert goals.detour(*valued(), 25) == (False, "13 moves")
    assert goals.detour(*valued(wind=0.1), 15) is None
    trace, spec = Trace(finished=True), temporal_difference_lab.SPEC
    trace.add(Snapshot(0, 1, "way", {"moves": np.array([13, 13])}))
    assert goals.bold(trace, spec(epsilon=0.0)) is None
    assert goals.bold(trace, spec(epsilon=0.02)) == (True, "Sarsa 13 moves, Q-learning 13")
    trap = Trace()
    for step, left in ((1, 80.0), (2, 20.0)):
        trap.add(Step(step, 2, {"left_q": left}))
    assert goals.trap(trap, 70) is None
    trap.finished = True
    assert goals.trap(trap, 70) == (False, "80% at worst")


def test_the_page_opens_on_worlds_of_any_shape() -> None:
    """Behind a link: one is refused by name, others are not trained. Killed: no bound in words."""
    page = opened("value", {"bellman.grid": "SS/..", "bellman.gamma": "1.0", "double_q.K": "2"})
    assert any("bellman.grid must be 2 to 8 rows of 2 to 12 cells" in one.value for one in page.warning)
    assert fig.net(dqn_lab.SPEC())[1]["kind"] == fig.bias(double_q_lab.SPEC())[0]["kind"] == "plot"
    assert THE_CLIFF.count("x") == 10
