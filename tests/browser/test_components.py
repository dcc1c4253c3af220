"""The film, the pixels and the field in a real browser. The gallery beside this file shows them.

The mutants that each test has killed are named in its docstring. That no console has an error in it is
checked for every page by the fixture that makes it.
"""

import base64
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.components.blocks import pack

GALLERY = Path(__file__).parent / "gallery.py"
ASSETS = "/_stcore/bidi-components/glassbox.film"
INSIDE = "document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot"
NewPage = Callable[..., Page]


@pytest.fixture(scope="session")
def gallery(serve: Callable[..., str]) -> str:
    """The address of the gallery."""
    return serve(GALLERY)


def shown(page: Page, address: str, what: str, more: str = "") -> Page:
    """Open one scene of the gallery and wait for its picture."""
    page.goto(f"{address}/?show={what}{more}")
    expect(page.locator(".gb canvas").first).to_be_visible(timeout=20_000)
    return page


def slider(page: Page) -> Locator:
    return page.get_by_role("slider", name="Moment of the training")


def at(page: Page, moment: int) -> None:
    expect(slider(page)).to_have_attribute("aria-valuenow", str(moment))


def runs(page: Page, count: int) -> None:
    """The script has run so many times, and does not run again."""
    counter = page.get_by_text(re.compile(r"^runs \d+$"))
    expect(counter).to_have_text(f"runs {count}")
    page.wait_for_timeout(400)
    expect(counter).to_have_text(f"runs {count}")


def spot(page: Page, selector: str, across: float, down: float) -> tuple[float, float]:
    """A point inside an element, at shares of its width and height."""
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


def drag(page: Page, selector: str, *points: tuple[float, float]) -> None:
    page.mouse.move(*spot(page, selector, *points[0]))
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*spot(page, selector, *point), steps=8)
    page.mouse.up()


def test_a_block_of_moments_is_read_in_the_browser_as_it_was_packed(page: Page, gallery: str) -> None:
    """Killed: no padding after the header; offsets counted in elements; big-endian."""
    arrays = {
        "a.bytes": np.arange(12, dtype=np.uint8).reshape(2, 2, 3),
        "a.whole": np.array([[-5, 2**31 - 1], [7, -(2**31)]]),
        "b.real": np.array([[0.5, -1.25e30], [3.0, 4.0]], np.float64),
        "b.half": np.array([[0.25], [-8]], np.float16),
    }
    block = pack({"from": 0, "moments": [0, 9], "count": 2, "total": 9, "state": "done"}, arrays)
    shown(page, gallery, "film")
    read = page.evaluate(
        """async ([where, text]) => {
            const { unpack } = await import(where);
            const { arrays } = unpack(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
            const plain = (moments) => moments.map(({ shape, values }) => [shape, [...values]]);
            return Object.fromEntries(Object.entries(arrays).map(([name, all]) => [name, plain(all)]));
        }""",
        [gallery + ASSETS + "/blocks.js", base64.b64encode(block).decode()],
    )
    for name, array in arrays.items():
        assert [shape for shape, _ in read[name]] == [list(array.shape[1:])] * 2
        assert [values for _, values in read[name]] == array.reshape(2, -1).tolist()


def test_dragging_the_timeline_reports_the_moment_once_on_release(page: Page, gallery: str) -> None:
    """Killed: a report on every move; no report."""
    shown(page, gallery, "film")
    at(page, 58)
    runs(page, 1)
    drag(page, ".film .time", (0.9, 0.6), (0.7, 0.6), (0.3, 0.6), (0.5, 0.6))
    runs(page, 2)
    moment = slider(page).get_attribute("aria-valuenow")
    assert 25 <= int(moment or 0) <= 34  # half way along a square-root axis
    expect(page.get_by_text(f"FilmState(moment={moment}, done=False, ")).to_be_visible()


