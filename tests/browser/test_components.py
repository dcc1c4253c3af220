"""The film in a real browser, and the moments that it fetches. One load for each scene of the gallery.

That no console has an error in it is checked for every page by the fixture that makes it.
"""

import base64
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import at_rest, below_each_other, drag, frames, narrow, runs, scene, script
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.components.blocks import pack

GALLERY = "gallery.py"
INSIDE = "document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot"


def slider(page: Page) -> Locator:
    return page.get_by_role("slider", name="Moment of the training")


def at(page: Page, moment: int) -> None:
    expect(slider(page)).to_have_attribute("aria-valuenow", str(moment))


def counted(page: Page) -> int:
    """How often the script has run."""
    at_rest(page)
    return int(page.get_by_text(re.compile(r"^runs \d+$")).inner_text().removeprefix("runs "))


def test_a_film(page: Page, gallery: str, tmp_path: Path) -> None:
    sent: list[Any] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    scene(page, gallery, "film")
    at(page, 58)
    runs(page, 1)
    a_block_is_read_as_it_was_packed(page, gallery)
    playing_makes_no_round_trip(page, sent)
    dragging_reports_once_on_release(page)
    keys_move_it_and_it_says_where_it_is(page)
    the_number_under_the_pointer_is_in_the_data(page)
    a_rerun_keeps_the_canvas(page)
    the_picture_is_saved_with_its_title(page, tmp_path)
    less_motion_means_six_moments(page)
    assert below_each_other(narrow(page))


def a_block_is_read_as_it_was_packed(page: Page, gallery: str) -> None:
    """Killed: no padding after the header; offsets counted in elements; big-endian."""
    arrays = {
        "a.bytes": np.arange(12, dtype=np.uint8).reshape(2, 2, 3),
        "a.whole": np.array([[-5, 2**31 - 1], [7, -(2**31)]]),
        "b.real": np.array([[0.5, -1.25e30], [3.0, 4.0]], np.float64),
        "b.half": np.array([[0.25], [-8]], np.float16),
    }
    block = pack({"from": 0, "moments": [0, 9], "count": 2, "total": 9, "state": "done"}, arrays)
    read = page.evaluate(
        """async ([where, text]) => {
            const { unpack } = await import(where);
            const { arrays } = unpack(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
            const plain = (moments) => moments.map(({ shape, values }) => [shape, [...values]]);
            return Object.fromEntries(Object.entries(arrays).map(([name, all]) => [name, plain(all)]));
        }""",
        [gallery + script("film", "film/blocks.js"), base64.b64encode(block).decode()],
    )
    for name, array in arrays.items():
        assert [shape for shape, _ in read[name]] == [list(array.shape[1:])] * 2
        assert [values for _, values in read[name]] == array.reshape(2, -1).tolist()


def playing_makes_no_round_trip(page: Page, sent: list[Any]) -> None:
    """Killed: a report for each moment."""
    slider(page).focus()
    sent.clear()
    page.keyboard.press(" ")
    page.wait_for_function(f"{INSIDE}.querySelector('.time').getAttribute('aria-valuenow') < 5")
    page.wait_for_function(f"{INSIDE}.querySelector('.time').getAttribute('aria-valuenow') > 20")
    assert sent == []
    page.keyboard.press(" ")
    runs(page, 2)


def dragging_reports_once_on_release(page: Page) -> None:
    """Killed: a report on every move; no report."""
    drag(page, ".film .time", (0.9, 0.6), (0.7, 0.6), (0.3, 0.6), (0.5, 0.6))
    runs(page, 3)
    moment = slider(page).get_attribute("aria-valuenow")
    assert 25 <= int(moment or 0) <= 34  # half way along a square-root axis
    expect(page.get_by_text(f"FilmState(moment={moment}, done=False, ")).to_be_visible()


def keys_move_it_and_it_says_where_it_is(page: Page) -> None:
    """Killed: PageUp by one; Home ignored; a report on keydown (a held key then reruns each time)."""
    slider(page).focus()
    pressed = (("Home", 0), ("ArrowRight", 1), ("PageUp", 11), ("ArrowLeft", 10), ("PageDown", 0))
    for count, (key, moment) in enumerate(pressed, start=4):
        page.keyboard.press(key)
        at(page, moment)
        runs(page, count)
    for _ in range(12):
        page.keyboard.down("ArrowRight")  # held: it repeats
    page.keyboard.up("ArrowRight")
    at(page, 12)
    runs(page, 9)
    said = slider(page).get_attribute("aria-valuetext")
    assert re.fullmatch(r"moment 13 of 59, step 29, 3\.\d+ bits/dim", said or "")


def the_number_under_the_pointer_is_in_the_data(page: Page) -> None:
    """Killed: rows and columns of a grid exchanged; the last moment read whatever is shown; a number that
    stays while the moment goes on."""
    box = page.locator(".screens .pane:nth-child(2) canvas").bounding_box()
    assert box is not None
    side = (box["height"] - 36) / 16  # two maps of 8 x 8 above each other, a gap of 6, a legend of 30
    page.mouse.move(box["x"] + 5.5 * side, box["y"] + 0.5 * side)  # flush with the title
    error = {}
    for key, moment in (("End", 58), ("Home", 0)):
        slider(page).press(key)  # the pointer rests, the number under it changes
        at(page, moment)
        at_rest(page)
        expect(page.locator(".readout")).to_contain_text("map 1, (0, 5): ")
        said = re.search(r": (\S+) of full scale", page.locator(".readout").inner_text())
        assert said
        error[key] = abs(float(said[1]))
    assert error["End"] < 0.07
    assert error["Home"] > 0.1


