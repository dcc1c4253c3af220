"""A journey through the page of word vectors: a word's neighbours, planes, questions, a text of one's own."""

import re

from conftest import at_rest, drawn, link, stage, until
from playwright.sync_api import Locator, Page, expect


def test_journey(page: Page, app: str) -> None:
    page.goto(f"{app}/word-vectors?plane=two+axes&axis.y1=queen&text.steps=30")
    it_plays_once_by_itself(page)  # while the rest of the page is still on its way
    drawn(page)
    a_word_tells_its_neighbours(page)
    words_are_walked_through_by_keyboard(page)
    a_plane_of_two_axes_stands_in_the_link(page)
    another_question_gets_another_answer(page)
    a_text_that_is_too_short_is_refused(page)
    a_text_of_ones_own_is_trained_and_has_no_link(page)


def hero(page: Page) -> Locator:
    return stage(page, "train").locator(".gb.film")


def it_plays_once_by_itself(page: Page) -> None:
    """And rests at its end. Killed: a hero that stands still; one that plays for ever."""
    slider = hero(page).get_by_role("slider", name="Moment of the training")
    seen: set[str | None] = set()

    def rested() -> bool:
        seen.add(slider.get_attribute("aria-valuenow"))
        return slider.get_attribute("aria-valuenow") == "17" and hero(page).get_by_text("Play").is_visible()

    until(rested, "the end of the hero")
    assert len(seen) > 3
    at_rest(page)
    expect(hero(page).get_by_role("button", name="Play")).to_be_visible()


def a_word_tells_its_neighbours(page: Page) -> None:
    """In all dimensions. Killed: neighbours on the plane given out as those in all dimensions; a search that
    pins nothing."""
    hero(page).get_by_label("Find a word").fill("king")
    said = hero(page).locator(".readout")
    expect(said).to_contain_text(re.compile(r"^king: nearest by cosine in all 16 dimensions \w+ 0\.\d\d"))
    expect(said).to_contain_text(re.compile(r"Of its 8 neighbours on this map \d (are|is) true"))
    hero(page).get_by_label("Find a word").fill("")


def words_are_walked_through_by_keyboard(page: Page) -> None:
    """Killed: a canvas without focus; arrows that leave the word where it is; Escape that does nothing."""
    canvas, said = hero(page).locator("canvas").first, hero(page).locator(".readout")
    canvas.focus()
    page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("nearest by cosine")
    first = said.inner_text().split(":")[0]
    page.keyboard.press("ArrowLeft")
    expect(said).not_to_have_text(re.compile(f"^{first}:"))
    page.keyboard.press("Escape")
    expect(said).to_have_text("Point at a picture for its numbers.")


def a_plane_of_two_axes_stands_in_the_link(page: Page) -> None:
    """Killed: the axes left out of the link."""
    expect(link(page, "plane=two+axes")).to_contain_text("axis.y1=queen")


def another_question_gets_another_answer(page: Page) -> None:
    """With its rank. Killed: the rank of d among words of which the question's are left out given for
    both."""
    ask = stage(page, "ask")
    expect(ask.get_by_text(re.compile(r"queen is number 1 of 153"))).to_be_visible()
    box = ask.get_by_role("combobox").nth(3)
    box.click()
    page.keyboard.type("engineer")
    page.keyboard.press("Enter")
    at_rest(page)
    said = ask.get_by_text(re.compile(r"engineer is number \d\d+ of 153"))
    expect(said).to_be_visible()


def brought(page: Page, text: str) -> None:
    """Put a text of one's own into its place, and use it."""
    own = stage(page, "own")
    own.locator("textarea").fill(text)
    own.locator("textarea").blur()
    at_rest(page)
    own.get_by_role("button", name=re.compile("^Use these")).click()
    at_rest(page)


def a_text_that_is_too_short_is_refused(page: Page) -> None:
    """With its bound. Killed: a refusal that shows the text as Markdown."""
    brought(page, "only <b>some</b> words")
    expect(stage(page, "own").get_by_text(re.compile("at least 300 words"))).to_be_visible()


def a_text_of_ones_own_is_trained_and_has_no_link(page: Page) -> None:
    """Killed: a text that goes into the URL; a run that anybody with the same text finds."""
    own = stage(page, "own")
    words = [f"w{a}{b}" for a in "abcdef" for b in "abcdef"]
    brought(page, ". ".join(" ".join(words[(7 * i + j) % 36] for j in range(9)) for i in range(120)))
    own.get_by_role("button", name=re.compile("^Train")).click()
    until(own.get_by_role("button", name=re.compile("^Train again")).is_visible, "a training")
    at_rest(page)
    expect(own.locator("canvas").first).to_be_visible()
    own.get_by_label("Find a word").fill("wab")
    expect(own.locator(".readout")).to_contain_text("wab: nearest by cosine")
    assert "wab" not in page.url
    assert "wab" not in page.locator(".st-key-quiet-take").inner_text()
