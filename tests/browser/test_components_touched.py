"""What is touched, in a real browser: the pixels and the field. One load for each scene of the gallery."""

import re

from conftest import NewPage, below_each_other, drag, narrow, runs, scene, script, spot
from playwright.sync_api import Page, expect

GALLERY = "gallery.py"


def test_a_mask_is_painted(page: Page, gallery: str) -> None:
    """At once, and told once on release. Killed: a report for each cell; the stroke toggling back what it
    painted; a rerun undoing it; a new version that keeps the old painting."""
    scene(page, gallery, "mask")
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
    scene(page, gallery, "digit")
    page.get_by_role("button", name="Paint level 8").click()
    drag(page, ".pixels canvas", (0.5 / 8, 0.5 / 8), (7.5 / 8, 0.5 / 8))
    expect(page.get_by_text(re.compile("^heard"))).to_contain_text("64.0")


def test_a_pixel_is_picked(page: Page, gallery: str) -> None:
    """By mouse and by keyboard, and told under the pointer. Killed: rows and columns exchanged; Enter
    ignored."""
    scene(page, gallery, "pick")
    page.mouse.move(*spot(page, ".pixels canvas", 2.5 / 8, 0.5 / 8))  # row 0, column 2: -3.5 * -1.5 / 12.25
    expect(page.locator(".readout")).to_have_text("(0, 2): 0.4")
    page.mouse.click(*spot(page, ".pixels canvas", 6.5 / 8, 1.5 / 8))
    expect(page.get_by_text("cell=(1, 6)")).to_be_visible()
    for key in ("ArrowDown", "ArrowLeft", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_text("cell=(2, 5)")).to_be_visible()
    runs(page, 3)
    assert below_each_other(narrow(page))


def test_a_field(new_page: NewPage, gallery: str) -> None:
    """Settled at once for who asked for less motion; on a phone its grid stands first. Killed: counts of
    another level read; rows and columns of a click exchanged; two reports; the structure first."""
    page = scene(new_page(reduced_motion="reduce"), gallery, "field")
    grid, readout = page.locator(".field .result canvas"), page.locator(".readout")
    page.mouse.move(*cell_of(page, 10, 10))
    expect(readout).to_have_text("Pixel (10, 10): 45 paths to the output.", timeout=700)
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
    the_stack_lights_what_a_cell_reads(page, gallery)
    stack, first = narrow(page)
    assert first["y"] < stack["y"]  # the grid stands second in the document


def cell_of(page: Page, row: int, column: int) -> tuple[float, float]:
    """The middle of a cell while four 3 x 3 layers read for (13, 10): rows 7 to 14, columns 4 to 16."""
    box = page.locator(".field .result canvas").bounding_box()
    assert box is not None
    height = box["height"] - 26  # the legend
    side = min(60, box["width"] / 13, height / 8)
    x = box["x"] + (box["width"] - 13 * side) / 2 + (column - 4 + 0.5) * side
    return x, box["y"] + (height - 8 * side) / 2 + (row - 7 + 0.5) * side


def the_stack_lights_what_a_cell_reads(page: Page, gallery: str) -> None:
    """Killed: the direction of the offsets reversed; mask A taken for mask B in the lowest layer."""
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
        gallery + script("field", "pages/pixelcnn/field_paths.js"),
    )
    assert paths["size"] == [1, 5, 12, 21]  # one mask A and two mask B layers see 21 pixels
    assert paths["up"][0] == [[6, 6]]
    masks = [{(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 0)}] * 2 + [{(-1, -1), (-1, 0), (-1, 1), (0, -1)}]
    wanted = {(5, 7)}
    for mask in masks[1:]:
        wanted = {(r + dr, c + dc) for r, c in wanted for dr, dc in mask}
    assert {tuple(cell) for cell in paths["down"]} == wanted
