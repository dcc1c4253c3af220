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


def test_the_line_lies_at_minus_log_k():
    """Killed: log k without its minus; another net's row."""

    def offsets(panel: dict) -> list[list[float]]:
        ends = [(one["x"]["values"], one["y"]["values"]) for one in marks_of(panel, "line")]
        return [[y - x for x, y in zip(*both, strict=True)] for both in ends]

    wanted = [pytest.approx([offset] * 2, abs=1e-4) for offset in (0, -math.log(15))]
    assert offsets(fig.on_line(15, 0.75)) == wanted
    assert "p(o)" in fig.on_line(5, 1.0)["planes"][0]["x"]["name"]
    for k in KS:
        panel = contrasts.three_lines(k, False, 0.75)
        assert marks_of(panel, "dots")[0]["y"]["row"] == KS.index(k)
        assert offsets(panel)[1] == pytest.approx([-math.log(k)] * 2, abs=1e-4)
    assert set(asked(contrasts.three_lines(1, True, 0.75))) == {"line.pmi", "line.y"}
    assert marks_of(contrasts.plain_noise(), "dots")[0]["y"]["row"] == len(KS)


def test_captions_say_what_was_measured_at_each_moment():
    """Killed: figures of the last moment under all; k of another net; a theory without its minus."""
    said = fig.said(skip_gram_lab.SPEC(K=15))
    assert said.start == fig.UNTRAINED
    assert "theory says -2.71" in said.then
    assert "{score.offset:.2f} nats" in said.end
    assert "92% of all pairs of words" in contrasts.glove_said(trace_of(score={**SCORE, "zeros": 0.915})).end
    two = trace_of(bias={**BIAS, "leans": -BIAS["leans"]})
    two.add(Step(9, 9, {"loss": 1.0}))
    two.add(Snapshot(1, 9, "bias", BIAS))
    first, last = fig.leaning(two)
    assert "correlation -1.00 at step 5" in first
    assert "correlation 1.00 at step 9" in last
    flat = {**BIAS, "odds": np.zeros(len(JOBS))}
    assert "nothing to follow" in fig.leaning(trace_of(bias=flat))[0]
    nets = {"offset": np.array([-0.1, -1.7, -2.84, -1.7]), "tilt": np.array([0.3, 0.2, 0.1, 0.04])}
    (line,) = contrasts.lines_said(trace_of(score=nets), 15)
    assert "lie -2.84 nats" in line
    assert "−log 15 = -2.71" in line
    assert "0.10 a nat" in line
    assert contrasts.lines_said(Trace(), 5) == ["Nothing is trained yet."]


def test_the_pipeline_leads_from_a_sentence_to_the_vector_of_its_first_word():
    """Killed: another word's vector; word2vec's boxes for GloVe; a picture that leaves 0 to 1."""
    sentence, spec = ("crown", "queen"), skip_gram_lab.SPEC(d=4)
    v = np.zeros((len(WORDS), 4), np.int8)
    v[WORDS.index("crown")] = [31, -31, 0, 0]
    boxes = fig.pipeline(trace_of(cloud={"v": v, "step": 0.1}), spec, sentence, WORDS)
    assert boxes[0].text == "crown queen"
    assert boxes[-1].picture is not None
    assert boxes[-1].picture.tolist() == [[1.0, 0.0], [0.5, 0.5]]
    assert any("5 words drawn by chance" in box.says for box in boxes)
    bare = fig.pipeline(Trace(), glove_lab.SPEC(), sentence, WORDS)
    assert bare[-1].picture is None
    assert any(box.symbol == "X_ij" for box in bare)


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
    """Killed: a bet on a run that has not ended; a goal met with more dimensions, or on soft templates."""
    assert goals.solved(trace_of(score=SCORE)) == "90%"
    assert goals.solved(Trace()) is None
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
