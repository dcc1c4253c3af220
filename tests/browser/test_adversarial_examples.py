"""A journey through the page: epsilon under the finger, a bet, another net, a digit of one's own, a slice."""

import re

from conftest import at_rest, link, opened, stage, touch
from playwright.sync_api import Page, expect


def test_journey(page: Page, app: str) -> None:
    opened(page, app, "adversarial-examples")
    attack = stage(page, "attack")
    expect(attack.get_by_text(re.compile("moved by ε = 0.20"))).to_be_visible()
    slider = attack.get_by_role("slider", name="Moment")
    slider.press("Home")
    expect(attack.get_by_text(re.compile("ε = 0: this kept 2 is as it was"))).to_be_visible()
    slider.press("ArrowRight")
    expect(attack.get_by_text(re.compile("moved by ε = 0.01"))).to_be_visible()
    page.get_by_role("button", name="95%", exact=True).click()
    at_rest(page)
    expect(page.locator(".predict .said")).to_contain_text(re.compile(r"You said 95%. Measured: \d\d%"))
    expect(link(page, "fgsm.against=its+own+sign")).to_be_visible()
    a_digit_of_one_s_own_is_moved_away_from_what_is_read(page)
    the_dot_of_the_slice_goes_where_it_is_put(page)


def a_digit_of_one_s_own_is_moved_away_from_what_is_read(page: Page) -> None:
    """Killed: the kept digit in place of the drawing; a drawing that is never read; a slice
    that stays with the kept digit."""
    attack = stage(page, "attack")
    attack.get_by_text("Draw your own").click()
    at_rest(page)
    paper = attack.get_by_role("application", name=re.compile("Your drawing"))
    box = paper.bounding_box()
    assert box is not None
    for row in range(1, 7):  # a 1
        paper.click(position={"x": 4.5 * box["width"] / 8, "y": (row + 0.5) * box["width"] / 8})
        at_rest(page)
    expect(attack.get_by_text(re.compile("your digit, which the net reads as 1"))).to_be_visible()
    expect(stage(page, "slice").get_by_text(re.compile(r"\d% of the plane is read as 1"))).to_be_visible()
    attack.get_by_text("Draw your own").click()
    at_rest(page)
    expect(attack.get_by_text(re.compile("this kept 2"))).to_be_visible()


def the_dot_of_the_slice_goes_where_it_is_put(page: Page) -> None:
    """Killed: a place that is not asked about."""
    cut = stage(page, "slice")
    expect(cut.get_by_text(re.compile(r"At \(0.15, 0.00\)"))).to_be_visible()
    touch(cut.locator("canvas").first, 0.3, 0.3)
    at_rest(page)
    expect(cut.get_by_text(re.compile(r"At \(−?0.\d\d, 0.\d\d\) it reads"))).to_be_visible()
    expect(cut.get_by_text(re.compile(r"At \(0.15, 0.00\)"))).to_have_count(0)
