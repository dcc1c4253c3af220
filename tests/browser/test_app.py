"""What belongs to the whole app, once: runs and who may stop them, links, presenter mode, themes, a killed
server.

All of it on the page of PixelCNN, with a net of two layers and eight channels."""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

from conftest import ROOT, NewPage, at_rest, drawn, free_port, link, opened, stage, until
from playwright.sync_api import Locator, Page, expect

from app.components import film

SLUG, SMALL = "pixelcnn", "pixelcnn.channels=8&pixelcnn.layers=2"


def said(page: Page) -> Locator:
    """The line that says where the run stands."""
    return page.locator("[class*=st-key-runbar] code").first


TALLER = """() => {
    // as where all that is in view is drawn anew, and nothing is left to hold on to
    document.querySelector("[data-testid=stMain]").style.overflowAnchor = "none";
    const stage = document.querySelector("[class*=st-key-stage-]");
    stage.style.paddingBottom = `${parseFloat(getComputedStyle(stage).paddingBottom) + 500}px`;
}"""


def timeline(page: Page) -> Locator:
    return stage(page, "train").get_by_role("slider", name="Moment of the training")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=re.compile(f"^{name}( ·|$)"))


def says(page: Page, words: str) -> None:
    until(lambda: re.search(words, said(page).inner_text()) is not None, words)


def step(page: Page) -> int:
    found = re.search(r"step (\d+) of", said(page).inner_text())
    assert found is not None
    return int(found[1])


def test_what_is_far_down_waits_for_a_reader_who_comes_near(page: Page, app: str) -> None:
    """Killed: drawn at once; drawn when it is in view and no sooner; a chapter that the reader is led to and
    that moves away when it is drawn, or three seconds later; one that holds a reader who scrolls; one that
    is not drawn for who jumps over its mark, as all do who want no motion."""
    page.goto(f"{app}/{SLUG}")
    files, how = page.locator(".st-key-quiet-take [data-testid=stDownloadButton]"), page.locator("#how")
    expect(how).to_be_attached()
    at_rest(page)
    high = page.viewport_size["height"]  # type: ignore[index]
    expect(files).to_have_count(0)
    near = "(main, at) => main.scrollBy(0, document.getElementById('how').getBoundingClientRect().top - at)"

    def drawn_when_near() -> bool:  # what is above it may grow after it was scrolled to
        page.get_by_test_id("stMain").evaluate(near, 2.2 * high)
        return files.count() > 0

    until(drawn_when_near, "the chapters at the end, when the reader is near")
    assert how.bounding_box()["y"] > 1.5 * high  # type: ignore[index]
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{app}/{SLUG}?pixelcnn.layers=4")
    expect(how).to_be_attached()
    at_rest(page)
    page.get_by_role("link", name="Argue", exact=True).click()
    at_top = lambda: -5 < (page.locator("#argue").bounding_box() or {"y": 999})["y"] < 120  # noqa: E731
    until(lambda: files.count() > 0 and at_top(), "the chapter, at the top of the window")
    page.wait_for_timeout(3200)
    page.evaluate(TALLER)
    until(at_top, "the chapter, at the top where something above it grew late")
    page.mouse.move(640, 400)
    page.mouse.wheel(0, -300)
    until(lambda: not at_top(), "the reader's own way")
    page.evaluate(TALLER)
    page.wait_for_timeout(500)
    assert not at_top()


def test_a_run_is_kept_is_found_again_and_opens_elsewhere(new_page: NewPage, app: str) -> None:
    page = new_page()
    no_script_waits_for_another(page, app)
    a_bet_is_made(page)
    a_training_is_kept(page)
    where = a_moment_stands_in_the_link(page)
    page.reload()
    drawn(page)
    expect(page.get_by_text("You said 12.", exact=True)).to_be_visible()
    expect(said(page)).to_contain_text("step 60 of 60")
    expect(timeline(page)).to_have_attribute("aria-valuenow", "1")
    it_opens_in_another_browser_in_the_dark(new_page(color_scheme="dark"), where)
    a_preset_empties_nothing_and_is_taken_back(page)
    a_diverging_run_says_so(page, app)


