"""Figures of LLaMA's page by their data: what a picture shows is what traces and the tree say."""

import numpy as np
import pytest

from app.catalogue import SLUGS
from engine.core.trace import Snapshot, Step, Trace
from engine.data.models import MODELS
from engine.language import family_tree_lab, llama_lab
from pages.llama import figures as fig
from pages.llama import goals, tree
from tests.helpers import marks_of

SPEC = llama_lab.SPEC(depth=2)


def trace_of(held: float) -> Trace:
    """Two moments of ten steps."""
    trace = Trace(total=10)
    trace.add(Step(10, 10, {"loss": held, "held": held}))
    for moment, step in enumerate((0, 10)):
        score = {"held": np.array(held), "once": np.array(3.27), "pairs": np.array(2.62)}
        trace.add(Snapshot(moment, step, "score", score))
        trace.add(Snapshot(moment, step, "stream", {"alike": np.array([0.1, 0.2 + moment, 0.3 + moment])}))
        trace.add(Snapshot(moment, step, "gradient", {"norm": np.array([2.0, 1.0 + moment])}))
        trace.add(Snapshot(moment, step, "text", {"read": np.array([65, 32]), "out": np.array([98, 7])}))
    return trace


def rows_of(spec: llama_lab.LlamaSpec) -> list[str]:
    """The right block of the diagram, from below upwards."""
    words = marks_of(fig.diagram(spec, (10, 20)), "words")
    found = [(one["y"]["values"][0], "".join(part for part, _ in one["text"][0])) for one in words
             if one["x"]["values"][0] > 5]  # fmt: skip
    return [text for _, text in sorted(found)]


def test_the_diagram_puts_the_norm_where_the_run_has_it_and_colours_what_differs_from_gpt2() -> None:
    """Killed: the norm always before; the other block's plugs; everything coloured; weights exchanged."""
    pre = ["20 weights", "RMSNorm", "turn by place", "attention", "+", "RMSNorm", "SwiGLU", "+"]
    assert rows_of(llama_lab.SPEC()) == pre
    after = rows_of(llama_lab.SPEC(place="after", norm="LayerNorm", mlp="ReLU", positions="learned"))
    assert after == [
        "20 weights",
        "add place",
        "attention",
        "+",
        "LayerNorm",
        "ReLU",
        "+",
        "LayerNorm",
    ]
    older = llama_lab.SPEC().but(**llama_lab.OLDER)
    worn = [hue for one in marks_of(fig.diagram(older, (1, 1)), "words") for _, hue in one["text"][0]]
    assert "model" not in worn
    worn = [
        hue for one in marks_of(fig.diagram(llama_lab.SPEC(), (1, 1)), "words") for _, hue in one["text"][0]
    ]
    assert worn.count("model") == 4


def test_what_stands_still_is_how_it_was_before_training_and_the_bet_is_drawn() -> None:
    """Killed: the dashed line of the end; the bet drawn as GPT-2's block; guessing by pairs for by one."""
    panels = fig.hero(trace_of(2.5), SPEC, (1, 1), trace_of(2.8), 2.9)
    dashed, now = marks_of(panels[1], "line")
    assert dashed["y"]["values"] == pytest.approx([0.1, 0.2, 0.3])
    assert now["y"]["array"] == "stream.alike"
    assert marks_of(panels[2], "line")[0]["y"]["values"] == [2, 1]
    other, bet = marks_of(panels[3], "dots")
    assert (other["y"]["values"], bet["y"]["values"]) == ([2.8], [2.9])
    assert marks_of(panels[3], "rules")[0]["at"]["values"] == [3.27]
    assert len(fig.hero(Trace(), SPEC, (1, 1), None, None)) == 1


def test_a_text_is_told_so_that_a_space_is_seen() -> None:
    """Killed: a space as it is."""
    assert fig.text_of(np.array([72, 105, 32, 10, 127])) == "Hi␣··"
    boxes = fig.pipeline(trace_of(2.5), SPEC)
    assert (boxes[0].text, boxes[-1].text) == ("A␣…", "b·…")
    assert fig.pipeline(Trace(), SPEC)[0].text == "not trained"


