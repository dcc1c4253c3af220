"""What a person does on the PixelCNN page, done by a real browser against the real server.

The mutants that a test has killed are named in its docstring. That no console has an error in it is checked
for every page by the fixture that makes it.
"""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT, free_port, until
from playwright.sync_api import Locator, Page, expect

Serve = Callable[..., str]
NewPage = Callable[..., Page]
SMALL = "pixelcnn.channels=8&pixelcnn.layers=2"
PATIENCE = 60_000  # milliseconds, for a training of a few dozen steps on a busy machine


def opened(page: Page, app: str, query: str = "") -> Page:
    """The page behind a link, with its picture."""
    page.goto(f"{app}/pixelcnn{'?' if query else ''}{query}")
    expect(page.locator(".gb.field canvas").first).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("link", name="Present this page")).to_be_visible(timeout=PATIENCE)
    return page


def said(page: Page) -> Locator:
    """The line that says where the run stands."""
    return page.locator("[class*=st-key-runbar] code").first


def timeline(page: Page) -> Locator:
    return page.locator(".st-key-stage-train").get_by_role("slider", name="Moment of the training")


def train(page: Page, steps: int) -> None:
    page.get_by_role("button", name=re.compile("^Train( again)?( ·|$)")).click()
    expect(said(page)).to_contain_text(f"step {steps} of {steps}", timeout=PATIENCE)


def test_from_home_to_a_finished_picture_without_a_click_on_the_page(page: Page, app: str) -> None:
    page.goto(app)
    expect(page.locator(".gb.poster canvas").first).to_be_visible(timeout=PATIENCE)
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="PixelCNN").click()
    expect(page.get_by_text("6 are blind")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".st-key-stage-train .gb.film canvas").first).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text(re.compile("^recorded · "))).to_be_visible()


def test_search_narrows_the_pages_by_author_and_says_when_there_is_none(page: Page, app: str) -> None:
    page.goto(app)
    links = page.get_by_test_id("stSidebarNav").get_by_role("link", name="PixelCNN")
    box = page.get_by_placeholder("Find a system")
    box.fill("kavukcuoglu")
    box.press("Enter")
    expect(links).to_be_visible(timeout=PATIENCE)
    box.fill("<b>no such thing</b>")
    box.press("Enter")
    expect(page.get_by_text("Nothing here is called “<b>no such thing</b>” yet.")).to_be_visible(
        timeout=PATIENCE
    )
    expect(links).to_have_count(0)


def test_a_control_changes_the_picture_and_the_url(page: Page, app: str) -> None:
    """Killed: a page that draws the defaults whatever the widgets say."""
    opened(page, app)
    slider = page.locator(".st-key-strip-receptive_field").get_by_role("slider")
    slider.focus()
    for _ in range(4):
        slider.press("ArrowRight")
    expect(page.get_by_text("28 are blind")).to_be_visible(timeout=PATIENCE)
    expect(page).to_have_url(re.compile(r"receptive_field\.layers=8"))
    page.go_back()
    expect(page.get_by_text("28 are blind")).to_have_count(0, timeout=PATIENCE)


def test_a_bet_is_kept_in_the_browser_and_drawn_into_the_result(page: Page, app: str) -> None:
    """By keyboard. Killed: a bet that is forgotten on a reload."""
    opened(page, app)
    page.get_by_role("button", name="12", exact=True).press("Enter")
    expect(page.get_by_text("You said 12.", exact=True)).to_be_visible(timeout=PATIENCE)
    opened(page, app, "receptive_field.layers=8")
    expect(page.get_by_text("You said 12 · measured 28")).to_be_visible(timeout=PATIENCE)


def test_train_watch_scrub_refresh_and_open_the_link_elsewhere(new_page: NewPage, app: str) -> None:
    """Killed: a run found only in the session that started it; a link that leaves the moment out."""
    page = opened(new_page(), app, f"{SMALL}&pixelcnn.steps=60&pixelcnn.seed=11")
    expect(said(page)).to_have_text("not trained here yet")
    train(page, 60)
    expect(page.get_by_text(re.compile("^trained here · "))).to_be_visible(timeout=PATIENCE)
    last = int(timeline(page).get_attribute("aria-valuenow") or 0)
    assert last > 10
    timeline(page).press("Home")
    expect(timeline(page)).to_have_attribute("aria-valuenow", "0")
    timeline(page).press("ArrowRight")
    expect(timeline(page)).to_have_attribute("aria-valuenow", "1")
    link = page.locator(".st-key-quiet-rest code").filter(has_text="at=1")
    expect(link).to_be_visible(timeout=PATIENCE)
    page.reload()
    expect(said(page)).to_contain_text("step 60 of 60", timeout=PATIENCE)
    expect(timeline(page)).to_have_attribute("aria-valuenow", "1", timeout=PATIENCE)

    other = new_page()
    other.goto(link.inner_text())
    expect(said(other)).to_contain_text("step 60 of 60", timeout=PATIENCE)
    expect(timeline(other)).to_have_attribute("aria-valuenow", "1", timeout=PATIENCE)


