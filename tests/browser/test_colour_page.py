"""What a person does on the page of colours, done by a real browser against the real server.

The mutants that a test has killed are named in its docstring. That no console has an error in it is checked
for every page by the fixture that makes it.
"""

import io
import re
import sys
from collections.abc import Callable

import numpy as np
from conftest import ROOT
from PIL import Image
from playwright.sync_api import Page, expect

sys.path.insert(0, str(ROOT / "tests"))
from openml_server import serving

Serve = Callable[..., str]
NewPage = Callable[..., Page]
PATIENCE = 60_000  # milliseconds, on a busy machine
SHORT = "colour_pixelcnn.steps=10&colour_pixelcnn.layers=1&colour_pixelcnn.channels=12"


def opened(page: Page, app: str, query: str = "") -> Page:
    """The page behind a link, drawn to its end."""
    page.goto(f"{app}/pixelcnn-colour{'?' if query else ''}{query}")
    expect(page.get_by_role("link", name="Present this page")).to_be_attached(timeout=PATIENCE)
    return page


def png(seed: int) -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (20 + seed, 30, 3)).astype(np.uint8)).save(
        out, "PNG"
    )
    return out.getvalue()


def brought(page: Page, files: list[tuple[str, bytes]]) -> None:
    """Put files into the place for own pictures."""
    place = page.locator(".st-key-stage-own input[type=file]")
    place.set_input_files([{"name": n, "mimeType": "image/png", "buffer": data} for n, data in files])


def test_it_opens_on_a_picture_that_writes_itself_and_says_how_many_colours_never_occur(
    page: Page, app: str
) -> None:
    """Killed: `plays` left out."""
    opened(page, app)
    stage = page.locator(".st-key-stage-write")
    expect(stage.get_by_role("slider")).to_be_visible(timeout=PATIENCE)
    expect(stage.get_by_text(re.compile(r"In order \d+ of 100 pixels"))).to_be_visible(timeout=PATIENCE)
    expect(stage.get_by_role("slider")).to_have_attribute("aria-valuenow", "299", timeout=PATIENCE)
    expect(stage.get_by_role("button", name="Play")).to_be_visible()


def test_another_seed_writes_another_picture_by_keyboard(page: Page, app: str) -> None:
    """Killed: the seed not part of what a picture is kept under."""
    opened(page, app)
    stage = page.locator(".st-key-stage-write")
    told = stage.get_by_text(re.compile(r"In order \d+ of 100 pixels"))
    before = told.inner_text()
    said = {before}
    for seed in ("7", "12", "23"):
        box = stage.get_by_label("Seed of the drawing")
        box.fill(seed)
        box.press("Enter")
        page.wait_for_timeout(1500)
        said.add(told.inner_text())
    assert len(said) > 1
    stage.get_by_role("slider").press("Home")
    expect(stage.get_by_role("slider")).to_have_attribute("aria-valuenow", "0")


def test_all_three_trainings_are_there_with_their_verdicts(page: Page, app: str) -> None:
    """Killed: two run bars of one name, which Streamlit refuses."""
    opened(page, app)
    for stage, words in {
        "train": r"After 400 steps a test picture costs",
        "bits": r"Bits per dimension of test patches: categorical",
        "likely": r"An empty page costs .* less than a test digit",
    }.items():
        expect(page.locator(f".st-key-stage-{stage}").get_by_text(re.compile(words))).to_be_attached(
            timeout=PATIENCE
        )
        expect(page.locator(f".st-key-stage-{stage} .gb-recorded")).to_be_attached()