def test_the_timeline_answers_to_keys_and_says_where_it_is(page: Page, gallery: str) -> None:
    """Killed: PageUp by one; Home ignored; a report on keydown (a held key then reruns each time)."""
    shown(page, gallery, "film")
    at(page, 58)
    slider(page).focus()
    pressed = (("Home", 0), ("ArrowRight", 1), ("PageUp", 11), ("ArrowLeft", 10), ("PageDown", 0))
    for count, (key, moment) in enumerate(pressed, start=2):
        page.keyboard.press(key)
        at(page, moment)
        runs(page, count)
    for _ in range(12):
        page.keyboard.down("ArrowRight")  # held: it repeats
    page.keyboard.up("ArrowRight")
    at(page, 12)
    runs(page, 7)
    said = slider(page).get_attribute("aria-valuetext")
    assert re.fullmatch(r"moment 13 of 59, step 29, 3\.\d+ bits/dim", said or "")


def test_playing_makes_no_round_trip(page: Page, gallery: str) -> None:
    """Killed: a report for each moment."""
    sent: list[Any] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    shown(page, gallery, "film")
    at(page, 58)
    runs(page, 1)
    slider(page).focus()
    sent.clear()
    page.keyboard.press(" ")
    page.wait_for_function(f"{INSIDE}.querySelector('.time').getAttribute('aria-valuenow') > 15")
    page.wait_for_function(f"{INSIDE}.querySelector('.time').getAttribute('aria-valuenow') > 40")
    assert sent == []
    page.keyboard.press(" ")
    runs(page, 2)


def test_a_rerun_keeps_the_canvas_and_never_shows_it_empty(page: Page, gallery: str) -> None:
    """Killed: the panels mounted anew at each update; the canvas emptied a frame before it is drawn."""
    shown(page, gallery, "film")
    at(page, 58)
    page.wait_for_timeout(300)
    page.evaluate(
        f"""() => {{
            const here = () => {INSIDE}.querySelector('.screens canvas');
            window.first = here();
            window.empty = window.looks = 0;
            const look = () => {{
                const now = here(), [x, y] = [now.width / 2, now.height / 3];
                window.looks += 1;
                if (!now.getContext('2d').getImageData(x, y, 30, 30).data.some((v) => v)) window.empty += 1;
                requestAnimationFrame(look);
            }};
            look();
        }}"""
    )
    page.get_by_role("button", name="rerun").click()
    runs(page, 2)
    assert page.evaluate(f"window.first === {INSIDE}.querySelector('.screens canvas')")
    assert page.evaluate("window.looks") > 10
    assert page.evaluate("window.empty") == 0


def test_a_live_film_fetches_each_moment_once_and_follows_only_a_viewer_at_the_end(
    page: Page, gallery: str, serve: Callable[..., str]
) -> None:
    """Killed: the whole film asked for each time; following a viewer who went back; no word when it ends."""
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
    shown(page, gallery, "live", f"&url={address}/moments")
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
    page.wait_for_timeout(1500)
    before = len(asked)
    page.wait_for_timeout(1500)
    assert len(asked) == before  # the run has ended: nobody asks any more
    assert told == list(range(21))


def test_a_film_whose_moments_cannot_be_read_says_so(
    browser: Any, gallery: str, serve: Callable[..., str]
) -> None:
    """Killed: silence. (The browser itself logs the 404, so this page stands outside the console check.)"""
    address = serve(Starlette())
    page = browser.new_page()
    page.goto(f"{gallery}/?show=gone&url={address}/none")
    expect(page.get_by_text("The moments of this run could not be read")).to_be_visible(timeout=20_000)
    page.close()


def test_with_reduced_motion_nothing_plays_and_six_moments_stand_side_by_side(
    new_page: NewPage, gallery: str
) -> None:
    """Killed: the preference not asked; the play button left."""
    page = shown(new_page(reduced_motion="reduce"), gallery, "film")
    at(page, 58)
    expect(page.locator("canvas.multiples")).to_be_visible()
    expect(page.get_by_role("button", name="Play")).to_have_count(0)
    slider(page).focus()
    page.keyboard.press(" ")
    page.wait_for_timeout(600)
    at(page, 58)
    page = shown(new_page(reduced_motion="reduce"), gallery, "field")
    page.locator(".field .result canvas").hover(position={"x": 200, "y": 130})
    expect(page.locator(".readout")).to_contain_text("path", timeout=700)  # settled at once


