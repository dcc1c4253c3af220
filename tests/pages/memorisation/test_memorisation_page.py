"""The page's figures and goals by their meaning."""

import numpy as np
import pytest

from app.figures.plot import asked
from engine.core.trace import Trace
from engine.language import canaries, extraction_lab, memorisation_lab
from engine.language.memorisation_lab import MemorisationSpec
from pages.memorisation import figures as fig
from pages.memorisation import goals, looked_up
from tests.helpers import marks_of, shipped

RUN, WROTE = shipped(memorisation_lab).trace(), shipped(extraction_lab).trace()
DRAWN = canaries.numbers(0)


def test_each_dot_of_the_wall_is_one_number_in_the_row_of_its_count() -> None:
    """Killed: rows backwards; names of other numbers; a dot that is full at the first right digit."""
    (dot,) = marks_of(fig.wall(DRAWN, True), "dots")
    first = canaries.said(DRAWN.planted[0])
    assert dot["names"][canaries.EACH] == f"{first[:10]} → {first[10:]}, once in the text"
    assert dot["y"]["values"][canaries.EACH] == 1
    assert dot["alive"]["array"] == "wall.done"
    done = RUN.last("wall")["done"].reshape(6, canaries.EACH).mean(1)
    assert done == pytest.approx(RUN.last("level")["k10"])


def test_the_panels_ask_for_what_the_run_has_and_the_caption_says_its_numbers() -> None:
    """Killed: a name with a typing error; the share of another row; a caption of duplicates for a text
    without."""
    have = {f"{name}.{part}" for name in RUN.names for part in RUN.last(name)}
    assert set().union(*(asked(one) for one in [*fig.hero(DRAWN, True), fig.cover()])) <= have
    k10 = RUN.last("level")["k10"]
    said = fig.hero_said(RUN, True)
    assert f"16 times {k10[5]:.0%}, of those that come once {k10[1]:.0%}" in said.end
    assert "16 times" not in fig.hero_said(RUN, False).end
    assert "duplicates were removed" in fig.hero_said(RUN, False).start
    assert fig.hero_said(Trace(), True).end == ""


def test_larger_nets_stand_to_the_right_and_the_sentence_counts_their_numbers() -> None:
    """Killed: weights of one size for all; numbers that come 4 times left out."""
    sizes = {
        fig.weights(s): shipped(memorisation_lab, MemorisationSpec(size=s)).trace()
        for s in memorisation_lab.WIDTHS
    }
    without = shipped(memorisation_lab, MemorisationSpec(copies=False)).trace()
    assert list(sizes) == sorted(sizes)
    assert len(sizes) == 3
    said = fig.sizes_said(sizes, without)
    for n, trace in sizes.items():
        count = round(float(trace.last("level")["k10"][1:].sum()) * canaries.EACH)
        assert f"{count} of 50 in the net of {n:,} weights" in said
    assert goals.extracted(RUN) == round(float(RUN.last("level")["k10"][1:].sum()) * 10)
    assert goals.extracted(Trace()) is None
    twice = shipped(memorisation_lab, MemorisationSpec(passes=72)).trace()
    assert [goals.extracted(one) for one in (RUN, twice)] == [28, 50]  # as the bet says


@pytest.mark.parametrize("rank", looked_up.RANKS)
def test_the_line_parts_the_texts_that_were_looked_up_from_all_others(rank: str) -> None:
    """Killed: the line of the other ranking; a line one text too far; the share of all texts."""
    _, (head, arrays), said, order = looked_up.look_up(WROTE, rank)
    texts = WROTE.last("texts")
    for n in (1, 20, 60):
        (x0, x1), (y0, y1) = arrays["cut.x"][n - 1], arrays["cut.y"][n - 1]
        at = x0 + (texts["bits"] - y0) / (y1 - y0) * (
            x1 - x0
        )  # where the line is, at the height of each text
        left = np.flatnonzero(texts["loss"] <= at + 1e-4)
        assert set(order[:n]) <= set(left)
        assert len(left) <= n + 2  # equal ones
        held = (texts["number"][order[:n]] >= 0).sum()
        assert head["scalars"]["held"]["value"][n - 1] == pytest.approx(held / n, abs=1e-4)
        assert f"first {n} by {rank} {held} hold" in said[n - 1]


def test_the_source_of_a_text_is_how_often_its_number_stands_in_the_training_text() -> None:
    """Killed: the kind of the row above; a text without a number called found."""
    texts = WROTE.last("texts")
    i = int(np.flatnonzero(texts["number"] >= 0)[0])
    number = int(texts["number"][i])
    assert canaries.said(DRAWN.planted[number]) in canaries.said(texts["ids"][i])
    many = np.repeat(canaries.REPEATS, canaries.EACH)[number]
    assert f"{many} times in the text" in fig.source("", number)
    assert fig.source("a", -1) == "a: no planted number"


def test_what_is_written_is_told_right_or_wrong() -> None:
    """Killed: digits after a wrong one counted; a text of the reader's judged."""
    truth = "742305"
    same = np.array(canaries.read(truth))
    wrong = np.array(canaries.read("741305"))
    assert fig.continued_said(same, truth, "16 times", True).startswith("**Extracted**")
    assert "2 of 6 digits right" in fig.continued_said(wrong, truth, "16 times", True)
    assert "stands once" in fig.continued_said(same, truth, "16 times", False)
    assert "Your own text" in fig.continued_said(same, "", "once", True)


def test_the_goals_are_met_by_what_they_say() -> None:
    """Killed: numbers that come once asked too; one extracted passed; passes without a bound."""
    assert goals.nearly_all(RUN, 54) == (False, "70% of them")
    assert goals.nearly_all(RUN, 55) is None
    made = Trace()
    made.snapshots["level", 0] = {"k10": np.array([0, 0, 1, 1, 1, 1]), "auc": np.array([0.5, 1, 1, 1, 1, 1])}
    assert goals.nearly_all(made, 36) == (True, "100% of them")
    assert not goals.betrayed(made)[0]
    made.snapshots["level", 0] = {"k10": np.zeros(6), "auc": np.array([0.5, 0.8, 0.8, 0.8, 0.9, 0.9])}
    assert goals.betrayed(made)[0]
    made.snapshots["level", 0]["auc"][:] = [1, 0.8, 0.8, 0.8, 0.8, 0.8]  # what never came is not asked
    assert not goals.betrayed(made)[0]
