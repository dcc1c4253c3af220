"""The page's figures and goals by their meaning."""

import numpy as np
import pytest

from app.figures.plot import asked
from engine.core.trace import Trace
from engine.language import decoding_lab, degeneration, degeneration_lab
from pages.decoding import beams, goals, stages
from pages.decoding import figures as fig
from tests.helpers import marks_of, shipped

SPEC = decoding_lab.SPEC()
HERO, SCORE = shipped(decoding_lab).trace(), shipped(degeneration_lab).trace()
GREEDY = shipped(decoding_lab, decoding_lab.SPEC(method="greedy")).trace()
TOKENIZER = decoding_lab.restore(SPEC, shipped(decoding_lab).weights())
FLAT, PEAKED = np.full(1024, 1 / 1024), np.r_[0.04, 0.96, np.zeros(1022)]


def names(trace: Trace) -> set[str]:
    return {f"{name}.{part}" for name in trace.names for part in trace.last(name)} | set(trace.scalars)


def test_the_panels_ask_for_what_the_runs_have() -> None:
    """Killed: a name with a typing error; people's words in the model's panel."""
    words = fig.hero(["word"], SPEC)
    assert set(asked(words[2])) <= names(HERO)
    assert [[one[part] for part in ("ids", "p")] for one in words[:2]] == [
        ["text.said", "text.p_said"], ["text.people", "text.p_people"]
    ]  # fmt: skip
    assert {one[part] for one in words[:2] for part in ("ids", "p", "prompt")} <= names(HERO)
    assert set().union(*(asked(one) for one in fig.score())) <= names(SCORE)
    assert set(asked(fig.cover())) <= names(HERO)


def test_what_is_said_of_a_text_is_what_its_words_are() -> None:
    """Killed: people's count for the model's; the last word's probability for the mean."""
    text, end = GREEDY.last("text"), fig.hero_said(GREEDY).end
    came = round(goals.RUNS * degeneration.repeated(text["said"]))
    people = round(goals.RUNS * degeneration.repeated(text["people"]))
    assert f"{came} of the model's had come before in its text, {people} of people's" in end
    assert f"is {text['p_said'].mean():.2f} for the model's words, {text['p_people'].mean():.2f}" in end
    assert fig.hero_said(Trace()).end == ""


def test_a_cut_leaves_what_it_says_at_every_temperature() -> None:
    """And a cut right of the picture is told. Killed: temperatures backwards; the cut of p for the one of k;
    left and right exchanged; ranks that are not sorted; a cut in the picture told as further right."""
    chance, ends = {"left": PEAKED, "right": FLAT}, {"left": "a", "right": "b"}
    for cut, left, right in (("k", 40, 40), ("p", 1, 973)):
        panels, (header, arrays), said, sizes = fig.cuts(chance, ends, cut, 40, 0.95)
        assert set().union(*(asked(one) for one in panels)) <= set(arrays)
        assert [header["scalars"][side]["value"][fig.PLAIN_AT] for side in chance] == [left, right]
        assert sizes == {"left": 1, "right": 973}
        assert arrays["left.kept"][fig.PLAIN_AT, 0] == pytest.approx(0.96)
        assert arrays["left.kept"][0, 0] > arrays["left.kept"][-1, 0] > 0.5
        whole = arrays["right.kept"] + arrays["right.gone"]
        assert whole.sum(1) == pytest.approx(fig.RANKS / 1024)
        further = np.isfinite(arrays["right.beyond"]).all()  # then words say where the cut is
        assert further == (cut == "p")
        assert arrays["right.many"][fig.PLAIN_AT] == right
        assert np.isnan(arrays["left.beyond"][fig.PLAIN_AT])
        assert said[fig.PLAIN_AT].startswith(f"Temperature 1, cut at {cut}")
    assert "Left: 1 word stays, with 96% of the probability. Right: 973 words stay" in said[fig.PLAIN_AT]


def test_the_tree_grows_to_what_the_search_tried() -> None:
    """Killed: kept and given up exchanged; arrows from the rank of the child; a word too early."""
    panels, (header, arrays), said = beams.tree(HERO, SPEC, TOKENIZER)
    assert set().union(*(asked(one) for one in panels)) <= set(arrays)
    grown, B = HERO.last("tree"), SPEC.beam
    seen = np.isfinite(arrays["kept.x"]).sum(1)
    assert seen.tolist() == [B * t for t in range(decoding_lab.DEPTH + 1)]
    up, dy, y = (arrays[f"kept.{part}"][-1].reshape(-1, 2 * B)[1:, :B] for part in ("up", "dy", "y"))
    assert (up == -grown["parent"][1:, :B]).all()
    assert (up + dy == y).all()
    assert (y == -np.arange(B)).all()
    assert said[1].startswith("After 1 word the likeliest text goes on “the”")
    best = header["scalars"]["best"]["value"]
    assert best == sorted(best, reverse=True)
    assert len(said) == decoding_lab.DEPTH + 1


def test_the_scoreboard_has_each_way_in_its_line() -> None:
    """Killed: lines in another order; loss and repetition exchanged; a colour of another way."""
    ways, lines = SCORE.last("ways"), fig.board(SCORE).splitlines()[2:]
    for i, (way, line) in enumerate(zip(degeneration_lab.WAYS, lines, strict=True)):
        assert line.startswith(f"| {way} | {ways['loss'][i]:.2f} | {ways['repeated'][i]:.1%} |")
    dots = marks_of(fig.score()[0], "dots")[0]
    assert dict(zip(dots["names"], dots["concept"], strict=True)).items() >= fig.CURVES.items()
    end = fig.score_said(SCORE).end
    assert f"People's words cost the model {ways['loss'][0]:.2f} nats each" in end
    assert fig.score_said(Trace()).end == ""


def test_the_model_in_a_line_tells_the_method_that_is_set() -> None:
    """Killed: the rule of another method; symbols of a draw where nothing is drawn."""
    for method, shape in zip(decoding_lab.METHODS, ("likeliest", "best 4", "cut and draw"), strict=True):
        spec = decoding_lab.SPEC(method=method)
        assert fig.pipeline(HERO, spec, TOKENIZER)[2].shape == shape
        table = {latex: value for latex, _, value in fig.symbols(HERO, spec)}
        assert table["T"] == ("1" if method == "sampling" else "not used")


def test_the_goals_are_met_by_what_they_say() -> None:
    """Killed: greedy taken for a draw; one size for both; a bet on people's text."""
    assert goals.again(GREEDY) == "over 45"
    assert goals.again(HERO) == "0 or 1"
    assert goals.again(shipped(decoding_lab, decoding_lab.SPEC(k=2)).trace()) == "2 to 20"
    assert goals.again(Trace()) is None
    assert goals.loops(GREEDY, "greedy", 0.2) is None
    assert goals.loops(GREEDY, "sampling", 0.2) == (True, "74% of the runs of four words said before")
    assert not (goals.loops(HERO, "sampling", 0.2) or (True,))[0]
    assert goals.apart({"left": 2, "right": 400}, 300) == (False, "2 and 400 words hold what p says")
    assert goals.apart({"left": 400, "right": 1}, 300)[0]
    assert len(stages.names()) == 1024