@pytest.mark.parametrize("scene", ["film", "kinds", "pinned", "field", "pick"])
def test_at_390_pixels_the_result_comes_first_and_nothing_sticks_out(
    new_page: NewPage, gallery: str, scene: str
) -> None:
    """Killed: a fixed two-column grid; the structure first."""
    page = shown(new_page(viewport={"width": 390, "height": 844}), gallery, scene)
    page.wait_for_timeout(600)
    assert page.evaluate(f"{INSIDE}.querySelector('.gb').scrollWidth") <= 390
    boxes = [canvas.bounding_box() for canvas in page.locator(".pane canvas").all()]
    tops = [box["y"] for box in boxes if box]
    if scene == "field":
        assert tops[1] < tops[0]  # the grid stands second in the document and first on a phone
    else:
        assert tops == sorted(set(tops))
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes if box)


def test_the_picture_can_be_saved_with_its_title(page: Page, gallery: str, tmp_path: Path) -> None:
    """Killed: canvases only, without titles; an empty sheet."""
    shown(page, gallery, "film")
    at(page, 58)
    page.wait_for_timeout(300)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save picture").click()
    download.value.save_as(tmp_path / "picture.png")
    with Image.open(tmp_path / "picture.png") as picture:
        pixels = np.asarray(picture.convert("L")).astype(int)
    assert picture.format == "PNG"
    title, body = pixels[36:76], pixels[90:500]
    assert np.ptp(title) > 100
    assert np.ptp(body) > 100


def test_the_number_under_the_pointer_is_the_number_in_the_data(page: Page, gallery: str) -> None:
    """Killed: rows and columns of a grid exchanged; the last moment read whatever is shown; a number that
    stays while the moment goes on.
    """
    shown(page, gallery, "film")
    at(page, 58)
    box = page.locator(".screens .pane:nth-child(2) canvas").bounding_box()
    assert box is not None
    side = (box["height"] - 36) / 16  # two maps of 8 x 8 above each other, a gap of 6, a legend of 30
    left = box["x"]  # flush with the title
    readout = page.locator(".readout")
    error = {}
    page.mouse.move(left + 5.5 * side, box["y"] + 0.5 * side)
    for key, moment in (("End", 58), ("Home", 0)):
        slider(page).press(key)  # the pointer rests, the number under it changes
        at(page, moment)
        page.wait_for_timeout(100)
        expect(readout).to_contain_text("map 1, (0, 5): ")
        said = re.search(r": (\S+) of full scale", readout.inner_text())
        assert said
        error[key] = abs(float(said[1]))
    assert error["End"] < 0.07
    assert error["Home"] > 0.1
    shown(page, gallery, "pick")
    page.mouse.move(*spot(page, ".pixels canvas", 2.5 / 8, 0.5 / 8))  # row 0, column 2: -3.5 * -1.5 / 12.25
    expect(readout).to_have_text("(0, 2): 0.4")


def test_painting_shows_at_once_and_reports_once_on_release(page: Page, gallery: str) -> None:
    """Killed: a report for each cell; the stroke toggling back what it painted; a rerun undoing it;
    a new version that keeps the old painting.
    """
    shown(page, gallery, "mask")
    runs(page, 1)
    drag(page, ".pixels canvas", (0.1, 0.7), (0.9, 0.7), (0.1, 0.7))
    runs(page, 2)
    heard = page.get_by_text(re.compile("^heard"))
    expect(heard).to_contain_text(
        "[1., 1., 1., 1., 1.],\n       [0., 0., 0., 0., 0.],\n       [1., 1., 1., 1., 1.]"
    )
    page.locator(".pixels canvas").click(position={"x": 20, "y": 180})  # on top of what the first stroke left
    expect(heard).to_contain_text("[1., 1., 1., 1., 1.],\n       [1., 0., 0., 0., 0.]])")
    page.get_by_role("button", name="clear").click()
    expect(heard).to_contain_text("values=None")
    page.locator(".pixels canvas").click(position={"x": 20, "y": 20})
    rows = ["[[0., 1., 1., 1., 1.]", "[1., 1., 1., 1., 1.]", *["[0., 0., 0., 0., 0.]"] * 3]
    expect(heard).to_contain_text(",\n       ".join(rows))  # of the strokes before, nothing
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(heard).to_contain_text("[[0., 1., 1., 1., 1.],\n       [0., 1., 1., 1., 1.]")