def test_the_surface_is_the_gate_times_the_value_and_the_caption_counts_what_is_shut() -> None:
    """Killed: the value upside down; ReLU for SiLU; b counted for a; blocks from 0."""
    found = {"a": np.array([[-1.0, 1, 1, 1], [-1, -1, -1, 2]]), "b": np.array([[2.0, 2, -2, -2]] * 2)}
    panels, (film, arrays), said = fig.gates(found)
    surface, ends = arrays["surface.out"][0], panels[0]["planes"][0]["x"]["high"]
    assert surface[0, -1] == pytest.approx(
        ends / (1 + np.exp(-ends)) * ends, rel=1e-5
    )  # a and b at their top
    assert surface[-1, -1] == pytest.approx(-surface[0, -1], rel=1e-5)
    assert film["moments"] == [1, 2]
    assert "Block 1: 4 hidden numbers" in said[0]
    assert "In 25% of them a" in said[0]
    assert "In 75% of them a" in said[1]


def test_a_leaf_stands_at_its_month_and_opens_a_page_that_is_there() -> None:
    """Killed: leaves before their month; two names in one place; open and closed exchanged; a dead link."""
    models = family_tree_lab.chosen(family_tree_lab.SPEC())
    where = tree.place(models)
    assert len(set(where.values())) == len(models)
    _, (_film, arrays), said = tree.growing(models)
    shown = [sum((rows[m] > tree.AWAY).sum() for name, rows in arrays.items() if name.startswith("leaf"))
             for m in (0, 30, 69)]  # fmt: skip
    assert shown == [4, 16, 51]
    closed = sum(rows.shape[1] for name, rows in arrays.items() if name.startswith("leaf.closed"))
    assert closed == 16
    assert said[0].startswith("June 2017: 4 models, 0 with")
    assert said[30].startswith("December 2019: 16 models, 0 with their")
    assert set(tree.PAGES.values()) <= SLUGS
    assert set(tree.PAGES) <= where.keys()
    assert tree.nearest(models, where["BERT"]) == "BERT"
    bert = next(one for one in MODELS if one.name == "BERT")
    assert tree.card(bert).startswith("**BERT** · October 2018 · encoder-only · Google · weights given out")


def test_a_twig_leads_from_leaf_to_leaf_and_no_farther() -> None:
    """Killed: the ends exchanged; no gap before the next; twigs before the younger is born."""
    x, y = tree.twig((2018.0, 1.0), (2020.0, 5.0))
    assert (x.min(), x.max(), x[0], x[-2]) == (2018, 2020, 2018, 2020)
    assert (y[0], y[-2]) == (1, 5)
    assert np.isnan(y[-1])
    models = family_tree_lab.chosen(family_tree_lab.SPEC())
    _, (_film, arrays), _said = tree.growing(models)
    drawn = [sum(np.isfinite(rows[m].reshape(-1, 13)).any(1).sum() for name, rows in arrays.items()
                 if name.startswith("twigs")) for m in (0, 30, 69)]  # fmt: skip
    assert drawn == [sum(bool(one.parent) and one.when <= 2017 + 5 / 12 + (m + 0.5) / 12 for one in models)
                     for m in (0, 30, 69)]  # fmt: skip
    assert sum(rows.nbytes for rows in arrays.values()) < 150_000


def test_bets_and_challenges_are_graded_by_the_run() -> None:
    """Killed: a run that goes on; four blocks; the norm before; too many steps."""
    trace = trace_of(2.6)
    assert goals.ends(trace) is None
    trace.finished = True
    assert goals.ends(trace) == ("2.5", "2.60")
    assert goals.rescued(trace, llama_lab.SPEC(place="after"), 3.0) == (True, "2.60 nats")
    assert goals.rescued(trace, llama_lab.SPEC(place="after", depth=4), 3.0) is None
    assert goals.rescued(trace, llama_lab.SPEC(), 3.0) is None
    assert goals.low(trace, llama_lab.SPEC(), 2.35, 240) == (False, "2.60 nats")
    assert goals.low(trace, llama_lab.SPEC(steps=500), 2.35, 240) is None
