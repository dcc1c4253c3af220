"""Figures of the Transformer by their data: what a picture shows is what the trace and the probes say."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from app.figures.panels import bars
from app.figures.plot import asked
from engine.attention import induction_lab, transformer_lab
from engine.attention.dot_product import drawn, journey
from engine.attention.letter_watch import EXAMPLE
from engine.attention.maps import follows
from engine.core.trace import Snapshot, Trace
from pages.transformer import figures as fig
from pages.transformer import goals, journeys
from tests.helpers import marks_of, shipped

CPU = torch.device("cpu")


def arrays_of(panel: dict[str, Any]) -> set[str]:
    """Every array that a panel names."""
    labels = [panel.get(side) or {} for side in ("queries", "keys")]
    names = {
        panel.get("array"),
        panel.get("wrong"),
        panel.get("outline") if panel["kind"] == "heat" else None,
    }
    names |= {one.get("array") for one in labels} | set(asked(panel))
    return {name for name in names if isinstance(name, str)}


def there(trace: Trace) -> set[str]:
    return {f"{name}.{part}" for name in trace.names for part in trace.last(name)} | set(trace.scalars)


@pytest.mark.parametrize("kind", fig.KINDS.values())
def test_the_hero_draws_arrays_that_the_run_has_in_shapes_that_fit_the_word(kind: str) -> None:
    """Killed: the decoder's keys taken from the word; one label too few; a frame of the copying task."""
    trace = shipped(transformer_lab, transformer_lab.SPEC()).trace()
    panels, said = fig.hero(trace, transformer_lab.SPEC(), EXAMPLE, kind)
    n = len(EXAMPLE) + 1
    for panel in panels:
        assert arrays_of(panel) <= there(trace)
        heads, queries, keys = trace.last("maps")[kind].shape
        assert (queries, keys) == (n, n)
        assert panel["head"] < heads
        labels = panel["keys"]
        assert labels.get("array") == "text.read" if kind == "decoder" else len(labels["labels"]) == n
    assert len(panels[2]["names"]) == 8
    if kind == "cross":
        frame = np.array(panels[1]["outline"])
        assert frame.sum() == len(EXAMPLE)
        assert all(frame[t, len(EXAMPLE) - 1 - t] for t in range(len(EXAMPLE)))
        assert panels[0]["head"] == trace.last("score")["finds"].argmax()
    assert all("new words" in one for one in said.data()[1:])
    assert all(("Framed" in one) is (kind == "cross") for one in said.data())
    assert "Framed" not in fig.hero(trace, transformer_lab.SPEC(task="sort"), EXAMPLE, kind)[1].end


def test_the_line_of_boxes_ends_in_what_the_run_wrote() -> None:
    """Killed: the word itself for what is written."""
    trace = shipped(transformer_lab, transformer_lab.SPEC()).trace()
    boxes = fig.pipeline(trace, transformer_lab.SPEC(), EXAMPLE)
    assert (boxes[0].text, boxes[-1].text) == (EXAMPLE, EXAMPLE[::-1])
    assert fig.pipeline(Trace(), transformer_lab.SPEC(), EXAMPLE)[-1].text == "not trained yet"


def test_places_are_where_the_letter_to_be_written_stands() -> None:
    """Killed: n - t for n - 1 - t."""
    assert fig.places(3, "reverse") == [[0, 0, 1, 0], [0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]]
    assert fig.places(2, "copy") == [[1, 0, 0], [0, 1, 0], [0, 0, 0]]
    assert fig.places(5, "sort") is None


def test_what_was_written_is_shown_letter_by_letter_and_its_errors_in_magenta() -> None:
    """Killed: wrong and right exchanged; blanks shown as letters."""
    text = {"written": np.array([4, 3, 2, 255], np.uint8), "wrong": np.array([0, 1, 0, 0], np.uint8)}
    assert fig.marked(text) == ":orange[**b**]:red[**a**]:orange[**.**]"
    assert fig.marked({"written": np.array([255]), "wrong": np.array([0])}) == "nothing"


@pytest.mark.parametrize("masked", [True, False])
def test_the_induction_film_frames_what_followed_and_names_the_least_loss(masked: bool) -> None:
    """Killed: the copy itself framed; the cost of what is new in the place of the floor."""
    spec = induction_lab.SPEC(masked=masked)
    trace = shipped(induction_lab, spec).trace()
    panels, said = fig.hero(trace, spec, EXAMPLE, "")
    assert set().union(*map(arrays_of, panels)) <= there(trace)
    symbols = trace.last("text")["symbols"]
    wanted = follows(torch.from_numpy(symbols.astype(np.int64))).numpy()
    assert np.array_equal(np.array(panels[0]["outline"], bool), wanted)
    assert marks_of(panels[1], "rules")[0]["at"]["values"] == pytest.approx([0.758], abs=1e-3)
    assert {"score.repeated", "score.new", "induction"} <= there(trace)
    assert "{induction:.2f}" in said.end


def test_the_film_of_the_mask_shows_the_cheat_below_the_floor() -> None:
    """Killed: the two runs exchanged in the sentence."""
    cheat, honest = (shipped(induction_lab, induction_lab.SPEC(masked=on)).trace() for on in (False, True))
    panels, said = fig.masks(cheat), fig.masks_sentence(cheat, honest)
    assert set().union(*map(arrays_of, panels)) <= there(cheat)
    (floor,) = marks_of(panels[0], "rules")[0]["at"]["values"]
    assert cheat.latest("loss") < floor < honest.latest("loss")
    right = [float(one.last("score")["continued"]) for one in (cheat, honest)]
    assert said.end.index(f"{right[0]:.0%}") < said.end.index(f"{right[1]:.0%}")
    assert "%" not in said.start + said.then  # only what holds at the moment shown