def test_a_drawing_takes_the_level_that_was_chosen(page: Page, gallery: str) -> None:
    """Killed: always the highest level."""
    shown(page, gallery, "digit")
    page.get_by_role("button", name="Paint level 8").click()
    drag(page, ".pixels canvas", (0.5 / 8, 0.5 / 8), (7.5 / 8, 0.5 / 8))
    expect(page.get_by_text(re.compile("^heard"))).to_contain_text("64.0")


def test_a_pixel_is_picked_by_mouse_and_by_keyboard(page: Page, gallery: str) -> None:
    """Killed: rows and columns exchanged; Enter ignored."""
    shown(page, gallery, "pick")
    page.mouse.click(*spot(page, ".pixels canvas", 6.5 / 8, 1.5 / 8))
    expect(page.get_by_text("cell=(1, 6)")).to_be_visible()
    for key in ("ArrowDown", "ArrowLeft", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_text("cell=(2, 5)")).to_be_visible()
    runs(page, 3)


def test_the_field_names_the_paths_of_a_cell_and_moves_to_the_one_that_is_clicked(
    page: Page, gallery: str
) -> None:
    """Killed: counts of another level read; rows and columns of a click exchanged; two reports."""
    shown(page, gallery, "field")
    page.wait_for_timeout(2300)
    grid = page.locator(".field .result canvas")
    readout = page.locator(".readout")
    page.mouse.move(*cell_of(page, 10, 10))
    expect(readout).to_have_text("Pixel (10, 10): 45 paths to the output.")
    page.mouse.move(*cell_of(page, 12, 13))
    expect(readout).to_contain_text("blind")
    page.mouse.move(*cell_of(page, 13, 11))
    expect(readout).to_contain_text("future")
    page.mouse.click(*cell_of(page, 12, 9))
    expect(page.get_by_text("picked (12, 9)")).to_be_visible()
    expect(grid).to_have_attribute("aria-label", re.compile(r"pixel \(12, 9\)"))
    page.get_by_role("button", name="rerun").click()
    expect(page.get_by_text("picked None")).to_be_visible()  # said once
    grid.focus()
    for key in ("ArrowUp", "ArrowLeft", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_text("picked (11, 8)")).to_be_visible()


def cell_of(page: Page, row: int, column: int) -> tuple[float, float]:
    """The middle of a cell while four 3 x 3 layers read for (13, 10): rows 7 to 14, columns 4 to 16."""
    box = page.locator(".field .result canvas").bounding_box()
    assert box is not None
    height = box["height"] - 26  # the legend
    side = min(60, box["width"] / 13, height / 8)
    x = box["x"] + (box["width"] - 13 * side) / 2 + (column - 4 + 0.5) * side
    return x, box["y"] + (height - 8 * side) / 2 + (row - 7 + 0.5) * side


def test_the_stack_lights_what_a_cell_of_a_layer_reads(page: Page, gallery: str) -> None:
    """Killed: the direction of the offsets reversed; mask A taken for mask B in the lowest layer."""
    shown(page, gallery, "field")
    paths = page.evaluate(
        """async (where) => {
            const { pathsOf, through } = await import(where);
            const B = [[-1, -1], [-1, 0], [-1, 1], [0, -1], [0, 0]], A = B.slice(0, 4);
            const paths = pathsOf([B, B, A], [6, 6], 13, 13);
            const cells = (set) => [...set].map((node) => [Math.floor(node / 13), node % 13]);
            const up = through(paths, 3, [5, 5]), down = through(paths, 1, [5, 7]);
            const size = paths.down.map((set) => set.size);
            return { size, up: up.levels.map(cells), down: cells(down.levels[3]) };
        }""",
        gallery + "/_stcore/bidi-components/glassbox.field/field_paths.js",
    )
    assert paths["size"] == [1, 5, 12, 21]  # a.md: one mask A and two mask B layers see 21 pixels
    assert paths["up"][0] == [[6, 6]]
    masks = [{(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 0)}] * 2 + [{(-1, -1), (-1, 0), (-1, 1), (0, -1)}]
    wanted = {(5, 7)}
    for mask in masks[1:]:
        wanted = {(r + dr, c + dc) for r, c in wanted for dr, dc in mask}
    assert {tuple(cell) for cell in paths["down"]} == wanted
