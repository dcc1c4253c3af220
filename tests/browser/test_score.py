"""A journey through the page on scores: a picture that plays, a noise dropped, a place measured."""

import re

from conftest import at_rest, drawn, stage, touch
from playwright.sync_api import Page, expect


def test_journey(page: Page, app: str) -> None:
    page.goto(f"{app}/score?flow.modes=5")
    it_opens_on_an_exact_picture_that_plays(page)
    a_dropped_noise_is_followed(page)
    a_click_measures_how_likely_a_place_is(page)


def it_opens_on_an_exact_picture_that_plays(page: Page) -> None:
    """Killed: a film that opens at its end, at rest."""
    flow = stage(page, "flow")
    expect(flow.get_by_role("button", name="Pause")).to_be_visible()
    drawn(page)
    expect(flow.get_by_text(re.compile(r"of 4,950 pairs on the line, 0 paths of the ODE"))).to_be_visible()
    flow.get_by_role("slider", name="Moment of the training").press("End")
    expect(flow.get_by_role("button", name="Play")).to_be_visible()
    expect(flow.locator(".figures")).to_contain_text("step 100")
    assert page.get_by_text("holds", exact=True).count() >= 10


def a_dropped_noise_is_followed(page: Page) -> None:
    """And the layers stay as they were. Killed: switches that a drop sets back; a drop that outlives the
    density that it was dropped in."""
    flow = stage(page, "flow")
    flow.get_by_label("score", exact=True).uncheck()
    touch(flow.locator(".pane canvas").first, 0.45, 0.4)
    at_rest(page)
    expect(flow.get_by_text(re.compile(r"the ODE goes to mode \d, always"))).to_be_visible()
    expect(flow.get_by_label("score", exact=True)).not_to_be_checked()
    flow.get_by_role("radio", name="VE").click()
    at_rest(page)
    expect(flow.get_by_text(re.compile("always"))).to_have_count(0)
    expect(page).to_have_url(re.compile("flow.kind=VE"))


def a_click_measures_how_likely_a_place_is(page: Page) -> None:
    """And the link keeps it. Killed: a place that is not put into the link."""
    trips = stage(page, "trips")
    touch(trips.locator(".pane canvas").first, 0.2, 0.25)
    at_rest(page)
    expect(trips.get_by_text("Place (-0.8, 1.1)")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"encoding\.x="))
    expect(trips.get_by_text(re.compile("In closed form"))).to_be_visible()
