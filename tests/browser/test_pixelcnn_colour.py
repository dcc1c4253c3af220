"""A journey through the page of colours: a picture in three steps a pixel, and pictures of one's own."""

import io
import re
import sys

import numpy as np
from conftest import ROOT, NewPage, Serve, at_rest, drawn, link, opened, stage, touch, until
from PIL import Image
from playwright.sync_api import Page, expect

sys.path.insert(0, str(ROOT / "tests"))
from openml_server import serving

STEPS = "colour_pixelcnn.steps=10"
OWN = ".st-key-runbar-colour_pixelcnn-own"


def test_journey(new_page: NewPage, serve: Serve) -> None:
    with serving(30) as openml:
        app = serve(ROOT / "app" / "serve.py", env={"GLASSBOX_OPENML": openml})
        page = new_page()
        page.goto(f"{app}/pixelcnn-colour")
        a_picture_writes_itself(page)
        another_seed_writes_another(page)
        all_three_trainings_have_verdicts(page)
        one_drawing_is_enough(page)
        fetched = own_pictures_are_trained_on(page)
        a_fork_of_it_is_private_too(page)
        nobody_else_sees_them(opened(new_page(), app, "pixelcnn-colour", STEPS), page, fetched)
        they_are_forgotten(page)
        mnist_is_fetched_and_used(page)
    without_a_network_something_stands_in(page)


def a_picture_writes_itself(page: Page) -> None:
    """And says at its end how many colours never occur. Killed: `plays` left out."""
    write = stage(page, "write")
    expect(write.get_by_role("button", name="Pause")).to_be_visible()
    drawn(page)
    write.get_by_role("slider").press("End")
    expect(write.get_by_text(re.compile(r"300 in all: \d+ of 100 pixels"))).to_be_visible()
    expect(write.get_by_role("slider")).to_have_attribute("aria-valuenow", "299")
    expect(write.get_by_role("button", name="Play")).to_be_visible()


def another_seed_writes_another(page: Page) -> None:
    """By keyboard. Killed: the seed not part of what a picture is kept under."""
    write = stage(page, "write")
    write.get_by_role("slider").press("Home")
    told = write.get_by_text(re.compile(r"Pixel 1 of 100: red is drawn"))
    said = {told.inner_text()}
    for seed in ("7", "12", "23"):
        box = write.get_by_label("Seed of the drawing")
        box.fill(seed)
        box.press("Enter")
        at_rest(page)
        write.get_by_role("slider").press("Home")
        said.add(told.inner_text())
    assert len(said) > 1
    expect(write.get_by_role("slider")).to_have_attribute("aria-valuenow", "0")


def all_three_trainings_have_verdicts(page: Page) -> None:
    """Killed: two run bars of one name, which Streamlit refuses."""
    for name, words in {
        "train": r"At the end a number of a test picture costs",
        "bits": r"At the end a pixel of the test patches costs",
        "likely": r"At the end a pixel of an empty page costs",
    }.items():
        expect(stage(page, name).get_by_text(re.compile(words))).to_be_attached()
        expect(stage(page, name).locator(".gb-recorded")).to_be_attached()


def one_drawing_is_enough(page: Page) -> None:
    """Killed: a set of one picture refused."""
    own = stage(page, "own")
    own.get_by_text("Draw one").click()
    at_rest(page)
    touch(own.locator("canvas[aria-label^='Your drawing']"), 0.25, 0.2)
    keep = own.get_by_role("button", name="Keep this drawing")
    expect(keep).to_be_enabled()
    keep.click()
    at_rest(page)
    expect(own.get_by_role("button", name="Use 1 picture")).to_be_visible()


