"""Figures of the page of causal convolutions by their data: what a picture shows is what was measured."""

import numpy as np
import pytest
import torch

from app.figures.plot import asked
from engine.autoregressive import causal_convolution_lab as tree_lab
from engine.autoregressive import companding_lab, wavenet_lab
from engine.core.trace import Step, Trace, traced
from pages.causal_convolution import exact, goals
from pages.causal_convolution import figures as fig
from tests.helpers import marks_of

CPU = torch.device("cpu")


def exact_trace(lab, **changes: object) -> tuple[Trace, object]:
    spec = lab.SPEC().but(**changes)
    return traced(lab.run(spec, CPU, {})), spec


def test_the_hero_asks_only_for_what_its_run_tells() -> None:
    """Killed: a figure by a name that is none; the period told as heard; within for beyond."""
    spec = wavenet_lab.SPEC(steps=10, channels=4, layers=2)
    trace = traced(wavenet_lab.run(spec, CPU, {}))
    there = set(trace.scalars) | {f"{name}.{key}" for name in trace.names for key in trace.last(name)}
    for panel in fig.hero(wavenet_lab.SPEC()):
        assert set(asked(panel)) <= there
    said = fig.hero_said(spec).data()[2]
    assert "hears of 4 samples, 0.5 ms; the string repeats after 48, beyond that." in said
    assert "hears of 64 samples" in fig.hero_said(wavenet_lab.SPEC()).data()[2]
    assert "within that" in fig.hero_said(wavenet_lab.SPEC()).data()[2]


@pytest.mark.parametrize("padding", tree_lab.PADDINGS)
def test_lit_lines_lead_from_the_samples_heard_to_the_output(padding: str) -> None:
    """Each by its gradient: at the foot of the lit lines are just the samples with a slope. Killed: the tree
    of another output; edges of another padding; ahead drawn as past."""
    trace, spec = exact_trace(tree_lab, padding=padding)
    _, (_, arrays), said = exact.tree(trace, spec)
    for t in (0, 20, 40):
        x, y = arrays["tree.lit_x"][t], arrays["tree.lit_y"][t]
        feet = set(x[y == 0].astype(int).tolist())
        slopes = np.flatnonzero(trace.at("tree", t)["slope"])
        assert feet == set(slopes.tolist())
        assert set(x[y == spec.layers].astype(int).tolist()) <= {t}
        past, ahead = (arrays[f"tree.{name}"][t] for name in ("past", "ahead"))
        assert np.flatnonzero(np.isfinite(past)).tolist() == slopes[slopes <= t].tolist()
        assert np.flatnonzero(np.isfinite(ahead)).tolist() == slopes[slopes > t].tolist()
        assert (f"hears of {len(slopes)} samples" if len(slopes) else "hears of nothing") in said[t]
        assert ("come after it" in said[t]) is bool((slopes > t).any())


def test_the_tree_is_told_in_samples_and_in_milliseconds() -> None:
    """Killed: seconds for milliseconds; gaps counted as heard; a kernel left out."""
    said = exact.tree(*exact_trace(tree_lab))[2]
    assert said[40].startswith(
        "Output 40, which guesses sample 41, hears of 16 samples, 25 to 40, none left out: "
    )
    assert "1 + (1 + 2 + 4 + 8) x 1 = 16 samples, 2.00 ms" in said[40]
    said = exact.tree(*exact_trace(tree_lab, grows="times 3"))[2]
    assert "16 samples, 0 to 40, 25 between them left out" in said[40]
    assert "1 + (1 + 3 + 9 + 27) x 1 = 41 samples" in said[40]


def test_stairs_and_ratios_are_those_of_their_moment() -> None:
    """Killed: mu-law's line drawn as even steps; the ratio of another loudness; a winner exchanged."""
    trace, spec = exact_trace(companding_lab)
    wave, step, ratio = exact.stairs(trace, spec)
    lines = {one["label"]: one for one in marks_of(ratio, "line")}
    told = companding_lab.restore(spec, None)
    assert lines["mu-law"]["y"]["values"] == pytest.approx(told[:, 0], abs=0.01)
    assert lines["even steps"]["y"]["values"] == pytest.approx(told[:, 1], abs=0.01)
    rows = {one["label"]: (one["y"]["array"], one["y"]["row"]) for one in marks_of(wave, "line")}
    assert rows == {"wave": ("at.wave", 0), "even steps": ("at.wave", 2), "mu-law": ("at.wave", 1)}
    rows = {one["label"]: one["y"].get("row") for one in marks_of(step, "line")[1:]}
    assert rows == {"even steps": 1, "mu-law": 0}
    said = exact.stairs_said(trace, spec)
    assert "mu-law is better here" in said[0]
    assert "even steps are better here" in said[-1]
    assert f"{told[-1, 0]:.1f} dB above its noise by mu-law, {told[-1, 1]:.1f} dB by even steps" in said[-1]


def test_the_race_is_told_by_its_own_figures() -> None:
    """Killed: the two ratios exchanged; seconds of another way."""
    found = {"seconds": np.array([4.0, 1.0, 0.1]), "columns": np.array([900, 60, 6]), "apart": np.array(1e-7)}
    said = fig.raced_said(found, 768)
    assert "**4.00 s**" in said
    assert "**0.100 s**, 40 and 10 times as fast" in said
    assert "900, 60 and 6 places" in said


def test_bets_and_challenges_are_graded_by_the_run() -> None:
    """Killed: a run that goes on; a short period; a leak."""
    trace = Trace(total=1, finished=True)
    trace.add(Step(1, 1, {"kept": 1.95}))
    assert goals.flat(trace) == ("2.4 nats", "1.95 nats")
    assert goals.flat(Trace(total=1)) is None
    assert goals.cheap(trace, wavenet_lab.SPEC(), 2.0) is None
    assert goals.cheap(trace, wavenet_lab.SPEC(period=60), 2.0) == (True, "1.95 nats")
    assert goals.wide(*exact_trace(tree_lab, grows="times 3", kernel=3), 40) == (True, "48 samples")
    assert goals.wide(*exact_trace(tree_lab, padding="both sides"), 4) is None
    assert goals.wide(*exact_trace(tree_lab), 40) == (False, "16 samples")
