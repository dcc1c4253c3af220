"""A journey through the page of VQ-VAE: a code put into a cell, a code killed, a code followed."""

import re

from conftest import at_rest, link, opened, stage, touch
from playwright.sync_api import Locator, Page, expect


def test_journey(page: Page, app: str) -> None:
    opened(page, app, "vqvae")
    it_opens_on_a_finished_codebook(page)
    a_code_is_put_into_a_cell_and_taken_back(page)
    a_code_is_killed_and_lives_again(page)
    another_code_is_followed_in_the_plane(page)
    stage_two_stands_in_the_link(page)


def grid(page: Page, name: str) -> Locator:
    """One grid of the stage of codes, by the start of its name."""
    return stage(page, "grid").locator(f"canvas[aria-label^='{name}']")


def it_opens_on_a_finished_codebook(page: Page) -> None:
    """And says that it is recorded. Killed: a page that opens on an untrained setting."""
    train = stage(page, "train")
    expect(train.get_by_text(re.compile("^recorded · "))).to_be_visible()
    said = re.compile(r"At the end, 6\d of 64 codes stand in some cell of the test pictures")
    expect(train.get_by_text(said)).to_be_visible()


def a_code_is_put_into_a_cell_and_taken_back(page: Page) -> None:
    """Killed: the click on the codebook not heard; the edited grid not decoded."""
    touch(grid(page, "Its codes"), 0.4, 0.6)
    at_rest(page)
    touch(grid(page, "The codebook"), 0.06, 0.19)
    at_rest(page)
    page.get_by_role("button", name="Put it into cell 2, 1").click()
    at_rest(page)
    changed = stage(page, "grid").get_by_text(re.compile(r"[1-9]\d* pixels changed"))
    expect(changed).to_be_visible()
    page.get_by_role("button", name="Take back 1 changed cell").click()
    at_rest(page)
    expect(stage(page, "grid").get_by_text(re.compile(r"\d+ pixels changed"))).to_have_count(0)


def a_code_is_killed_and_lives_again(page: Page) -> None:
    """Killed: a killed code that still owns its cells."""
    expect(page.get_by_text(re.compile(r"Code 8: it owns \d+ cells"))).to_be_visible()
    page.get_by_role("button", name="Kill it").click()
    at_rest(page)
    expect(page.get_by_text("With 1 killed")).to_be_visible()
    expect(page.get_by_text("Code 8: it owns nothing.")).to_be_visible()
    page.get_by_role("button", name="Let it live").click()
    at_rest(page)
    expect(page.get_by_text("With 1 killed")).to_have_count(0)


def another_code_is_followed_in_the_plane(page: Page) -> None:
    """Killed: numbers of code 3 whatever is followed."""
    plane = stage(page, "plane")
    plane.get_by_label("Follow code").fill("9")
    plane.get_by_label("Follow code").press("Enter")
    at_rest(page)
    expect(plane.get_by_text(re.compile("Step 90: code 9 is nearest to"))).to_be_visible()


def stage_two_stands_in_the_link(page: Page) -> None:
    """Killed: the choice of the stage left out of the link."""
    page.get_by_text("Stage two: a prior").first.click()
    at_rest(page)
    said = page.get_by_text(re.compile(r"^At the end a test code costs the prior \d"))
    expect(said).to_be_visible()
    expect(link(page, "lab=Stage+two")).to_be_visible()
