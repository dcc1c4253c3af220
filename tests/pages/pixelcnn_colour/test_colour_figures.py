"""Figures of colour, heads and likelihood: read back from the data that they hand to the film."""

import re
from pathlib import Path

import numpy as np
import pytest

from app.figures.captions import texts
from app.figures.plot import asked
from engine.autoregressive import colour_pixelcnn_lab, heads_lab, likelihood_lab
from engine.core.trace import Snapshot, Step, Trace
from engine.labs import lab_id
from engine.runs.store import Store, run_key
from pages.pixelcnn_colour import figures, goals
from pages.pixelcnn_colour.stages import WAYS


def both(side: int = 2) -> dict[str, dict[str, np.ndarray]]:
    rng = np.random.default_rng(0)
    found = {}
    for name in "ab":
        p = rng.uniform(size=(side, side, 3, 4))
        off = np.zeros((side, side), bool)
        off[0, 1] = name == "b"
        found[name] = {
            "picture": rng.integers(0, 4, (side, side, 3)).astype(np.uint8),
            "probabilities": p / p.sum(-1, keepdims=True),
            "off": off,
        }
    return found


def test_a_picture_is_written_in_three_steps_a_pixel() -> None:
    """Killed: pixels before colours; a whole pixel at its first step."""
    given = both()
    header, arrays = figures.written(given)
    assert header["moments"] == list(range(1, 13))
    x, picture = arrays["a.x"], given["a"]["picture"].astype(int)
    assert x[0, 0, 0, 0].tolist() == [picture[0, 0, 0], -1, -1]
    assert x[1, 0, 0, 0].tolist() == [*picture[0, 0, :2], -1]
    assert (x[2, 0, 0, 1] == -1).all()
    assert np.array_equal(x[-1, 0], picture)
    assert arrays["now"][4].tolist() == [0, 1]
    assert arrays["step"].tolist() == [0, 1, 2] * 4
    assert np.allclose(arrays["a.p"][4], given["a"]["probabilities"][0, 1], atol=1e-6)


def test_a_pixel_is_marked_only_once_all_its_colours_are_there() -> None:
    """Killed: the mark from the first step on; marks of the other picture."""
    _, arrays = figures.written(both())
    assert arrays["b.off"].reshape(12, 4)[:, 1].tolist() == [0] * 5 + [1] * 7
    assert not arrays["a.off"].any()


def test_the_timeline_tells_the_bits_of_what_was_drawn() -> None:
    """Killed: natural logarithm; the likeliest level for the drawn one."""
    given = both()
    header, _ = figures.written(given)
    level = given["a"]["picture"][0, 1, 2]
    wanted = -np.log2(given["a"]["probabilities"][0, 1, 2, level])
    assert header["scalars"]["bits"]["value"][5] == pytest.approx(wanted, abs=1e-3)


def trace(off: int, test: float = 0.1, leak: float = 0.0) -> Trace:
    marks = np.zeros((1, 10, 10), np.uint8)
    marks.reshape(-1)[:off] = 1
    made = Trace()
    made.add(Step(5, 5, {"loss": 1.0, "test": test}))
    for name, arrays in {
        "samples": {"x": np.zeros((1, 10, 10, 3), np.uint8), "off": marks},
        "score": {"test_bits": np.float32(test), "off_share": np.float32(off / 100)},
        "leak": {"max_change": np.float32(leak)},
        "first": {"p": np.full((3, 4), 0.25), "colour": np.array([1, 2, 3])},
    }.items():
        made.add(Snapshot(0, 5, name, arrays))
    return made


@pytest.mark.parametrize(("off", "words"), [(0, 0), (5, 1), (40, 2), (90, 3)])
def test_a_bet_on_the_share_is_graded_by_the_last_samples(off: int, words: int) -> None:
    """Killed: a bound of 0.1 for 0.01."""
    assert goals.off_share(trace(off)) == list(goals.SHARES.values())[words]
    assert goals.off_share(Trace()) is None


def test_the_challenge_wants_all_three() -> None:
    """Killed: any of them enough; a leaking net praised."""
    assert goals.clean(trace(0), 0.2) == (True, "0 pixels, 0.100 bits/dim")
    for bad in (trace(1), trace(0, test=0.3), trace(0, leak=0.1)):
        assert goals.clean(bad, 0.2)[0] is False
    with pytest.raises(KeyError):
        goals.clean(Trace(), 0.2)


