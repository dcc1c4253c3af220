"""A journey through the page: blocks are taken out, the loss follows the moment, a question steers maps."""

import re

from conftest import at_rest, link, opened, stage, touch
from playwright.sync_api import Page, expect


def test_journey(page: Page, app: str) -> None:
    opened(page, app, "residual")
    depth_is_told_moment_by_moment(page)
    blocks_that_are_left_out_stand_in_the_link(page)
    another_question_has_another_answer(page)
    a_bar_that_is_clicked_leaves_its_map_alone(page)


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


def another_question_has_another_answer(page: Page) -> None:
    """About the same picture; and without a question there is none."""
    ask = stage(page, "ask")
    expect(ask.get_by_text(re.compile("the cross.” blue .*, right")).first).to_be_visible()
    at_rest(page)
    ask.get_by_role("combobox").click()
    page.keyboard.type("What colour is the ring?")
    page.keyboard.press("Enter")
    at_rest(page)
    expect(ask.get_by_text(re.compile("the ring.” yellow .*, right")).first).to_be_visible()
    ask.get_by_role("slider", name="Moment").press("Home")
    expect(ask.get_by_text(re.compile("cannot know what was asked")).first).to_be_visible()


def a_bar_that_is_clicked_leaves_its_map_alone(page: Page) -> None:
    """A click on the first panel, then another on the same place."""
    ask = stage(page, "ask")
    for words in ("With map .* left as it is: ", "Click a bar, or choose maps"):
        touch(ask.locator("canvas").first, 0.3, 0.6)
        at_rest(page)
        expect(ask.get_by_text(re.compile(words)).first).to_be_visible()
