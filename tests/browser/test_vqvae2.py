"""A journey through the page of two grids: a bet that is measured, other pictures, a picture written."""

import re

from conftest import at_rest, link, opened, stage
from playwright.sync_api import Page, expect


def test_journey(page: Page, app: str) -> None:
    opened(page, app, "vqvae2")
    the_bet_lets_the_bottom_learn_alone(page)
    other_pictures_are_exchanged(page)
    the_top_is_written_first(page)


def the_bet_lets_the_bottom_learn_alone(page: Page) -> None:
    """And the caption tells the other run's figures."""
    page.get_by_role("button", name="75%", exact=True).click()
    at_rest(page)
    expect(link(page, "two_levels.alone=bottom")).to_be_visible()


def other_pictures_are_exchanged(page: Page) -> None:
    """None of the row's codes at first, all of them at the end."""
    swap = stage(page, "swap")
    number = swap.get_by_role("spinbutton", name="First kept picture")
    number.fill("7")
    number.press("Enter")
    at_rest(page)
    slider = swap.get_by_role("slider", name="Moment")
    for key, count in (("Home", 0), ("End", 16)):
        slider.press(key)
        expect(swap.get_by_text(re.compile(rf"^{count} of the row's 16")).first).to_be_visible()


def the_top_is_written_first(page: Page) -> None:
    """The first code is a top code, the last a bottom code."""
    write = stage(page, "write")
    slider = write.get_by_role("slider", name="Moment")
    slider.press("End")
    expect(write.get_by_text(re.compile("Bottom .* 64 of 64 is drawn")).first).to_be_visible()
    slider.press("Home")
    slider.press("ArrowRight")
    expect(write.get_by_text(re.compile("Top .* 1 of 16 is drawn")).first).to_be_visible()
