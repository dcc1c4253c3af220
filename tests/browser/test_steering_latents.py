"""A journey through the page of steered latents: a bet, a half that is painted, a rung."""

import re

from conftest import at_rest, link, opened, stage
from playwright.sync_api import Page, expect


def test_journey(page: Page, app: str) -> None:
    opened(page, app, "steering-latents")
    page.get_by_role("button", name="1.2 pixels", exact=True).click()
    at_rest(page)
    expect(stage(page, "train").get_by_text(re.compile("z is drawn whatever the half"))).to_be_visible()
    expect(link(page, "conditional.prior=N")).to_be_visible()
    half = stage(page, "half")
    open_ = half.get_by_text(re.compile(r"differ in [\d.]+ of 32 pixels")).first
    before = open_.inner_text()
    half.get_by_role("application", name=re.compile("The upper half")).click(position={"x": 8, "y": 8})
    at_rest(page)
    expect(open_).not_to_have_text(before)
    ladder = stage(page, "ladder")
    ladder.get_by_role("slider", name="Moment").press("Home")
    expect(ladder.get_by_text(re.compile("At β = 1 both are one VAE")).first).to_be_visible()
