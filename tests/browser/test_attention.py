"""A journey through the page of alignment: another text, a date of one's own, a row forced by hand."""

import re

from conftest import at_rest, link, opened, stage
from playwright.sync_api import Page, expect


def test_journey(page: Page, app: str) -> None:
    opened(page, app, "attention")
    another_text_stands_in_the_link(page)
    a_date_of_ones_own_is_translated(page)
    a_forced_row_writes_another_date(page)
    what_cannot_be_read_is_refused(page)


def another_text_stands_in_the_link(page: Page) -> None:
    """And in the picture's words. Killed: the example of the link not looked for."""
    film = stage(page, "look").locator(".gb.film")
    before = film.locator("canvas").first.get_attribute("aria-label")
    stage(page, "look").get_by_role("radio", name="30 September 2024").click()
    at_rest(page)
    expect(link(page, "text=30+September+2024")).to_be_visible()
    assert film.locator("canvas").first.get_attribute("aria-label") != before


def a_date_of_ones_own_is_translated(page: Page) -> None:
    """Killed: the example translated whatever is typed."""
    ask = stage(page, "ask")
    box = ask.get_by_role("textbox", name="Your own date")
    box.fill("March 7, 1999")
    box.press("Enter")
    at_rest(page)
    expect(ask.locator(".gb-written").first).to_have_text("1999-03-07")


def a_forced_row_writes_another_date(page: Page) -> None:
    """Killed: the row that was forced not put into the net; the row of another character."""
    ask = stage(page, "ask")
    ask.locator("canvas").nth(1).focus()
    page.keyboard.press("End")  # the last row, up to the year's third digit
    for key in (*["ArrowUp"] * 8, "Enter"):
        page.keyboard.press(key)
    at_rest(page)
    for key in ("ArrowRight", "Enter"):
        page.keyboard.press(key)
    at_rest(page)
    expect(ask.get_by_text("With your row for character 3")).to_be_visible()
    changed = ask.locator(".gb-written").nth(1)
    expect(changed).not_to_have_text("1999-03-07")
    expect(changed.locator("mark").first).to_be_visible()


def what_cannot_be_read_is_refused(page: Page) -> None:
    """By name, and markup is only ever shown. Killed: a refusal that shows the text as Markdown."""
    ask = stage(page, "ask")
    box = ask.get_by_role("textbox", name="Your own date")
    box.fill("<b>§</b>")
    box.press("Enter")
    at_rest(page)
    said = ask.get_by_text(re.compile("^character 1 must be one of"))
    expect(said).to_be_visible()