def no_script_waits_for_another(page: Page, app: str) -> None:
    """The film's are asked for before Streamlit has connected. Killed: no Link header; a module left out."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.split("glassbox.film/")[-1]))
    page.on("websocket", lambda _: asked.append("connected"))
    opened(page, app, SLUG, f"{SMALL}&pixelcnn.steps=60&pixelcnn.seed=11")
    wanted = film.modules(frozenset())
    assert len(wanted) >= 8
    assert set(wanted) <= set(asked[: asked.index("connected")])
    ground = page.locator(".stApp").evaluate("e => getComputedStyle(e).backgroundColor")
    assert ground == "rgb(251, 250, 246)"


def a_bet_is_made(page: Page) -> None:
    """By keyboard; it stays in the browser. Killed: a bet that is forgotten on a reload."""
    page.get_by_role("button", name="12", exact=True).press("Enter")
    expect(page.get_by_text("You said 12.", exact=True)).to_be_visible()
    at_rest(page)


def a_training_is_kept(page: Page) -> None:
    """Killed: a run found only in the session that started it."""
    expect(said(page)).to_have_text("not trained here yet")
    button(page, "Train").click()
    says(page, "step 60 of 60")
    expect(page.get_by_text(re.compile("^trained here · "))).to_be_visible()
    at_rest(page)
    assert int(timeline(page).get_attribute("aria-valuenow") or 0) > 10


def a_moment_stands_in_the_link(page: Page) -> str:
    """Killed: a link that leaves the moment out. Gives the link."""
    timeline(page).press("Home")
    expect(timeline(page)).to_have_attribute("aria-valuenow", "0")
    timeline(page).press("ArrowRight")
    expect(timeline(page)).to_have_attribute("aria-valuenow", "1")
    at_rest(page)
    expect(link(page, "at=1")).to_be_visible()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the link").click()
    expect(page.get_by_role("button", name="Copy the link")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == link(page, "at=1").inner_text()
    return link(page, "at=1").inner_text()


def it_opens_in_another_browser_in_the_dark(other: Page, where: str) -> None:
    """Killed: a run that belongs to one browser; a theme of its own."""
    other.goto(where)
    drawn(other)
    expect(said(other)).to_contain_text("step 60 of 60")
    expect(timeline(other)).to_have_attribute("aria-valuenow", "1")
    ground = other.locator(".stApp").evaluate("e => getComputedStyle(e).backgroundColor")
    assert ground == "rgb(20, 23, 27)"


def a_preset_empties_nothing_and_is_taken_back(page: Page) -> None:
    """What is not trained here leaves the old picture, greyed, and *undo* brings its setting back.

    Killed: a stage that is emptied; an undo to the defaults.
    """
    page.get_by_role("button", name="Break it: a huge step").click()
    at_rest(page)
    expect(said(page)).to_have_text("not trained here yet")
    expect(stage(page, "train").locator(".film.old canvas").first).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(said(page)).to_contain_text("step 60 of 60")
    expect(stage(page, "train").locator(".film.old")).to_have_count(0)


def a_diverging_run_says_so(page: Page, app: str) -> None:
    """And keeps what it had. Killed: a run that vanishes with its last step."""
    opened(page, app, SLUG, f"{SMALL}&pixelcnn.steps=60&pixelcnn.lr=1")
    expect(said(page)).to_have_text("not trained here yet")
    button(page, "Train").click()
    says(page, "diverged at step|step 60 of 60")
    at_rest(page)
    expect(timeline(page)).to_be_visible()


def test_a_run_belongs_to_who_started_it(new_page: NewPage, app: str) -> None:
    """Pause, step and stop, while another watches and leaves. Killed: anybody may stop a run; a stop that
    waits for the end."""
    query = f"{SMALL}&pixelcnn.steps=3000&pixelcnn.seed=12"
    page, other = opened(new_page(), app, SLUG, query), new_page()
    button(page, "Train").click()
    says(page, "s left")
    a_poll_redraws_nothing(page)
    opened(other, app, SLUG, query)
    expect(other.get_by_text("Somebody else trains this very setting")).to_be_visible()
    expect(other.get_by_role("button", name="Stop")).to_have_count(0)
    page.get_by_role("button", name="Pause").click()
    says(page, "paused")
    before = step(page)
    page.get_by_role("button", name="Step", exact=True).click()
    says(page, f"step {before + 1} of")
    other.get_by_role("button", name="Leave").click()
    expect(other.get_by_text("Somebody else trains")).to_have_count(0)
    page.get_by_role("button", name="Stop").click()
    says(page, "stopped")
    expect(button(page, "Train again")).to_be_visible()


def a_poll_redraws_nothing(page: Page) -> None:
    """The canvases of a live film are the same elements after several polls, and its line has moved on."""
    canvas = stage(page, "train").locator(".gb.film canvas").first
    canvas.evaluate("canvas => canvas.dataset.mark = 'same'")
    first = step(page)
    until(lambda: step(page) > first + 60, "60 more steps")
    assert canvas.get_attribute("data-mark") == "same"


def test_presenter_mode_is_driven_by_the_keyboard(page: Page, app: str) -> None:
    """Killed: controls left on the wall; B that moves on; a QR code of an address that no phone can reach."""
    opened(page, app, SLUG, "present=1&beat=2")
    expect(page.get_by_text("However deep the stack, one wedge stays blind.")).to_be_visible()
    expect(page.get_by_text("15 are blind")).to_be_visible()
    expect(page.get_by_role("slider").first).not_to_be_visible()
    page.keyboard.press("ArrowRight")
    at_rest(page)
    expect(page.get_by_text("A larger kernel makes the wedge flatter")).to_be_visible()
    page.keyboard.press("b")
    expect(page.locator(".beats .blackout")).to_be_visible()
    page.keyboard.press("b")
    expect(page.locator(".beats .blackout")).to_be_hidden()
    page.keyboard.press("q")
    expect(page.get_by_text("Set GLASSBOX_PUBLIC_URL to show a QR code.")).to_be_visible()


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
        opened(page, address, SLUG, query)
        button(page, "Train").click()
        says(page, "s left")
        page.context.close()  # what a killed server leaves half sent is an error in the console
        server.send_signal(signal.SIGKILL)
        server.wait()
        server = start()
        until(lambda: healthy(address), "the new server")
        page = opened(new_page(), address, SLUG, query)
        says(page, "step 400 of 400")
        page.context.close()  # before this server is killed, too
    finally:
        server.kill()
        server.wait()


def healthy(address: str) -> bool:
    try:
        return urllib.request.urlopen(f"{address}/_stcore/health", timeout=5).status == 200
    except OSError:
        return False
