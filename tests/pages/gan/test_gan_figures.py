"""Figures, goals and stages of the page of two players, by their data."""

import numpy as np
import pytest
import torch

from engine.adversarial import gan_lab, optimal_lab
from engine.adversarial.gan_alone import AHEAD, D_ALONE, G_ALONE, TURNS, UNTRAINED
from engine.adversarial.spots import DRAWN, GRID
from engine.core.trace import Step, Trace, traced
from pages.gan import exact, figures, goals
from tests.helpers import marks_of, shipped

CPU = torch.device("cpu")


def test_the_plane_shows_data_that_lie_on_the_spots_fakes_strokes_and_their_shares() -> None:
    """Killed: data of another set; x for y; shares of a grid, which has no room for them."""
    spec = gan_lab.SPEC()
    plane, mesh, meters = figures.hero(spec)
    data, fakes = marks_of(plane, "dots")
    there = figures.sample(spec.data, spec.drawing)[0]
    drawn = torch.tensor([data["x"]["values"], data["y"]["values"]]).T
    assert float(there.shares(drawn).sum()) > 0.95
    assert (fakes["x"]["column"], fakes["y"]["column"]) == (0, 1)
    strokes = marks_of(plane, "line")
    assert len(strokes) == len(shipped(gan_lab).trace().last("pull")["x"])
    assert [one["x"]["row"] for one in strokes] == list(range(len(strokes)))
    (shares,) = marks_of(plane, "words")
    assert shares["value"]["array"] == "spots.share"
    assert np.hypot(shares["x"]["values"], shares["y"]["values"]).min() > 2.5
    assert not marks_of(figures.hero(gan_lab.SPEC(data=GRID))[0], "words")
    assert len(marks_of(mesh, "line")) == len(shipped(gan_lab).trace().last("mesh")["x"])
    assert "all 8" in str(meters)
    assert "all 94" in str(figures.hero(gan_lab.SPEC(data=DRAWN))[2])


@pytest.mark.parametrize("player", [D_ALONE, G_ALONE, TURNS])
def test_who_moves_is_said_with_what_it_changed(player: str) -> None:
    """Killed: the other player's steps; 1 steps; D's word a moment late; one loss told for the other."""
    spec = gan_lab.SPEC()
    game = gan_lab.restore(spec, None)
    start = UNTRAINED if player == D_ALONE else AHEAD
    found = gan_lab.PROBES["alone"](game, {
        "player": player, "start": start, "data": spec.data, "drawing": spec.drawing, "loss": spec.loss,
        "lr": spec.lr, "seed": 0,
    })  # fmt: skip
    panels, (head, arrays), said = exact.alone(found, spec, player)
    last = len(said) - 1
    assert len(head["moments"]) == len(said) == len(arrays["field.D"])
    assert said[0].startswith("Before anything moves")
    assert f"D says {found['D'][last, 0]:.3f} of it" in said[last]
    first, second = found["slopes"][last]
    assert f"{first:.2g} long by log(1 − D), {second:.2g} by −log D" in said[last]
    wanted = {D_ALONE: "D has moved 400 times, G not at all", G_ALONE: "G has moved 24 times, D not at all",
              TURNS: "12 steps of D, 12 of G. Just now G moved: fake A went"}  # fmt: skip
    assert wanted[player] in said[last]
    if player == TURNS:
        assert "1 steps of D" not in said[1]
        assert "Just now D moved: no fake moved" in said[1]
        assert f"of A D said {found['D'][22, 0]:.3f} and says {found['D'][23, 0]:.3f}" in said[23]
    steep = marks_of(panels[2], "line")
    assert [one["label"] for one in steep] == ["−log D", "log(1 − D)"]
    assert head["scalars"]["first"]["value"][last] == pytest.approx(first, rel=1e-3)


def test_on_the_line_each_place_of_g_is_told_with_its_own_divergences() -> None:
    """Killed: the figures of the place before; JSD for V; a target that is not told."""
    spec = optimal_lab.SPEC(target=0.9)
    trace = traced(optimal_lab.run(spec, CPU, {}))
    _, (head, arrays), said = exact.line(trace, spec)
    middle = head["moments"].index(0.0)
    assert "G's middle is at 0." in said[middle]
    assert "V = −1.386 = 2 JSD − log 4, and JSD = 0.000 nats" in said[middle]
    assert "Here D is taught to say 0.9 of data" in said[middle]
    assert np.allclose(arrays["line.p"][middle], arrays["line.q"][middle])
    assert arrays["line.q"][-1].argmax() > arrays["line.q"][0].argmax()
    assert "KL(p‖q) is 18.00" in said[0]


def test_two_numbers_are_told_with_their_radius() -> None:
    """Killed: the radius by turns told for both at once; a picture that says around where it leaves."""
    for eta, word in ((0.2, "around"), (2.2, "outwards, too")):
        found = optimal_lab.orbits(None, {"eta": eta})
        panels, (head, arrays), said = exact.orbits(found, eta)
        assert word in str(panels[1]["title"])
        assert f"r = {(1 + eta**2) ** 0.5:.4f} = √(1 + η²) to the power 1," in said[1]
        assert head["scalars"]["both"]["value"][10] == pytest.approx((1 + eta**2) ** 5, rel=1e-4)
        assert arrays["both.x"].shape == (61, 1, 2)


def told(**figures_: float) -> Trace:
    trace = Trace(total=10)
    for step in range(1, 11):
        trace.add(Step(step, 10, figures_ if step > 8 else dict.fromkeys(figures_, 0.0)))
    return trace


def test_bets_and_challenges_are_graded_by_the_last_fifth() -> None:
    """Killed: the mean of the whole run; a run that goes on; a wide D; another set of data."""
    trace, spec = told(reached=8.0, quality=93.0), gan_lab.SPEC
    assert goals.eager(trace) is goals.sharp(trace, spec()) is None
    trace.finished = True
    assert goals.eager(trace) == ("all 8", "8.0 on average over the last fifth")
    assert goals.sharp(trace, spec()) == (True, "93% on a spot")
    assert goals.sharp(trace, spec(data=GRID)) is None
    assert goals.cured(trace, spec()) is None
    assert goals.cured(trace, spec(hidden_D=16)) == (True, "8.0 of 8 spots")
    assert goals.grid(trace, spec()) is None
    assert goals.grid(trace, spec(data=GRID)) == (False, "8.0 of 25 spots")


def test_boxes_and_symbols_are_those_of_the_run_on_the_stage() -> None:
    """Killed: D's width for G's; figures before there are any."""
    line = traced(optimal_lab.run(optimal_lab.SPEC(), CPU, {}))
    boxes = figures.pipeline(Trace(), gan_lab.SPEC(hidden_D=8))
    assert boxes[4].text == "not trained yet"
    assert (boxes[1].shape, boxes[3].shape) == ("2 x 64 units", "2 x 8 units")
    rows = {name: value for name, _, value in figures.symbols(Trace(), gan_lab.SPEC(k_G=8), line)}
    assert rows["V, V(D, G)"] == "not trained yet"
    assert rows[r"\min_G, \max_D"] == "k_D = 1, k_G = 8"
    trace = shipped(gan_lab).trace()
    assert figures.pipeline(trace, gan_lab.SPEC())[4].text == f"fakes {trace.latest('fake'):.0f}%"
