"""The page's figures and goals by their meaning."""

import numpy as np
import pytest

from engine.adversarial import dcgan_lab, progressive_lab
from engine.adversarial.dcgan import NO_NORM
from engine.core.trace import Snapshot, Step, Trace
from engine.data.bright_shapes import KINDS
from pages.dcgan import figures, goals, growing
from tests.helpers import marks_of, shipped


def asked(lab: object, probe: str, **inputs: object) -> dict:
    """What a probe says of the shipped run."""
    found = shipped(lab)  # type: ignore[arg-type]
    return lab.PROBES[probe](lab.restore(lab.RECORDED[0], found.weights()), inputs)  # type: ignore[attr-defined]


def test_the_plane_is_one_picture_a_moment_and_says_what_is_there() -> None:
    """Killed: the kind of the next place; the overlap of another; a map of one picture only; sure for all."""
    found = asked(dcgan_lab, "walk", seed=70)
    panels, (head, arrays), said = figures.walk(found)
    assert arrays["z.x"].shape == (225, 1, 16, 16, 3)
    assert arrays["z.small"].shape == (225, 6, 4, 4)
    assert arrays["z.middle"].shape == (225, 6, 8, 8)
    assert arrays["z.small"].max() == 255
    assert [one.get("side") for one in panels] == [15, None, None, None]
    assert all(one["follows"] for one in panels)
    at = int(np.flatnonzero(found["sure"])[0])
    assert f"sees a {KINDS[found['kind'][at]]}" in said[at]
    assert f"by {found['overlap'][at]:.0f}%" in said[at]
    vague = ~found["sure"] & (found["overlap"] < 85)
    assert "not by 85%" in said[int(np.flatnonzero(vague)[0])]
    assert "colour is none" in said[int(np.flatnonzero(~found["sure"] & ~vague)[0])]
    assert head["scalars"]["overlap"]["value"][at] == pytest.approx(found["overlap"][at], abs=0.06)
    x = found["x"].astype(float)
    assert np.abs(x[1:] - x[:-1]).mean() < 0.3 * np.abs(x[112:] - x[:-112]).mean()  # neighbours are alike


def test_a_sum_shows_its_examples_means_and_both_results() -> None:
    """Killed: the means before the examples; the verdict of the other sum; chance as a share of one."""
    red, green, square, wanted = (
        KINDS.index(k) for k in ("red disc", "green disc", "green square", "red square")
    )
    found = asked(dcgan_lab, "add", has=red, hasnt=green, other=square, seed=0)
    names = [KINDS[k] for k in (red, green, square, wanted)]
    panels, (head, arrays), said = figures.summed(found, names, shipped(dcgan_lab).trace())
    assert arrays["sum.rows"].shape == (50, 12, 16, 16, 3)
    assert (arrays["sum.rows"][:, 3] == found["means"][:, 0]).all()
    assert (arrays["sum.rows"][:, 4] == found["examples"][:, 1, 0]).all()
    (bars,) = marks_of(panels[3], "bars")
    assert bars["value"]["values"] == pytest.approx(
        [100 * found["three_right"].mean(), 100 * found["one_right"].mean(), float(found["chance"])], abs=1e-3
    )
    assert 0 < float(found["chance"]) < 40
    hit = int(np.flatnonzero(found["three_right"] & ~found["one_right"])[0])
    assert "sum of means is one, that of single z is none" in said[hit]
    assert head["scalars"]["right"]["value"][-1] == pytest.approx(100 * found["three_right"].mean(), abs=0.06)
    with pytest.raises(ValueError, match="has must be a whole number"):
        asked(dcgan_lab, "add", has=9, hasnt=green, other=square, seed=0)


def test_alpha_draws_the_old_path_then_both_then_the_new() -> None:
    """Killed: alpha turned round; a blend of what was cut; words of another alpha."""
    found = asked(progressive_lab, "fade", level=2, seed=0)
    panels, (head, arrays), said = growing.fade(found, 16)
    assert (arrays["fade.now"][0] == arrays["fade.old"][0]).all()
    assert (arrays["fade.now"][-1] == arrays["fade.new"][-1]).all()
    assert arrays["fade.old"].reshape(21, 6, 8, 2, 8, 2, 3).std((3, 5)).max() == 0  # doubled pixels
    assert head["scalars"]["gap"]["value"][0] == 0
    assert said[0].startswith("α = 0.00: what is drawn is 100% old path")
    assert "α = 0.50: what is drawn is 50% old path" in said[10]
    assert "8 x 8" in str(panels[0]["title"])


def test_bets_and_challenges_are_graded_by_the_run() -> None:
    """Killed: the last moment in place of the mean; a run that goes on; a sum of its own words; all kept."""
    trace = Trace(total=100)
    for step, kinds in ((50, 9.0), (90, 0.0), (100, 1.0)):
        trace.add(Step(step, 100, {"kinds": kinds, "share": 80.0}))
    assert goals.left(trace) is None
    assert goals.drawn(trace) == "most"
    trace.finished = True
    assert goals.left(trace) == ("none or 1", "0.5 of nine, on average")
    assert goals.better(trace, dcgan_lab.SPEC(), 75) is None
    assert goals.better(trace, dcgan_lab.SPEC(rule=NO_NORM), 75) == (True, "80% recognised")
    assert goals.few(trace, dcgan_lab.SPEC(), 4) is None
    assert goals.few(trace, dcgan_lab.SPEC(d=4), 4) == (False, "0.5 kinds")
    assert goals.sums(None, 50) is None
    assert goals.sums((60.0, False), 50) is None
    assert goals.sums((60.0, True), 50) == (True, "60% right")


def test_the_pipeline_and_the_symbols_are_those_of_the_run_on_the_stage() -> None:
    """Killed: widths of another spec; a box that fails before training; D's word on real pictures."""
    trace, spec = Trace(), dcgan_lab.SPEC(width=8, d=5)
    assert figures.pipeline(trace, spec)[5].text == "not trained yet"
    trace.add(Snapshot(0, 0, "samples", {"x": np.full((12, 16, 16, 3), 51, np.uint8)}))
    trace.add(Step(1, 1, {"fake": 0.3, "real": 0.9}))
    boxes = figures.pipeline(trace, spec)
    assert boxes[1].shape == "32 x 4 x 4"
    assert boxes[3].picture is not None
    assert boxes[3].picture.max() == pytest.approx(0.2)
    assert boxes[5].text == "drawn 30% real"
    told = {name: value for name, _, value in figures.symbols(trace, spec, progressive_lab.SPEC())}
    assert told["D(G(z))"] == "0.30 on average"
    assert told["z, z_i"] == "5 numbers in [−1, 1]"
