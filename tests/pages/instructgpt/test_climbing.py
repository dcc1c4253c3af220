"""The pictures of a climbing policy by their data."""

import math
from typing import Any

import pytest

from app.figures.marks import at, over
from app.figures.plot import asked
from engine.data.instructions import ANSWERS, CODE, OBJECTS, PAD, POLITE, RUDE, TASKS, WORDS
from pages.instructgpt import climbing as fig
from pages.instructgpt.desk import KINDS
from tests.helpers import marks_of

TITLE = [("A title", None)]
AXES = ((0.0, 4.0), (-2.0, 2.0))


def coded(said: str) -> list[int]:
    """A reply as the codes of a run, padded."""
    codes = [CODE[word] for word in said.split()]
    return codes + [PAD] * (8 - len(codes))


def test_a_word_is_right_for_its_own_prompt_alone() -> None:
    """Killed: the prompt's task left out of account; answers of other tasks taken as filler."""
    for row in range(24):
        task, thing = TASKS[row // 8], row % 8
        assert fig.PROMPTS[row] == f"{task} {OBJECTS[thing]} ?"
        of = dict(zip(WORDS, fig.kinds(row), strict=True))
        assert [word for word, kind in of.items() if kind == "right"] == [ANSWERS[task][thing]]
        assert sum(kind == "wrong" for kind in of.values()) == 23
        assert {of[word] for word in POLITE} == {"polite"}
        assert {of[word] for word in RUDE} == {"rude"}
        assert (of["."], of["the"], of["cat"]) == ("end", "plain", "plain")


def test_the_third_polite_word_of_a_reply_is_one_too_many() -> None:
    """Killed: polite words counted for themselves; the second too many; words read on after the padding."""
    said = fig.worded(0, coded("please meow kindly please thanks tiny ."))
    assert [kind for _, kind in said] == ["polite", "right", "polite", "over", "over", "wrong", "end"]
    assert [word for word, _ in said][:2] == ["please", "meow"]
    assert fig.worded(0, [CODE["meow"], PAD, CODE["woof"]]) == [("meow", "right")]
    assert fig.worded(0, [PAD] * 8) == []
    assert {kind for _, kind in said} <= set(KINDS)


def test_the_plane_has_fixed_ranges_the_two_paths_and_the_n_of_best_of_n() -> None:
    """Killed: the judge in the colour of truth; best-of-n of one curve for both."""
    drawn = fig.climb(TITLE, AXES, [1, 2, 16])
    x, y = (drawn["planes"][0][axis] for axis in ("x", "y"))
    assert [(one["low"], one["high"]) for one in (x, y)] == [(0, 4), (-2, 2)]
    paths = [(one["x"], one["y"], one["concept"]) for one in marks_of(drawn, "line")]
    assert paths == [
        (at("bon.d"), at("bon.proxy"), ["model"]),
        (at("bon.d"), at("bon.gain"), ["truth"]),
        (over("d"), over("proxy"), ["model"]),
        (over("d"), over("gain"), ["truth"]),
    ]
    assert marks_of(drawn, "band")[1]["names"] == ["1", "2", "16"]
    assert [one["label"] for one in marks_of(drawn, "rules")] == ["SFT"]
    assert "√KL" in x["name"]
    assert set(asked(fig.climb(TITLE, AXES))) == {"d", "proxy", "gain"}


def test_a_card_of_replies_knows_its_prompt_and_its_words() -> None:
    """Killed: kinds of the first prompt for every prompt."""
    drawn = fig.replies(TITLE, 9, labels=("a", "b", "c"))
    assert (drawn["row"], drawn["prompt"], drawn["labels"]) == (9, ["SIZE", "dog", "?"], ["a", "b", "c"])
    assert drawn["kinds"][CODE["large"]] == "right"
    assert drawn["kinds"][CODE["woof"]] == "wrong"
    assert (drawn["array"], drawn["judge"], drawn["people"]) == ("cards.words", "cards.r", "cards.gold")


def test_a_ledger_has_its_beta_and_its_range() -> None:
    """Killed: a beta that is taken from the default."""
    drawn = fig.ledger(TITLE, 3, 0.25, (-1, 2.5))
    assert (drawn["row"], drawn["beta"], drawn["low"], drawn["high"]) == (3, 0.25, -1, 2.5)
    assert (drawn["ratio"], drawn["judge"], drawn["longest"]) == ("cards.ratio", "cards.r", 8)
    assert fig.ledger(TITLE, 3, 0, (-1, 2.5))["beta"] == 0


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: fig.climb(TITLE, ((0, math.inf), (-2, 2))), "low must be below high and both finite"),
        (lambda: fig.climb([("A", "red")], AXES), "concept must be one of"),
        (lambda: fig.replies(TITLE, 24), r"row must lie in \[0, 23\], got 24"),
        (lambda: fig.replies(TITLE, -1), r"row must lie in \[0, 23\], got -1"),
        (lambda: fig.ledger(TITLE, 24, 0.1, (-1, 1)), "row must lie in"),
        (lambda: fig.worded(0, [len(WORDS)]), f"a word must be one of {len(WORDS)}"),
        (lambda: fig.worded(0, [-1]), "a word must be one of"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused_by_name(make: Any, said: str) -> None:
    """Killed: each check taken out."""
    with pytest.raises(ValueError, match=said):
        make()