def test_own_pictures_are_shown_used_trained_on_and_seen_by_nobody_else(
    page: Page, new_page: NewPage, app: str
) -> None:
    """Killed: a run under a key without a salt; the id in the link; a bad file that ends the good ones."""
    opened(page, app, SHORT)
    stage = page.locator(".st-key-stage-own")
    stage.scroll_into_view_if_needed()
    files = [(f"{i}.png", png(i)) for i in range(8)]
    brought(page, [*files, ("text.png", b"<script>alert(1)</script>")])
    expect(stage.get_by_text(re.compile(r"1 picture refused"))).to_be_visible(timeout=PATIENCE)
    expect(stage.get_by_text(re.compile(r"text\.png: it is not a PNG or JPEG"))).to_be_visible()
    expect(stage.get_by_text(re.compile(r"8 pictures, as a net sees them: 12 x 12"))).to_be_visible()
    stage.get_by_role("button", name="Use 8 pictures").click()
    stage.get_by_role("button", name=re.compile("^Train")).click(timeout=PATIENCE)
    said = page.locator(".st-key-runbar-colour_pixelcnn-own code").first
    expect(said).to_contain_text("step 10 of 10", timeout=2 * PATIENCE)
    expect(stage.locator(".gb.film canvas").first).to_be_visible()
    link = page.locator(".st-key-quiet-rest code").first.inner_text()
    assert "own" not in link
    other = opened(new_page(), app, SHORT)
    expect(other.locator(".st-key-runbar-colour_pixelcnn code").first).to_have_text("not trained here yet")
    expect(other.locator(".st-key-runbar-colour_pixelcnn-own")).to_have_count(0)
    stage.get_by_role("button", name=re.compile("^Forget my pictures")).click()
    expect(page.locator(".st-key-runbar-colour_pixelcnn-own")).to_have_count(0, timeout=PATIENCE)


def test_one_drawing_is_enough(page: Page, app: str) -> None:
    """Killed: a set of one picture refused."""
    opened(page, app, SHORT)
    stage = page.locator(".st-key-stage-own")
    stage.get_by_text("Draw one").click()
    paper = stage.locator("canvas[aria-label^='Your drawing']")
    expect(paper).to_be_visible(timeout=PATIENCE)
    paper.scroll_into_view_if_needed()
    paper.click(position={"x": 60, "y": 60})
    keep = stage.get_by_role("button", name="Keep this drawing")
    expect(keep).to_be_enabled(timeout=PATIENCE)
    keep.click()
    expect(stage.get_by_role("button", name="Use 1 picture")).to_be_visible(timeout=PATIENCE)


def test_on_a_phone_the_picture_comes_first_and_nothing_is_wider_than_the_screen(
    new_page: NewPage, app: str
) -> None:
    page = opened(new_page(viewport={"width": 390, "height": 844}), app)
    box = page.locator(".st-key-stage-write .gb.film canvas").first.bounding_box()
    assert box is not None
    assert box["width"] <= 390
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 390


def test_with_reduced_motion_it_stands_at_six_moments(new_page: NewPage, app: str) -> None:
    """Killed: playing though less motion was asked for."""
    page = opened(new_page(reduced_motion="reduce"), app)
    stage = page.locator(".st-key-stage-write")
    expect(stage.locator("canvas.multiples")).to_be_visible(timeout=PATIENCE)
    expect(stage.get_by_role("button", name="Play")).to_have_count(0)


def test_mnist_is_fetched_with_progress_and_becomes_the_set_in_use(new_page: NewPage, serve: Serve) -> None:
    """From a server on this machine, with generated pictures. Killed: the set fetched and not kept."""
    with serving(30) as server:
        there = serve(ROOT / "app" / "serve.py", env={"GLASSBOX_OPENML": server})
        page = opened(new_page(), there, SHORT)
        stage = page.locator(".st-key-stage-own")
        stage.get_by_role("button", name=re.compile(r"^Fetch MNIST")).click()
        use = stage.get_by_role("button", name="Use 30 of MNIST")
        expect(use).to_be_visible(timeout=2 * PATIENCE)
        use.click()
        expect(stage.get_by_role("button", name=re.compile("^Train"))).to_be_visible(timeout=PATIENCE)


def test_without_a_network_the_page_says_so_and_names_what_stands_in(new_page: NewPage, serve: Serve) -> None:
    """Killed: a silent fallback."""
    with serving() as server:
        pass  # its port is closed again
    there = serve(ROOT / "app" / "serve.py", env={"GLASSBOX_OPENML": server})
    page = opened(new_page(), there, SHORT)
    stage = page.locator(".st-key-stage-own")
    stage.get_by_role("button", name=re.compile(r"^Fetch Fashion-MNIST")).click()
    expect(stage.get_by_text("data: flat shapes (fallback)")).to_be_visible(timeout=2 * PATIENCE)
    expect(stage.get_by_text(re.compile("No network, or no answer from OpenML"))).to_be_visible()
    expect(page.locator(".st-key-stage-write canvas").first).to_be_visible()
