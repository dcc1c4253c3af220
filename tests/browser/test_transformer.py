"""A journey through the page of the Transformer: a word of one's own, a head switched off, a query's way."""

import re

from conftest import at_rest, link, opened, stage
from playwright.sync_api import Page, expect


def test_journey(page: Page, app: str) -> None:
    opened(page, app, "transformer")
    a_word_of_ones_own_is_written_backwards(page)
    a_head_is_switched_off_and_its_loss_told(page)
    a_word_that_cannot_be_read_is_refused(page)
    a_query_goes_its_way_among_random_keys(page)
    the_other_net_is_one_click_away(page)


def a_word_of_ones_own_is_written_backwards(page: Page) -> None:
    """Killed: the example read whatever is typed."""
    ask = stage(page, "ask")
    box = ask.get_by_role("textbox", name="Your own word")
    box.fill("abcd")
    box.press("Enter")
    at_rest(page)
    expect(ask.get_by_text(re.compile("abcd → dcba"))).to_be_visible()


def a_head_is_switched_off_and_its_loss_told(page: Page) -> None:
    """Killed: a switch that Python does not hear; a loss told of all heads alone."""
    ask = stage(page, "ask")
    expect(ask.get_by_text(re.compile("all heads on"))).to_be_visible()
    ask.get_by_role("switch").first.click()
    at_rest(page)
    expect(ask.get_by_text(re.compile(r"with 1 of \d+ switched off"))).to_be_visible()


def a_word_that_cannot_be_read_is_refused(page: Page) -> None:
    """And the example is read. Killed: a word of other letters read all the same."""
    ask = stage(page, "ask")
    box = ask.get_by_role("textbox", name="Your own word")
    box.fill("<b>zzz</b>")
    box.press("Enter")
    at_rest(page)
    expect(ask.get_by_text(re.compile(r"Shown instead: flamingo"))).to_be_visible()
    expect(ask.get_by_text(re.compile("flamingo →"))).to_be_visible()


def a_query_goes_its_way_among_random_keys(page: Page) -> None:
    """Killed: the trained head's way whatever is chosen."""
    way = stage(page, "journey")
    before = way.locator(".gb.film .caption").inner_text()
    way.get_by_role("radio", name="random vectors").click()
    at_rest(page)
    expect(way.get_by_text(re.compile(r"random keys of"))).to_be_visible()
    expect(way.locator(".gb.film .caption")).not_to_have_text(before)


def the_other_net_is_one_click_away(page: Page) -> None:
    """From the stage that shows it. Killed: a button that sets nothing."""
    stage(page, "appears").get_by_role("button", name="Train it, change it").click()
    at_rest(page)
    expect(stage(page, "train").get_by_role("radio", name="texts that repeat")).to_be_checked()
    expect(link(page, "lab=texts+that+repeat")).to_be_visible()