def test_a_journey_packs_scores_weights_and_blends_of_every_divisor() -> None:
    """Killed: scores that are not divided; the sum left out of the weighted values; entropy in nats."""
    way = {name: part.numpy() for name, part in journey(*drawn(16, 5, 0))._asdict().items()}
    header, arrays = journeys.journeyed(way)
    assert header["moments"][0] == 1
    assert header["moments"][20] == 4
    assert header["total"] == 16
    assert np.allclose(arrays["way.scores"][20], way["scores"] / 4)
    assert arrays["way.weighted"].shape == (41, 6, 16)
    assert np.allclose(arrays["way.weighted"][:, :5].sum(1), arrays["way.weighted"][:, 5], atol=1e-5)
    assert header["scalars"]["kept"]["value"][-1] == pytest.approx(way["entropy"][-1] / np.log(5), abs=1e-3)
    panels = journeys.journey(way, list("abcde"), "c")
    assert set().union(*map(arrays_of, panels)) <= {*arrays, "kept"}
    (plane,) = panels[0]["planes"]
    assert plane["y"]["low"] <= way["scores"].min()
    assert plane["x"]["names"] == list("abcde")


def test_one_key_alone_has_no_entropy_to_lose() -> None:
    """Killed: a division by ln 1."""
    q, k, v = drawn(8, 1, 0)
    way = {name: part.numpy() for name, part in journey(q, k, v)._asdict().items()}
    header, _ = journeys.journeyed(way)
    assert set(header["scalars"]["kept"]["value"]) == {0.0}
    assert len(journeys.journey_sentence(way, ["a"])) == 41


def test_a_journey_is_told_for_each_divisor() -> None:
    """Killed: the last divisor's share told at all; the root one divisor further."""
    way = {name: part.numpy() for name, part in journey(*drawn(16, 5, 0))._asdict().items()}
    told = journeys.journey_sentence(way, list("abcde"))
    assert told[0].startswith("Undivided, ")
    assert told[20].startswith("Divided by √d_k = 4.00, ")
    share = way["entropy"] / np.log(5)
    assert f"keeps {share[0]:.0%}" in told[0]
    assert f"keeps {share[-1]:.0%}" in told[-1]


def test_the_twin_is_the_head_that_moved_most_while_the_word_stayed() -> None:
    """Killed: the largest move of all, whatever became of the word; the smallest."""
    found = {
        "moved": np.array([[0.9, 0.8], [0.3, 0.5]]),
        "output": np.array([[0.01, 0.2], [0.0, 0.04]]),
        "same": np.array([[False, True], [True, True]]),
    }
    assert fig.twin(found) == (1, 1)
    assert fig.twin(found, most=0.3) == (0, 1)
    assert fig.twin({**found, "same": np.zeros((2, 2), bool)}) is None


def test_bars_may_hang_below_zero_but_start_there() -> None:
    """Killed: the check left out."""
    assert bars("a.b", [("t", None)], "u", low=-2, high=3, labels=["x"])["planes"][0]["y"]["low"] == -2
    with pytest.raises(ValueError, match="bars start at 0"):
        bars("a.b", [("t", None)], "u", low=1, high=3)


def test_the_bet_counts_letters_and_not_the_end() -> None:
    """Killed: the end counted as a letter; wrong ones counted."""
    assert goals.spared({"wrong": np.array([0, 1, 0, 0])}) == 2
    assert goals.spared({"wrong": np.array([0, 1, 0, 1])}) == 2


def score(**parts: Any) -> Trace:
    trace = Trace()
    trace.add(Snapshot(0, 0, "score", {name: np.asarray(value) for name, value in parts.items()}))
    return trace


def test_the_page_grades_what_the_runs_say() -> None:
    """Killed: two heads taken for one; copying taken for sorting; two layers for one."""

    def shown(trace: Trace, **spec: Any) -> Any:
        return SimpleNamespace(spec=SimpleNamespace(**spec), trace=trace)

    assert goals.one_head(shown(score(exact=1.0), heads=1)) == (True, "100.0% of words")
    assert goals.one_head(shown(score(exact=0.995), heads=1)) == (False, "99.5% of words")
    assert goals.one_head(shown(score(exact=1.0), heads=2)) is None
    with pytest.raises(KeyError):  # not measured
        goals.one_head(shown(Trace(), heads=1))
    assert goals.sorts(shown(score(exact=0.93), task="sort")) == (True, "93.0% of words")
    assert goals.sorts(shown(score(exact=0.93), task="copy")) is None
    assert goals.one_layer(shown(score(induction=[0.1, 0.8]), layers=1)) == (True, "score 0.80")
    assert goals.one_layer(shown(score(induction=[0.1, 0.2]), layers=1)) == (False, "score 0.20")
    assert goals.one_layer(shown(score(induction=[0.9]), layers=2)) is None


def test_before_anything_is_trained_there_is_still_something_to_say() -> None:
    """Killed: `last` asked of an empty trace."""
    for lab, kind in ((transformer_lab, "cross"), (induction_lab, "")):
        panels, said = fig.hero(Trace(), lab.SPEC(), EXAMPLE, kind)
        assert panels
        assert said.start.startswith("Before training")
    told = {latex: value for latex, _, value in fig.symbols(Trace(), transformer_lab.SPEC())}
    assert told["lr, c"] == "not trained yet, 0.5"
    assert told["W_i^Q, W_i^K, W_i^V"] == "32 × 8"
