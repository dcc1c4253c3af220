"""The ranking desk, by what it believes."""

from typing import Any

import pytest

from pages.instructgpt import desk as component

REPLIES = [[("meow", "right"), (".", "end")], [("woof", "wrong")], []]


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


def test_agreement_counts_pairs_that_are_told_apart() -> None:
    """Killed: ties counted as agreement."""
    assert component.agreement((2, 0, 1), [1.0, 0.0, 2.0]) == (3, 3)
    assert component.agreement((0, 1, 2), [1.0, 1.0, 2.0]) == (0, 2)
