"""A journey through the page of two players: a bet, one player alone, G under the finger, a drawing."""

import re

from conftest import at_rest, link, opened, stage, touch
from playwright.sync_api import Page, expect


def test_journey(page: Page, app: str) -> None:
    opened(page, app, "gan")
    page.get_by_role("button", name="3", exact=True).click()
    at_rest(page)
    said = re.compile(r"You said 3. Measured: \d\.\d on average")
    expect(page.locator(".predict .said")).to_contain_text(said)
    expect(link(page, "gan.k_G=8")).to_be_visible()
    expect(stage(page, "train").get_by_text(re.compile(r"of 8 spots are reached"))).to_be_visible()
    one_player_alone(page)
    g_is_dragged(page)
    a_drawing_is_painted(page)


def one_player_alone(page: Page) -> None:
    """Killed: a choice that asks nothing; steps that are not those of the timeline."""
    alone = stage(page, "alone")
    expect(alone.get_by_text(re.compile("D has moved 400 times, G not at all"))).to_be_visible()
    alone.get_by_text("by turns", exact=True).click()
    at_rest(page)
    slider = alone.get_by_role("slider", name="Moment")
    slider.press("Home")
    slider.press("ArrowRight")
    expect(alone.get_by_text(re.compile("Just now D moved: no fake moved, and of A D said"))).to_be_visible()
    slider.press("ArrowRight")
    expect(alone.get_by_text(re.compile(r"Just now G moved: fake A went 0\.\d+ far"))).to_be_visible()


def g_is_dragged(page: Page) -> None:
    """Killed: a sentence that stays behind."""
    line = stage(page, "line")
    expect(line.get_by_text(re.compile("G's middle is at 3. Against the best D"))).to_be_visible()
    line.get_by_role("slider", name="Moment").press("Home")
    expect(line.get_by_text(re.compile("G's middle is at −6. Against the best D"))).to_be_visible()


def a_drawing_is_painted(page: Page) -> None:
    """And offered for training. Killed: the painted cells not read."""
    paint = stage(page, "paint")
    expect(paint.get_by_text("94 of 256 cells")).to_be_visible()
    touch(paint.locator("canvas").first, 0.03, 0.03)
    at_rest(page)
    expect(paint.get_by_text("95 of 256 cells")).to_be_visible()
    expect(paint.get_by_role("button", name=re.compile("^Train on this drawing"))).to_be_enabled()
