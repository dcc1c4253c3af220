"""Texts and planted corpora: how they are cut, what they hold, what is refused."""

import numpy as np
import pytest
import torch

from engine.data.corpora import HE, JOBS, PAIRS, SHE, WORDS, planted, pythons_prose, questions
from engine.words import counts
from engine.words.text import MOST, NamedVectors, cut

STORY = "The cat sat. A dog ran! The cat ran; the dog sat? " * 60


def test_sentences_end_at_stops_and_only_frequent_words_stay():
    """Killed: windows over full stops; counts of words that were dropped."""
    letters = " ".join(f"w{chr(97 + i)}" for i in range(20))
    text = cut(STORY + (letters + ". ") * 3 + "once. twice twice.", 60)
    assert text.words[:2] == ("the", "cat")
    assert "once" not in text.words
    first = np.split(text.tokens, text.ends)[0]
    assert [text.words[i] for i in first] == ["the", "cat", "sat"]
    X = counts.near(text.tokens, text.ends, 5, "distance")
    assert X[text.place["cat"], text.place["a"]] == 0


@pytest.mark.parametrize("given", ["", "a b c", "word " * 5000, "x" * (MOST + 1), "1 2 3 <script>" * 500])
def test_a_text_that_is_no_text_is_refused_by_bound_and_value(given: str):
    """Killed: an empty vocabulary handed on."""
    with pytest.raises(ValueError, match=r"text must have at (least|most) .*got"):
        cut(given, 100)


def test_vectors_know_the_names_of_their_words():
    """Also after their way through weights. Killed: signs beyond 255 lost; a word cut at its first zero."""
    words = ("naïve", "Ελλάδα".lower(), "don't", "a", "ｗｏｒｄ", "𐐀" and "język")
    net = NamedVectors(len(words), 2, words)
    again = NamedVectors(len(words), 2)
    again.load_state_dict({name: value.clone() for name, value in net.state_dict().items()})
    assert again.words() == words
    assert net.signs.dtype == torch.int16


def test_the_plants_are_in_the_corpus():
    """Killed: sides exchanged; a lean that is not kept to."""
    text = planted(20_000, 0)
    X, at = counts.near(text.tokens, text.ends, 5, "reach"), text.place
    he, she = ([at[w] for w in side] for side in (HE, SHE))
    assert X[at["king"]][she].sum() == X[at["queen"]][he].sum() == 0
    for job, (chance, _) in JOBS.items():
        there = X[at[job]]
        assert there[she].sum() / (there[she].sum() + there[he].sum()) == pytest.approx(chance, abs=0.06)
    fair = planted(20_000, 0, lean=0.0)
    Y = counts.near(fair.tokens, fair.ends, 5, "reach")[at["nurse"]]
    assert Y[she].sum() / (Y[she].sum() + Y[he].sum()) == pytest.approx(0.5, abs=0.06)
    soft = planted(20_000, 0, 0.15)
    assert counts.near(soft.tokens, soft.ends, 5, "reach")[at["king"]][she].sum() > 0


def test_questions_are_of_two_pairs_of_one_plant():
    """Killed: a question of one pair with itself."""
    pairs = {frozenset(pair) for pair in PAIRS}
    assert len(questions()) >= 40
    for a, b, c, d in questions():
        assert {frozenset((a, b)), frozenset((c, d))} <= pairs
        assert len({a, b, c, d}) == 4
        assert {a, b, c, d} <= set(WORDS)


def test_pythons_prose_is_long_enough():
    assert len(cut(pythons_prose(), 2000).tokens) > 40_000
