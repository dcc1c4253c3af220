"""Figures and goals of the page of steered latents by their data."""

import numpy as np

from engine.core.trace import Snapshot, Trace
from engine.latent import conditional_lab, total_correlation_lab
from pages.steering_latents import figures as fig
from pages.steering_latents import goals, ladder
from tests.helpers import marks_of


def trained(name: str = "score", **arrays: object) -> Trace:
    """A finished run with such a score."""
    trace = Trace(finished=True)
    trace.add(Snapshot(0, 1, name, {key: np.array(value) for key, value in arrays.items()}))
    return trace


def test_each_net_of_the_ladder_wears_its_own_numbers_and_hue() -> None:
    """Killed: the columns exchanged; both paths of one net; the bet drawn before there is one."""
    *_, path = ladder.told(total_correlation_lab.SPEC())
    lines, spots = marks_of(path, "line"), marks_of(path, "dots")
    assert [(one["x"]["over"], one["y"]["over"], *one["concept"]) for one in lines] == [
        ("dependence", "information", "code"), ("t_dependence", "t_information", "model"),
    ]  # fmt: skip
    assert [one["y"]["column"] for one in spots] == [0, 1]
    assert [panel["title"][0][1] for panel in ladder.climb()] == ["code", "model"] * 2
    assert len(marks_of(fig.hero(1.2)[3], "rules")) == len(marks_of(fig.hero(None)[3], "rules")) + 1


def test_bets_and_challenges_are_graded_by_the_run() -> None:
    """Killed: a run that goes on; the regression's distance; two numbers for one; a prior that does not look;
    white paper; a rung whose numbers depend on each other."""
    run, spec = trained(far=1.43, far_regression=1.9, cvae=-8.2), conditional_lab.SPEC
    assert (goals.blind_prior(run)[0], goals.far(run)) == ("1.5 pixels", "1.4")
    assert goals.one_number(run, spec(d=1), -8.3) == (True, "−8.20 nats")
    assert goals.one_number(run, spec(d=2), -8.3) is None
    assert goals.one_number(run, spec(d=1, prior="N(0, I)"), -8.3) is None
    run.finished = False
    assert goals.blind_prior(run) is None
    walk = np.zeros((7, 8, 8))
    assert goals.settled({"walk": walk, "apart": np.array(1.0)}, 2) is None
    assert goals.settled({"walk": walk + 15, "apart": np.array(2.5)}, 2) == (False, "2.5 pixels")
    rung = trained(information=(5.0, 4.4), dependence=(1.0, 0.1))
    assert goals.both(rung, 4.3, 0.2) == (True, "4.40 nats, 0.10 of total correlation")
