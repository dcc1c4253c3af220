"""Figures of the diffusion page by their data: what a picture shows is what the trace, or the probe, says."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.figures.marks import at
from app.figures.panels import bars
from app.figures.planes import Layer
from app.figures.plot import asked
from engine.core.trace import Snapshot, Step, Trace
from engine.diffusion import ddpm_digits_lab, ddpm_lab, exact, nonequilibrium_lab, schedule
from engine.diffusion.point_watch import FORKS, frames
from engine.labs import lab_id
from engine.runs.store import Store, run_key
from pages.diffusion import figures as fig
from pages.diffusion import futures, goals, mechanism
from tests.helpers import marks_of

LABS = (ddpm_lab, ddpm_digits_lab, nonequilibrium_lab)
SHIPPED = [(lab, spec) for lab in LABS for spec in lab.RECORDED]


def shipped(lab: Any, spec: Any, home: Path) -> Trace:
    run = Store(home).attempt(lab_id(lab), run_key(lab_id(lab), spec), "shipped")
    assert run is not None
    return run.trace()


def panels_of(lab: Any, spec: Any) -> Any:
    if lab is ddpm_lab:
        return fig.points(spec)
    return fig.digits(spec) if lab is ddpm_digits_lab else fig.chain(spec)


def names(panels: Any) -> set[str]:
    """Every array of the run that panels ask for."""
    found = [panel.get("below") for panel in panels]
    found += [layer["of"] for panel in panels for layer in panel.get("layers", ())]
    return {name for name in [*found, *asked(list(panels))] if isinstance(name, str)}


@pytest.mark.parametrize(("lab", "spec"), SHIPPED, ids=lambda v: str(v)[:60])
def test_panels_ask_for_what_every_shipped_run_has_at_every_moment(lab: Any, spec: Any, tmp_path: Path):
    """Killed: `score.floor` for `score.least`; `flow.guess` for `flow.x0`."""
    trace = shipped(lab, spec, tmp_path)
    panels = panels_of(lab, spec)
    wanted = names(panels)
    assert len(wanted) >= 4
    for moment in range(len(trace.moments)):
        assert wanted <= {f"{name}.{part}" for name in trace.names for part in trace.at(name, moment)}
    for panel in panels:
        for bars_ in marks_of(panel, "bars") if panel["kind"] == "plot" else ():
            snapshot, part = bars_["value"]["array"].split(".")
            assert len(bars_["names"]) == len(trace.last(snapshot)[part])
        if panel.get("inner"):
            assert len(panel["inner"]) == len(trace.last("flow")["t"])
            assert panel["inner"][0].endswith("noise")
            assert panel["inner"][-1] == f"t = 0 of {spec.T} · data"


@pytest.mark.parametrize("lab", LABS, ids=lab_id)
def test_a_run_without_moments_is_drawn_and_told_as_untrained(lab: Any):
    """Killed: the first moment asked for before there is one; no inner time until there is a moment."""
    panels = panels_of(lab, lab.SPEC())
    assert len(panels) >= 3
    assert bool(panels[0].get("inner")) is (lab is not ddpm_digits_lab)
    told = {ddpm_lab: fig.points_sentence, ddpm_digits_lab: fig.digits_sentence}.get(
        lab, fig.chain_sentence
    )()
    assert "Before training" in told.start
    assert "After {step} training steps" in told.then
    assert "At the end" in told.end
    data, *_, back, new = mechanism.pipeline(Trace(), lab.SPEC())
    assert (data.picture is None) is (lab is ddpm_digits_lab)
    assert new.picture is None
    assert str(lab.SPEC().T) in back.name


def test_the_exact_picture_has_a_frame_for_each_frame_of_the_flow(tmp_path: Path):
    """Killed: T + 1 levels in the place of those shown."""
    for T in (1, 5, 100):
        spec = ddpm_lab.DDPMSpec(T=T)
        density, field = fig.exact_picture(spec.data, spec.drawing, spec.seed, spec.schedule, T)
        assert len(density) == len(field) == min(T, 12) + 1
    trace = shipped(ddpm_lab, ddpm_lab.DDPMSpec(), tmp_path)
    assert len(trace.last("flow")["t"]) == len(density)


def test_arrows_are_minus_the_noise_and_guesses_are_shown_where_the_net_says_them():
    """Killed: guesses shown for a net that says the noise."""
    for says, shown in (("eps", []), ("x0", ["x₀ as the net says it"])):
        layers = fig.points(ddpm_lab.DDPMSpec(predicts=says))[0]["layers"]
        on = [layer["name"] for layer in layers if layer["on"]]
        assert on == ["density", "−ε", *shown, "particles"]


def test_data_are_noised_step_by_step_from_the_data_to_pure_noise():
    """Their spread at each level is that of equation 4. Killed: the frames in the order of the noise; the
    noise's share of a step without its root."""
    spec = ddpm_lab.DDPMSpec()
    way = fig.noised(spec.data, spec.drawing, spec.seed, spec.schedule, spec.T) / 127 * exact.REACH
    x0 = exact.training_set(spec.data, spec.drawing, spec.seed)[: fig.SHOWN].numpy()
    assert np.abs(way[-1] - x0).max() < 0.03
    kept = schedule.linear(spec.T).numpy()
    for t, x in zip(frames(spec.T), way, strict=True):
        left = x - np.sqrt(kept[t]) * x0
        assert abs(left.std() - np.sqrt(1 - kept[t])) < 5 / np.sqrt(2 * left.size) + 0.02


