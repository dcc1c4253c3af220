"""The attention picture in a real browser: alone, and as panels of a film. The gallery shows each scene.

Places are reckoned here, apart from the drawing: chips of 1.75 letters and gaps of 0.25, cells right of the
labels and under them. That no console has an error in it is checked by the fixture that makes each page.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

GALLERY = Path(__file__).parent / "gallery.py"
INSIDE = "document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot"
ASSETS = "/_stcore/bidi-components/glassbox.attention"
MODEL, BLIND = (209, 122, 31), (192, 61, 119)
NewPage = Callable[..., Page]

# The time that scripts took in each frame that drew something.
FRAMES = """
window.took = [];
const ask = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (act) => ask((now) => {
  const began = performance.now();
  act(now);
  window.took.push(performance.now() - began);
});
"""


@pytest.fixture(scope="session")
def gallery(serve: Callable[..., str]) -> str:
    """The address of the gallery."""
    return serve(GALLERY)


def shown(page: Page, address: str, what: str) -> Page:
    """Open one scene of the gallery and wait for its picture."""
    page.goto(f"{address}/?show={what}")
    expect(page.locator(".gb canvas.picks").first).to_be_visible(timeout=20_000)
    page.wait_for_timeout(400)
    return page


def canvas(page: Page, where: str) -> Locator:
    """The canvas of arcs, matrix or grid; in a film panels are counted, from 1."""
    return page.locator(f".{where} canvas.picks" if where.isalpha() else f".pane:nth-child({where}) canvas")


def size(drawing: Locator) -> tuple[float, float]:
    box = drawing.bounding_box()
    assert box is not None
    return box["width"], box["height"]


def cell(drawing: Locator, rows: int, columns: int, row: int, column: int, longest: int = 1) -> Any:
    """The middle of a cell; longest: letters of the longest label of a row."""
    width, height = size(drawing)
    left, top = 0.62 * 13 * longest + 14, 22
    w, h = min(46, (width - left - 2) / columns), min(46, (height - top - 32 - 4) / rows)
    w = min(w, 1.6 * h)
    h = min(h, 1.25 * w)
    return {"x": left + (column + 0.5) * w, "y": top + (row + 0.5) * h}


def chip(drawing: Locator, count: int, index: int, above: bool) -> Any:
    """The middle of a chip with one letter, of a line of `count`; above: a key."""
    width, height = size(drawing)
    s = min(17, width / (2 * count - 0.25))
    x = (width - (2 * count - 0.25) * s) / 2 + (2 * index + 0.875) * s
    return {"x": x, "y": 16 + s if above else height - 16 - 2.25 * s + s}


def readout(page: Page) -> Locator:
    return page.locator(".readout")


def heard(page: Page, words: str) -> None:
    """What Python heard last."""
    expect(page.get_by_text(re.compile("^heard"))).to_have_text(f"heard AttentionState({words})")


def runs(page: Page, count: int) -> None:
    """The script has run so many times, and does not run again."""
    counter = page.get_by_text(re.compile(r"^runs \d+$"))
    expect(counter).to_have_text(f"runs {count}")
    page.wait_for_timeout(400)
    expect(counter).to_have_text(f"runs {count}")


def forced(page: Page) -> list[float]:
    """The row that Python heard last."""
    said = re.search(r"row=\((.*?)\)", page.get_by_text(re.compile("^heard")).inner_text())
    assert said
    return [float(one) for one in said[1].split(",") if one.strip()]


def colour(drawing: Locator, at: Any) -> list[int]:
    """What is drawn a little to the upper left of the middle, where no letter is: red, green, blue."""
    return drawing.evaluate(
        """(canvas, { x, y }) => {
            const k = canvas.width / canvas.clientWidth;
            return [...canvas.getContext("2d").getImageData((x - 6) * k, (y - 6) * k, 1, 1).data].slice(0, 3);
        }""",
        at,
    )


def aligned() -> np.ndarray:
    """(10, 13) weights of the scene `attention`."""
    places = [[9], [10], [11], [12], [7], [0, 1, 2], [1, 2, 3, 4], [5, 7], [6], [6]]
    goal = np.array([[3.0 * (k in found) for k in range(13)] for found in places])
    scores = np.exp(2 * (goal + np.sin(np.arange(130)).reshape(10, 13) / 3))
    return scores / scores.sum(1, keepdims=True)


def test_hovering_an_output_lights_its_inputs_and_leaving_restores_the_pinned_row(
    page: Page, gallery: str
) -> None:
    """Killed: rows and columns exchanged in `at`; the matrix read without its labels' room; the pointed row
    kept on leaving; what is pointed at told to Python.
    """
    shown(page, gallery, "attention")
    weights, arcs, matrix = aligned(), canvas(page, "arcs"), canvas(page, "matrix")
    pinned = "Output 6 “0” puts 0.524 on “M” (1), 0.297 on “a” (2), 0.171 on “r” (3), 0.009 on the rest."
    expect(readout(page)).to_have_text(pinned)
    arcs.hover(position=chip(arcs, 11, 3, above=False))
    expect(readout(page)).to_have_text(
        re.compile(rf"^Output 4 “8” puts {weights[3, 12]:.3f} on “8” \(13\), .* on the rest\.$")
    )
    assert colour(arcs, chip(arcs, 11, 3, above=False)) == list(MODEL)
    arcs.hover(position=chip(arcs, 13, 6, above=True))
    expect(readout(page)).to_have_text(
        f"Output 6 “0” reads input 7 “5” with weight {+weights[5, 6].round(3)}."
    )  # a row is pinned that can be forced: the input is one of its
    matrix.hover(position=cell(matrix, 11, 13, 7, 5))
    expect(readout(page)).to_have_text(
        f"Output 8 “-” reads input 6 “␣” with weight {+weights[7, 5].round(3)}."
    )
    matrix.hover(position=cell(matrix, 11, 13, 10, 5))
    expect(readout(page)).to_contain_text("Output 11 reads input 6 “␣” with weight 0.")
    page.mouse.move(5, 5)
    expect(readout(page)).to_have_text(pinned)
    runs(page, 1)


def test_hovering_an_input_lights_the_outputs_that_read_it(page: Page, gallery: str) -> None:
    """Killed: the row of that number in place of the column; everyone who hardly reads it."""
    shown(page, gallery, "aligned")
    page.wait_for_timeout(3400)  # the sweep
    arcs, weights = canvas(page, "1"), aligned()
    arcs.hover(position=chip(arcs, 13, 6, above=True))
    expect(readout(page)).to_contain_text("Input 7 “5” is read with")
    said = re.findall(r"([\d.]+) by “(.)” \((\d+)\)", readout(page).inner_text())
    assert [(label, int(row)) for _, label, row in said] == [("0", 9), ("5", 10)]  # others read it hardly
    assert [float(value) for value, _, _ in said] == pytest.approx(weights[8:, 6], abs=0.02)


def test_the_matrix_is_as_dark_as_the_weights(page: Page, gallery: str) -> None:
    """Killed: the map upside down; a scale that runs from dark to light."""
    shown(page, gallery, "attention")
    matrix, weights = canvas(page, "matrix"), aligned()
    found = np.array(
        [[sum(colour(matrix, cell(matrix, 11, 13, r, c))) for c in range(13)] for r in range(0, 10, 3)]
    )
    order = np.argsort(weights[::3].ravel())
    assert (np.diff(found.ravel()[order]) <= 1).all()  # as weights rise, colours never become lighter
    assert found.max() - found.min() > 400


def test_every_row_every_column_and_every_head_is_reached_by_keyboard(page: Page, gallery: str) -> None:
    """Killed: Home ignored; an arrow that moves by two; left and right in the grid exchanged; down in the
    grid by one; a report on every press of a held key.
    """
    shown(page, gallery, "heads")
    matrix, grid, arcs = canvas(page, "matrix"), canvas(page, "grid"), canvas(page, "arcs")
    matrix.focus()
    page.keyboard.press("Home")
    for row in range(10):
        expect(readout(page)).to_contain_text(f"head 2: word {row + 1} “")
        page.keyboard.press("ArrowDown")
    for column in range(10):
        page.keyboard.press("ArrowRight")
        expect(readout(page)).to_contain_text(f"word 10 “dog” reads word read {column + 1} “")
    runs(page, 1)
    page.keyboard.press("Enter")  # another row than the pinned one: it is pinned
    heard(page, "head=1, query=9, row=None, off=()")
    page.keyboard.press("Escape")
    heard(page, "head=1, query=None, row=None, off=()")
    grid.focus()
    for head in (0, *range(1, 8)):
        page.keyboard.press("Home" if head == 0 else "ArrowRight")
        heard(page, f"head={head}, query=None, row=None, off=()")
    page.keyboard.press("ArrowUp")
    heard(page, "head=3, query=None, row=None, off=()")
    runs(page, 12)
    for _ in range(3):
        page.keyboard.down("ArrowLeft")  # held: it repeats
        page.wait_for_timeout(200)
    page.keyboard.up("ArrowLeft")
    heard(page, "head=0, query=None, row=None, off=()")
    runs(page, 13)
    arcs.focus()
    page.keyboard.press("End")
    expect(readout(page)).to_contain_text("head 1: word 10 “dog” puts")
    page.keyboard.press("ArrowUp")
    expect(readout(page)).to_contain_text("head 1: word read 10 “dog” is read with")
    page.keyboard.press("ArrowLeft")
    expect(readout(page)).to_contain_text("head 1: word read 9 “the” is read with")


def test_a_click_pins_a_row_and_another_lets_it_go(page: Page, gallery: str) -> None:
    """Killed: a click that only ever pins; the column pinned as the row."""
    shown(page, gallery, "heads")
    matrix = canvas(page, "matrix")
    height = size(matrix)[1]
    row = min(46, (height - 22 - 36) / 10)
    matrix.click(position={"x": 10, "y": height - 36 - 1.5 * row})  # at its label, row 9 of 10
    heard(page, "head=1, query=8, row=None, off=()")
    matrix.click(position={"x": 10, "y": height - 36 - 1.5 * row})
    heard(page, "head=1, query=None, row=None, off=()")
    runs(page, 3)


def drag(page: Page, drawing: Locator, *points: Any) -> None:
    """Press at the first point, move over the others and let go."""
    box = drawing.bounding_box()
    assert box is not None
    for i, at in enumerate(points):
        page.mouse.move(box["x"] + at["x"], box["y"] + at["y"], steps=10)
        if i == 0:
            page.mouse.down()
    page.mouse.up()


def test_a_forced_row_sums_to_one_and_is_told_once_on_release(page: Page, gallery: str) -> None:
    """Killed: a report for each cell; weights that sum to their number; a stroke that ends where the hand
    leaves the row; a click on another row that forces it; a rerun that undoes it; a reset that is not told.
    """
    shown(page, gallery, "attention")
    matrix, arcs = canvas(page, "matrix"), canvas(page, "arcs")
    matrix.click(position=cell(matrix, 11, 13, 5, 8))
    heard(page, f"head=0, query=5, row={tuple(float(k == 8) for k in range(13))}, off=()")
    runs(page, 2)
    away = {**cell(matrix, 11, 13, 5, 12), "y": cell(matrix, 11, 13, 8, 12)["y"]}
    drag(page, matrix, cell(matrix, 11, 13, 5, 9), away)
    runs(page, 3)
    assert forced(page) == pytest.approx([0.25 * (k >= 9) for k in range(13)])
    page.get_by_role("button", name="rerun").click()
    runs(page, 4)
    assert sum(forced(page)) == pytest.approx(1)
    page.mouse.move(5, 5)
    expect(readout(page)).to_contain_text("Output 6 “0”, by you, puts 0.25 on “1” (10)")
    arcs.click(position=chip(arcs, 13, 2, above=True))
    heard(page, f"head=0, query=5, row={tuple(float(k == 2) for k in range(13))}, off=()")
    page.get_by_role("button", name="Reset row").click()
    heard(page, "head=0, query=5, row=None, off=()")
    expect(page.get_by_role("button", name="Reset row")).to_be_disabled()
    matrix.click(position=cell(matrix, 11, 13, 2, 3))
    heard(page, "head=0, query=2, row=None, off=()")
    runs(page, 7)


def test_weight_is_moved_by_keyboard_a_tenth_or_all_of_it_and_taken_back(page: Page, gallery: str) -> None:
    """Killed: + that adds without taking from the others; Enter that lets the row go; Escape that lets it go
    before the weights are taken back; weight put on a masked cell.
    """
    shown(page, gallery, "attention")
    canvas(page, "matrix").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("+")
    runs(page, 2)
    row, before = forced(page), aligned()[5]
    assert row[1] == pytest.approx(before[1] + 0.1, abs=1e-5)
    assert sum(row) == pytest.approx(1)
    assert row[0] / row[2] == pytest.approx(before[0] / before[2], rel=1e-4)
    for count in (3, 4):  # one at a time: Streamlit makes one run of two reports that come close together
        page.keyboard.press("-")
        runs(page, count)
    assert forced(page)[1] == pytest.approx(before[1] - 0.1, abs=1e-5)
    page.keyboard.press("Enter")
    heard(page, f"head=0, query=5, row={tuple(float(k == 1) for k in range(13))}, off=()")
    page.keyboard.press("Escape")
    heard(page, "head=0, query=5, row=None, off=()")
    page.keyboard.press("Escape")
    heard(page, "head=0, query=None, row=None, off=()")
    shown(page, gallery, "heads")
    canvas(page, "matrix").focus()
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    expect(readout(page)).to_contain_text("word 6 “mat” reads word read 8 “saw” with weight 0 (masked).")
    page.keyboard.press("Enter")
    page.keyboard.press("+")
    heard(page, "head=1, query=5, row=None, off=()")
    runs(page, 1)


def test_switches_tell_which_heads_are_off(page: Page, gallery: str) -> None:
    """Killed: the last switch only; a switch that does not show its state or cannot be switched back."""
    shown(page, gallery, "heads")
    for name, off in (("layer 2, head 2", "(5,)"), ("layer 1, head 3", "(2, 5)")):
        page.get_by_role("switch", name=name).click()
        heard(page, f"head=1, query=5, row=None, off={off}")
    expect(page.get_by_role("switch", name="layer 2, head 2")).not_to_be_checked()
    page.get_by_role("switch", name="layer 2, head 2").press(" ")
    heard(page, "head=1, query=5, row=None, off=(2,)")
    expect(page.get_by_role("switch", name="layer 2, head 2")).to_be_checked()
    runs(page, 4)


def test_the_panels_of_a_film_share_what_is_picked(page: Page, gallery: str) -> None:
    """Killed: a pick for each drawing; a click on a head that does not enlarge it; a row pinned by Enter
    that is lost on leaving; the first head drawn whichever is picked.
    """
    shown(page, gallery, "aligned")
    page.wait_for_timeout(3400)
    arcs, matrix = canvas(page, "1"), canvas(page, "2")
    assert colour(arcs, chip(arcs, 10, 5, above=False)) == list(MODEL)
    matrix.hover(position=cell(matrix, 10, 13, 8, 2))
    expect(readout(page)).to_contain_text("Output 9 “0” reads input 3 “r”")
    assert colour(arcs, chip(arcs, 10, 8, above=False)) == list(MODEL)
    assert colour(arcs, chip(arcs, 10, 5, above=False)) != list(MODEL)
    matrix.focus()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    page.get_by_role("slider", name="Moment of the training").press("PageDown")
    page.mouse.move(5, 5)
    page.wait_for_timeout(200)
    assert colour(arcs, chip(arcs, 10, 0, above=False)) == list(MODEL)
    shown(page, gallery, "grid")
    page.wait_for_timeout(3400)
    width, _ = size(canvas(page, "1"))
    canvas(page, "1").click(position={"x": 0.75 * width, "y": 40})
    one = canvas(page, "2")
    one.hover(position=cell(one, 10, 13, 0, 3))
    expect(readout(page)).to_contain_text("Backwards: output 1 “1” reads input 4 “c”")
    assert sum(colour(one, cell(one, 10, 13, 0, 3))) < 250  # where forwards has nothing
    canvas(page, "1").focus()
    page.keyboard.press("End")
    expect(readout(page)).to_have_text("even")
    one.hover(position=cell(one, 10, 13, 0, 3))
    expect(readout(page)).to_contain_text("Even: output 1 “1” reads input 4 “c” with weight 0.077.")


def test_labels_follow_the_moment_and_wrong_ones_are_marked(page: Page, gallery: str) -> None:
    """Killed: the labels of the last moment at each; a blank as the first label; wrong ones unmarked."""
    shown(page, gallery, "aligned")
    page.wait_for_timeout(3400)
    arcs, slider = canvas(page, "1"), page.get_by_role("slider", name="Moment of the training")

    def blind() -> int:
        return arcs.evaluate(
            """(canvas, [r, g, b]) => {
                const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
                let count = 0;
                for (let i = 0; i < data.length; i += 4)
                    count += data[i] === r && data[i + 1] === g && data[i + 2] === b;
                return count;
            }""",
            list(BLIND),
        )

    assert blind() == 0
    slider.press("Home")
    page.wait_for_timeout(200)
    assert blind() > 100
    arcs.hover(position=chip(arcs, 10, 1, above=False))
    expect(readout(page)).to_contain_text("Output 2 “1” puts")  # it will be a 9
    arcs.hover(position=chip(arcs, 10, 8, above=False))
    expect(readout(page)).to_contain_text("Output 9 puts")  # nothing is written there yet
    slider.press("End")
    expect(readout(page)).to_contain_text("Output 9 “0” puts")  # the pointer rests


def test_on_opening_the_lit_row_runs_through_all_outputs_once(new_page: NewPage, gallery: str) -> None:
    """Killed: no sweep; a sweep under reduced motion; one that goes on under the pointer."""
    lit = """(canvas) => new Promise((done) => {
        const seen = [], began = performance.now();
        const look = () => {
            const k = canvas.width / canvas.clientWidth; // until its script has come, a canvas is 300 wide
            const { data, width } = canvas.getContext("2d").getImageData(
                0, (canvas.clientHeight - 16 - 2.25 * 17 + 9) * k, canvas.width, 1);
            for (let x = 0; x < width; x++)
                if (data[4 * x] === 209 && data[4 * x + 1] === 122) { seen.push(x / k); break; }
            if (performance.now() - began < 3600) requestAnimationFrame(look); else done(seen);
        };
        look();
    })"""
    page = new_page()
    page.goto(f"{gallery}/?show=aligned")
    arcs = canvas(page, "1")
    expect(arcs).to_be_visible(timeout=20_000)
    seen = arcs.evaluate(lit)
    order = [x for i, x in enumerate(seen) if i == 0 or x != seen[i - 1]]
    assert len(order) >= 8
    assert order[:-1] == sorted(order[:-1])  # onwards, and then back to where it rests
    still = new_page(reduced_motion="reduce")
    still.goto(f"{gallery}/?show=aligned")
    expect(canvas(still, "1")).to_be_visible(timeout=20_000)
    assert len(set(canvas(still, "1").evaluate(lit))) == 1
    again = new_page()
    again.goto(f"{gallery}/?show=aligned")
    arcs = canvas(again, "1")
    expect(arcs).to_be_visible(timeout=20_000)
    arcs.hover(position=chip(arcs, 10, 2, above=False))
    assert len(set(arcs.evaluate(lit))) == 1


def moves(page: Page) -> Iterator[None]:
    """The pointer over the cells of the large matrix, one after the other."""
    matrix = canvas(page, "matrix")
    box = matrix.bounding_box()
    assert box is not None
    for i in range(60):
        page.mouse.move(box["x"] + 40 + 3 * i, box["y"] + 40 + 4 * i)
        page.wait_for_timeout(20)
        yield


def test_pointing_at_twelve_heads_of_64_by_64_draws_within_a_frame(new_page: NewPage, gallery: str) -> None:
    """The script of a redraw of all three drawings, in the median, against clearing as many canvases.

    Killed: the bitmap of all heads painted anew for each head that is drawn.
    """
    page = new_page()
    page.add_init_script(FRAMES)
    shown(page, gallery, "large")
    page.evaluate("window.took = []")
    for _ in moves(page):
        pass
    took = page.evaluate("window.took")
    blank = page.evaluate(
        f"""() => {{
            const took = [];
            for (let i = 0; i < 60; i++) {{
                const began = performance.now();
                for (const canvas of {INSIDE}.querySelectorAll("canvas.picks"))
                    canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
                took.push(performance.now() - began);
            }}
            return took;
        }}"""
    )
    middle, beside = float(np.median(took)), max(0.05, float(np.median(blank)))
    print(
        f"\na redraw of 12 x 64 x 64: {middle:.1f} ms, {middle / beside:.0f} times clearing ({beside:.2f} ms)"
    )
    assert len(took) >= 30
    assert middle < 16


@pytest.mark.parametrize("scene", ["attention", "heads", "large", "aligned", "grid"])
def test_at_390_pixels_nothing_sticks_out_and_all_can_be_pointed_at(
    new_page: NewPage, gallery: str, scene: str
) -> None:
    """Killed: panes side by side whatever the width; what was tapped not pointed at."""
    page = shown(new_page(viewport={"width": 390, "height": 844}, has_touch=True), gallery, scene)
    assert page.evaluate(f"{INSIDE}.querySelector('.gb').scrollWidth") <= 390
    boxes = [drawing.bounding_box() for drawing in page.locator("canvas.picks").all()]
    tops = [box["y"] for box in boxes if box]
    assert tops == sorted(set(tops))
    matrix = canvas(page, "matrix" if scene in ("attention", "heads", "large") else "2")
    width, height = size(matrix)
    matrix.tap(position={"x": width / 2, "y": height / 3})
    expect(readout(page)).to_contain_text(re.compile(r"(output|word) \d+ .*reads", re.IGNORECASE))


def test_chips_keep_their_order_within_any_width(page: Page, gallery: str) -> None:
    """Killed: the last line cut off; words wider than the picture; chips over each other."""
    shown(page, gallery, "attention")
    found = page.evaluate(
        """async (where) => {
            const { flow } = await import(where), wrong = [];
            for (const width of [150, 350, 420, 900])
                for (let count = 1; count <= 80; count++)
                    for (const label of ["a", "the", "internationalisation"]) {
                        const { lines, size } = flow(Array(count).fill(label), width);
                        const all = lines.flat();
                        const ordered = all.length === count && all.every(({ index }, i) => index === i);
                        const inside = all.every(({ x, w }) => x > -0.01 && x + w < width + 0.01);
                        const apart = lines.every((line) =>
                            line.every(({ x }, i) => i === 0 || x > line[i - 1].x + line[i - 1].w));
                        if (!ordered || !inside || !apart || size > 17) wrong.push([width, count, label]);
                    }
            return wrong;
        }""",
        gallery + ASSETS + "/attention_arcs.js",
    )
    assert found == []
