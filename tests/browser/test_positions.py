"""A journey through the page of places: a bet that uncovers, a clipped stripe, places that are pressed."""

import re

from conftest import at_rest, link, opened, stage
from playwright.sync_api import Page, expect


def test_journey(page: Page, app: str) -> None:
    opened(page, app, "positions")
    the_bet_turns_queries_and_keys(page)
    a_clipped_vector_is_shared_by_all_that_is_farther(page)
    pressed_places_bring_another_letter(page)


def the_bet_turns_queries_and_keys(page: Page) -> None:
    """And what was measured stands beside it."""
    page.get_by_role("button", name="40", exact=True).click()
    at_rest(page)
    expect(stage(page, "train").get_by_text(re.compile(r"% of 64, .* of 256; by chance 6%"))).to_be_visible()
    expect(link(page, "positions.encoding=rotary")).to_be_visible()


def a_clipped_vector_is_shared_by_all_that_is_farther(page: Page) -> None:
    stripes = stage(page, "stripes")
    slider = stripes.get_by_role("slider", name="Clipped at k")
    for _ in range(5):  # from 8 to 3
        slider.press("ArrowLeft")
    at_rest(page)
    stripes.get_by_role("slider", name="Moment").press("Home")
    expect(stripes.get_by_text(re.compile("3 places back or any farther"))).to_be_visible()


def pressed_places_bring_another_letter(page: Page) -> None:
    press = stage(page, "press")
    press.get_by_role("radio", name="4 times").click()
    at_rest(page)
    expect(
        press.get_by_text(re.compile(r"Texts of 128, places divided by 4: .* the letter 12 back"))
    ).to_be_visible()
    press.get_by_role("slider", name="Moment").press("Home")
    expect(press.get_by_text(re.compile("on place 127, beyond what was learned"))).to_be_visible()
