"""A journey through the page of the scaling laws: a loss to come down to, other constants, fewer data."""

import re

from conftest import at_rest, link, opened, stage
from playwright.sync_api import Page, expect


def test_journey(page: Page, app: str) -> None:
    opened(page, app, "scaling")
    a_lower_loss_is_not_reached_by_the_smallest(page)
    other_constants_move_the_ring_and_a_drag_moves_yours(page)
    data_are_taken_away(page)


def a_lower_loss_is_not_reached_by_the_smallest(page: Page) -> None:
    """And it stands in the link."""
    price = stage(page, "price")
    slider = price.get_by_role("slider")
    expect(price.get_by_text(re.compile("To come down to 0.75 nats"))).to_be_visible()
    for _ in range(9):
        slider.press("ArrowLeft")
    at_rest(page)
    expect(price.get_by_text(re.compile(r"To come down to 0.3 nats .* never got there"))).to_be_visible()
    expect(link(page, "target=0.3")).to_be_visible()


def other_constants_move_the_ring_and_a_drag_moves_yours(page: Page) -> None:
    """Killed: a place that is not told."""
    board = stage(page, "board")
    board.get_by_role("radio", name="refitted").click()
    at_rest(page)
    expect(board.get_by_text(re.compile("The ring, refitted: 1.33 trillion tokens"))).to_be_visible()
    expect(board.get_by_text(re.compile("Yours: 70 billion parameters"))).to_be_visible()
    canvas = board.locator("canvas").first
    canvas.hover()
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 0.4 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.5 * box["height"], steps=4)
    page.mouse.up()
    expect(board.get_by_text(re.compile("Yours: 70 billion parameters"))).not_to_be_visible()


def data_are_taken_away(page: Page) -> None:
    """And the sentence follows the moment."""
    bend = stage(page, "bend")
    bend.get_by_role("slider", name="Moment").press("Home")
    expect(bend.get_by_text(re.compile("^10 trillion tokens"))).to_be_visible()
    bend.get_by_role("slider", name="Moment").press("End")
    expect(bend.get_by_text(re.compile("^100 million tokens"))).to_be_visible()
