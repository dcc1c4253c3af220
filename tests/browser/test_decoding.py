"""A journey through the page on choosing the next token: a bet, a text that grows, a cut that is dragged."""

import re

from conftest import link, opened, stage
from playwright.sync_api import Locator, Page, expect


def test_journey(page: Page, app: str) -> None:
    opened(page, app, "decoding")
    the_bet_draws_from_two(page)
    words_wear_their_probability(page)
    the_hand_moves_the_cut(page)
    a_text_too_long_is_refused(page)


def said(page: Page, where: str, words: str) -> Locator:
    return stage(page, where).get_by_text(re.compile(words))


def the_bet_draws_from_two(page: Page) -> None:
    """The bet makes its change."""
    expect(said(page, "text", "0 of the model's had come before")).to_be_visible()
    page.get_by_role("button", name="2 to 20").click()
    expect(said(page, "text", "6 of the model's had come before")).to_be_visible()
    expect(link(page, "decoding.k=2&")).to_be_visible()


def words_wear_their_probability(page: Page) -> None:
    """And the text is not there before it is written."""
    film = stage(page, "text")
    text = film.locator("canvas").first
    text.hover(position={"x": 40, "y": 60})
    expect(film.get_by_text(re.compile(r"word \d+, “.+”: probability \d"))).to_be_visible()
    film.get_by_role("slider", name="Moment").press("Home")
    text.hover(position={"x": 40, "y": 60})
    expect(film.get_by_text(re.compile(r"word \d+, “.+”: probability"))).to_have_count(0)


def the_hand_moves_the_cut(page: Page) -> None:
    """A place in either picture is the cut of both."""
    cut = stage(page, "cut")
    cut.scroll_into_view_if_needed()
    expect(said(page, "cut", "cut at k = 40. Left: 40 words stay, with 100%")).to_be_visible()
    plane = cut.locator("canvas").first
    box = plane.bounding_box()
    assert box is not None
    plane.click(position={"x": box["width"] * 0.25, "y": box["height"] * 0.5})
    expect(said(page, "cut", r"cut at k = 1?\d\. Left: 1?\d words stay")).to_be_visible()
    cut.get_by_role("radio", name="p", exact=True).or_(
        cut.get_by_role("button", name="p", exact=True)
    ).click()
    expect(said(page, "cut", "cut at p = 0.95. Left: 2 words stay")).to_be_visible()
    expect(link(page, "cut.hand=p")).to_be_visible()


def a_text_too_long_is_refused(page: Page) -> None:
    """By name, bound and value; what stood there stands still."""
    box = stage(page, "cut").get_by_label("Left context")
    box.fill("x" * 700)
    box.press("Enter")
    expect(said(page, "cut", "text must be at most 600 characters, got 700")).to_be_visible()
    expect(said(page, "cut", "Left: 2 words stay")).to_be_visible()