def test_pause_step_and_stop_by_who_started_while_another_watches_and_leaves(
    new_page: NewPage, app: str
) -> None:
    """Killed: anybody may stop a run; a stop that waits for the end."""
    query = f"{SMALL}&pixelcnn.steps=3000&pixelcnn.seed=12"
    page, other = opened(new_page(), app, query), new_page()
    page.get_by_role("button", name=re.compile("^Train")).first.click()
    expect(said(page)).to_contain_text("s left", timeout=PATIENCE)
    opened(other, app, query)
    expect(other.get_by_text("Somebody else trains this very setting")).to_be_visible(timeout=PATIENCE)
    expect(other.get_by_role("button", name="Stop")).to_have_count(0)
    page.get_by_role("button", name="Pause").click()
    expect(said(page)).to_contain_text("paused", timeout=PATIENCE)
    before = step(page)
    page.get_by_role("button", name="Step", exact=True).click()
    expect(said(page)).to_contain_text(f"step {before + 1} of", timeout=PATIENCE)
    other.get_by_role("button", name="Leave").click()
    expect(other.get_by_text("Somebody else trains")).to_have_count(0, timeout=PATIENCE)
    page.get_by_role("button", name="Stop").click()
    expect(said(page)).to_contain_text("stopped", timeout=PATIENCE)
    expect(page.get_by_role("button", name=re.compile("^Train again"))).to_be_visible(timeout=PATIENCE)


def step(page: Page) -> int:
    found = re.search(r"step (\d+) of", said(page).inner_text())
    assert found is not None
    return int(found[1])


def test_a_poll_redraws_nothing_that_stands(page: Page, app: str) -> None:
    """The canvases of a live film are the same elements after several polls, and its line has moved on."""
    opened(page, app, f"{SMALL}&pixelcnn.steps=600&pixelcnn.seed=13")
    page.get_by_role("button", name=re.compile("^Train")).first.click()
    expect(said(page)).to_contain_text("s left", timeout=PATIENCE)
    canvas = page.locator(".st-key-stage-train .gb.film canvas").first
    canvas.evaluate("canvas => canvas.dataset.mark = 'same'")
    first = step(page)
    until(lambda: step(page) > first + 60, "60 more steps")
    assert canvas.get_attribute("data-mark") == "same"
    page.get_by_role("button", name="Stop").click()
    expect(said(page)).to_contain_text("stopped", timeout=PATIENCE)


def test_a_diverging_run_says_so_and_keeps_what_it_had(page: Page, app: str) -> None:
    opened(page, app, f"{SMALL}&pixelcnn.steps=60&pixelcnn.lr=1&pixelcnn.seed=14")
    page.get_by_role("button", name=re.compile("^Train")).first.click()
    expect(said(page)).to_contain_text(re.compile("diverged at step|step 60 of 60"), timeout=PATIENCE)
    expect(timeline(page)).to_be_visible()


def test_a_bad_link_is_refused_by_name_bound_and_value_and_still_opens(page: Page, app: str) -> None:
    """Killed: the silent default of a bound widget; an unescaped value."""
    opened(page, app, "pixelcnn.layers=99&pixelcnn.lr=nan&pixelcnn.colour=<b>red</b>&pixelcnn.start=junk")
    for words in (
        "layers must be a whole number in [1, 8], got 99",
        "lr must be a number in [1e-05, 1], got nan",
        "colour must be one of the parameters",
        "pixelcnn.start must be a run's key and a moment",
    ):
        expect(page.get_by_text(words)).to_be_visible(timeout=PATIENCE)
    assert page.locator("[data-testid=stAlert] b").count() == 0


