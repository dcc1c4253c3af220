"""The figures and grades of the page on InstructGPT, read back."""

import re

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


def test_the_caption_tells_the_plane_by_its_own_figures() -> None:
    """Killed: the end's numbers at every moment; people's points under the judge's name."""
    said = fig.climbed(InstructgptSpec())
    assert "900 comparisons" in said.start
    for text in (said.then, said.end):
        assert "the judge sees {proxy:.2f} points above SFT, and people get {gain:.2f}" in text
        assert set(re.findall(r"\{([\w.]+)", text)) <= {"step", "proxy", "gain", "level.kl"}
    assert "36,000" in fig.climbed(InstructgptSpec(K=9, prompts=1000)).start
    assert fig.climbed(InstructgptSpec(), "the room's judge").end.startswith("At the end the room's judge")


@pytest.mark.parametrize(("gain", "end"), [(-0.62, "no, below"), (0.1, "about there"), (0.48, "yes, above")])
def test_a_bet_is_settled_by_where_people_end(gain: float, end: str) -> None:
    """Killed: the best time taken for the end; an unfinished run that settles it."""
    run = climbed([0.9, gain], [1, 3.5])
    assert goals.ends(run) == end
    run.finished = False
    assert goals.ends(run) is None


def test_the_line_of_boxes_shows_the_reply_and_its_points() -> None:
    """Killed: the SFT model's reply; the points of another request."""
    trace = Trace(moments=[0])
    words = np.zeros((3, 24, world.REPLY), np.uint8)
    words[2, 3, :2] = world.CODE["quack"], world.END
    r = np.zeros((3, 24), np.float16)
    r[2, 3] = 1.5
    trace.snapshots["cards", 0] = {"words": words, "r": r}
    boxes = {box.name: box.text for box in fig.pipeline(trace, InstructgptSpec(), 3)}
    assert [boxes[name] for name in ("prompt", "reply", "judge")] == ["SOUND duck ?", "quack .", "+1.50"]
    assert fig.pipeline(Trace(), InstructgptSpec(), 3)[2].text == ""


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
        plane, cards = fig.hero(row)
        assert " ".join(cards["prompt"]) == prompt
        assert set(asked(plane)) >= {"d", "proxy", "gain", "bon.d"}
        assert fig.costs(row, 0.3)[0]["beta"] == 0.3


def test_a_polite_word_is_too_many_where_the_people_of_this_run_say_so() -> None:
    """Killed: two liked, whatever was set; points of the default people in the legend."""
    assert [fig.hero(0)[1]["liked"], fig.costs(0, 0.3)[0]["liked"]] == [world.PEOPLE.cap] * 2
    four = world.Gold(cap=4, right=3)
    assert [fig.hero(0, four)[1]["liked"], fig.costs(0, 0.3, 4)[0]["liked"]] == [4, 4]
    assert fig.hero(0, four)[1]["points"][0] == ["right", "+3"]


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
