"""A journey through the page on memorisation: a number is asked for, and texts are looked up."""

import re

from conftest import link, opened, stage
from playwright.sync_api import Page, expect


def test_journey(page: Page, app: str) -> None:
    opened(page, app, "memorisation", "ask.times=16+times")
    the_first_digits_bring_the_last(page)
    too_much_is_refused(page)
    the_line_is_drawn_further(page)


def the_first_digits_bring_the_last(page: Page) -> None:
    """And after two digits, or for a number that comes once, they do not. Killed: a context that is not
    asked; a choice that is not in the link."""
    ask = stage(page, "ask")
    expect(ask.get_by_text("The number stands 16 times in the text")).to_be_visible()
    expect(ask.get_by_text(re.compile("^Extracted"))).to_be_visible()
    ask.get_by_text("once", exact=True).click()
    expect(ask.get_by_text(re.compile("^Not extracted"))).to_be_visible()
    expect(link(page, "ask.times=once")).to_be_visible()


def too_much_is_refused(page: Page) -> None:
    """By bound and value, and by the sign. Killed: a bound that nobody asks."""
    box = stage(page, "ask").get_by_label("What the net reads")
    for typed, words in (("1" * 30, "1 to 24 characters, got 30"), ("É", "small letters, digits and spaces")):
        box.fill(typed)
        box.press("Enter")
        expect(stage(page, "ask").get_by_text(re.compile(words))).to_be_visible()
    box.fill("the ")
    box.press("Enter")
    expect(stage(page, "ask").get_by_text("Your own text")).to_be_visible()


def the_line_is_drawn_further(page: Page) -> None:
    """The sentence and the list follow; the other ranking is another order. Killed: a list that stays."""
    written = stage(page, "written")
    expect(written.get_by_text("Of the first 20 by least loss")).to_be_visible()
    written.get_by_role("slider", name="Moment").press("End")
    expect(written.get_by_text("Of the first 60 by least loss")).to_be_visible()
    expect(written.get_by_text("no. 60")).to_be_visible()
    written.get_by_text("zlib bits ÷ loss", exact=True).click()
    expect(written.get_by_text("by zlib bits ÷ loss")).to_be_visible()
