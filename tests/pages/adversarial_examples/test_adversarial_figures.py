"""Figures and goals of the page of adversarial examples by their data."""

import numpy as np
import torch

from engine.adversarial import fgsm_lab, logistic_lab
from engine.core.trace import Snapshot, Step, Trace, traced
from pages.adversarial_examples import figures, goals, planes
from tests.helpers import marks_of, shipped


def probed(name: str, **inputs: object) -> dict:
    """What the shipped net says of the kept 2 that the page opens on."""
    asked = {"x": figures.levels(figures.SHOWN), "label": 2, "seed": 0, **inputs}
    net = fgsm_lab.restore(fgsm_lab.RECORDED[0], shipped(fgsm_lab).weights())
    return fgsm_lab.PROBES[name](net, asked)


def test_each_epsilon_shows_digit_map_and_sum_of_both_ways_and_says_what_is_read() -> None:
    """Killed: the rows exchanged; a map that does not grow; chances of the other row; words a moment late."""
    found, trace = probed("attack"), shipped(fgsm_lab).trace()
    panels, (head, arrays), said = figures.attack(found, trace, own=False)
    x = arrays["now.x"].astype(float)
    assert x.shape == (31, 6, 8, 8)
    assert (x[0, [1, 4]] == 50).all()
    assert np.abs(x[20, 1] - 50 - 20 * found["sign"]).max() <= 0.5
    assert np.abs(x[20, 5] - 100 * found["random_x"][20]).max() <= 0.5
    assert np.abs(x[20, 2] - 100 * found["sign_x"][20]).max() <= 0.5
    assert head["moments"][20] == 0.2
    for plane, way in zip(panels[1]["planes"], ("sign", "random"), strict=True):
        (bars,) = plane["marks"]
        assert bars["value"]["array"] == f"now.{way}"
        assert bars["concept"][2] == "truth"
        assert np.allclose(arrays[f"now.{way}"], 100 * found[f"{way}_p"], atol=1e-4)
    read = int(found["sign_p"][20].argmax())
    assert read != 2
    assert f"read as {read} with" in said[20]
    assert "along random signs as 2" in said[20]
    assert head["scalars"]["fgsm"]["value"][0] > 90 > 20 > head["scalars"]["fgsm"]["value"][4]
    assert "which the net reads as 2" in figures.attack(found, trace, own=True)[2][20]


def test_the_slice_says_how_far_the_reading_holds_each_way() -> None:
    """Killed: up for down; the last right place for the first wrong one; figures of another direction."""
    assert planes.turns(np.array([7, 7, 3, 7]), 7) == 0.3 * 2 / 3
    assert planes.turns(np.array([7, 7]), 7) is None
    found = probed("cut", across=0.1, up=0.0)
    n, middle = fgsm_lab.PLACES, fgsm_lab.PLACES // 2
    read = np.full((fgsm_lab.WAYS, n, n), 2)
    read[1, : middle - 4] = 3  # above
    read[1, :, middle + 10 :] = 5  # to the right
    panels, (head, arrays), said = planes.cut({**found, "read": read}, (0.1, 0.0))
    assert "it reads 2 until 0.20; upwards until 0.10, downwards to the edge" in said[1]
    assert head["scalars"]["share"]["value"][0] == 100
    assert set(arrays["cut.read"][1][:8]) == {3, 5}
    assert arrays["cut.sure"].max() <= 100
    (dot,) = [one for one in marks_of(panels[0], "dots") if one["concept"] == ["model"]]
    assert dot["x"]["values"] == [0.1]


def test_ever_more_pixels_are_told_with_their_own_figures() -> None:
    """Killed: the figures of the next moment; the bound of another n."""
    spec = logistic_lab.SPEC()
    trace = traced(logistic_lab.run(spec, torch.device("cpu"), {}))
    said = planes.pixels_said(trace, spec)
    assert said[2].startswith("64 pixels")
    assert (
        f"{trace.scalars['ratio'][1][2]:.1f} times what random signs usually do (√n = 8 at most)" in said[2]
    )
    assert len(planes.pixels(spec)) == 4


def test_bets_and_challenges_are_graded_by_the_run() -> None:
    """Killed: a run that goes on; a drawing; a net that was trained against it; a smaller epsilon."""
    trace, spec = Trace(total=1), fgsm_lab.SPEC
    trace.add(Step(1, 1, {"fgsm": 62.3}))
    assert goals.taught(trace) is None
    trace.finished = True
    assert goals.taught(trace) == ("65%", "62%")
    assert goals.firm(trace, spec(epsilon=0.1), 60) is None
    assert goals.firm(trace, spec(), 60) == (True, "62%")
    assert goals.stands(None) is None
    assert goals.stands((True, True, fgsm_lab.NOTHING)) is None
    assert goals.stands((True, False, fgsm_lab.OWN)) is None
    assert goals.stands((True, False, fgsm_lab.NOTHING)) == (True, "still read")
    line = Trace()
    for side, worst in ((2, 0.0), (4, 9.0), (8, 51.0), (16, 30.0)):
        line.add(Step(side, 16, {"worst": worst}))
    assert goals.held(line, logistic_lab.SPEC(epsilon=0.1), 50) is None
    assert goals.held(line, logistic_lab.SPEC(), 50) == (True, "51%")


def test_the_pipeline_and_the_symbols_are_those_of_the_run_on_the_stage() -> None:
    """Killed: another net's name; attacked digits of another run; a box that fails before training."""
    trace = Trace()
    assert figures.pipeline(trace, fgsm_lab.SPEC())[5].text == "not trained yet"
    trace.add(Snapshot(0, 0, "attacked", {"x": np.full((6, 8, 8), 100), "sign": np.full((6, 8, 8), 2)}))
    trace.add(Step(1, 1, {"fgsm": 8.0}))
    boxes = figures.pipeline(trace, fgsm_lab.SPEC(net="linear", against=fgsm_lab.NOISE))
    assert "random signs" in boxes[1].says
    assert boxes[1].text == "no hidden layer"
    assert boxes[3].picture is not None
    assert boxes[3].picture.max() == 0
    assert boxes[5].text == "8% right"
