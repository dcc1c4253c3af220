"""Figures of the page of dice by their data: what a picture shows is what the runs say."""

import numpy as np
import torch

from engine.core.trace import Snapshot, Trace, traced
from engine.latent import categorical_lab, estimators_lab, gumbel_lab
from pages.gumbel_softmax import figures as fig
from pages.gumbel_softmax import goals, throws
from tests.helpers import marks_of


def trained(nats: float) -> Trace:
    """A run that has come to such a bound."""
    trace = Trace(finished=True)
    trace.add(Snapshot(0, 0, "score", {"bound": np.array(nats)}))
    return trace


def test_a_softened_throw_stands_where_its_shares_put_it() -> None:
    """A corner for a whole face, and all the same faces lead. Killed: two corners exchanged; throws of the
    last temperature for all; the chance of a face in place of how often it leads."""
    exact = traced(gumbel_lab.run(gumbel_lab.SPEC(), torch.device("cpu"), {}))
    _, (film, arrays), said = throws.triangle(exact)
    assert film["count"] == len(said) == 25
    for moment in (0, 11):
        y = exact.at("throws", moment)["y"]
        x = y[:, 1] + 0.5 * y[:, 2]
        assert np.allclose(arrays["dots.place"][moment], np.stack([x, y[:, 2] * 3**0.5 / 2], 1), atol=1e-5)
    assert np.allclose(arrays["one.y"][3], exact.at("throws", 3)["y"][0])
    assert np.array_equal(arrays["share.largest"][4], exact.at("throws", 4)["largest"])
    assert "Temperature 0.1: " in said[0]
    assert f"It is A in {100 * exact.at('throws', 0)['largest'][0]:.1f}% of 20,000" in said[0]


def test_the_paths_are_bias_against_deviation() -> None:
    """Killed: the axes exchanged; straight-through drawn twice; another die's gradient."""
    exact = traced(estimators_lab.run(estimators_lab.SPEC(dice=1), torch.device("cpu"), {}))
    panels, (_, arrays), said = throws.gradients(exact)
    lines = marks_of(panels[0], "line")
    for line, way in zip(lines, ("soft", "straight"), strict=True):
        bias, deviation = np.array([exact.at("score", m)[way] for m in range(25)]).T
        assert np.allclose(line["x"]["values"], deviation, atol=1e-4)
        assert np.allclose(line["y"]["values"], bias, atol=1e-4)
    assert np.array_equal(arrays["soft.mean"][2], exact.at("gradient", 2)["soft"][0])
    bias, deviation = exact.at("score", 2)["soft"]
    assert f"Gumbel-softmax has bias {bias:.2f} and deviation {deviation:.2f}," in said[2]


def test_a_turned_die_is_told_by_the_face_that_moves_most_ink() -> None:
    """Killed: faces numbered from 0; ink without its sign taken away; the mean for the most."""
    out = np.zeros((2, 3, 8, 8))
    out[1] = 0.5
    out[1, 2, 0, :4], out[1, 0, 0, :5] = 1, 0
    found = {"digit": np.ones((8, 8)), "out": out, "face": np.array([0, 1]), "pi": np.full((2, 3), 1 / 3)}
    _, (film, arrays), said = fig.turning(found)
    assert film["scalars"]["moved"]["value"] == [0, 2.5]
    assert (
        "The likeliest (orange) is face 2; on face 1 the picture changes most, by the ink of 2.5" in said[1]
    )
    assert arrays["turn.both"][0, 0].max() == 16


def test_bets_and_challenges_are_graded_by_the_run() -> None:
    """Killed: a run that goes on; another estimator's bound; more dice than allowed; a start that is cooler;
    the face that leads most often."""
    spec = categorical_lab.SPEC
    assert goals.rewarded(trained(-23.8)) == ("−24", "−23.8")
    going = trained(-23.8)
    going.finished = False
    assert goals.rewarded(going) is None
    assert goals.reaches(trained(-20), spec(), "REINFORCE", -22) is None
    assert goals.reaches(trained(-20), spec(estimator="REINFORCE", dice=9), "REINFORCE", -22) is None
    assert goals.reaches(trained(-21.9), spec(estimator="REINFORCE"), "REINFORCE", -22) == (
        True,
        "−21.9 nats",
    )
    assert goals.from_hot(trained(-20), spec(temperature=2.0), 3, -20.5) is None
    assert goals.from_hot(trained(-21), spec(temperature=3.0), 3, -20.5) == (False, "−21.0 nats")
    trace = Trace()
    trace.add(Snapshot(0, 1, "throws", {"largest": np.array([0.6, 0.392, 0.008])}))
    assert goals.rare(trace, 1) == (True, "0.8%")
