"""What a person does on the VQ-VAE page, done by a real browser against the real server.

The mutants that a test has killed are named in its docstring. That no console has an error in it is checked
for every page by the fixture that makes it.
"""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

Serve = Callable[..., str]
NewPage = Callable[..., Page]
PATIENCE = 60_000  # milliseconds, on a busy machine


def opened(page: Page, app: str, query: str = "") -> Page:
    """The page behind a link, with its picture."""
    page.goto(f"{app}/vqvae{'?' if query else ''}{query}")
    expect(page.locator(".st-key-stage-train .gb.film canvas").first).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("link", name="Present this page")).to_be_visible(timeout=PATIENCE)
    return page


def grid(page: Page, name: str) -> Locator:
    """One grid of the stage of codes, by the start of its name."""
    return page.locator(f".st-key-stage-grid canvas[aria-label^='{name}']")


def touch(canvas: Locator, across: float, down: float) -> None:
    """Click at shares of a canvas's width and height."""
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    canvas.click(position={"x": across * box["width"], "y": down * box["height"]})


def test_it_opens_on_a_finished_codebook_and_says_it_is_recorded(page: Page, app: str) -> None:
    opened(page, app)
    stage = page.locator(".st-key-stage-train")
    expect(stage.get_by_text(re.compile("^recorded · "))).to_be_visible()
    expect(
        stage.get_by_text(re.compile(r"After 800 steps, \d+ restarts, 6\d of 64 codes are in use"))
    ).to_be_visible()


def test_a_code_is_put_into_a_cell_and_the_picture_changes_and_changes_back(page: Page, app: str) -> None:
    """Killed: the click on the codebook not heard; the edited grid not decoded."""
    opened(page, app)
    touch(grid(page, "Its codes"), 0.4, 0.6)
    touch(grid(page, "The codebook"), 0.06, 0.19)
    page.get_by_role("button", name="Put it into cell 2, 1").click(timeout=PATIENCE)
    stage = page.locator(".st-key-stage-grid")
    expect(stage.get_by_text(re.compile(r"[1-9]\d* pixels changed"))).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Take back 1 changed cell").click()
    expect(stage.get_by_text(re.compile(r"\d+ pixels changed"))).to_have_count(0, timeout=PATIENCE)


def test_a_code_is_killed_and_lives_again(page: Page, app: str) -> None:
    """Killed: a killed code that still owns its cells."""
    opened(page, app)
    touch(grid(page, "The codebook"), 0.06, 0.19)
    expect(page.get_by_text(re.compile(r"Code 8: it owns \d+ cells"))).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Kill it").click()
    expect(page.get_by_text("With 1 killed")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("Code 8: it owns nothing.")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Let it live").click()
    expect(page.get_by_text("With 1 killed")).to_have_count(0, timeout=PATIENCE)


def test_following_another_code_in_the_plane_tells_its_own_numbers(page: Page, app: str) -> None:
    """Killed: numbers of code 3 whatever is followed."""
    opened(page, app)
    stage = page.locator(".st-key-stage-plane")
    box = stage.get_by_label("Follow code")
    box.scroll_into_view_if_needed()
    box.fill("9")
    box.press("Enter")
    expect(stage.get_by_text(re.compile("Step 90: code 9 is nearest to"))).to_be_visible(timeout=PATIENCE)


def test_stage_two_is_chosen_and_stands_in_the_link(page: Page, app: str) -> None:
    """Killed: the choice of the stage left out of the link."""
    opened(page, app)
    page.get_by_text("Stage two: a prior").first.click()
    expect(page.get_by_text(re.compile(r"^After \d+ steps a test code costs"))).to_be_visible(
        timeout=PATIENCE
    )
    link = page.locator(".st-key-quiet-rest code").filter(has_text="lab=Stage+two")
    expect(link).to_be_visible(timeout=PATIENCE)


def test_a_small_codebook_is_trained_to_its_end(page: Page, app: str) -> None:
    opened_at = f"{app}/vqvae?vqvae.K=8&vqvae.steps=30&vqvae.seed=5"
    page.goto(opened_at)
    page.get_by_role("button", name=re.compile("^Train( ·|$)")).click(timeout=PATIENCE)
    said = page.locator("[class*=st-key-runbar-vqvae] code").first
    expect(said).to_contain_text("step 30 of 30", timeout=2 * PATIENCE)
    expect(page.get_by_text(re.compile(r"of 8 codes are in use"))).to_be_visible(timeout=PATIENCE)


def test_on_a_phone_the_codebook_comes_first_and_nothing_is_wider_than_the_screen(
    new_page: NewPage, app: str
) -> None:
    page = opened(new_page(viewport={"width": 390, "height": 844}), app)
    box = page.locator(".st-key-stage-train .gb.film canvas").first.bounding_box()
    assert box is not None
    assert box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
