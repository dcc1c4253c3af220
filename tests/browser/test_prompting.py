"""A journey through the page on prompting: a card that is wrong, gone and typed anew; a step turned over."""

import re

from conftest import at_rest, link, opened, stage
from playwright.sync_api import Locator, Page, expect


def test_journey(page: Page, app: str) -> None:
    opened(page, app, "prompting", "edit=4&flips=Ann&flips=Dan")
    cards_come_and_go(page)
    a_step_turned_over_turns_what_follows(page)


def said(page: Page, where: str, words: str) -> Locator:
    return stage(page, where).get_by_text(re.compile(words))


def cards_come_and_go(page: Page) -> None:
    """Killed: a link without the prompt."""
    for button, words in (
        ("Wrong name", "it says fep for fox"),
        ("Take it away", "After 7 examples.*No card has shown the fox"),
        ("Start over", "After 8 examples it says dax for fox"),
    ):
        stage(page, "prompt").get_by_role("button", name=button).click()
        expect(said(page, "prompt", words)).to_be_visible()
        at_rest(page)
    box = stage(page, "prompt").get_by_label("The prompt: cards, and the animal asked for")
    for text, words in (("fux=dax, fox=?", "the animal must be one of ant"), ("fox=zup, fox=?", "says zup")):
        box.fill(text)
        box.press("Control+Enter")
        expect(said(page, "prompt", words)).to_be_visible()
    expect(said(page, "prompt", "the same")).to_be_visible()
    expect(link(page, "prompt=fox%3Dzup")).to_be_visible()


def a_step_turned_over_turns_what_follows(page: Page) -> None:
    """And the link's people flip."""
    expect(said(page, "lanes", "Leo leaves the coin: heads is up.*it writes tails, wrong")).to_be_visible()
    box = stage(page, "lanes").get_by_role("spinbutton", name="Turn a step over")
    box.fill("0")
    box.press("Enter")
    expect(said(page, "lanes", "Step by step it writes heads, right")).to_be_visible()
    expect(link(page, "flips=Ann&flips=Dan")).to_be_visible()
