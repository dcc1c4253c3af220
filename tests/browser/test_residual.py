"""A journey through the page of residual blocks: blocks are taken out, and the loss follows the moment."""

import re

from conftest import at_rest, link, opened, stage
from playwright.sync_api import Page, expect


def test_journey(page: Page, app: str) -> None:
    opened(page, app, "residual")
    depth_is_told_moment_by_moment(page)
    blocks_that_are_left_out_stand_in_the_link(page)


def depth_is_told_moment_by_moment(page: Page) -> None:
    """Its sentence, too, from the first step to the last."""
    page.get_by_role("button", name=re.compile("show me", re.I)).first.click()
    at_rest(page)
    depth = stage(page, "depth")
    slider = depth.get_by_role("slider", name="Moment")
    slider.press("Home")
    expect(depth.get_by_text(re.compile("up to 1. Plain"))).to_be_visible()
    slider.press("End")
    expect(depth.get_by_text(re.compile("up to 120. Plain"))).to_be_visible()


def blocks_that_are_left_out_stand_in_the_link(page: Page) -> None:
    """Two of them, together."""
    delete = stage(page, "delete")
    for name, words in (("3", "Without block 3 it reads"), ("5", "Without blocks 3, 5 it reads")):
        delete.get_by_role("button", name=name, exact=True).click()
        at_rest(page)
        expect(delete.get_by_text(re.compile(words)).first).to_be_visible()
    expect(link(page, "off=")).to_be_visible()
