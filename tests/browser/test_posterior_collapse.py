"""A journey through the page of neighbours and code: a bet, another digit, a perfect encoder."""

import re

from conftest import at_rest, link, opened, stage
from playwright.sync_api import Page, expect


def test_journey(page: Page, app: str) -> None:
    """The bet opens the second pipe; another digit is redrawn; without blindness a code comes out even."""
    opened(page, app, "posterior-collapse")
    page.get_by_role("button", name="5 nats", exact=True).click()
    at_rest(page)
    expect(stage(page, "train").get_by_text(re.compile("every pixel before it")).first).to_be_visible()
    expect(link(page, "collapse.field=all+before")).to_be_visible()
    redraw = stage(page, "redraw")
    digit = redraw.get_by_role("spinbutton", name="Kept digit")
    digit.fill("6")
    digit.press("Enter")
    expect(redraw.get_by_text(re.compile(r"of kept digit 6, an? \d\. The judge")).first).to_be_visible()
    pays = stage(page, "pays")
    pays.get_by_role("slider", name="Moment").press("End")
    expect(pays.get_by_text(re.compile("more than it saves")).first).to_be_visible()
    pays.get_by_role("slider", name="Blindness").press("Home")
    at_rest(page)
    pays.get_by_role("slider", name="Moment").press("End")
    expect(pays.get_by_text(re.compile("neither saves nor costs")).first).to_be_visible()
