"""A journey through the page of the encoder-decoder: a longer text, an own date, a pass a character."""

import re

from conftest import at_rest, link, opened, stage
from playwright.sync_api import Page, expect


def test_journey(page: Page, app: str) -> None:
    opened(page, app, "encoder-decoder")
    a_longer_text_stands_in_the_link_and_comes_out_worse(page)
    a_date_of_ones_own_is_read_and_what_is_none_refused(page)
    writing_takes_a_pass_a_character(page)


def a_longer_text_stands_in_the_link_and_comes_out_worse(page: Page) -> None:
    """A text of one letter is one too."""
    pipe = stage(page, "pipe")
    for n, words in (
        ("16", r"“lemonandchickpea” comes out as .*: \d of 16"),
        ("1", "“l” comes out as “.*”: . of 1"),
    ):
        pipe.get_by_role("radio", name=f"{n} letter").click()
        at_rest(page)
        expect(pipe.get_by_text(re.compile(words))).to_be_visible()
        expect(link(page, f"length={n}+letter")).to_be_visible()


def a_date_of_ones_own_is_read_and_what_is_none_refused(page: Page) -> None:
    """Killed: a film that stays where the one of the date before stood."""
    read = stage(page, "read")
    box = read.get_by_role("textbox", name="Your own date")
    for typed, words in (
        ("March 7, 1999", "Read so far: “March 7, 1999”"),
        ("February 30, 1999", "one day of 1950 to 2049"),
    ):
        box.fill(typed)
        box.press("Enter")
        expect(read.get_by_text(re.compile(words)).first).to_be_visible()


def writing_takes_a_pass_a_character(page: Page) -> None:
    """And the sentence follows the moment."""
    write = stage(page, "write")
    write.get_by_role("slider", name="Moment").press("Home")
    expect(write.get_by_text(re.compile("all 11 rows are reckoned in one pass"))).to_be_visible()
    write.get_by_role("slider", name="Moment").press("End")
    expect(write.get_by_text(re.compile("Writing: 11 passes for 11 characters"))).to_be_visible()
