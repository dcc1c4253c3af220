"""A journey through the page on fewer steps: a noise placed by hand, few steps, both handles of the ruler."""

import re

from conftest import at_rest, opened, stage
from playwright.sync_api import Page, expect


def test_journey(page: Page, app: str) -> None:
    """A click on a river places the noise; the handles come together and say the score."""
    opened(page, app, "fewer-steps")
    lanes = stage(page, "lanes")
    lanes.get_by_role("slider", name="Moment of the training").press("End")
    expect(lanes.get_by_text(re.compile("six DDPMs end at clump"))).to_be_visible()
    lanes.locator(".pane canvas").nth(1).click(position={"x": 90, "y": 40})
    at_rest(page)
    expect(page).to_have_url(re.compile(r"ddim\.x="))
    ruler = stage(page, "ruler")
    expect(ruler.get_by_text(re.compile("as a consistency model’s"))).to_be_visible()
    right = ruler.get_by_role("slider").nth(1)
    right.focus()
    for _ in range(17):
        right.press("ArrowLeft")
    expect(ruler.get_by_text(re.compile("the arrows lie along the score"))).to_be_visible()
    expect(page.get_by_text("NaN")).to_have_count(0)
