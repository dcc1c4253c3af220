"""Journeys on the page of word vectors: a word and its neighbours, planes, questions, one's own text."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

Serve = Callable[..., str]
NewPage = Callable[..., Page]
PATIENCE = 90_000


def opened(page: Page, app: str, query: str = "") -> Page:
    page.goto(f"{app}/word-vectors{query}")
    expect(page.get_by_role("link", name="Present this page")).to_be_attached(timeout=PATIENCE)
    expect(page.locator(".st-key-stage-train .gb.film canvas").first).to_be_visible(timeout=PATIENCE)
    return page


def hero(page: Page) -> Locator:
    return page.locator(".st-key-stage-train .gb.film")


def test_a_word_that_is_looked_for_tells_its_neighbours_in_all_dimensions(page: Page, app: str) -> None:
    """Killed: neighbours on the plane given out as those in all dimensions; a search that pins nothing."""
    opened(page, app)
    hero(page).get_by_label("Find a word").fill("king")
    said = hero(page).locator(".readout")
    expect(said).to_contain_text(re.compile(r"^king: nearest by cosine in all 16 dimensions \w+ 0\.\d\d"))
    expect(said).to_contain_text(re.compile(r"Of its 8 neighbours on this map \d (are|is) true"))


def test_words_are_walked_through_by_keyboard(page: Page, app: str) -> None:
    """Killed: a canvas without focus; arrows that leave the word where it is; Escape that does nothing."""
    opened(page, app)
    canvas, said = hero(page).locator("canvas").first, hero(page).locator(".readout")
    page.wait_for_timeout(7000)  # it plays once
    canvas.focus()
    page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("nearest by cosine")
    first = said.inner_text().split(":")[0]
    page.keyboard.press("ArrowLeft")
    expect(said).not_to_have_text(re.compile(f"^{first}:"))
    page.keyboard.press("Escape")
    expect(said).to_have_text("Point at a picture for its numbers.")


def test_it_plays_once_by_itself_and_rests_at_the_end(page: Page, app: str) -> None:
    """Killed: a hero that stands still; one that plays over a moment that a link asks for."""
    opened(page, app)
    slider = hero(page).get_by_role("slider", name="Moment of the training")
    expect(slider).not_to_have_attribute("aria-valuenow", "17")
    expect(slider).to_have_attribute("aria-valuenow", "17", timeout=PATIENCE)
    opened(page, app, "?at=4")
    page.wait_for_timeout(3000)
    expect(slider).to_have_attribute("aria-valuenow", "4")


def test_another_question_gets_another_answer_with_its_rank(page: Page, app: str) -> None:
    """Killed: the rank of d among words of which the question's are left out given for both."""
    opened(page, app)
    stage = page.locator(".st-key-stage-ask")
    expect(stage.get_by_text(re.compile(r"queen comes 1\. of 153 words"))).to_be_visible(timeout=PATIENCE)
    box = stage.get_by_role("combobox").nth(3)
    box.scroll_into_view_if_needed()
    box.click()
    page.keyboard.type("engineer")
    page.keyboard.press("Enter")
    expect(stage.get_by_text(re.compile(r"engineer comes \d\d+\. of 153 words"))).to_be_visible(
        timeout=PATIENCE
    )


def test_a_plane_of_two_axes_stands_in_the_link(page: Page, app: str) -> None:
    """Killed: the axes left out of the link."""
    opened(page, app, "?plane=two+axes&axis.y1=queen")
    link = page.locator(".st-key-quiet-rest code").filter(has_text="plane=two+axes")
    expect(link).to_contain_text("axis.y1=queen", timeout=PATIENCE)


def test_a_text_of_ones_own_is_trained_and_has_no_link(page: Page, app: str) -> None:
    """Killed: a text that goes into the URL; a run that anybody with the same text finds."""
    opened(page, app, "?text.steps=30")
    stage = page.locator(".st-key-stage-own")
    words = [f"w{a}{b}" for a in "abcdef" for b in "abcdef"]
    text = ". ".join(" ".join(words[(7 * i + j) % 36] for j in range(9)) for i in range(120))
    stage.locator("textarea").fill(text)
    stage.locator("textarea").blur()
    stage.get_by_role("button", name=re.compile("^Use these")).click(timeout=PATIENCE)
    stage.get_by_role("button", name=re.compile("^Train")).click(timeout=PATIENCE)
    expect(stage.get_by_role("button", name=re.compile("^Train again"))).to_be_visible(timeout=PATIENCE)
    expect(stage.locator("canvas").first).to_be_visible(timeout=PATIENCE)
    stage.get_by_label("Find a word").fill("wab")
    expect(stage.locator(".readout")).to_contain_text("wab: nearest by cosine", timeout=PATIENCE)
    assert "wab" not in page.url
    assert "wab" not in page.locator(".st-key-quiet-rest").inner_text()


def test_a_text_that_is_too_short_is_refused_with_its_bound(page: Page, app: str) -> None:
    """Killed: a refusal that shows the text as Markdown."""
    opened(page, app)
    stage = page.locator(".st-key-stage-own")
    stage.locator("textarea").fill("only <b>some</b> words")
    stage.locator("textarea").blur()
    stage.get_by_role("button", name=re.compile("^Use these")).click(timeout=PATIENCE)
    expect(stage.get_by_text(re.compile("at least 300 words"))).to_be_visible(timeout=PATIENCE)
