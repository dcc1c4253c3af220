"""A journey through the page of the chain rule: a pixel turned, a bet, a guess clicked, a cover painted."""

import re

from conftest import at_rest, link, opened, stage
from playwright.sync_api import Page, expect


def test_journey(page: Page, app: str) -> None:
    a_step_that_makes_the_bet_s_change_waits_for_the_bet(page, app)
    opened(page, app, "chain-rule")
    now = stage(page, "now")
    expect(now.get_by_text(re.compile("28 of 64 pixels are known"))).to_be_visible()
    digit = now.locator("canvas").first
    digit.click(position={"x": 40, "y": 60})
    expect(now.get_by_text(re.compile("You turned a pixel: .* 0 of them earlier"))).to_be_visible()
    digit.click(position={"x": 40, "y": 60})  # and back again
    expect(now.get_by_text(re.compile("You turned"))).to_have_count(0)
    digit.focus()
    for key in ("ArrowUp", "Enter"):  # by the keyboard
        digit.press(key)
    expect(now.get_by_text(re.compile("You turned a pixel"))).to_be_visible()
    page.get_by_role("button", name="26 bits", exact=True).click()
    at_rest(page)
    expect(page.locator(".predict .said")).to_contain_text("You said 26 bits. Measured: 1.7 bits")
    expect(now.get_by_text(re.compile("and its own too"))).to_be_visible()
    expect(link(page, "made.mask=%3E%3D")).to_be_visible()
    net = stage(page, "net")
    box = net.locator("canvas").first.bounding_box()
    assert box is not None
    net.locator("canvas").first.click(position={"x": 0.95 * box["width"], "y": 30})
    expect(net.get_by_text(re.compile("The guess of place 8 hears"))).to_be_visible()
    fill = stage(page, "paint")
    words = fill.get_by_text(re.compile("32 pixels unknown"))
    expect(words).to_be_visible()
    fill.get_by_role("application", name=re.compile("What is unknown")).click(position={"x": 8, "y": 8})
    expect(fill.get_by_text(re.compile("31 pixels unknown"))).to_be_visible()


def a_step_that_makes_the_bet_s_change_waits_for_the_bet(page: Page, app: str) -> None:
    """Killed: a step that shows it; a cover over the steps before."""
    for beat, shown in ((3, True), (7, False)):
        opened(page, app, "chain-rule", f"beat={beat}")
        expect(stage(page, "train").locator("canvas").first).to_be_visible(visible=shown)
