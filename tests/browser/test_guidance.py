"""A journey through the page on guidance: a tip dragged, a place clicked, w = 100."""

import re

from conftest import at_rest, opened, stage
from playwright.sync_api import Page, expect


def test_journey(page: Page, app: str) -> None:
    """A tip sets w and leaves the place; a click sets the place."""
    opened(page, app, "guidance")
    plane = stage(page, "plane")
    plane.get_by_role("slider", name="Moment of the training").press("End")
    expect(plane.get_by_text(re.compile("w = 1 here: the class as it is"))).to_be_visible()
    box = plane.locator(".pane canvas").nth(1).bounding_box()
    assert box is not None
    for step, (x, y) in enumerate(((0.5, 0.5), (0.75, 0.3))):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        if step == 0:
            page.mouse.down()
    page.mouse.up()
    at_rest(page)
    expect(page).to_have_url(re.compile(r"guidance\.w="))
    expect(page).not_to_have_url(re.compile(r"guidance\.x="))
    plane.locator(".pane canvas").first.click(position={"x": 60, "y": 60})
    at_rest(page)
    expect(page).to_have_url(re.compile(r"guidance\.x="))
    sweep = stage(page, "sweep")
    expect(sweep.get_by_text(re.compile("w = 100 here"))).to_be_visible()
    expect(sweep.get_by_text(re.compile("Nothing that it learned from lies so far out"))).to_be_visible()
    expect(page.get_by_text("NaN")).to_have_count(0)
