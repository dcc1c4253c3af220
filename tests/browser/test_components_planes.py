"""Flows and rivers in a real browser: layers, the two times, a dropped particle. One load for each scene."""

import re

from conftest import below_each_other, frames, narrow, scene
from playwright.sync_api import Locator, Page, expect

GALLERY = "gallery_planes.py"


def test_a_flow_and_a_river(page: Page, gallery: str) -> None:
    scene(page, gallery, "film")
    expect(page.get_by_text("spot None")).to_be_visible()
    each_layer_is_switched_by_its_name_and_back(page)
    the_number_under_the_pointer_is_a_place_on_the_plane(page)
    the_keyboard_drops_a_particle(page)
    a_click_drops_one_where_it_was(page)
    the_timeline_moves_both_at_once(page)


def test_an_inner_time(page: Page, gallery: str) -> None:
    scene(page, gallery, "inner")
    it_is_one_time_for_all_panels(page)
    it_plays_to_its_end_and_rests(page)
    assert below_each_other(narrow(page))


def picture(page: Page, panel: int = 0) -> str:
    """The pixels of one panel, once they rest."""
    canvas = page.locator(".film .pane canvas").nth(panel)
    frames(canvas, 2)
    return canvas.evaluate("canvas => canvas.toDataURL()")


def clock(page: Page) -> Locator:
    return page.get_by_role("slider", name="Time of the diffusion")


def each_layer_is_switched_by_its_name_and_back(page: Page) -> None:
    """Killed: a layer drawn whatever its switch says; a switch that redraws nothing."""
    first = picture(page)
    for name in ("density", "score", "particles", "guesses"):
        box = page.get_by_label(name, exact=True)
        box.click()
        assert picture(page) != first, name
        box.click()
        assert picture(page) == first, name


def the_number_under_the_pointer_is_a_place_on_the_plane(page: Page) -> None:
    """Killed: no reading; a reading in pixels."""
    canvas = page.locator(".film .pane canvas").first
    size = canvas.bounding_box() or {"width": 0, "height": 0}
    canvas.hover(position={"x": size["width"] / 2, "y": (size["height"] - 18) / 2})
    expect(page.locator(".film .readout")).to_contain_text(re.compile(r"^\(-?0(\.\d+)?, -?0(\.\d+)?\)"))
    expect(page.locator(".film .readout")).to_contain_text("of 200 nearby")


def the_keyboard_drops_a_particle(page: Page) -> None:
    """Killed: Enter ignored; a cross that starts elsewhere than in the middle."""
    page.locator(".film .pane canvas").first.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_text("spot (0.375, 0.1875)")).to_be_visible()


def a_click_drops_one_where_it_was(page: Page) -> None:
    """And its way is drawn. Killed: y upside down; the place in pixels; a way that is not drawn."""
    before, canvas = picture(page), page.locator(".film .pane canvas").first
    size = canvas.bounding_box() or {"width": 0, "height": 0}
    canvas.click(position={"x": size["width"] / 2, "y": 12})
    expect(page.get_by_text(re.compile(r"^spot \(-?0\.\d+, 1\.\d+\)$"))).to_be_visible()
    assert picture(page) != before


def the_timeline_moves_both_at_once(page: Page) -> None:
    """Killed: the river drawn whole at every moment; the flow at its last moment only."""
    before = picture(page, 0), picture(page, 1)
    page.get_by_role("slider", name="Moment of the training").focus()
    for _ in range(8):
        page.keyboard.down("ArrowLeft")
    page.keyboard.up("ArrowLeft")
    assert picture(page, 0) != before[0]
    assert picture(page, 1) != before[1]


def it_is_one_time_for_all_panels(page: Page) -> None:
    """And leaves the training alone. Killed: a clock a panel; a clock that moves the timeline; labels that
    stay at the last."""
    expect(clock(page)).to_have_count(1)
    training = page.get_by_role("slider", name="Moment of the training")
    expect(training).to_have_attribute("aria-valuenow", "3")
    before = picture(page, 0), picture(page, 1)
    clock(page).first.focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    expect(clock(page).first).to_have_attribute("aria-valuetext", "t = 5")
    expect(clock(page)).to_have_count(1)
    expect(training).to_have_attribute("aria-valuenow", "3")
    assert picture(page, 0) != before[0]
    assert picture(page, 1) != before[1]
    page.keyboard.press("End")
    expect(clock(page).first).to_have_attribute("aria-valuetext", "t = 0")


def it_plays_to_its_end_and_rests(page: Page) -> None:
    """Killed: a play that starts at the end and stands; one that never ends."""
    play = page.locator(".film .layers").first.get_by_role("button", name="Play")
    play.click()
    expect(clock(page).first).not_to_have_attribute("aria-valuetext", "t = 0")
    expect(clock(page).first).to_have_attribute("aria-valuetext", "t = 0", timeout=9000)
    expect(play).to_be_visible()
