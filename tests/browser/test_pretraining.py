"""A journey through the page on pretraining: words are hidden, a text is looked into."""

import re

from conftest import opened, stage
from playwright.sync_api import Page, expect


def test_journey(page: Page, app: str) -> None:
    opened(page, app, "pretraining")
    a_click_hides_a_word_and_both_nets_guess_it(page)
    a_word_that_no_net_knows_is_refused(page)
    the_layers_follow_the_word(page)


def a_click_hides_a_word_and_both_nets_guess_it(page: Page) -> None:
    """Killed: places counted from the sign before the sentence."""
    box = stage(page, "hide")
    expect(box.get_by_text(re.compile("“hoot”, place 7, left only"))).to_be_visible()
    box.get_by_role("button", name="owls", exact=True).click()
    line = box.locator(".gb-words", has_text="“owls”, place 3, both sides")
    expect(line.locator(".gb-word").first).to_be_visible()
    expect(box.locator(".gb-words")).to_have_count(4)


def a_word_that_no_net_knows_is_refused(page: Page) -> None:
    """Killed: a sentence that is not read before it is shown."""
    field = stage(page, "hide").get_by_label("A sentence of words that the nets know")
    field.fill("the zebra barks")
    field.press("Enter")
    expect(
        stage(page, "hide").get_by_text(re.compile("one of the 80 that the nets know, got 'zebra'"))
    ).to_be_visible()


def the_layers_follow_the_word(page: Page) -> None:
    """Killed: the last word whatever the slider says."""
    box = stage(page, "lens")
    box.scroll_into_view_if_needed()
    first = box.locator(".gb-words", has_text="no layer").locator(".gb-word").first
    said = first.inner_text()
    box.get_by_role("slider").press("Home")
    expect(first).not_to_have_text(said)
    expect(first).to_have_text("end")
