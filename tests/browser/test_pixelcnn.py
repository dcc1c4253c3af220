"""A journey through the page of PixelCNN: from a bad link to the blind spot, by hand."""

import re

from conftest import at_rest, opened, stage
from playwright.sync_api import Page, expect


def test_journey(page: Page, app: str) -> None:
    opened(
        page,
        app,
        "pixelcnn",
        "pixelcnn.layers=99&pixelcnn.lr=nan&pixelcnn.colour=<b>red</b>&pixelcnn.start=junk",
    )
    a_bad_link_is_refused(page)
    a_control_and_a_bet_change_picture_and_url(page)
    a_click_makes_a_pixel_the_output(page)
    an_assignment_is_parsed_and_never_run(page)
    compare_pins_a_run_and_breaks_it(page)


def a_bad_link_is_refused(page: Page) -> None:
    """By name, bound and value, and the page opens. Killed: the silent default of a bound widget; an
    unescaped value."""
    for words in (
        "layers must be a whole number in [1, 8], got 99",
        "lr must be a number in [1e-05, 1], got nan",
        "colour must be one of the parameters",
        "pixelcnn.start must be a run's key and a moment",
    ):
        expect(page.get_by_text(words)).to_be_visible()
    assert page.locator("[data-testid=stAlert] b").count() == 0


def a_control_and_a_bet_change_picture_and_url(page: Page) -> None:
    """Killed: a page that draws the defaults whatever the widgets say; a bet not drawn into the result."""
    slider = page.locator(".st-key-strip-receptive_field").get_by_role("slider")
    slider.focus()
    slider.press("ArrowRight")
    at_rest(page)
    expect(page.get_by_text("10 are blind")).to_be_visible()
    page.get_by_role("button", name="12", exact=True).press("Enter")
    at_rest(page)
    expect(page.get_by_text("28 are blind")).to_be_visible()
    expect(page.locator(".predict .said")).to_contain_text("You said 12. Measured: 28.")
    expect(stage(page, "past").get_by_text("You said 12.")).to_be_visible()
    expect(page).to_have_url(re.compile(r"receptive_field\.layers=8"))


def a_click_makes_a_pixel_the_output(page: Page) -> None:
    """Killed: a click that the page does not hear."""
    grid = stage(page, "past").locator("canvas").nth(1)
    box = grid.bounding_box()
    assert box is not None
    grid.click(position={"x": 0.4 * box["width"], "y": 0.4 * box["height"]})
    expect(page).to_have_url(re.compile(r"receptive_field\.row=\d+"))


def an_assignment_is_parsed_and_never_run(page: Page) -> None:
    """Killed: a mask that leaks and passes."""
    editor = page.get_by_label("Your mask")
    editor.fill("__import__('os')")
    editor.press("Control+Enter")
    at_rest(page)
    expect(page.get_by_text("This is not a mask yet")).to_be_visible()
    editor.fill("1 1 1\n1 0 0\n0 0 0")
    editor.press("Control+Enter")
    at_rest(page)
    expect(page.get_by_text("Passed.")).to_be_visible()


def compare_pins_a_run_and_breaks_it(page: Page) -> None:
    """Killed: a pin that is lost when the setting changes."""
    page.get_by_role("button", name="Break it: mask B first").click()
    at_rest(page)
    expect(
        page.get_by_text(re.compile("first mask B ends at .* test bits/dim, first mask A"))
    ).to_be_visible()
    expect(page.get_by_text(re.compile("do not measure the same: first mask differs"))).to_be_visible()