def test_only_a_field_is_a_difference_to_a_field():
    """Killed: particles taken for a field."""
    other = Layer("b", "field", "y")
    assert Layer("a", "field", "x", of=other).of is other
    with pytest.raises(ValueError, match="a field a field"):
        Layer("a", "density", "x", of=other)


def test_the_least_that_a_bar_can_be_is_an_array_of_its_own():
    """Killed: the name left out of the panel."""
    assert marks_of(bars("a.x", [], "u", least="a.y"), "dots")[0]["y"] == at("a.y")
    assert set(asked(bars("a.x", [], "u"))) == {"a.x"}


def by_hand(fork: list[float], far: float = 0.004, shares: float = 0.125, step: int = 10) -> Trace:
    trace = Trace()
    trace.add(Step(step, step, {"loss": 0.5}))
    samples = {"mmd": np.array(far), "floor": np.array(0.003), "shares": np.full(8, shares)}
    parts = {"samples": samples, "same": {"fork": np.array(fork)}, "flow": {"t": np.array([100, 0])}}
    for name, arrays in parts.items():
        trace.add(Snapshot(0, step, name, arrays))
    return trace


def test_the_choice_is_the_highest_level_from_which_half_agree():
    """Killed: the lowest level; `>` for `>=`; a share of T told as a level."""
    fork = [0.1, 0.2, 0.3, 0.4, 0.5, 0.4, 0.6, 0.7, 0.8, 0.9, 1.0]
    assert fig.half(np.array(fork)) == FORKS[4] == 0.4
    assert fig.half(np.zeros(11)) == 0
    assert "agree from t = 0.4 T on" in fig.settled(by_hand(fork)).end


def test_the_bet_is_measured_on_the_net_that_says_the_data(tmp_path: Path):
    """Killed: a clump told for what lies beyond it (`>` for `<`)."""
    assert goals.first_guess(shipped(ddpm_lab, ddpm_lab.DDPMSpec(predicts="x0"), tmp_path)) == goals.PLACES[1]
    assert goals.first_guess(shipped(ddpm_lab, ddpm_lab.DDPMSpec(), tmp_path)) == goals.PLACES[2]
    assert goals.first_guess(Trace()) is None


def test_the_sentence_says_where_a_dropped_noise_ends():
    """Killed: its beginning; x and y exchanged."""
    way = np.array([[0.0, 0.0], [1.25, -2.0]])
    for said in fig.points_sentence({"DDIM": way}).data():
        assert "DDIM at (1.2, -2.0)" in said
        assert "Click" not in said


