"""Figures of word vectors: what panels say, what sentences say, what is refused."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from app.figures.plot import asked
from engine.core.trace import Snapshot, Step, Trace
from engine.data.corpora import ABOUT, JOBS, PAIRS, WORDS
from engine.words import glove_lab, skip_gram_lab
from engine.words.shifted_pmi_lab import KS
from pages.word_vectors import contrasts, goals, stages
from pages.word_vectors import figures as fig
from tests.helpers import marks_of


def trace_of(**names: dict) -> Trace:
    """A trace of one moment."""
    trace = Trace()
    trace.add(Step(5, 5, {"loss": 1.25}))
    for name, arrays in names.items():
        trace.add(Snapshot(0, 5, name, {k: np.asarray(v) for k, v in arrays.items()}))
    trace.finished = True
    return trace


SCORE = {"solved": 0.9, "all_in": 0.5, "corr": 0.97, "offset": -1.62}
BIAS = {"odds": np.linspace(3, -3, len(JOBS)), "leans": np.linspace(0.4, -0.3, len(JOBS))}


def test_the_cloud_ties_each_pair_of_the_plant_and_names_its_axes():
    """Killed: pairs by their place in the list; axes named the other way round."""
    panel = fig.planted_cloud(("he", "she", "man", "king"))
    assert [(WORDS[a], WORDS[b]) for a, b in panel["pairs"]] == list(PAIRS)
    assert panel["names"] == ["from he to she", "from man to king"]
    assert {WORDS[i] for i, main in enumerate(panel["main"]) if main} == ABOUT
    assert fig.planted_cloud(bare=True)["words"] is None


def test_a_word_that_is_none_is_refused():
    """Killed: an index of -1, which is the last word."""
    for wrong in ({"pairs": [(0, 3)]}, {"axes": [(0, 1), (-1, 2)]}, {"first": [9]}):
        with pytest.raises(ValueError, match="a word must be one of 3"):
            fig.cloud(("a", "b", "c"), [("x", None)], **wrong)
    with pytest.raises(ValueError, match="low must be below high"):
        fig.scatter("a", "b", [("x", None)], ((1, 1), (0, 1)), ("x", "y"))


def test_the_line_lies_at_minus_log_k_and_the_bet_where_it_was_laid():
    """Killed: log k without its minus; the bet drawn at log k."""

    def offsets(panel: dict) -> list[list[float]]:
        ends = [(one["x"]["values"], one["y"]["values"]) for one in marks_of(panel, "line")]
        return [[y - x for x, y in zip(*both, strict=True)] for both in ends]

    wanted = [pytest.approx([offset] * 2, abs=1e-4) for offset in (0, -math.log(15), -2.7)]
    assert offsets(fig.on_line(15, 0.75, -2.7)) == wanted
    assert "p(o)" in fig.on_line(5, 1.0)["planes"][0]["x"]["name"]
    for k in KS:
        panel = contrasts.three_lines(Trace(), k, False, 0.75, None)
        assert marks_of(panel, "dots")[0]["y"]["row"] == KS.index(k)
        assert offsets(panel)[1] == pytest.approx([-math.log(k)] * 2, abs=1e-4)
    assert set(asked(contrasts.three_lines(Trace(), 1, True, 0.75, None))) == {"line.pmi", "line.y"}
    assert marks_of(contrasts.plain_noise(Trace()), "dots")[0]["y"]["row"] == len(KS)


def test_sentences_say_what_was_measured():
    """Killed: above in place of below; figures of the first moment."""
    assert fig.hero_sentence(Trace()).startswith("The vectors are untrained")
    said = fig.hero_sentence(trace_of(score=SCORE))
    assert "90% of the planted analogies" in said
    assert "0.97, 1.62 nats below" in said
    glove = contrasts.glove_sentence(trace_of(score={**SCORE, "zeros": 0.915}))
    assert "92% of all cells are zero" in glove
    assert "correlation 1.00" in fig.bias_sentence(trace_of(bias=BIAS))
    flat = {**BIAS, "odds": np.zeros(len(JOBS))}
    assert "hardly anything to follow" in fig.bias_sentence(trace_of(bias=flat))
    tied = {"touched": 0.47, "output": 0.56, "input": 0.26, "saved": 12800, "tied": 117, "untied": 118}
    assert "12,800 numbers" in contrasts.tied_sentence(trace_of(score=tied))


def test_the_table_of_professions_gives_shares_not_odds():
    """Killed: odds printed as a share."""
    table = contrasts.leanings(trace_of(bias={**BIAS, "odds": np.full(len(JOBS), math.log(3))}))
    assert table.count("75%") == len(JOBS)
    assert "| nurse |" in table


def test_charts_hold_what_they_are_given():
    """Killed: shares drawn as per cent of per cent; an uncounted ratio drawn as 0."""
    chart = contrasts.two_corpora({("GloVe", "hard"): 0.28})
    assert [(r["name"], r["y"], r["x"]) for r in chart["data"]["values"]] == [
        ("GloVe", "hard", pytest.approx(28))
    ]
    bars = contrasts.ratios([("crown", 0.1, 0.2), ("sir", None, 1.5)], "king", "queen")
    assert [(r["name"], r["y"], r["x"]) for r in bars["data"]["values"]] == [
        ("counted", "crown", 0.1), ("GloVe", "crown", 0.2), ("GloVe", "sir", 1.5)
    ]  # fmt: skip
    assert bars["layer"][0]["encoding"]["x"]["title"] == "log P(k|king) / P(k|queen), nats"


def test_grades():
    """Killed: a bet compared by its text; a goal met with more dimensions, or on soft templates."""
    offsets = {"offset": np.array([-0.1, -1.7, -2.84, -1.7]), "tilt": np.zeros(4)}
    choices = ("0", "-1.6", "-2.7", "-15")
    assert goals.line_at(trace_of(score=offsets), 15, choices) == "-2.7"
    assert goals.line_at(Trace(), 15, choices) is None
    run = SimpleNamespace(spec=skip_gram_lab.SPEC(), trace=trace_of(score=SCORE))
    assert goals.small(run) == (False, "90% with 16")
    run.spec = run.spec.but(d=8)
    assert goals.small(run) == (True, "90% with 8")
    run.trace.finished = False
    assert goals.small(run) is None
    run.trace = trace_of(bias=BIAS)
    assert goals.no_lean(run) == (False, "the strongest leans by 0.40")
    run.trace = trace_of(bias={"leans": np.full(8, 0.05)})
    assert goals.no_lean(run) == (True, "the strongest leans by 0.05")
    run.spec, run.trace = glove_lab.SPEC(corpus="hard"), trace_of(score=SCORE)
    assert goals.hard(run) == (True, "90%")
    run.spec = glove_lab.SPEC(corpus="softened")
    assert goals.hard(run) is None


def test_every_lab_of_the_stage_has_its_controls():
    """Killed: a control that its lab does not have."""
    for spec, names in stages.FIRST.items():
        assert set(names) <= {f for f in spec.__dataclass_fields__}
        assert len(names) <= 6
