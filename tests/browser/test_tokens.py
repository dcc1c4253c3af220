"""What a person does on the page of tokens, done by a real browser against the real server.

The mutants that a test has killed are named in its docstring. That no console has an error in it is checked
for every page by the fixture that makes it.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from engine.words.tokenizer import learned
from pages.tokens import figures as fig

Serve = Callable[..., str]
NewPage = Callable[..., Page]
PATIENCE = 60_000  # milliseconds, on a busy machine
SCRIPT = "/_stcore/bidi-components/glassbox.film/merging.js"
CUT = """async ({script, rows, first, cells, upto}) => {
  const {merges, joined, spelled} = await import(script);
  const moments = rows.map((row) => ({values: Uint32Array.from(row)}));
  const at = (name, moment) => name === "m.first" ? {values: [first]} : moments[moment];
  const made = merges({steps: rows.map((_, i) => i), at}, "m.rows");
  const since = joined(made, cells.ids, cells.words);
  const begins = upto.map((step) => Array.from(since, (v, i) => v > step ? i : -1).filter((i) => i >= 0));
  return {begins, names: made.list.map((_, i) => spelled(made, first + i))};
}"""


def opened(page: Page, app: str, query: str = "") -> Page:
    """The page behind a link, drawn to its end."""
    page.goto(f"{app}/tokens{'?' if query else ''}{query}")
    expect(page.locator(".st-key-stage-train .gb.film canvas").first).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("link", name="Present this page")).to_be_visible(timeout=PATIENCE)
    return page


def pointed(page: Page, stage: str, across: float, down: float) -> str:
    """What the readout says when the pointer rests on the first picture of a stage."""
    canvas = page.locator(f".st-key-stage-{stage} .gb.film canvas").first
    canvas.hover()  # scrolls there, and waits where the page is just being drawn anew
    box = canvas.bounding_box()
    assert box is not None
    canvas.hover(position={"x": across * box["width"], "y": down * box["height"]})
    return page.locator(f".st-key-stage-{stage} .gb.film .readout").inner_text()


def at_rest(page: Page) -> None:
    """The hero has played to its end."""
    expect(page.locator(".st-key-stage-train .figures")).to_contain_text("merge 768", timeout=PATIENCE)


@pytest.mark.parametrize("kind", ["bytes", "characters"])
def test_the_browser_cuts_a_text_exactly_as_the_engine_does(page: Page, app: str, kind: str) -> None:
    """After every number of merges. Killed: the last of equal pairs first; a pair merged from the right."""
    opened(page, app)
    text = "banana bandana, an ananas sssss naïve 🙂🙂 banana's"
    tokenizer, counts, _ = learned(text * 2, kind, 40)
    header, arrays = fig.own(len(text), tokenizer.pairs, counts, [1] * (len(counts) + 1))
    cells = fig.cells(text, kind)
    asked = {
        "script": SCRIPT,
        "rows": arrays["merges.rows"].reshape(len(counts) + 1, -1).tolist(),
        "first": tokenizer.first,
        "cells": {"ids": cells["ids"], "words": cells["words"]},
        "upto": header["moments"],
    }
    told = page.evaluate(CUT, asked)
    for merges, begins in enumerate(told["begins"]):
        fewer = type(tokenizer)(kind, tokenizer.pairs[:merges], tokenizer.alphabet)
        lengths = [len(_symbols(fewer, id)) for id in fewer.encode(text)]
        assert begins == [sum(lengths[:i]) for i in range(len(lengths))]
    names = [fig.visible(tokenizer.token(tokenizer.first + i)) for i in range(len(counts))]
    assert told["names"] == names


def _symbols(tokenizer, id: int) -> list[int]:
    from engine.words import bpe

    return bpe.expand([id], tokenizer.pairs, tokenizer.first)


def test_it_plays_once_by_itself_and_rests_at_its_end(page: Page, app: str) -> None:
    """Killed: `plays` not passed on; playing again at each rerun."""
    opened(page, app)
    figures = page.locator(".st-key-stage-train .figures")
    seen = set()
    for _ in range(400):
        seen.add(figures.inner_text())
        if any("merge 768" in text for text in seen) and len(seen) > 3:
            break
        page.wait_for_timeout(40)
    at_rest(page)
    assert len(seen) > 3
    page.get_by_role("textbox", name="Your own text").fill("other words")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text(re.compile("say=other"))).to_be_attached(timeout=PATIENCE)
    expect(figures).to_contain_text("merge 768")


def test_a_typed_sentence_becomes_chips_and_stands_in_the_link(page: Page, app: str) -> None:
    """Killed: the example drawn whatever is typed; the sentence left out of the link."""
    opened(page, app, "at=114")
    box = page.get_by_role("textbox", name="Your own text")
    box.fill("the zebra")
    box.press("Control+Enter")
    expect(page.locator(".st-key-quiet-rest code").filter(has_text="say=the+zebra")).to_be_visible(
        timeout=PATIENCE
    )
    assert "“he”" in pointed(page, "train", 0.1, 0.1)  # " the" is a token; "the" at a text's start is not
    page.reload()
    expect(box).to_have_value("the zebra", timeout=PATIENCE)


def test_back_at_the_first_moment_every_byte_is_a_token(page: Page, app: str) -> None:
    """Killed: chips of the last moment whatever the timeline says."""
    opened(page, app, "at=0")
    assert "was there from the start" in pointed(page, "train", 0.03, 0.1)
    slider = page.locator(".st-key-stage-train [role=slider][aria-label='Moment of the training, in merge']")
    slider.press("End")
    expect(page.locator(".st-key-stage-train .figures")).to_contain_text("merge 768")
    assert re.search(
        r"“The”, number \d+: merge \d+, “\S+” \+ “\S+”, seen \d+ times", pointed(page, "train", 0.03, 0.1)
    )


def test_a_sentence_that_is_too_long_is_refused_and_the_example_stays(page: Page, app: str) -> None:
    """Killed: the bound not named; a page that breaks."""
    opened(page, app)
    page.get_by_role("textbox", name="Your own text").fill("x" * 5000)
    page.keyboard.press("Control+Enter")
    said = page.get_by_text(re.compile(r"your text must be at most 240 characters, got 5,000"))
    expect(said).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_markup_in_a_text_is_only_ever_shown(page: Page, app: str) -> None:
    """Killed: tokens put into the page unescaped."""
    opened(page, app)
    word = page.get_by_role("textbox", name="A word", exact=True)
    word.fill("<img src=x onerror=alert(1)>")
    word.press("Enter")
    expect(page.locator(".st-key-stage-word .gb-forms").first).to_contain_text("img", timeout=PATIENCE)
    assert page.locator(".st-key-stage-word img").count() == 0


def test_ones_own_text_is_learned_from_and_answered_whatever_it_is(page: Page, app: str) -> None:
    """Killed: no answer for spaces; an error on an empty text; the text in the link."""
    opened(page, app)
    stage = page.locator(".st-key-stage-own")
    box = stage.get_by_role("textbox")
    for text, words in (
        ("xylo xylo xylophone", r"After 4 merges it is"),
        ("      ", "only spaces, 6 of them"),
        ("word", "This text is a single word. No pair"),
        ("", "This text is empty"),
    ):
        box.fill(text)
        box.press("Control+Enter")
        expect(stage.get_by_text(re.compile(words))).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".st-key-quiet-rest code").filter(has_text="xylo")).to_have_count(0)
    stage.locator("input[type=file]").set_input_files(
        {"name": "a.txt", "mimeType": "text/plain", "buffer": b"\xff\xfe\x00binary"}
    )
    expect(stage.get_by_text("must be UTF-8 text; byte 1 is none")).to_be_visible(timeout=PATIENCE)


def test_the_readings_of_a_word_of_ones_own_are_weighed(page: Page, app: str) -> None:
    """Killed: the example's lattice whatever word is asked for."""
    opened(page, app)
    stage = page.locator(".st-key-stage-lattice")
    word = stage.get_by_role("textbox")
    word.fill("estimators")
    word.press("Enter")
    expect(stage.get_by_text(re.compile(r"Of “estimators” the likeliest reading has \d+%"))).to_be_visible(
        timeout=PATIENCE
    )


def test_the_other_way_is_chosen_and_stands_in_the_link(page: Page, app: str) -> None:
    """Killed: the choice left out of the link."""
    opened(page, app)
    page.get_by_text("Prune down: unigram").first.click()
    expect(page.get_by_text(re.compile(r"^Of \d+ pieces 800 are left"))).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".st-key-quiet-rest code").filter(has_text="lab=Prune")).to_be_visible(
        timeout=PATIENCE
    )


def test_with_reduced_motion_nothing_plays_and_six_moments_stand_side_by_side(
    new_page: NewPage, app: str
) -> None:
    """Killed: a film that begins at its first moment and stays there."""
    page = opened(new_page(reduced_motion="reduce"), app)
    at_rest(page)
    expect(page.locator(".st-key-stage-train .multiples")).to_be_visible()