def test_symbols_have_the_values_of_the_schedule():
    """1 / sqrt(alpha_bar_T) = exp(10.05 / 2). Killed: alpha_bar in its place."""
    told = {latex: value for latex, _, value in mechanism.symbols(Trace(), ddpm_lab.DDPMSpec())}
    assert told[r"1 / \sqrt{\bar\alpha_T}"] == f"{np.exp(5.025):.3g}"
    assert told[r"L_{\text{simple}}"] == "not trained yet"
    assert float(told[r"\alpha_t"]) + float(told[r"\beta_t"]) == pytest.approx(1)


T3 = np.array([3, 2, 1])


def guesses(off: float) -> dict[str, np.ndarray]:
    best = np.zeros((3, 4, 2))
    return {
        "t": T3,
        "factor": np.array([100.0, 2, 1]),
        "x": best + 0.5,
        "x0": best + off / 2**0.5,
        "best": best,
    }


def test_guesses_are_told_with_their_distance_and_their_reason():
    """Killed: the mean of the distances' squares without its root; the factor of the last level."""
    panels, (header, arrays) = futures.guesses(guesses(3.0), np.zeros((4, 4), np.uint8), "eps")
    assert names(panels) <= set(arrays)
    assert header["moments"] == [0, 1, 2]
    assert header["scalars"]["factor"] == {"step": [0, 1, 2], "value": [100, 2, 1]}
    assert arrays["way.x"].tolist() == np.full((3, 4, 2), 50).tolist()
    first, second, third = futures.guesses_sentence(guesses(3.0), "eps")
    assert "At t = 3, pure noise, the exact guess is the data's mean, (0.0, 0.0)" in first
    assert "lie 3.00 away" in first
    assert "100 multiplies" in first
    assert (second[:8], third[:8]) == ("At t = 2", "At t = 1")
    assert "nothing is divided" in futures.guesses_sentence(guesses(0.0), "x0")[0]


def test_ends_are_compared_with_ddim_at_all_levels():
    """Killed: the first places for the last; ends nearer than 1 counted."""
    x = np.zeros((3, 4, 2))
    x[-1, 0] = (3, 4)
    said = futures.samplers_sentence({"t": T3, "x": x, "all": np.zeros((3, 4, 2))})
    assert "same 4 noises" in said
    assert "less than 0.00" in said
    assert "25% more than 1 away" in said


def test_futures_are_counted_the_most_frequent_first():
    """Killed: 10 told as a digit; the rarest first."""
    said = futures.futures_sentence({"t": np.array(40), "said": np.array([3, 3, 3, 5, 10, 10])})
    assert said == "6 futures from t = 40: 3 × 3, 2 × no digit, 1 × 5."


def run_of(spec: Any, trace: Trace) -> Any:
    return SimpleNamespace(spec=spec, trace=trace)


def test_challenges_are_graded_by_what_was_measured():
    """Killed: the page's own drawing taken for the reader's; T not looked at; `>` for `>=` at nine in ten."""
    spec, fork = ddpm_lab.DDPMSpec(), [0.0] * 11
    own = spec.but(data="drawn", drawing="f" * 64)
    for far, met in ((0.004, True), (0.01, False)):
        assert (graded := goals.own_drawing(run_of(own, by_hand(fork, far=far)), 3)) is not None
        assert graded[0] is met
    assert goals.own_drawing(run_of(spec.but(data="drawn"), by_hand(fork)), 3) is None
    for T, shares, met in ((20, 0.125, True), (100, 0.125, False), (20, 0.01, False)):
        graded = goals.short_chain(run_of(spec.but(T=T), by_hand(fork, shares=shares)), 20, 0.03, 3)
        assert graded is not None
        assert graded[0] is met
    with pytest.raises(KeyError):
        goals.short_chain(run_of(spec.but(T=20), Trace()), 20, 0.03, 3)
    trace = Trace()
    trace.add(Snapshot(0, 1, "judged", {"digits": np.array([0.9])}))
    assert goals.good_digits(run_of(None, trace), 0.9) == (True, "90%")
    with pytest.raises(KeyError):
        goals.good_digits(run_of(None, by_hand(fork)), 0.9)
