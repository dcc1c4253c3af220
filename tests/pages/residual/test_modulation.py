"""Figures of a question that steers maps, by their data."""

from collections.abc import Mapping

import numpy as np

from engine.plumbing.film_lab import SPEC
from engine.plumbing.film_scenes import ANSWERS, QUESTIONS
from pages.residual import modulation
from tests.helpers import marks_of


def found(right: int = 2, least: float = 0.0) -> Mapping[str, np.ndarray]:
    """Three maps; the answer goes from red to blue along the dial."""
    p = np.zeros((11, len(ANSWERS)))
    p[:, 2] = np.linspace(0.2, 0.9, 11)
    p[:, 0] = 1 - p[:, 2]
    dial = np.linspace(0, 1, 11)[:, None]
    maps = np.full((11, 3, 6, 6), least)
    return {"gamma": 1 + dial * [2.0, -1.0, 0.5], "beta": dial * [-1.0, 0.0, 3.0], "maps": maps, "p": p,
            "answer": np.array([right])}  # fmt: skip


def test_bars_are_what_is_done_to_each_map_and_the_caption_says_the_answer() -> None:
    """Killed: gamma for gamma - 1; gamma and beta exchanged; the hue of the dial's start; the likeliest
    answer for the right one; percent for shares; an answer said to be right that is not."""
    panels, (film, arrays), said = modulation.asked(found(), 0)
    assert np.allclose(arrays["dial.gamma"][-1], [2, -1, 0.5])
    assert np.allclose(arrays["dial.beta"][5], [-0.5, 0, 1.5])
    assert [marks_of(one, "bars")[0]["concept"] for one in panels[:2]] == [
        ["model", "past", "model"],
        ["past", "model", "model"],
    ]
    assert film["scalars"]["sure"]["value"][0] == 20
    assert film["scalars"]["sure"]["value"][-1] == 90
    assert "It says red (80%)" in said[0]
    assert said[0].endswith("that is wrong: it is blue.")
    assert said[-1].endswith(f"all the way to what the question says: “{QUESTIONS[0]}” blue (90%), right.")
    assert marks_of(panels[3], "bars")[0]["concept"] == ["model", "model", "truth", "model", "model"]


def test_a_question_about_what_is_not_there_has_no_right_answer() -> None:
    """Killed: the last answer taken for right; the maps of a net without ReLU drawn from 0."""
    panels, (film, _), said = modulation.asked(found(-1, -2.0), 2)
    assert "no answer is right" in said[3]
    assert film["scalars"]["sure"]["value"][0] == 80  # the likeliest
    assert "truth" not in marks_of(panels[3], "bars")[0]["concept"]
    assert panels[2]["scale"] == "signed"
    assert modulation.asked(found(), 0)[0][2]["scale"] == "unsigned"


def test_the_count_names_the_changes() -> None:
    """Killed: maps from 0; the two figures exchanged; beta for gamma."""
    assert modulation.counted(58.0, 100.0, [1, 4], "γ") == (
        "Of all questions about 300 new pictures 100% are answered right as trained. With maps 2, 5 left as "
        "they are and γ of every map at its mean over the six questions: 58%."
    )
    assert "map 3 left as it is" in modulation.counted(58.0, 100.0, [2], "")


def test_a_training_shows_pairs_where_they_were_kept_back_and_only_there() -> None:
    """Killed: the pairs in every film; the wrong way named; a table without its own middle."""
    plain, kept = (modulation.learning(SPEC(kept=one)) for one in (False, True))
    assert [len(marks_of(one[0], "line")) for one in (plain, kept)] == [1, 2]
    assert [(one["low"] + one["high"]) / 2 for one in (marks_of(p, "heat")[0] for p in plain[1:])] == [1, 0]
    assert "red cross" in modulation.learned(SPEC(kept=True)).end
    assert "red cross" not in modulation.learned(SPEC()).end
    assert modulation.learned(SPEC(way="shift alone", relu=False)).end.startswith(
        "Each map shifted, with nothing"
    )


def test_a_caption_says_which_of_the_two_follows_the_question() -> None:
    """Killed: both said to follow it while one is held at its mean."""
    p = np.array([0.1, 0.1, 0.6, 0.1, 0.1])
    assert modulation._told(100, 100 * p, 0, 2, "").startswith("γ and β turned all the way to what")
    told = modulation._told(100, 100 * p, 0, 2, "γ")
    assert told.startswith("β turned all the way to what the question says, the other to its mean: ")
