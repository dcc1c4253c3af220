"""A journey through other ways to see the past: a click asks another pixel; a half digit is written on."""

import re

from conftest import at_rest, opened, stage, touch
from playwright.sync_api import Page, expect


def test_journey(page: Page, app: str) -> None:
    opened(page, app, "pixel-order")
    a_click_asks_another_pixel(page)
    fewer_rows_are_given(page)


def a_click_asks_another_pixel(page: Page) -> None:
    """At the upper left there is no past. Killed: a click that is lost; the pixel of another row."""
    hero = stage(page, "sight")
    expect(hero.get_by_text(re.compile(r"row 7, column 5"))).to_be_visible()
    touch(hero.locator("canvas").first, 0.03, 0.03)
    at_rest(page)
    page.mouse.move(0, 0)
    expect(hero.get_by_text(re.compile("nothing to hear of")).first).to_be_visible()
    expect(page).to_have_url(re.compile("sight.row=0"))


def fewer_rows_are_given(page: Page) -> None:
    """The eight ways start earlier. Killed: a slider that asks for the same."""
    half = stage(page, "complete")
    half.scroll_into_view_if_needed()
    expect(half.get_by_text(re.compile("4 of 8 rows are given, 4 written")).first).to_be_visible()
    half.get_by_role("slider", name="Rows given").press("ArrowLeft")
    at_rest(page)
    expect(half.get_by_text(re.compile("3 of 8 rows are given, 5 written")).first).to_be_visible()
