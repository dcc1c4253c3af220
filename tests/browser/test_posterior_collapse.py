"""A journey through the page of neighbours and code: a bet, another digit, a perfect encoder."""

import re

from conftest import at_rest, link, opened, stage
from playwright.sync_api import Page, expect


def test_journey(page: Page, app: str) -> None:
    opened(page, app, "posterior-collapse")
    the_bet_opens_the_second_pipe(page)
    another_digit_is_redrawn(page)
    a_perfect_encoder_comes_out_even(page)


def the_bet_opens_the_second_pipe(page: Page) -> None:
    """And what it covered is open."""
    page.get_by_role("button", name="5 nats", exact=True).click()
    at_rest(page)
    expect(stage(page, "train").get_by_text(re.compile("every pixel before it")).first).to_be_visible()
    expect(link(page, "collapse.field=all+before")).to_be_visible()


def another_digit_is_redrawn(page: Page) -> None:
    """The caption names it, and what it was taken for."""
    redraw = stage(page, "redraw")
    redraw.get_by_role("spinbutton", name="Kept digit").fill("6")
    redraw.get_by_role("spinbutton", name="Kept digit").press("Enter")
    at_rest(page)
    expect(redraw.get_by_text(re.compile(r"of kept digit 6, an? \d\. The judge takes"))).to_be_visible()


def a_perfect_encoder_comes_out_even(page: Page) -> None:
    """Without blindness the code neither saves nor costs, once all before is in view."""
    pays = stage(page, "pays")
    pays.get_by_role("slider", name="Moment").press("End")
    expect(pays.get_by_text(re.compile("more than it saves")).first).to_be_visible()
    blindness = pays.get_by_role("slider", name="Blindness")
    blindness.press("Home")
    at_rest(page)
    pays.get_by_role("slider", name="Moment").press("End")
    expect(pays.get_by_text(re.compile("neither saves nor costs")).first).to_be_visible()
