"""A journey through the page of diffusion: a noise dropped, a digit's futures, a density of one's own."""

import re

from conftest import at_rest, opened, stage, touch, until
from playwright.sync_api import Page, expect


def test_journey(page: Page, app: str) -> None:
    opened(page, app, "diffusion", f"ddpm.drawing={'0' * 64}")
    an_empty_drawing_is_refused(page)
    it_opens_on_a_finished_flow(page)
    a_dropped_noise_is_followed_on_three_ways(page)
    a_density_is_painted(page)
    another_lab_asks_its_own_questions(page)
    an_answer_is_seen_with_its_whole_picture(page, app)


def an_empty_drawing_is_refused(page: Page) -> None:
    """By name, and the page stands. Killed: a drawing that is only looked at when it is trained."""
    expect(page.get_by_text(re.compile("^ddpm.drawing must be 64 hexadecimal digits"))).to_be_visible()
    expect(page.get_by_text(re.compile("NaN"))).to_have_count(0)


def it_opens_on_a_finished_flow(page: Page) -> None:
    """And says that it is recorded. Killed: a page that opens on an untrained setting; a clock that says its
    time only once moved."""
    train = stage(page, "train")
    expect(train.get_by_text(re.compile("^recorded · "))).to_be_visible()
    expect(train.get_by_text(re.compile(r"^At the end each arrow is the net's guess"))).to_be_visible()
    clock = page.get_by_role("slider", name="Time of the diffusion").first
    expect(clock).to_have_attribute("aria-valuetext", "t = 0 of 100 · data")


def a_dropped_noise_is_followed_on_three_ways(page: Page) -> None:
    """Killed: a click that asks nothing; the ways left out of the picture's sentence."""
    touch(stage(page, "train").locator(".pane canvas").first, 0.6, 0.4)
    at_rest(page)
    place = r"\(-?\d\.\d, -?\d\.\d\)"
    said = re.compile(rf"ends by DDPM at {place}, DDIM at {place}, eta = 1 at {place}\.")
    expect(stage(page, "train").get_by_text(said)).to_be_visible()


def a_density_is_painted(page: Page) -> None:
    """And offered for training. Killed: the painted cells not read; the count of the drawing before."""
    paint = stage(page, "paint")
    expect(paint.get_by_text("94 of 256 cells")).to_be_visible()
    touch(paint.locator("canvas").first, 0.03, 0.03)
    at_rest(page)
    expect(paint.get_by_text("95 of 256 cells")).to_be_visible()
    expect(paint.get_by_role("button", name=re.compile("^Train on this drawing"))).to_be_enabled()


def another_lab_asks_its_own_questions(page: Page) -> None:
    """One click away. Killed: the asking stage of points kept for digits."""
    ask = stage(page, "ask")
    ask.get_by_text("What it says at t = T").click()
    at_rest(page)
    expect(ask.get_by_text("The exact denoiser: where will each land?")).to_be_visible()
    stage(page, "train").get_by_text("digits", exact=True).click()
    at_rest(page)
    expect(ask.get_by_text(re.compile("The same eight noises"))).to_be_visible()
    ask.get_by_text("Many futures").click()
    at_rest(page)
    expect(ask.get_by_text(re.compile(r"12 futures from t = 60:"))).to_be_visible()


def an_answer_is_seen_with_its_whole_picture(page: Page, app: str) -> None:
    """In a low window, too. Killed: a page that stays where it was, its hands over the caption."""
    opened(page, app, "diffusion")
    page.get_by_role("button", name="in the middle").click()
    at_rest(page)
    caption = stage(page, "train").get_by_text(re.compile("^At the end each arrow is the net's guess"))
    hands = page.locator("[class*=st-key-hands-hero-]").first

    def whole() -> bool:
        told, over = caption.bounding_box(), hands.bounding_box()
        return told is not None and over is not None and told["y"] + told["height"] <= over["y"]

    until(whole, "the caption's end above the hands", 10)
