"""The page's figures and goals by their meaning."""

from dataclasses import replace

import numpy as np

from app.figures.plot import asked
from engine.data import animals
from engine.language import base_lab, bert_lab, fine_tuning_lab
from pages.pretraining import figures as fig
from pages.pretraining import goals
from tests.helpers import marks_of, shipped

RUN, FEW = shipped(bert_lab), shipped(fine_tuning_lab)
TRACE, LABELLED = RUN.trace(), FEW.trace()


def test_the_bars_are_of_the_hidden_word_and_the_true_one_stands_out() -> None:
    """Killed: the true word in another colour; the left net's chances under both sides."""
    left, right, _ = fig.hero(TRACE)
    for panel, side in ((left, "both"), (right, "left")):
        [bars] = marks_of(panel, "bars")
        assert bars["value"]["array"] == f"example.{side}"
        assert bars["concept"][0] == "truth"
        assert bars["names"][0] == "owls"
        assert bars["concept"].count("truth") == 1
    assert fig.HIDDEN.split().index("[MASK]") == bert_lab.EXAMPLE.split().index("owls")
    assert set(asked(fig.hero(TRACE)[2])) <= set(TRACE.scalars)


def test_captions_ask_for_what_the_run_says() -> None:
    """Killed: a share for a percentage."""
    said = fig.hero_said(TRACE).end.format(**{name: TRACE.latest(name) for name in TRACE.scalars})
    assert f"guesses {100 * TRACE.last('score')['animal'][0]:.0f}% of" in said
    told = fig.FEW.then.format(step=4, **{name: LABELLED.latest(name) for name in LABELLED.scalars})
    assert f"{100 * LABELLED.last('score')['pretrained'][2]:.0f}% of new sentences" in told


def test_guesses_are_the_three_likeliest_words_of_each_net() -> None:
    """Killed: the sides exchanged; the least likely ones; another word marked as the hidden one."""
    p = np.full((2, 1, bert_lab.V), 0.001)
    p[0, 0, animals.NUMBER["dog"]], p[1, 0, animals.NUMBER["cat"]] = 0.8, 0.7
    both, left = fig.guesses(["the", "dog"], [1], p)
    assert "both sides" in both
    assert both.index("dog</span>") < both.index("80%")
    assert "truth" in both
    assert "cat" in left
    assert "70%" in left
    assert "truth" not in left


def test_a_token_is_shown_with_its_spaces_and_layers_in_their_order() -> None:
    """Killed: the net's own guess first; surprise in nats."""
    net = base_lab.restore(base_lab.SPEC(), shipped(base_lab).weights())
    tokenizer, found = net.tokenizer(), base_lab.PROBES["lens"](net.float(), {"text": "The value"})
    lines = fig.layers(tokenizer, found, 1)
    assert "no layer" in lines[0]
    assert "what it says" in lines[-1]
    assert fig.shown(tokenizer, int(found["words"][-1])) == "·value"
    assert fig.shown(tokenizer, 0) == "end"
    said = fig.surprise(tokenizer, found["words"], np.log(2) * np.array([0, 3, 5]), 1)
    assert "<small>3.0</small>" in said
    assert "<small>5.0</small>" in said
    assert "reads 6 if it begins anew" in fig.work_said(found)


def test_bets_and_challenges_are_graded_by_the_run() -> None:
    """Killed: the nearest choice for the first; steps that are not asked; another number of labels."""
    masks = shipped(bert_lab, bert_lab.SPEC(replaced="always [MASK]")).trace()
    assert goals.told(masks) == 60
    assert goals.told(TRACE) == 97
    assert goals.told(replace(TRACE, finished=False)) is None

    class At:
        def __init__(self, trace, spec):
            self.trace, self.spec = trace, spec

    assert goals.quick(At(TRACE, bert_lab.SPEC(steps=400)), 95, 400)[0]
    assert not goals.quick(At(TRACE, bert_lab.SPEC()), 95, 400)[0]
    got = float(LABELLED.last("score")["pretrained"][1])
    assert goals.thrifty(At(LABELLED, None), got - 0.01) == (True, f"{got:.0%} with 8 labels")
    assert not goals.thrifty(At(LABELLED, None), got + 0.01)[0]
