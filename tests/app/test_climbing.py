"""The pictures of a climbing policy by their data, and the desk by what it refuses and believes."""

import math
from typing import Any

import pytest

from engine.data.instructions import ANSWERS, CODE, OBJECTS, PAD, POLITE, RUDE, TASKS, WORDS
from pages.instructgpt import climbing as fig
from pages.instructgpt import desk as component

TITLE = [("A title", None)]
AXES = ((0.0, 4.0), (-2.0, 2.0))
REPLIES = [[("meow", "right"), (".", "end")], [("woof", "wrong")], []]


def coded(said: str) -> list[int]:
    """A reply as the codes of a run, padded."""
    codes = [CODE[word] for word in said.split()]
    return codes + [PAD] * (8 - len(codes))


def test_a_word_is_right_for_its_own_prompt_alone() -> None:
    """Killed: the prompt's task left out of account; answers of other tasks taken as filler."""
    for row in range(24):
        task, thing = TASKS[row // 8], row % 8
        assert fig.prompt(row) == (task, OBJECTS[thing], "?")
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
    assert {kind for _, kind in said} <= set(fig.KINDS)


def test_the_plane_has_fixed_ranges_the_two_paths_and_the_n_of_best_of_n() -> None:
    """Killed: the judge in the colour of truth; best-of-n of one curve for both."""
    drawn = fig.climb(TITLE, AXES, [1, 2, 16], bet={"value": 1.5, "label": "you said"})
    assert (drawn["kind"], drawn["x"], drawn["y"], drawn["d"]) == ("climb", [0, 4], [-2, 2], "d")
    assert [(c["name"], c["concept"], c["best"]) for c in drawn["curves"]] == [
        ("proxy", "model", "bon.proxy"),
        ("gain", "truth", "bon.gain"),
    ]
    assert (drawn["best"], drawn["bet"]) == ([1, 2, 16], {"value": 1.5, "label": "you said"})
    assert "√KL" in drawn["acrossTitle"]
    assert fig.climb(TITLE, AXES)["best"] == []


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
        (lambda: fig.climb(TITLE, ((0.5, 4), (-2, 2))), "x must start at 0 and y hold 0"),
        (lambda: fig.climb(TITLE, ((0, 4), (0, 2))), "x must start at 0 and y hold 0"),
        (lambda: fig.climb(TITLE, ((0, math.inf), (-2, 2))), "low must be below high and both finite"),
        (lambda: fig.climb(TITLE, AXES, [0, 1]), r"must rise from 1, got \(0, 1\)"),
        (lambda: fig.climb(TITLE, AXES, [2, 1]), "must rise from 1"),
        (lambda: fig.climb(TITLE, AXES, [2, 2]), "must rise from 1"),
        (lambda: fig.climb(TITLE, AXES, bet={"value": 3, "label": ""}), "a bet must lie in .*, got 3"),
        (lambda: fig.climb([("A", "red")], AXES), "concept must be one of"),
        (lambda: fig.replies(TITLE, 24), r"row must lie in \[0, 23\], got 24"),
        (lambda: fig.replies(TITLE, -1), r"row must lie in \[0, 23\], got -1"),
        (lambda: fig.ledger(TITLE, 24, 0.1, (-1, 1)), "row must lie in"),
        (lambda: fig.ledger(TITLE, 0, -0.1, (-1, 1)), "beta must be finite and not below 0, got -0.1"),
        (lambda: fig.ledger(TITLE, 0, math.nan, (-1, 1)), "beta must be finite"),
        (lambda: fig.ledger(TITLE, 0, math.inf, (-1, 1)), "beta must be finite"),
        (lambda: fig.ledger(TITLE, 0, 0.1, (0, 1)), "0 must lie between low and high, got 0 and 1"),
        (lambda: fig.worded(0, [len(WORDS)]), f"a word must be one of {len(WORDS)}"),
        (lambda: fig.worded(0, [-1]), "a word must be one of"),
        (lambda: component.desk("?", REPLIES[:1], [0], key="k", stamp="s"), "replies must be 2 to 9"),
        (lambda: component.desk("?", [[]] * 10, [0.0] * 10, key="k", stamp="s"), "replies must be 2 to 9"),
        (lambda: component.desk("?", REPLIES, [0, 1], key="k", stamp="s"), "with a score each, got 3 and 2"),
        (lambda: component.desk("?", REPLIES, [0, 1, math.nan], key="k", stamp="s"), "scores must be finite"),
        (lambda: component.desk("?", [[("a", "nice")], []], [0, 1], key="k", stamp="s"), "got 'nice'"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused_by_name(make: Any, said: str) -> None:
    """Killed: each check taken out."""
    with pytest.raises(ValueError, match=said):
        make()


def ranked(monkeypatch: pytest.MonkeyPatch, order: Any, stamp: str = "s") -> tuple[Any, dict[str, Any]]:
    """What Python takes from a desk whose browser says `order`, and what was sent to it."""
    sent: dict[str, Any] = {}

    def browser(data: dict[str, Any], **_: Any) -> dict[str, Any]:
        sent.update(data)
        return {"order": {"stamp": stamp, "order": order}}

    monkeypatch.setattr(component, "_component", browser)
    return component.desk("SOUND cat ?", REPLIES, [1, 0.5, -2], key="k", stamp="s"), sent


def test_a_whole_order_of_this_desk_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed: always None; the order turned round."""
    order, sent = ranked(monkeypatch, [2, 0, 1])
    assert order == (2, 0, 1)
    assert sent["replies"] == [[["meow", "right"], [".", "end"]], [["woof", "wrong"]], []]
    assert (sent["scores"], sent["order"], sent["prompt"]) == ([1, 0.5, -2], None, "SOUND cat ?")
    assert ranked(monkeypatch, [2, 0, 1], stamp="another")[0] is None


@pytest.mark.parametrize(
    "order",
    [None, [], [0, 1], [0, 1, 1], [0, 1, 3], [0, 1, 2, 2], [0.0, 1, 2], ["0", 1, 2], [True, 0, 2], {}, "012"],
)  # fmt: skip
def test_a_forged_order_is_no_order(order: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anyone can send any message. Killed: the check of type (True is 1); of the permutation."""
    assert ranked(monkeypatch, order)[0] is None


@pytest.mark.parametrize("state", [None, {}, {"order": None}, {"order": 3}, {"order": [0, 1, 2]}])
def test_a_desk_that_said_nothing_has_no_order(state: Any) -> None:
    """Killed: the order of another shape read without a look."""
    assert component.told(state, "s", 3) is None
