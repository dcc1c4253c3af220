"""A lecture of one's own: steps of two pages, put in order, shared, and walked through on a projector."""

import re

from conftest import ROOT, Serve, at_rest, drawn, opened, until
from playwright.sync_api import Locator, Page, expect

from app.catalogue import CATALOGUE
from app.page.prose import sections

RIGHT = """() => Math.max(...[...document.querySelectorAll(".stMain *")]
    .map((one) => one.getBoundingClientRect().right))"""


def test_a_lecture(page: Page, app: str) -> None:
    steps_of_two_pages_are_added(page, app)
    they_are_put_in_order_and_named(page, app)
    the_arrows_lead_from_page_to_page(page)
    a_link_shows_it_to_somebody_else(page, app)


def test_a_seminar_sheet_is_one_printed_side(page: Page, serve: Serve) -> None:
    """Of the pages that say most. Killed: codes of 300 pixels; the bar at the side on paper."""
    app = serve(ROOT / "app" / "serve.py", {"GLASSBOX_PUBLIC_URL": "https://glass.example.org"})
    for entry in sorted(CATALOGUE, key=lambda entry: len(str(sections(entry.slug))))[-2:]:
        page.goto(f"{app}/sheet?page={entry.slug}")
        expect(page.get_by_role("heading", level=1)).to_have_text(entry.title)
        expect(page.locator("[class*=st-key-sheet-] a img").first).to_be_visible()
        at_rest(page)
        assert re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")) == [b"/Type /Page"]
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 700, "height": 990})
    until(lambda: page.evaluate(RIGHT) <= 700, "a sheet as wide as the paper", 10)
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    page.goto(f"{app}/sheet?page=**x**")
    expect(page.get_by_text("page must be the name of a page, as in vqvae, got '**x**'.")).to_be_visible()


def rows(page: Page) -> Locator:
    return page.locator(".desk .stops li")


def steps_of_two_pages_are_added(page: Page, app: str) -> None:
    """Killed: the list written anew with each step."""
    for slug, beat, said in (
        ("pixelcnn", 1, "1"),
        ("pixelcnn", 2, "2"),
        ("vqvae", 0, "3"),
        ("pixelcnn", 5, "4"),
    ):
        opened(page, app, slug, f"beat={beat}")
        add = page.get_by_role("button", name="Add this step to my lecture")
        add.click()
        expect(add).to_have_text(f"in my lecture · {said}")


def they_are_put_in_order_and_named(page: Page, app: str) -> None:
    """And found again after a reload. Killed: up that moves down; minutes that are not kept."""
    page.goto(f"{app}/lecture")
    expect(rows(page)).to_have_count(4)
    page.get_by_role("button", name="Move step 3 up").click()
    expect(rows(page).nth(1)).to_contain_text("VQ-VAE")
    page.get_by_label("Minutes of step 2").fill("500")
    page.get_by_label("Minutes of step 2").press("Enter")
    expect(page.locator(".desk [role=status]")).to_have_text("4 steps, 102 minutes.")
    page.get_by_label("Minutes of step 2").fill("6")
    page.get_by_label("Minutes of step 2").press("Enter")
    page.get_by_label("Name").fill("Codes")
    page.get_by_label("Name").press("Enter")
    page.reload()
    expect(page.locator(".desk [role=status]")).to_have_text("4 steps, 18 minutes.")
    expect(page.get_by_label("Name")).to_have_value("Codes")
    lines = page.get_by_role("button", name="Copy as Markdown").get_attribute("data-words")
    assert lines is not None
    assert lines.startswith("# Codes\n\n1. [PixelCNN: A pixel sees its past layer by layer.](")
    assert "/vqvae?beat=0) (6 min)\n" in lines


def the_arrows_lead_from_page_to_page(page: Page) -> None:
    """And back, each with its sentence. Killed: the page's beat in place of the lecture's step."""
    page.get_by_role("link", name="Present it").click()
    drawn(page)
    place, said = page.locator(".beats .place"), page.locator(".beats p[role=status]")
    expect(place).to_have_text("1 / 4")
    expect(said).to_have_text("A pixel sees its past layer by layer.")
    for key, number, beat, sentence in (
        ("ArrowRight", 2, 0, "Two of 64 random codes win every cell; the rest die."),
        ("ArrowRight", 3, 2, "However deep the stack, one wedge stays blind."),
        ("ArrowRight", 4, 5, "Samples grow out of noise."),
        ("ArrowLeft", 3, 2, "However deep the stack, one wedge stays blind."),
        ("ArrowLeft", 2, 0, "Two of 64 random codes win every cell; the rest die."),
    ):
        page.keyboard.press(key)
        expect(place).to_have_text(f"{number} / 4")
        expect(said).to_have_text(sentence)
        expect(page).to_have_url(re.compile(f"[?&]beat={beat}&"))
        at_rest(page)
        expect(page.locator("[class*=st-key-stage-]:visible")).to_have_count(1)
    page.reload()
    drawn(page)
    expect(place).to_have_text("2 / 4")
    page.keyboard.press("o")
    expect(page.locator(".beats .all button")).to_have_count(4)
    page.keyboard.press("Escape")


def a_link_shows_it_to_somebody_else(page: Page, app: str) -> None:
    """And leaves their own alone until they keep it; what is no stop is told. Killed: a link that is kept."""
    page.goto(f"{app}/lecture?stops=vqvae.2.5,vqvae.99&name=Theirs")
    expect(rows(page)).to_have_count(1)
    expect(page.get_by_text("The beat of vqvae must be between 1 and 8, got 99.")).to_be_visible()
    assert page.evaluate("JSON.parse(localStorage.getItem('glassbox.my lecture')).name") == "Codes"
    page.get_by_role("button", name="Keep it as mine").click()
    page.goto(f"{app}/lecture")
    expect(page.get_by_label("Name")).to_have_value("Theirs")
    expect(rows(page)).to_have_count(1)
    page.get_by_role("button", name="Take step 1 out").click()
    expect(page.locator(".desk [role=status]")).to_have_text(re.compile("^Nothing here yet"))