def a_rerun_keeps_the_canvas(page: Page) -> None:
    """And never shows it empty. Killed: the panels mounted anew at each update; the canvas emptied a frame
    before it is drawn."""
    page.evaluate(
        f"""() => {{
            const here = () => {INSIDE}.querySelector('.screens canvas');
            window.first = here();
            window.empty = window.looks = 0;
            const look = () => {{
                const now = here(), [x, y] = [now.width / 2, now.height / 3];
                window.looks += 1;
                if (!now.getContext('2d').getImageData(x, y, 30, 30).data.some((v) => v)) window.empty += 1;
                if (window.looks < 1000) requestAnimationFrame(look);
            }};
            look();
        }}"""
    )
    before = counted(page)
    page.get_by_role("button", name="rerun").click()
    runs(page, before + 1)
    assert page.evaluate(f"window.first === {INSIDE}.querySelector('.screens canvas')")
    page.wait_for_function("window.looks > 10")
    assert page.evaluate("window.empty") == 0
    page.evaluate("window.looks = 1000")


def the_picture_is_saved_with_its_title(page: Page, tmp_path: Path) -> None:
    """Killed: canvases only, without titles; an empty sheet."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Save picture").click()
    download.value.save_as(tmp_path / "picture.png")
    with Image.open(tmp_path / "picture.png") as picture:
        pixels = np.asarray(picture.convert("L")).astype(int)
    assert picture.format == "PNG"
    title, body = pixels[36:76], pixels[90:500]
    assert np.ptp(title) > 100
    assert np.ptp(body) > 100


def less_motion_means_six_moments(page: Page) -> None:
    """Side by side, and nothing plays. Killed: the preference not asked; the play button left."""
    page.emulate_media(reduced_motion="reduce")
    expect(page.locator("canvas.multiples")).to_be_visible()
    expect(page.get_by_role("button", name="Play")).to_have_count(0)
    slider(page).focus()
    before = slider(page).get_attribute("aria-valuenow")
    page.keyboard.press(" ")
    assert frames(page.locator(".screens canvas").first) == 1
    assert slider(page).get_attribute("aria-valuenow") == before


@pytest.mark.parametrize("name", ["kinds", "pinned"])
def test_more_panels_stand_below_each_other_on_a_phone(page: Page, gallery: str, name: str) -> None:
    """Killed: two runs side by side whatever the width."""
    scene(page, gallery, name)
    assert below_each_other(narrow(page))


def test_a_film_fetches_its_moments(
    page: Page, browser: Browser, gallery: str, serve: Callable[..., str]
) -> None:
    """Each once; it follows only a viewer at the end, and says when it cannot. Killed: the whole film asked
    for each time; following a viewer who went back; no word when it ends."""
    asked: list[int] = []
    told: list[int] = []
    run = {"count": 5, "state": "running"}

    async def answer(request: Request) -> Response:
        first, last = int(request.query_params["from"]), min(run["count"], int(request.query_params["to"]))
        asked.append(first)
        told.extend(range(first, last))
        steps = [10 * moment for moment in range(first, last)]
        scalars = {"loss": {"step": steps, "value": [4 - step / 100 for step in steps]}}
        header = {"from": first, "moments": steps, "scalars": scalars, "total": 200, **run}
        pictures = np.full((len(steps), 16, 8, 8), 5, np.uint8)
        maps = np.zeros((len(steps), 4, 8, 8), np.float32)
        body = pack(header, {"samples.x": pictures, "error.map": maps, "error.large": maps.astype(np.uint8)})
        return Response(body, headers={"access-control-allow-origin": "*"})

    address = serve(Starlette(routes=[Route("/moments", answer)]))
    scene(page, gallery, "live", f"&url={address}/moments")
    at(page, 4)
    run["count"] = 9
    at(page, 8)
    slider(page).focus()
    page.keyboard.press("PageDown")
    page.keyboard.press("ArrowRight")
    at(page, 1)
    run["count"] = 12
    expect(slider(page)).to_have_attribute("aria-valuemax", "11")
    at(page, 1)
    page.keyboard.press("End")
    run["count"] = 15
    at(page, 14)
    run.update(count=21, state="done")
    at(page, 20)
    expect(page.get_by_text("done=True")).to_be_visible()
    before = len(asked)
    moments_that_cannot_be_read_are_told(browser, gallery, serve)  # which takes longer than a look for more
    assert len(asked) == before  # the run has ended: nobody asks any more
    assert told == list(range(21))


def moments_that_cannot_be_read_are_told(browser: Browser, gallery: str, serve: Callable[..., str]) -> None:
    """Killed: silence. (The browser itself logs the 404, so this page stands outside the console check.)"""
    page = browser.new_page()
    scene(page, gallery, "gone", f"&url={serve(Starlette())}/none")
    expect(page.get_by_text("The moments of this run could not be read")).to_be_visible()
    page.close()