def test_the_assignment_parses_text_and_never_runs_it(page: Page, app: str) -> None:
    """Killed: a mask that leaks and passes."""
    opened(page, app)
    editor = page.get_by_label("Your mask")
    editor.fill("__import__('os')")
    editor.press("Control+Enter")
    expect(page.get_by_text("This is not a mask yet")).to_be_visible(timeout=PATIENCE)
    editor.fill("1 1 1\n1 0 0\n0 0 0")
    editor.press("Control+Enter")
    expect(page.get_by_text("Passed.")).to_be_visible(timeout=PATIENCE)


def test_a_click_on_the_field_makes_that_pixel_the_output(page: Page, app: str) -> None:
    opened(page, app)
    grid = page.locator(".st-key-stage-past canvas").nth(1)
    box = grid.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.4)
    expect(page).to_have_url(re.compile(r"receptive_field\.row=\d+"), timeout=PATIENCE)


def test_compare_pins_a_run_and_breaks_it(page: Page, app: str) -> None:
    """Killed: a pin that is lost when the setting changes."""
    opened(page, app)
    page.get_by_role("button", name="Break it: mask B first").click()
    expect(page.get_by_text("first A → B")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text(re.compile("lower than the pinned run"))).to_be_visible(timeout=PATIENCE)


def test_presenter_mode_is_driven_by_the_keyboard(page: Page, app: str) -> None:
    page.goto(f"{app}/pixelcnn?present=1&beat=2")
    expect(page.get_by_text("However deep the stack, one wedge stays blind.")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("28 are blind")).to_be_visible(timeout=PATIENCE)
    size = page.locator(".beats p").first.evaluate("p => parseFloat(getComputedStyle(p).fontSize)")
    assert size >= 24
    expect(page.get_by_role("slider").first).not_to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("A larger kernel makes the wedge flatter")).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("b")
    expect(page.locator(".beats .blackout")).to_be_visible()
    page.keyboard.press("b")
    page.keyboard.press("q")
    expect(page.get_by_text("Set GLASSBOX_PUBLIC_URL to show a QR code.")).to_be_visible()


def test_on_a_phone_nothing_is_wider_than_the_screen(new_page: NewPage, app: str) -> None:
    page = opened(new_page(viewport={"width": 390, "height": 844}), app)
    wide = page.evaluate("document.querySelector('.stMain').scrollWidth")
    assert wide <= 390


def test_with_reduced_motion_moments_stand_side_by_side(new_page: NewPage, app: str) -> None:
    page = opened(new_page(reduced_motion="reduce"), app)
    expect(page.locator(".st-key-stage-train canvas.multiples")).to_be_visible(timeout=PATIENCE)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_takes_the_theme_of_the_reader(new_page: NewPage, app: str, scheme: str) -> None:
    page = opened(new_page(color_scheme=scheme), app)
    ground = page.locator(".stApp").evaluate("e => getComputedStyle(e).backgroundColor")
    assert ground == {"light": "rgb(251, 250, 246)", "dark": "rgb(20, 23, 27)"}[scheme]


def test_a_killed_server_loses_no_step_of_a_training(new_page: NewPage, tmp_path: Path) -> None:
    """kill -9 in mid-run: the training goes on, and a new server finds it. Killed: training in the server."""
    port, page = free_port(), new_page()
    around = {**os.environ, "GLASSBOX_HOME": str(tmp_path)}

    def start() -> subprocess.Popen:
        command = [sys.executable, "-m", "app.serve", "--port", str(port)]
        return subprocess.Popen(
            command, cwd=ROOT, env=around, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    server = start()
    try:
        address = f"http://localhost:{port}"
        query = f"{SMALL}&pixelcnn.steps=400&pixelcnn.seed=15"
        until(lambda: healthy(address), "the server")
        opened(page, address, query)
        page.get_by_role("button", name=re.compile("^Train")).first.click()
        expect(said(page)).to_contain_text("s left", timeout=PATIENCE)
        page.context.close()  # what a killed server leaves half sent is an error in the console
        server.send_signal(signal.SIGKILL)
        server.wait()
        server = start()
        until(lambda: healthy(address), "the new server")
        page = new_page()
        opened(page, address, query)
        expect(said(page)).to_contain_text("step 400 of 400", timeout=PATIENCE)
    finally:
        server.kill()
        server.wait()


def healthy(address: str) -> bool:
    try:
        return urllib.request.urlopen(f"{address}/_stcore/health", timeout=5).status == 200
    except OSError:
        return False
