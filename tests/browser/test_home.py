"""Home and the way to a page: posters, cards, search, the list at the side. One load."""

import re

from conftest import NewPage, at_rest, drawn, frames, stage, until
from playwright.sync_api import Locator, Page, expect

from app.catalogue import CATALOGUE

FIRST = CATALOGUE[0]


def test_home(new_page: NewPage, app: str) -> None:
    page = new_page(reduced_motion="reduce")
    page.goto(app)
    sections_unfold(page)
    every_page_has_a_card(page)
    a_poster_plays_under_the_pointer(page)
    search_narrows_the_pages(page)
    the_cards_stand_in_one_column_on_a_phone(page)
    a_page_opens_on_a_finished_picture(page)


def sections_unfold(page: Page) -> None:
    """The first is open; with many pages the others begin folded. Killed: one that stays shut."""
    sections = page.get_by_test_id("stMain").get_by_test_id("stExpander")
    expect(sections).to_have_count(len({entry.section for entry in CATALOGUE}))
    at_rest(page)
    for section in sections.all():
        if section.locator("details[open]").count() == 0:
            section.locator("summary").click()
        expect(section.locator("details[open]")).to_have_count(1)


def card(page: Page, slug: str) -> Locator:
    return page.locator(f".st-key-card-{slug}")


def boxes(page: Page) -> list[dict[str, float]]:
    """Where the cards lie, in the order of the catalogue."""
    found = [card(page, entry.slug).bounding_box() for entry in CATALOGUE]
    return [{"x": b["x"], "y": b["y"], "width": b["width"], "height": b["height"]} for b in found if b]


def every_page_has_a_card(page: Page) -> None:
    """A poster and a link, and no two lie on each other. Killed: a page left out of the grid; cards of a
    fixed height that overlap."""
    for entry in CATALOGUE:
        expect(card(page, entry.slug)).to_be_attached()
        card(page, entry.slug).scroll_into_view_if_needed()
        expect(card(page, entry.slug).locator(".gb.poster canvas")).to_be_visible()
        expect(card(page, entry.slug).get_by_role("link")).to_be_visible()
    card(page, FIRST.slug).scroll_into_view_if_needed()
    at = boxes(page)
    assert len(at) == len(CATALOGUE)
    for i, a in enumerate(at):
        for b in at[:i]:
            across = a["x"] + a["width"] <= b["x"] + 1 or b["x"] + b["width"] <= a["x"] + 1
            down = a["y"] + a["height"] <= b["y"] + 1 or b["y"] + b["height"] <= a["y"] + 1
            assert across or down


def a_poster_plays_under_the_pointer(page: Page) -> None:
    """And rests at its end; it stands still for who asked for less motion. Killed: a poster that starts and
    never stops; one that ignores the pointer; `still()` left out of `play`."""
    canvas = card(page, FIRST.slug).locator(".gb.poster canvas")
    end = canvas.get_attribute("data-moment")
    assert end is not None
    assert int(end) > 0
    canvas.hover()
    assert frames(canvas) == 1
    assert canvas.get_attribute("data-moment") == end
    page.mouse.move(5, 5)
    page.emulate_media(reduced_motion="no-preference")
    canvas.hover()
    page.wait_for_function("canvas => +canvas.dataset.moment < 3", arg=canvas.element_handle())
    until(lambda: canvas.get_attribute("data-moment") == end, "the end of a poster", 20)
    assert frames(canvas) == 1
    page.emulate_media(reduced_motion="reduce")


def search_narrows_the_pages(page: Page) -> None:
    """By author, too, and says when there is none. Killed: a query that is read as Markdown."""
    links = page.get_by_test_id("stSidebarNav").get_by_role("link", name="PixelCNN")
    box = page.get_by_placeholder("Find a system")
    box.fill("kavukcuoglu")
    box.press("Enter")
    at_rest(page)
    expect(links).to_be_visible()
    expect(card(page, "score")).to_have_count(0)
    box.fill("<b>no such thing</b>")
    box.press("Enter")
    at_rest(page)
    none = page.get_by_text("Nothing here is called “<b>no such thing</b>” yet.")
    expect(none).to_be_visible()
    expect(links).to_have_count(0)
    box.fill("")
    box.press("Enter")
    at_rest(page)
    expect(links).to_be_visible()


def the_cards_stand_in_one_column_on_a_phone(page: Page) -> None:
    """Killed: columns that do not wrap at 390 px."""
    page.set_viewport_size({"width": 390, "height": 844})
    until(lambda: len({round(box["x"]) for box in boxes(page)}) == 1, "one column", 10)
    until(lambda: page.evaluate("document.documentElement.scrollWidth") <= 390, "390 pixels", 10)
    page.set_viewport_size({"width": 1280, "height": 720})


def a_page_opens_on_a_finished_picture(page: Page) -> None:
    """By the list at the side, without a click on the page. Killed: a page that waits for a press."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="PixelCNN").click()
    drawn(page)
    expect(page.get_by_text("6 are blind")).to_be_visible()
    expect(stage(page, "train").locator(".gb.film canvas").first).to_be_visible()
    expect(page.get_by_text(re.compile("^recorded · "))).to_be_visible()
