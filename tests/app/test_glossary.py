"""Terms are defined once and open where they are met first; the pipeline tells a model from left to right."""

import base64
import io
import re

import numpy as np
from PIL import Image

from app import glossary
from app.figures.captions import Caption, texts
from app.figures.pipeline import Box, line, mechanism


def test_every_term_has_one_sentence_that_stands_alone() -> None:
    """Killed: a definition without its full stop; one that is two paragraphs; a term that explains itself."""
    assert len(glossary.terms()) >= 5
    for term, says in glossary.terms().items():
        assert says.endswith("."), term
        assert len(says) <= 200, term
        assert not re.match(rf"(An? |The )?{re.escape(term)} is", says, re.I), f"{term} is said by itself"


def test_a_term_opens_once_in_a_text_and_in_any_number() -> None:
    """Killed: every use marked; the plural missed; a term found within a word."""
    seen: set[str] = set()
    text = glossary.marked("Encoders meet an encoder; the encodered do not.", seen)
    assert text.count("gb-term") == 1
    assert text.startswith("<span")
    assert glossary.marked("An encoder.", seen) == "An encoder."
    assert glossary.meaning("Encoders") == glossary.terms()["encoder"]
    assert glossary.meaning("horse") == ""
    assert glossary.found("Two perplexities, one perplexity.").keys() >= {"perplexity"}


def test_text_is_escaped_before_it_is_marked() -> None:
    """Killed: escape left out."""
    assert "<b>" not in glossary.marked("<b>encoder</b>", set())
    html = line([Box("<q>", "x.", text="<u>", symbol="<s>")])
    assert not {"<q>", "<u>", "<s>"} & set(re.findall("<.>", html))


def test_a_box_says_what_it_does_then_symbol_and_shape_and_lights_with_its_sentence() -> None:
    """Killed: the shape left out of the label; the sentence out of the tip; sentences numbered from one."""
    boxes = [Box("in", "It goes in.", "x", "16 x 16", np.zeros((2, 2))), Box("out", "It comes out.")]
    html = mechanism(boxes, set())
    assert 'aria-label="in: It goes in. x · 16 x 16"' in html
    assert 'data-says="It goes in.\nx · 16 x 16"' in html
    assert "data:image/png;base64," in html
    assert re.findall(r'<span data-box="(\d)" tabindex="0">', html) == ["0", "1"]
    assert re.findall(r'class="gb-box [a-z]*" data-box="(\d)"', html) == ["0", "1"]


def test_a_picture_is_drawn_at_its_own_levels() -> None:
    """Ink is marked, for the dark. Killed: brightness turned round; NaN as a crash; colours taken for ink."""
    html = line([Box("in", "x.", picture=np.array([[0.0, 1.0], [0.5, np.nan]]))])
    found = re.search(r"base64,([^\"]+)", html)
    assert found
    assert np.asarray(Image.open(io.BytesIO(base64.b64decode(found[1])))).tolist() == [[0, 255], [127, 0]]
    assert 'class="ink"' in html
    assert 'class="ink"' not in line([Box("in", "x.", picture=np.zeros((2, 2, 3)))])


def test_a_caption_has_a_start_a_way_and_an_end() -> None:
    """Killed: an end that is empty where only the way was written."""
    assert Caption("a", "b").data() == ["a", "b", "b"]
    assert texts("one") == ["one"]
    assert texts(["one", "two"]) == ["one", "two"]
    assert texts(Caption("a", "b", "c")) == ["a", "b", "c"]
