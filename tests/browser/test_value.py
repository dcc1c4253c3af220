"""A journey through the page on value: a cell framed, a wall, a world for the twins, a bet."""

import re

from conftest import at_rest, link, opened, stage
from playwright.sync_api import Page, expect


def test_journey(page: Page, app: str) -> None:
    opened(page, app, "value")
    world = stage(page, "world")
    picture = world.locator("canvas").first
    expect(world.get_by_text(re.compile("Row 4, column 1: up is best"))).to_be_visible()
    box = picture.bounding_box()
    assert box is not None
    cell = box["width"] / 12

    def touch(row: int, column: int) -> None:
        picture.click(position={"x": (column - 0.5) * cell, "y": (row - 0.5) * cell})
        at_rest(page)

    touch(3, 12)
    expect(world.get_by_text(re.compile("Row 3, column 12: down is best"))).to_be_visible()
    world.get_by_text("wall", exact=True).click()
    at_rest(page)
    touch(3, 1)
    expect(world.get_by_text(re.compile("At the end no best way leads to the goal"))).to_be_visible()
    expect(link(page, "bellman.grid=............%2F............%2F%23")).to_be_visible()
    picture.focus()
    world.get_by_role("button", name="Let the learners below walk here").click()
    at_rest(page)
    expect(link(page, "temporal_difference.grid=............%2F............%2F%23")).to_be_visible()
    touch(3, 1)  # and away with it
    expect(world.get_by_text(re.compile("the best way takes 13 moves"))).to_be_visible()
    page.get_by_role("button", name="up", exact=True).click()
    at_rest(page)
    expect(page.locator(".predict .said")).to_contain_text("Measured: left")