def test_the_categorical_must_win_by_the_margin() -> None:
    """Killed: the two changed round; the margin left out."""
    for bits, met in ((5.0, True), (5.9, False), (6.5, False)):
        made = Trace()
        scores = {"categorical": np.float32(bits), "Gaussian": np.float32(6)}
        made.add(Snapshot(0, 1, "score", scores))
        assert goals.categorical_first(made, 0.2)[0] is met


def test_captions_say_what_is_drawn_at_each_step_and_what_came_of_it() -> None:
    """Killed: the colours turned round; the probability of another level; the dots of the other picture."""
    given = both()
    told = figures.writing_said(given, True)
    assert len(told) == 12
    level = int(given["a"]["picture"][0, 1, 1])
    p = given["a"]["probabilities"][0, 1, 1, level]
    assert told[3].startswith("Pixel 2 of 4: red is drawn from the pixels before;")
    assert told[4] == f"Pixel 2 of 4: green is drawn knowing red; its level {level} had probability {p:.2f}."
    assert "Drawn in order 0 of 4" in told[-1]
    assert told[-1].endswith("random numbers, 1.")
    assert figures.writing_said(given, False)[-1].startswith("Three draws a pixel, 12 in all: 0 of 4")
    assert len(figures.writing(4, True)) == 2 * len(figures.writing(4, False))


def test_symbols_have_the_values_of_the_first_pixel() -> None:
    """Killed: a probability of another level."""
    made = trace(0)
    made.add(Snapshot(0, 5, "first", {"p": np.eye(4)[1:], "colour": np.array([1, 2, 3])}))
    assert [row[2] for row in figures.symbols(made, 4)][2:5] == ["1.000"] * 3
    assert [row[2] for row in figures.symbols(Trace(), 4)][2:5] == ["untrained"] * 3


def test_the_pipeline_says_whether_a_colour_knows_those_before() -> None:
    """Killed: the net side by side told as the one in order; levels shown as brightness."""
    picture = np.full((10, 10, 3), 3)
    ordered, apart = (
        figures.pipeline(trace(0), colour_pixelcnn_lab.SPEC(colours=way), picture) for way in WAYS.values()
    )
    assert "knows both" in ordered[4].says
    assert "knows neither" in apart[4].says
    assert ordered[0].picture is not None
    assert ordered[0].picture.max() == 1
    assert ordered[-1].picture is not None
    assert figures.pipeline(Trace(), colour_pixelcnn_lab.SPEC(), picture)[-1].picture is None


@pytest.mark.parametrize(
    ("lab", "panels", "said"),
    [
        (colour_pixelcnn_lab, figures.training(4, False), figures.trained()),
        (heads_lab, figures.three_nets(), figures.NETS_SAID),
        (likelihood_lab, figures.likely(), figures.LIKELY_SAID),
    ],
)
def test_panels_and_captions_ask_for_what_every_shipped_run_has_at_every_moment(
    lab, panels, said, tmp_path: Path
) -> None:
    """Killed: `first.level` for `first.colour`; `score.bits` for `score.test_bits`; a sentence cut short."""
    assert all(text.endswith(".") and " ." not in text for text in texts(said))
    named = [panel.get(place) for panel in panels for place in ("below", "off")]
    named += [name for panel in panels for name in asked(panel)]
    wanted = {name for name in named if name and "." in name}
    wanted |= set(re.findall(r"\{(\w+\.\w+)", " ".join(texts(said))))
    for spec in lab.RECORDED:
        run = Store(tmp_path).attempt(lab_id(lab), run_key(lab_id(lab), spec), "shipped")
        assert run is not None
        trace = run.trace()
        for moment in range(len(trace.moments)):
            there = {f"{name}.{part}" for name in trace.names for part in trace.at(name, moment)}
            assert wanted <= there


def test_a_panel_that_cannot_be_is_refused() -> None:
    """Killed: one level, which divides by nothing; an axis of no height."""
    with pytest.raises(ValueError, match="at least 2"):
        figures.pictures("a", (), 1)
    with pytest.raises(ValueError, match="low must be below high"):
        figures.chances("a", (), high=0)
