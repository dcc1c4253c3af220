"""A room's taste on the page of InstructGPT: taken as the judge, or not, and trained by nobody's asking."""

from pathlib import Path

import numpy as np
from streamlit.testing.v1 import AppTest

from app.page import moments
from app.voting.exhibits import KINDS
from engine.reward import taste
from engine.runs import own

MAIN = Path(__file__).parents[2] / "app" / "main.py"
TASTE = np.linspace(-1, 2, len(taste.NAMES))


def opened(kind: str, theta: np.ndarray) -> AppTest:
    """The page, in the session of somebody who has just trained a room's reward model."""
    test = AppTest.from_file(MAIN, default_timeout=60)
    test.session_state["room.reward"] = {"code": "abc", "kind": kind, "votes": 40, "theta": theta}
    test.run()
    test.switch_page("../pages/instructgpt/page.py").run()
    assert not test.exception, [e.value for e in test.exception]
    return test


def test_a_rooms_taste_is_offered_as_the_judge_and_kept_for_this_session(no_training: list[str]) -> None:
    """Killed: a taste kept in 64 bits, which no run could read."""
    test = opened(KINDS[2], TASTE)
    assert any("The room's taste, from 40 votes" in one.value for one in test.markdown)
    kept = list((moments.store().home / "own").glob("*.safetensors"))
    assert len(kept) == 1
    test.run()
    assert list((moments.store().home / "own").glob("*.safetensors")) == kept  # not kept anew at each rerun
    judge = taste.of_bytes(own.load(moments.store().home, kept[0].stem)["theta"])
    assert np.allclose(judge.theta.numpy(), TASTE)
    assert no_training == []


def test_a_room_of_digits_is_no_judge_of_replies(no_training: list[str]) -> None:
    """Killed: the kind of the room not looked at."""
    test = opened(KINDS[0], np.zeros(6))
    assert not any("The room's taste" in one.value for one in test.markdown)
    assert any("open a room on" in one.value for one in test.markdown)
    assert no_training == []
