"""Figures of word vectors: what panels say, what sentences say, what is refused."""

import math

import numpy as np
import pytest

from engine.core.trace import Snapshot, Step, Trace
from engine.data.corpora import ABOUT, JOBS, PAIRS, WORDS
from engine.words import skip_gram_lab
from engine.words.shifted_pmi_lab import KS
from pages.word_vectors import corpora as more
from pages.word_vectors import figures as fig
from pages.word_vectors import goals as grades
from pages.word_vectors import stages


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
    lines = fig.on_line(15, 0.75, -2.7)["lines"]
    assert [one["offset"] for one in lines] == [0, pytest.approx(-math.log(15)), -2.7]
    assert all(one["slope"] == 1 for one in lines)
    assert "p(o)" in fig.on_line(5, 1.0)["acrossTitle"]
    for k in KS:
        panel = more.three_lines(Trace(), k, False, 0.75, None)
        assert panel["row"] == KS.index(k)
        assert panel["lines"][1]["offset"] == pytest.approx(-math.log(k))
    assert more.three_lines(Trace(), 1, True, 0.75, None)["across"] == "line.pmi"
    assert more.plain_noise(Trace())["row"] == len(KS)


def test_sentences_say_what_was_measured():
    """Killed: above in place of below; figures of the first moment."""
    assert fig.hero_sentence(Trace()).startswith("The vectors are untrained")
    said = fig.hero_sentence(trace_of(score=SCORE))
    assert "90% of the planted analogies" in said
    assert "0.97, 1.62 nats below" in said
    glove = more.glove_sentence(trace_of(score={**SCORE, "zeros": 0.915}))
    assert "92% of all cells are zero" in glove
    assert "correlation 1.00" in fig.bias_sentence(trace_of(bias=BIAS))
    flat = {**BIAS, "odds": np.zeros(len(JOBS))}
    assert "hardly anything to follow" in fig.bias_sentence(trace_of(bias=flat))
    tied = {"touched": 0.47, "output": 0.56, "input": 0.26, "saved": 12800, "tied": 117, "untied": 118}
    assert "12,800 numbers" in more.tied_sentence(trace_of(score=tied))


def test_the_table_of_professions_gives_shares_not_odds():
    """Killed: odds printed as a share."""
    table = more.leanings(trace_of(bias={**BIAS, "odds": np.full(len(JOBS), math.log(3))}))
    assert table.count("75%") == len(JOBS)
    assert "| nurse |" in table


def test_charts_hold_what_they_are_given():
    """Killed: shares drawn as per cent of per cent; an uncounted ratio drawn as 0."""
    chart = more.two_corpora({("GloVe", "hard"): 0.28})
    assert chart["data"]["values"] == [{"method": "GloVe", "corpus": "hard", "solved": pytest.approx(28)}]
    bars = more.ratios([("crown", 0.1, 0.2), ("sir", None, 1.5)], "king", "queen")
    assert [v["word"] for v in bars["data"]["values"]] == ["crown", "crown", "sir"]
    assert bars["encoding"]["x"]["title"] == "log P(k|king) / P(k|queen), nats"


def test_grades():
    """Killed: a bet compared by its text; a challenge met with more dimensions than asked."""
    offsets = {"offset": np.array([-0.1, -1.7, -2.84, -1.7]), "tilt": np.zeros(4)}
    choices = ("0", "-1.6", "-2.7", "-15")
    assert grades.line_at(trace_of(score=offsets), 15, choices) == "-2.7"
    assert grades.line_at(Trace(), 15, choices) is None
    spec = skip_gram_lab.SPEC()
    assert not grades.solved(trace_of(score=SCORE), spec, 8, 0.9).holds
    assert grades.solved(trace_of(score=SCORE), spec.but(d=8), 8, 0.9).holds
    assert not grades.no_lean(trace_of(bias=BIAS)).holds
    assert grades.no_lean(trace_of(bias={"leans": np.full(8, 0.05)})).holds


def test_every_lab_of_the_stage_has_its_controls():
    """Killed: a control that its lab does not have."""
    for spec, names in stages.FIRST.items():
        assert set(names) <= {f for f in spec.__dataclass_fields__}
        assert len(names) <= 6
