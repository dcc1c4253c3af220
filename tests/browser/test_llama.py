"""A journey through LLaMA's page: the bet moves the norm, and a leaf of the tree opens a page."""

import re

from conftest import at_rest, link, opened, stage
from playwright.sync_api import Page, expect


def test_journey(page: Page, app: str) -> None:
    opened(page, app, "llama")
    the_bet_moves_the_norm_and_is_measured(page)
    a_leaf_is_told_and_opens_its_page(page)


def the_bet_moves_the_norm_and_is_measured(page: Page) -> None:
    """The link says so, and the caption what came of it."""
    page.get_by_role("button", name="2.9", exact=True).click()
    at_rest(page)
    expect(link(page, "llama.place=after")).to_be_visible()
    expect(
        stage(page, "train").get_by_text(re.compile("a character of kept text costs 3.28"))
    ).to_be_visible()


def a_leaf_is_told_and_opens_its_page(page: Page) -> None:
    """GloVe's, on the page of word vectors."""
    tree = stage(page, "tree")
    leaf = tree.get_by_role("combobox").first
    leaf.click()
    leaf.fill("GloVe")
    leaf.press("Enter")
    at_rest(page)
    expect(tree.get_by_text(re.compile("October 2014 · no Transformer"))).to_be_visible()
    expect(tree.get_by_role("link", name=re.compile("Open: Word vectors"))).to_be_visible()
