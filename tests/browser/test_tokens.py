"""A journey through the page of tokens: a sentence in chips, a word's shapes, merges of one's own text."""

import re
from typing import Any

from conftest import at_rest, link, opened, stage
from playwright.sync_api import Locator, Page, expect

from engine.words import bpe
from engine.words.tokenizer import learned
from pages.tokens import figures as fig

SCRIPT = "/_stcore/bidi-components/glassbox.film/pages/tokens/merging.js"
CUT = """async ({script, rows, first, cells, upto}) => {
  const {merges, joined, spelled} = await import(script);
  const moments = rows.map((row) => ({values: Uint32Array.from(row)}));
  const at = (name, moment) => name === "m.first" ? {values: [first]} : moments[moment];
  const made = merges({steps: rows.map((_, i) => i), at}, "m.rows");
  const since = joined(made, cells.ids, cells.words);
  const begins = upto.map((step) => Array.from(since, (v, i) => v > step ? i : -1).filter((i) => i >= 0));
  return {begins, names: made.list.map((_, i) => spelled(made, first + i))};
}"""


def test_journey(page: Page, app: str) -> None:
    opened(page, app, "tokens", "at=114&say=the+zebra")
    a_sentence_in_the_link_is_cut_at_its_moment(page)
    at_the_first_moment_every_byte_is_a_token(page)
    a_typed_sentence_goes_into_the_link(page)
    a_sentence_that_is_too_long_is_refused(page)
    markup_is_only_ever_shown(page)
    ones_own_text_is_learned_from(page)
    a_word_of_ones_own_is_read_in_every_way(page)
    the_other_way_stands_in_the_link(page)
    for kind in ("bytes", "characters"):
        the_browser_cuts_as_the_engine_does(page, kind)


def timeline(page: Page) -> Locator:
    return stage(page, "train").get_by_role("slider", name="Moment of the training, in merge")


def pointed(page: Page, across: float, down: float) -> str:
    """What the readout says when the pointer rests on the first picture."""
    canvas = stage(page, "train").locator(".gb.film canvas").first
    canvas.hover()  # scrolls there, and waits where the page is just being drawn anew
    box = canvas.bounding_box()
    assert box is not None
    canvas.hover(position={"x": across * box["width"], "y": down * box["height"]})
    return stage(page, "train").locator(".gb.film .readout").inner_text()


def typed(box: Locator, text: str) -> None:
    box.fill(text)
    box.press("Control+Enter")
    at_rest(box.page)


def a_sentence_in_the_link_is_cut_at_its_moment(page: Page) -> None:
    """And nothing plays over that moment. Killed: the example drawn whatever is asked for; a film that plays
    although a link asks for a moment."""
    expect(page.get_by_role("textbox", name="Your own text")).to_have_value("the zebra")
    expect(stage(page, "train").get_by_role("button", name="Play")).to_be_visible()
    expect(timeline(page)).to_have_attribute("aria-valuenow", "114")
    assert "“he”" in pointed(page, 0.1, 0.1)  # " the" is a token; "the" at a text's start is not


def at_the_first_moment_every_byte_is_a_token(page: Page) -> None:
    """Killed: chips of the last moment whatever the timeline says."""
    timeline(page).press("Home")
    assert "was there from the start" in pointed(page, 0.03, 0.1)
    timeline(page).press("End")
    expect(stage(page, "train").locator(".figures")).to_contain_text("merge 768")
    said = r"“\S+”, number \d+: merge \d+, “\S+” \+ “\S+”, seen \d+ times"
    assert re.search(said, pointed(page, 0.1, 0.1))


def a_typed_sentence_goes_into_the_link(page: Page) -> None:
    """And the film stays at its end. Killed: the sentence left out of the link; playing again at each
    rerun."""
    typed(page.get_by_role("textbox", name="Your own text"), "other words")
    expect(link(page, "say=other+words")).to_be_visible()
    expect(page).to_have_url(re.compile(r"say=other(\+|%20)words"))
    expect(stage(page, "train").locator(".figures")).to_contain_text("merge 768")


