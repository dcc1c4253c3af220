"""A journey through the page of dice: a bet that is measured, heat, and fewer dice."""

import re

from conftest import at_rest, link, opened, stage
from playwright.sync_api import Page, expect


def test_journey(page: Page, app: str) -> None:
    opened(page, app, "gumbel-softmax")
    the_bet_takes_reinforce(page)
    heat_moves_the_throws_and_not_who_leads(page)
    fewer_dice_disturb_a_reward_less(page)


def the_bet_takes_reinforce(page: Page) -> None:
    """And what was measured stands beside it."""
    page.get_by_role("button", name="−20", exact=True).click()
    at_rest(page)
    expect(stage(page, "train").get_by_text(re.compile("is given thrown faces; no gradient"))).to_be_visible()
    expect(link(page, "categorical.estimator=REINFORCE")).to_be_visible()


def heat_moves_the_throws_and_not_who_leads(page: Page) -> None:
    """The share of A is the same at both ends."""
    simplex = stage(page, "simplex")
    slider = simplex.get_by_role("slider", name="Moment")
    leads = []
    for key, heat in (("Home", "Temperature 0.1:"), ("End", "Temperature 5:")):
        slider.press(key)
        said = simplex.get_by_text(re.compile(heat)).first
        expect(said).to_be_visible()
        leads.append(re.findall(r"It is A in ([\d.]+)%", said.inner_text()))
    assert leads[0] == leads[1] != []


def fewer_dice_disturb_a_reward_less(page: Page) -> None:
    """One die in place of four."""
    gradient = stage(page, "gradient")
    dice = gradient.get_by_role("slider", name="Dice")
    for _ in range(3):
        dice.press("ArrowLeft")
        at_rest(page)
    expect(link(page, "estimators.dice=1")).to_be_visible()