def png(seed: int) -> bytes:
    out = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 256, (20 + seed, 30, 3)).astype(np.uint8)
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def own_pictures_are_trained_on(page: Page) -> str:
    """Gives where its pictures are fetched from. Killed: a bad file that ends the good ones; the id in the
    link."""
    own = stage(page, "own")
    steps = page.locator(".st-key-strip-colour_pixelcnn").get_by_role("spinbutton", name="Training steps")
    steps.fill("10")
    steps.press("Enter")
    at_rest(page)
    files = [*((f"{i}.png", png(i)) for i in range(7)), ("text.png", b"<script>alert(1)</script>")]
    own.locator("input[type=file]").set_input_files(
        [{"name": name, "mimeType": "image/png", "buffer": data} for name, data in files]
    )
    expect(own.get_by_text(re.compile(r"1 picture refused"))).to_be_visible()
    expect(own.get_by_text(re.compile(r"text\.png: it is not a PNG or JPEG"))).to_be_visible()
    expect(
        own.get_by_text(re.compile(r"8 pictures, 1 drawn here, as a net sees them: 12 x 12"))
    ).to_be_visible()
    own.get_by_role("button", name="Use 8 pictures").click()
    at_rest(page)
    with page.expect_request(re.compile("/moments/autoregressive.colour_pixelcnn/")) as asked:
        own.get_by_role("button", name=re.compile("^Train")).click()
        said = page.locator(f"{OWN} code").first
        until(lambda: "step 10 of 10" in said.inner_text(), "a training on own pictures")
    expect(own.locator(".gb.film canvas").first).to_be_visible()
    at_rest(page)
    assert "own" not in link(page, "steps=10").inner_text()
    return asked.value.url.partition("?")[0]


def a_fork_of_it_is_private_too(page: Page) -> None:
    """Killed: its start in the address, from where the shared training of the page begins, too."""
    bar = page.locator(OWN)
    bar.get_by_role("button", name=re.compile(r"^Fork at moment")).click()
    at_rest(page)
    expect(bar.locator("code").first).to_have_text("not trained here yet")
    bar.get_by_role("button", name=re.compile("^Train")).click()
    until(lambda: "step 10 of 10" in bar.locator("code").first.inner_text(), "a fork of own pictures")
    at_rest(page)
    assert "start" not in page.url
    assert "start" not in link(page, "steps=10").inner_text()
    bar.get_by_role("button", name="Leave the fork").click()
    at_rest(page)
    expect(bar.get_by_role("button", name="Leave the fork")).to_have_count(0)


def nobody_else_sees_them(other: Page, owner: Page, fetched: str) -> None:
    """Killed: a run under a key without a salt; moments for whoever knows their address."""
    mine = owner.request.get(fetched)
    assert (mine.status, mine.headers["cache-control"]) == (200, "private, no-store")
    assert other.request.get(fetched).status == 404
    said = other.locator(".st-key-runbar-colour_pixelcnn code").first
    expect(said).to_have_text("not trained here yet")
    expect(other.locator(OWN)).to_have_count(0)
    other.close()


def they_are_forgotten(page: Page) -> None:
    """Killed: a set that stays in use."""
    stage(page, "own").get_by_role("button", name=re.compile("^Forget my pictures")).click()
    at_rest(page)
    expect(page.locator(OWN)).to_have_count(0)


def mnist_is_fetched_and_used(page: Page) -> None:
    """From a server on this machine, with generated pictures. Killed: the set fetched and not kept."""
    own = stage(page, "own")
    own.get_by_role("button", name=re.compile(r"^Fetch MNIST")).click()
    use = own.get_by_role("button", name="Use 30 of MNIST")
    until(use.is_visible, "MNIST", 120)
    use.click()
    at_rest(page)
    expect(own.get_by_role("button", name=re.compile("^Train"))).to_be_visible()


def without_a_network_something_stands_in(page: Page) -> None:
    """And the page says so. Killed: a silent fallback."""
    own = stage(page, "own")
    own.get_by_role("button", name=re.compile(r"^Fetch Fashion-MNIST")).click()
    fallback = own.get_by_text("data: flat shapes (fallback)")
    until(fallback.is_visible, "a word of the fallback", 120)
    expect(own.get_by_text(re.compile("No network, or no answer from OpenML"))).to_be_visible()
    expect(stage(page, "write").locator("canvas").first).to_be_visible()