def a_sentence_that_is_too_long_is_refused(page: Page) -> None:
    """And the example stays. Killed: the bound not named; a page that breaks."""
    typed(page.get_by_role("textbox", name="Your own text"), "x" * 5000)
    said = page.get_by_text(re.compile(r"your text must be at most 240 characters, got 5,000"))
    expect(said).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)


def markup_is_only_ever_shown(page: Page) -> None:
    """Killed: tokens put into the page unescaped."""
    typed(page.get_by_role("textbox", name="A word", exact=True), "<img src=x onerror=alert(1)>")
    expect(stage(page, "word").locator(".gb-forms").first).to_contain_text("img")
    assert stage(page, "word").locator("img").count() == 0


def ones_own_text_is_learned_from(page: Page) -> None:
    """And answered whatever it is. Killed: no answer for spaces; an error on an empty text; the text in the
    link."""
    own = stage(page, "own")
    for text, words in (
        ("xylo xylo xylophone", r"After 4 merges it is"),
        ("      ", "only spaces, 6 of them"),
        ("word", "This text is a single word. No pair"),
        ("", "This text is empty"),
    ):
        typed(own.get_by_role("textbox"), text)
        expect(own.get_by_text(re.compile(words))).to_be_visible()
    expect(link(page, "xylo")).to_have_count(0)
    own.locator("input[type=file]").set_input_files(
        {"name": "a.txt", "mimeType": "text/plain", "buffer": b"\xff\xfe\x00binary"}
    )
    expect(own.get_by_text("must be UTF-8 text; byte 1 is none")).to_be_visible()


def a_word_of_ones_own_is_read_in_every_way(page: Page) -> None:
    """Killed: the example's lattice whatever word is asked for."""
    lattice = stage(page, "lattice")
    typed(lattice.get_by_role("textbox"), "estimators")
    said = lattice.get_by_text(
        re.compile(
            r"the likeliest reading of “estimators” is drawn with probability "
            r"\d+%"
        )
    )
    expect(said).to_be_visible()


def the_other_way_stands_in_the_link(page: Page) -> None:
    """Killed: the choice left out of the link."""
    page.get_by_text("Prune down: unigram").first.click()
    at_rest(page)
    expect(page.get_by_text(re.compile(r"^At the end 800 pieces are left"))).to_be_visible()
    expect(link(page, "lab=Prune")).to_be_visible()


def the_browser_cuts_as_the_engine_does(page: Page, kind: str) -> None:
    """After every number of merges. Killed: the last of equal pairs first; a pair merged from the right."""
    text = "banana bandana, an ananas sssss naïve 🙂🙂 banana's"
    tokenizer, counts, _ = learned(text * 2, kind, 40)
    header, arrays = fig.own(len(text), tokenizer.pairs, counts, [1] * (len(counts) + 1))
    cells = fig.cells(text, kind)
    asked: dict[str, Any] = {
        "script": SCRIPT,
        "rows": arrays["merges.rows"].reshape(len(counts) + 1, -1).tolist(),
        "first": tokenizer.first,
        "cells": {"ids": cells["ids"], "words": cells["words"]},
        "upto": header["moments"],
    }
    told = page.evaluate(CUT, asked)
    for merges, begins in enumerate(told["begins"]):
        fewer = type(tokenizer)(kind, tokenizer.pairs[:merges], tokenizer.alphabet)
        lengths = [len(bpe.expand([id], fewer.pairs, fewer.first)) for id in fewer.encode(text)]
        assert begins == [sum(lengths[:i]) for i in range(len(lengths))]
    names = [fig.visible(tokenizer.token(tokenizer.first + i)) for i in range(len(counts))]
    assert told["names"] == names
