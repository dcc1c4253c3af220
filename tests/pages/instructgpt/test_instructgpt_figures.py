"""The figures and grades of the page on InstructGPT, read back."""

import numpy as np
import pytest

from app.figures.plot import asked
from engine.core.trace import Trace
from engine.data import instructions as world
from engine.reward.instructgpt_lab import InstructgptSpec
from engine.reward.measures import against
from pages.instructgpt import figures as fig
from pages.instructgpt import goals
from pages.instructgpt.climbing import PROMPTS
from pages.instructgpt.vote import won


def climbed(gain: list[float], kl: list[float], proxy: float = 2.0) -> Trace:
    """A finished run with these figures at its moments."""
    steps = list(range(1, len(gain) + 1))
    trace = Trace(total=len(gain), finished=True)
    trace.moments = [0, *steps]
    trace.scalars = {
        "gain": (steps, gain),
        "d": (steps, [v**0.5 for v in kl]),
        "proxy": (steps, [proxy] * len(gain)),
        "web": (steps, [2.5] * len(gain)),
        "accuracy": (steps, [0.7] * len(gain)),
    }
    return trace


def test_the_sentence_tells_the_best_time_and_the_end() -> None:
    """Killed: the last step told as the best; KL told as its root."""
    said = fig.sentence(climbed([0.1, 0.6, -0.4], [1, 4, 9]), InstructgptSpec())
    assert "900 comparisons" in said
    assert "most at step 2, +0.60 points" in said
    assert "the judge gives +2.00, and people -0.40, at a KL of 9.0 nats" in said
    assert "still SFT" in fig.sentence(Trace(), InstructgptSpec())
    assert "still SFT" in fig.of_room(Trace())


@pytest.mark.parametrize(
    ("gain", "outcome"),
    [([0.0, 0.5, -0.5], "lower"), ([0.0, 0.5, 0.6], "about the same"), ([0.0, 0.0, 1.0], "higher")],
)
def test_a_bet_is_settled_where_the_run_first_was_so_far(gain: list[float], outcome: str) -> None:
    """Killed: distances compared with nats; near and far swapped."""
    assert goals.outcome(climbed(gain, [1, 3.5, 10.5])) == outcome


def test_a_run_that_never_came_so_far_settles_nothing() -> None:
    """Killed: the end taken where 10 nats were never reached."""
    assert goals.outcome(climbed([0.0, 0.5], [1, 4])) is None
    assert goals.outcome(Trace()) is None


def test_challenges_ask_for_points_and_thrift_with_people_as_they_come() -> None:
    """Killed: the bound on comparisons left out; people whose taste was edited still counted."""

    def met(found: tuple[bool, str] | None) -> bool:
        assert found is not None
        return found[0]

    run = climbed([0.2, 1.1], [1, 1.9])
    assert met(goals.thrifty(run, InstructgptSpec()))
    assert not met(goals.thrifty(climbed([0.2, 1.1], [1, 2.5]), InstructgptSpec()))
    assert goals.thrifty(run, InstructgptSpec(cap=8)) is None
    assert met(goals.frugal(run, InstructgptSpec(K=4, prompts=50), 500, 0.5))
    assert not met(goals.frugal(run, InstructgptSpec(K=4, prompts=150), 500, 0.5))
    assert goals.hacked(run) == (False, "0.9 points")
    assert met(goals.hacked(climbed([-3.5], [9])))
    with pytest.raises(KeyError):  # not measured
        goals.hacked(Trace())


def test_every_panel_of_the_page_is_made_for_every_prompt() -> None:
    """Killed: prompts counted task after object."""
    for row, prompt in enumerate(PROMPTS):
        plane, cards = fig.hero(row, Trace())
        assert " ".join(cards["prompt"]) == prompt
        assert set(asked(plane)) >= {"d", "proxy", "gain", "bon.d"}
        assert fig.costs(row, 0.3)[0]["beta"] == 0.3


def test_a_polite_word_is_too_many_where_the_people_of_this_run_say_so() -> None:
    """Killed: two liked, whatever was set."""
    assert [fig.hero(0, Trace())[1]["liked"], fig.costs(0, 0.3)[0]["liked"]] == [world.PEOPLE.cap] * 2
    assert [fig.hero(0, Trace(), 4)[1]["liked"], fig.costs(0, 0.3, 4)[0]["liked"]] == [4, 4]


def test_the_title_claims_what_the_run_shows() -> None:
    """Killed: a fall claimed of every run."""

    def title(gain: list[float]) -> str:
        return "".join(text for text, _ in fig.hero(0, climbed(gain, [1.0] * len(gain)))[0]["title"])

    assert title([0.1, 0.5, -0.2]) == "The judge rises, people fall"
    assert title([0.1, 0.5, 1.2]) == "The judge rises, and people with it"
    assert title([0.0, 0.1, 0.1]) == "What the judge sees, and what people get"


@pytest.mark.parametrize(("polite", "answer", "said"), [(0.9, 0.6, "before"), (0.95, 0.96, "and of")])
def test_manners_come_before_facts_only_where_they_do(polite: float, answer: float, said: str) -> None:
    """Killed: said of every judge."""
    trace = Trace(moments=[0])
    trace.snapshots["level", 0] = {"polite": np.float32(polite), "answer": np.float32(answer)}
    for shown, wanted in ((trace, said), (Trace(), "and of")):
        title = fig.judged(shown)[1]["title"]
        assert wanted in "".join(text for text, _ in title)


def test_people_tell_replies_apart_by_their_points() -> None:
    """Killed: the sign; rounding taken for a difference."""
    assert against(np.array([1.0, 2.0, 0.005, 3.0]), np.array([0.0, 3.0, 0.0, 1.0])) == (2, 1, 1)
    assert against(np.ones(3), np.zeros(3)) == (3, 0, 0)
    trace = Trace(moments=[0])
    trace.snapshots["won", 0] = {"web": np.array([1, 2, 3], np.uint16)}
    assert won(trace, "web") == (1, 2, 3)
