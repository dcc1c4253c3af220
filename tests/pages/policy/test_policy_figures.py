"""Figures and goals of the page on policy by their data, and what its game refuses."""

from typing import Any

import numpy as np
import pytest
import torch

from app.components import pong
from engine.core.trace import Step, Trace, traced
from engine.reward import bandit_lab
from engine.reward import policy_gradient_lab as lab
from pages.policy import figures as fig
from pages.policy import goals, trials
from tests.helpers import marks_of, opened, shipped

MANY = lab.SPEC(epochs=20, steps=150)


def test_the_tape_credits_each_frame_with_gamma_to_the_power_of_what_is_left() -> None:
    """Killed: frames counted from the first; a lost rally that is praised; the second row first."""
    trace = shipped(lab).trace()
    moment = len(trace.moments) - 1
    panels, (head, arrays), said = trials.credit(trace, moment)
    won, lost = (int(one) for one in trace.last("rally")["frames"])
    share = arrays["credit.share"]
    assert share[0, 0, won - 1] == 1
    assert share[:, 0, won - 2] == pytest.approx(trials.GAMMAS, abs=1e-6)
    assert share[-1, 1, :lost] == pytest.approx(-1)
    assert (arrays["credit.tint"][3, 0] == share[3, 0, :12]).all()
    assert (arrays["credit.tint"][3, 3] == share[3, 1, 12:]).all()
    assert head["moments"] == [0, 50, 70, 80, 90, 95, 99, 100]
    assert said[1].startswith("γ = 0.5. Frames that get a tenth of the point or more: 4 of")
    assert len(marks_of(panels[0], "heat")) == 2
    frame = fig.court(np.array([5, 3, 5.5, 2]))
    assert frame[3, 5] == 1
    assert frame[:, 0].argmax() == 1
    assert frame[:, -1].argmax() == 5


def test_a_cloud_has_its_own_kind_and_its_middle_is_exact() -> None:
    """Killed: the kinds exchanged; corners in another order than the arms."""
    spec = bandit_lab.SPEC()
    trace = shipped(bandit_lab).trace()
    panels, (_, arrays) = trials.bandit(trace, spec)
    without, with_, true = (
        np.array([mark[c]["values"] for c in "xy"]) for mark in marks_of(panels[1], "dots")
    )
    assert without.std() > 5 * with_.std()
    assert with_.mean(1) == pytest.approx(true[:, 0], abs=5 * with_.std() / np.sqrt(200))
    assert arrays["pi.y1"][-1].mean() > 0.8  # at the top stands the best
    assert marks_of(panels[0], "words")[1]["text"][0][0][0] == "earns 11"
    assert "67.6 without, 0.9 with a baseline" in trials.bandit_said(trace, spec).start


def test_dots_lie_on_the_aim_they_were_trained_with() -> None:
    """Killed: both panels clipped; none; A's sign lost; figures of the step after."""
    traces = {"clip": shipped(lab, MANY).trace(), "no clip": shipped(lab, MANY.but(clip=False)).trace()}
    panels, (_, arrays), said = trials.aims(traces, MANY)
    assert len(panels) == 3
    on, off = ((arrays[f"{name}.x"], arrays[f"{name}.y"]) for name in ("on", "off"))
    up, down = on[1] > 0, on[1] < 0
    assert on[1][up] == pytest.approx(on[0][up].clip(None, 1.2), abs=1e-5)
    assert on[1][down] == pytest.approx(-on[0][down].clip(0.8, None), abs=1e-5)
    inside = (off[0] > 0.26) & (off[0] < 3.9)
    assert abs(off[1])[inside] == pytest.approx(off[0][inside], abs=1e-5)
    assert (on[0][0] == 1).all()
    assert said[0].startswith("Before the first use")
    assert f"points won {traces['clip'].latest('won'):.0f}%" in said[-1]


def test_a_race_is_told_by_frames_and_by_seconds() -> None:
    """Killed: seconds of the one run for both; half counted at the end."""
    traces = {"REINFORCE": shipped(lab).trace(), "PPO": shipped(lab, lab.SPEC(epochs=5)).trace()}
    frames, seconds = trials.race(traces, {"REINFORCE": 4.0, "PPO": 8.0})
    last = {row["name"]: row["x"] for row in seconds["data"]["values"]}
    assert last == pytest.approx({"REINFORCE": 4.0, "PPO": 8.0})
    assert max(row["x"] for row in frames["data"]["values"]) < 600
    half = lab.reaches(traces["PPO"], 50)
    share = half / traces["PPO"].latest("frames")
    assert (
        f"PPO wins half after {half / 1000:.0f} thousand frames, {8 * share:.1f} seconds"
        in trials.race_said(traces, {"REINFORCE": 4.0, "PPO": 8.0})
    )


def test_bets_and_challenges_are_graded_by_the_run() -> None:
    """Killed: the nearest by factors; PPO taken for REINFORCE; a bandit that earns nothing."""
    assert goals.half(shipped(lab, lab.SPEC(epochs=5)).trace())[0] == 20  # type: ignore[index]
    assert goals.half(Trace()) is None
    trace = Trace(finished=True)
    for step in range(1, 13):
        trace.add(Step(step, 12, {"won": 98.0, "frames": 29_000.0, "worse_without": 3.0}))
    assert goals.half(trace) == (20, "29 thousand frames")
    assert goals.strong(trace, 97) == (True, "98.0%")
    assert goals.soon(trace, lab.SPEC(), 60) == (True, "29 thousand frames")
    assert goals.soon(trace, lab.SPEC(epochs=2), 60) is None
    assert goals.trapped(trace, bandit_lab.SPEC(level=1.0), 5) is None
    assert goals.trapped(trace, bandit_lab.SPEC(), 5) == (True, "3% on a worse arm")


@pytest.mark.parametrize("wrong", [{"b": np.ones(2)}, {"w": np.full((3, 12, 12), np.nan)}, {"c": np.ones(2)}])
def test_weights_that_are_no_net_are_refused(wrong: dict[str, Any]) -> None:
    """Killed: each check left out."""
    net = {"w": np.ones((3, 12, 12)), "b": np.ones(3), "out": np.ones(3), "c": np.ones(1)} | wrong
    with pytest.raises(ValueError, match="must be finite numbers of shape"):
        pong.court(**net, key="k", stamp="s", title="t")


def test_the_page_opens_behind_links() -> None:
    """Bandits of any level are drawn; nothing is trained. Killed: a range of 0 where no reward has noise."""
    page = opened("policy", {"bandit.level": "0.0", "bandit.spread": "0.0", "policy_gradient.hidden": "99"})
    assert any("policy_gradient.hidden must be a whole number" in one.value for one in page.warning)
    spec = bandit_lab.SPEC(level=0.0, spread=0.0, steps=10)
    trials.bandit(traced(bandit_lab.run(spec, torch.device("cpu"), {})), spec)
