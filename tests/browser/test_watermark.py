"""A journey through the page on the watermark: an attack, and a strange key."""

import re

from conftest import link, opened, stage
from playwright.sync_api import Locator, Page, expect


def test_journey(page: Page, app: str) -> None:
    opened(page, app, "watermark", "attack=repeat+a+phrase")
    the_attack_of_the_link_stands(page)
    more_of_it_leaves_less(page)
    a_text_of_the_reader_s_is_tested(page)


def said(page: Page, words: str) -> Locator:
    return stage(page, "test").get_by_text(re.compile(words))


def the_attack_of_the_link_stands(page: Page) -> None:
    """Killed: a choice that is not in the link."""
    expect(said(page, "The last 30 of a hundred words are the first eight")).to_be_visible()
    stage(page, "test").get_by_text("replace words").click()
    expect(said(page, "Of every hundred words 30 were replaced")).to_be_visible()
    expect(link(page, "attack=replace")).to_be_visible()


def more_of_it_leaves_less(page: Page) -> None:
    """And the sentence follows where the hand lets go; a strange key finds nothing. Killed: a sentence of the
    first moment for ever; a test that does not ask the key."""
    stage(page, "test").get_by_role("slider", name="Moment").press("End")
    expect(said(page, r"words 95 were replaced.* the test finds no mark")).to_be_visible()
    for key, words in (
        ("77", "words 30 were.*not over 4.*another key"),
        ("15485863", "words 30 were replaced"),
    ):
        stage(page, "test").get_by_label("Key of the test").fill(key)
        stage(page, "test").get_by_label("Key of the test").press("Enter")
        expect(said(page, words)).to_be_visible()


def a_text_of_the_reader_s_is_tested(page: Page) -> None:
    """And one that is too long is refused, by bound and value. Killed: a bound
    that nobody asks."""
    box = stage(page, "test").get_by_label("Paste any text")
    for typed, words in (
        ("It is " * 400, "2,000 characters, got 2,400"),
        ("The name of the object.", r"z = "),
    ):
        box.fill(typed)
        box.press("Control+Enter")
        expect(said(page, words)).to_be_visible()
