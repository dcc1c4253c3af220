"""Flows and rivers in a real browser: layers, the two times, a dropped particle, the cost of a draw."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

GALLERY = Path(__file__).parent / "gallery_planes.py"
NewPage = Callable[..., Page]


@pytest.fixture(scope="session")
def gallery(serve: Callable[..., str]) -> str:
    """The address of the gallery."""
    return serve(GALLERY)


def shown(page: Page, address: str, what: str) -> Page:
    page.goto(f"{address}/?show={what}")
    expect(page.locator(".gb canvas").first).to_be_visible(timeout=20_000)
    expect(page.get_by_text("spot None")).to_be_visible()
    expect(page.get_by_label("density")).to_be_visible()
    return page


def picture(page: Page, panel: int = 0) -> bytes:
    """The pixels of one panel, once they rest."""
    page.wait_for_timeout(250)
    return page.locator(".film .pane canvas").nth(panel).screenshot()


def clock(page: Page) -> Locator:
    return page.get_by_role("slider", name="Time of the diffusion")


def test_each_layer_is_switched_by_its_name_and_back(page: Page, gallery: str) -> None:
    """Killed: a layer drawn whatever its switch says; a switch that redraws nothing."""
    shown(page, gallery, "film")
    first = picture(page)
    for name in ("density", "score", "particles", "guesses"):
        box = page.get_by_label(name, exact=True)
        box.click()
        assert picture(page) != first, name
        box.click()
        assert picture(page) == first, name


def test_the_timeline_moves_the_particles_and_the_river_at_once(page: Page, gallery: str) -> None:
    """Killed: the river drawn whole at every moment; the flow at its last moment only."""
    shown(page, gallery, "film")
    before = picture(page, 0), picture(page, 1)
    page.get_by_role("slider", name="Moment of the training").focus()
    for _ in range(8):
        page.keyboard.press("ArrowLeft")
    assert picture(page, 0) != before[0]
    assert picture(page, 1) != before[1]


def test_an_inner_time_is_one_time_for_all_panels_and_leaves_the_training_alone(
    page: Page, gallery: str
) -> None:
    """Killed: a clock a panel; a clock that moves the timeline; labels that stay at the last."""
    shown(page, gallery, "inner")
    expect(clock(page)).to_have_count(2)
    training = page.get_by_role("slider", name="Moment of the training")
    expect(training).to_have_attribute("aria-valuenow", "3")
    before = picture(page, 0), picture(page, 1)
    clock(page).first.focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    expect(clock(page).first).to_have_attribute("aria-valuetext", "t = 5")
    expect(clock(page).nth(1)).to_have_attribute("aria-valuetext", "t = 5")
    expect(training).to_have_attribute("aria-valuenow", "3")
    assert picture(page, 0) != before[0]
    assert picture(page, 1) != before[1]


def test_the_inner_time_plays_to_its_end_and_rests(page: Page, gallery: str) -> None:
    """Killed: a play that starts at the end and stands; one that never ends."""
    shown(page, gallery, "inner")
    page.locator(".film .layers").first.get_by_role("button", name="Play").click()
    expect(clock(page).first).not_to_have_attribute("aria-valuetext", "t = 0")
    expect(clock(page).first).to_have_attribute("aria-valuetext", "t = 0", timeout=9000)
    expect(page.locator(".film .layers").first.get_by_role("button", name="Play")).to_be_visible()


def test_a_click_drops_a_particle_where_it_was_and_its_way_is_drawn(page: Page, gallery: str) -> None:
    """Killed: y upside down; the place in pixels; a way that is not drawn."""
    shown(page, gallery, "film")
    before, canvas = picture(page), page.locator(".film .pane canvas").first
    size = canvas.bounding_box() or {"width": 0, "height": 0}
    canvas.click(position={"x": size["width"] / 2, "y": 12})
    expect(page.get_by_text(re.compile(r"^spot \(-?0\.\d+, 1\.\d+\)$"))).to_be_visible()
    assert picture(page) != before


def test_the_keyboard_drops_one_too(page: Page, gallery: str) -> None:
    """Killed: Enter ignored; a cross that starts elsewhere than in the middle."""
    shown(page, gallery, "film")
    page.locator(".film .pane canvas").first.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_text("spot (0.375, 0.1875)")).to_be_visible()


def test_the_numbers_under_the_pointer_are_places_on_the_plane(page: Page, gallery: str) -> None:
    """Killed: no reading; a reading in pixels."""
    shown(page, gallery, "film")
    canvas = page.locator(".film .pane canvas").first
    size = canvas.bounding_box() or {"width": 0, "height": 0}
    canvas.hover(position={"x": size["width"] / 2, "y": (size["height"] - 18) / 2})
    expect(page.locator(".film .readout")).to_contain_text(re.compile(r"^\(-?0(\.\d+)?, -?0(\.\d+)?\)"))
    expect(page.locator(".film .readout")).to_contain_text("of 200 nearby")


def test_it_fits_a_phone(new_page: NewPage, gallery: str) -> None:
    """Killed: panels side by side at 390 px."""
    page = shown(new_page(viewport={"width": 390, "height": 844}), gallery, "inner")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    boxes = [one.bounding_box() for one in page.locator(".film .pane canvas").all()]
    assert boxes[0]
    assert boxes[1]
    assert boxes[1]["y"] > boxes[0]["y"] + boxes[0]["height"] - 1
