"""A journey through the page: a plane of z under the pointer, a bet, a sum of kinds, alpha by hand."""

import re

from conftest import at_rest, frames, link, opened, stage
from playwright.sync_api import Page, expect


def test_journey(page: Page, app: str) -> None:
    opened(page, app, "dcgan")
    what_the_pointer_rests_on_is_drawn_beside(page)
    page.get_by_role("button", name="none or 1", exact=True).click()
    at_rest(page)
    expect(page.locator(".predict .said")).to_contain_text(re.compile(r"You said none or 1. Measured: "))
    expect(link(page, "dcgan.rule=no+batch+norm")).to_be_visible()
    a_sum_says_what_it_asks_for(page)
    alpha_goes_from_the_old_path_to_the_new(page)


def what_the_pointer_rests_on_is_drawn_beside(page: Page) -> None:
    """Without a word to the server. Killed: a picture that stays; maps that stay; the row turned round;
    a click that leaves the timeline where it was."""
    walk = stage(page, "walk")
    plane, picture = walk.locator("canvas").first, walk.locator("canvas").nth(3)
    plane.hover(position={"x": 8, "y": 8})
    expect(walk.get_by_text("z number 1 of 225 on this plane, drawn beside")).to_be_visible()
    frames(picture, 2)
    before = picture.evaluate("(canvas) => canvas.toDataURL()")
    box = plane.bounding_box()
    assert box is not None
    side = box["height"] / 15  # the plane is as wide as it is high
    plane.hover(position={"x": 8, "y": 1.5 * side})  # the second row comes back
    expect(walk.get_by_text("z number 30 of 225 on this plane, drawn beside")).to_be_visible()
    plane.hover(position={"x": 14.5 * side, "y": 14.5 * side})
    expect(walk.get_by_text("z number 225 of 225 on this plane, drawn beside")).to_be_visible()
    frames(picture, 2)
    assert picture.evaluate("(canvas) => canvas.toDataURL()") != before
    plane.click(position={"x": 14.5 * side, "y": 14.5 * side})
    page.mouse.move(5, 5)
    expect(walk.get_by_text(re.compile("Place 225 of 225"))).to_be_visible()


def a_sum_says_what_it_asks_for(page: Page) -> None:
    """Killed: a net without batch norm that is asked all the same; a hero that is gone, with
    its choices, where a net is not trained yet."""
    add = stage(page, "add")
    expect(add.get_by_text(re.compile("This G draws too few"))).to_be_visible()  # batch norm is out
    walk = stage(page, "walk")
    walk.get_by_text("pooling", exact=True).click()
    at_rest(page)
    expect(walk.get_by_text("Until then, the plane of the net that keeps all guidelines")).to_be_visible()
    expect(walk.locator("canvas").first).to_be_visible()
    walk.get_by_text("all kept", exact=True).click()
    at_rest(page)
    expect(add.get_by_text(re.compile("asks for a red square"))).to_be_visible()


def alpha_goes_from_the_old_path_to_the_new(page: Page) -> None:
    """Killed: a film that opens at its end."""
    fade = stage(page, "fade")
    slider = fade.get_by_role("slider", name="Moment")
    expect(fade.get_by_text(re.compile("50% old path and 50% new"))).to_be_visible()
    slider.press("Home")
    expect(fade.get_by_text(re.compile("exactly the old picture, doubled"))).to_be_visible()
    slider.press("End")
    expect(fade.get_by_text(re.compile("The new path alone is left"))).to_be_visible()
