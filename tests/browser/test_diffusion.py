"""What a person does on the diffusion page, done by a real browser against the real server.

The mutants that a test has killed are named in its docstring. That no console has an error in it is checked
for every page by the fixture that makes it.
"""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

Serve = Callable[..., str]
PATIENCE = 60_000  # milliseconds, on a busy machine


def opened(page: Page, app: str, query: str = "") -> Page:
    """The page behind a link, with its picture."""
    page.goto(f"{app}/diffusion{'?' if query else ''}{query}")
    expect(page.locator(".st-key-stage-train .gb.film canvas").first).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("link", name="Present this page")).to_be_visible(timeout=PATIENCE)
    return page


def stage(page: Page, name: str) -> Locator:
    return page.locator(f".st-key-stage-{name}")


def test_it_opens_on_a_finished_flow_and_says_it_is_recorded(page: Page, app: str) -> None:
    """Killed: a page that opens on an untrained setting; a clock that says its time only once moved."""
    opened(page, app)
    expect(stage(page, "train").get_by_text(re.compile("^recorded · "))).to_be_visible()
    expect(
        stage(page, "train").get_by_text(re.compile(r"after 4000 steps of training: MMD²"))
    ).to_be_visible()
    expect(page.get_by_role("slider", name="Time of the diffusion")).to_have_attribute(
        "aria-valuetext", "t = 0 of 100 · data"
    )


def test_a_dropped_noise_is_followed_on_three_ways(page: Page, app: str) -> None:
    """Killed: a click that asks nothing; the ways left out of the picture's sentence."""
    opened(page, app)
    canvas = stage(page, "train").locator(".pane canvas").first
    box = canvas.bounding_box()
    assert box is not None
    canvas.click(position={"x": 0.6 * box["width"], "y": 0.4 * box["height"]})
    place = r"\(-?\d\.\d, -?\d\.\d\)"
    said = re.compile(rf"ends by DDPM at {place}, DDIM at {place}, eta = 1 at {place}\.")
    expect(stage(page, "train").get_by_text(said)).to_be_visible(timeout=PATIENCE)


def test_another_lab_is_one_click_away_and_asks_its_own_questions(page: Page, app: str) -> None:
    """Killed: the asking stage of points kept for digits."""
    opened(page, app)
    expect(stage(page, "ask").get_by_text("The exact denoiser: where will each land?")).to_be_visible()
    stage(page, "train").get_by_text("digits", exact=True).click()
    expect(stage(page, "ask").get_by_text(re.compile("The same eight noises"))).to_be_visible(
        timeout=PATIENCE
    )
    stage(page, "ask").get_by_text("Many futures").click()
    expect(stage(page, "ask").get_by_text(re.compile(r"12 futures from t = 60:"))).to_be_visible(
        timeout=PATIENCE
    )


def test_a_density_is_painted_and_offered_for_training(page: Page, app: str) -> None:
    """Killed: the painted cells not read; the count of the drawing before."""
    opened(page, app)
    paint = stage(page, "paint")
    expect(paint.get_by_text("94 of 256 cells")).to_be_visible()
    canvas = paint.locator("canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    canvas.click(position={"x": 0.03 * box["width"], "y": 0.03 * box["width"]})
    expect(paint.get_by_text("95 of 256 cells")).to_be_visible(timeout=PATIENCE)
    expect(paint.get_by_role("button", name=re.compile("^Train on this drawing"))).to_be_enabled()


def test_an_empty_drawing_in_a_link_is_refused_by_name_and_the_page_stands(page: Page, app: str) -> None:
    """Killed: a drawing that is only looked at when it is trained."""
    opened(page, app, f"ddpm.drawing={'0' * 64}")
    expect(page.get_by_text(re.compile("^ddpm.drawing must be 64 hexadecimal digits"))).to_be_visible()
    expect(page.get_by_text(re.compile("NaN"))).to_have_count(0)
