"""Words as chips: text escaped, colours and numbers on the right word."""

import pytest

from app.figures.chips import Chip, chips


def test_each_word_wears_its_own_colour_number_and_bar() -> None:
    """Killed: the number of the word before; a bar above its full height."""
    said = chips([Chip("cat", "truth", number="0.3", share=0.5), "sat", Chip("mat", share=7.0, struck=True)])
    cat, sat, mat = said.split('<span class="gb-word')[1:]
    assert 'truth">cat' in cat
    assert "0.3" in cat
    assert "height: 15px" in cat
    assert "<small>" not in sat + mat
    assert "height: 30px" in mat
    assert "struck" in mat


def test_text_is_escaped_and_an_empty_line_says_so() -> None:
    """Killed: a word or a name put in as it came."""
    assert "<script" not in chips(["<script>"], who="<b>")
    assert chips([], empty="no <tokens>") == '<p class="gb-words">no &lt;tokens&gt;</p>'


def test_a_colour_that_is_no_concept_is_refused() -> None:
    """Killed: the concept not looked at, and so any class name let in."""
    with pytest.raises(ValueError, match="concept must be one of"):
        Chip("a", "red")
