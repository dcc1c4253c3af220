"""What a person does on the page on scores, done by a real browser against the real server."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

Serve = Callable[..., str]
NewPage = Callable[..., Page]
PATIENCE = 60_000  # milliseconds, on a busy machine


def opened(page: Page, app: str, query: str = "") -> Locator:
    """The stage of the two ways home, once all of the page is there."""
    page.goto(f"{app}/score{'?' if query else ''}{query}")
    stage = page.locator(".st-key-stage-flow")
    expect(stage.locator(".film canvas").first).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("link", name="Present this page")).to_be_visible(timeout=PATIENCE)
    return stage


def test_it_opens_on_an_exact_picture_that_plays_once_and_rests(page: Page, app: str) -> None:
    """Killed: a film that opens at its end, at rest."""
    page.goto(f"{app}/score")
    stage = page.locator(".st-key-stage-flow")
    expect(stage.get_by_role("button", name="Pause")).to_be_visible(timeout=PATIENCE)
    opened(page, app)
    expect(stage.get_by_text(re.compile(r"of 4,950 pairs of ODE paths 0 cross"))).to_be_visible()
    button = stage.get_by_role("button", name=re.compile("^(Play|Pause)$"))
    expect(button).to_have_text("Play", timeout=PATIENCE)
    expect(stage.locator(".figures")).to_contain_text("step 100")
    assert page.get_by_text("holds", exact=True).count() >= 10


def test_a_dropped_noise_is_followed_and_the_layers_stay_as_they_were(page: Page, app: str) -> None:
    """Killed: switches that a drop sets back; a drop that outlives the density that it was dropped in."""
    stage = opened(page, app, "flow.modes=5")
    stage.get_by_label("score", exact=True).uncheck()
    stage.locator(".pane canvas").first.click(position={"x": 260, "y": 140})
    expect(stage.get_by_text(re.compile(r"the ODE goes to mode \d, always"))).to_be_visible(timeout=PATIENCE)
    expect(stage.get_by_label("score", exact=True)).not_to_be_checked()
    stage.get_by_role("radio", name="VE").click()
    expect(stage.get_by_text(re.compile("always"))).to_have_count(0, timeout=PATIENCE)
    page.wait_for_function("location.search.includes('flow.kind=VE')")


def test_a_click_measures_how_likely_a_place_is_and_the_link_keeps_it(page: Page, app: str) -> None:
    """Killed: a place that is not put into the link."""
    opened(page, app)
    stage = page.locator(".st-key-stage-trips")
    stage.scroll_into_view_if_needed()
    stage.locator(".pane canvas").first.click(position={"x": 60, "y": 60})
    expect(stage.get_by_text("Place (-0.8, 1.1)")).to_have_count(0, timeout=PATIENCE)
    page.wait_for_function("location.search.includes('encoding.x=')")
    expect(stage.get_by_text(re.compile("In closed form"))).to_be_visible()


def test_on_a_phone_everything_fits(new_page: NewPage, app: str) -> None:
    """Killed: a strip that is wider than the screen."""
    page = new_page(viewport={"width": 390, "height": 844})
    opened(page, app)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
