"""A journey through the VAE's page: the lens follows hand and keys, q is dragged, the bars add up."""

import re

from conftest import at_rest, link, opened, stage
from playwright.sync_api import Page, expect


def test_journey(page: Page, app: str) -> None:
    opened(page, app, "elbo")
    the_lens_follows_the_hand_and_the_keys(page)
    q_is_dragged_and_the_bars_add_up(page)
    a_step_of_the_tour_goes_to_the_end_of_another_film(page, app)


def a_step_of_the_tour_goes_to_the_end_of_another_film(page: Page, app: str) -> None:
    """From the start of the one before. Killed: a film that stays where the one before it stood."""
    opened(page, app, "elbo", "beat=1")
    time = stage(page, "bound").get_by_role("slider", name="Moment")
    expect(time).to_have_attribute("aria-valuenow", "0")
    page.get_by_role("button", name="Next step").click()
    expect(time).to_have_attribute("aria-valuenow", "40")


def the_lens_follows_the_hand_and_the_keys(page: Page) -> None:
    """What is under it is told: no round trip."""
    plane = stage(page, "train").locator("canvas").first
    plane.scroll_into_view_if_needed()
    side = plane.bounding_box()
    assert side
    plane.hover(position={"x": side["height"] / 2, "y": side["height"] / 2})
    told = stage(page, "train").get_by_text(re.compile(r"z = \(0(\.\d+)?, .*nearest cloud: a \d"))
    expect(told.first).to_be_visible()
    plane.press("ArrowRight")
    expect(
        stage(page, "train").get_by_text(re.compile(r"z = \(0?\.1\d*, .*nearest cloud")).first
    ).to_be_visible()


def q_is_dragged_and_the_bars_add_up(page: Page) -> None:
    """From its new place; the surprise is as it was, and the link has the place."""
    bound = stage(page, "bound")
    bound.scroll_into_view_if_needed()
    said = bound.get_by_text(re.compile("Surprise 2.52")).first
    expect(said).to_be_visible()
    ground = bound.locator("canvas").first
    box = ground.bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.35 * box["width"], box["y"] + 0.4 * box["height"], steps=3)
    page.mouse.up()
    page.mouse.move(0, 0)  # else what is under it is told
    at_rest(page)
    expect(
        bound.get_by_text(re.compile(r"q where it starts: centre −?-?\d.*Surprise 2.52")).first
    ).to_be_visible()
    expect(link(page, "bound.mu=-")).to_be_visible()
