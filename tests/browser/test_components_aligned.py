"""Attention as panels of a film, in a real browser: what is picked is picked in all, and labels follow the
moment."""

import re

import pytest
from attention_places import (
    BLIND,
    MODEL,
    aligned,
    canvas,
    cell,
    chip,
    colour,
    narrow_and_tapped,
    readout,
    size,
)
from conftest import NewPage, below_each_other, frames, narrow, scene
from playwright.sync_api import Locator, Page, expect

GALLERY = "gallery.py"
# Where the lit row stands, in each frame: until the picture has rested for a second.
LIT = """(canvas) => new Promise((done) => {
    const seen = [];
    let since = performance.now();
    const look = () => {
        const k = canvas.width / canvas.clientWidth; // until its script has come, a canvas is 300 wide
        const { data, width } = canvas.getContext("2d").getImageData(
            0, (canvas.clientHeight - 16 - 2.25 * 17 + 9) * k, canvas.width, 1);
        for (let x = 0; x < width; x++)
            if (data[4 * x] === 209 && data[4 * x + 1] === 122) {
                if (seen.at(-1) !== x / k) since = performance.now();
                seen.push(x / k);
                break;
            }
        if (!seen.length || performance.now() - since < 1000) requestAnimationFrame(look); else done(seen);
    };
    look();
})"""


def test_a_film_of_arcs_and_a_matrix(new_page: NewPage, gallery: str) -> None:
    page = new_page(has_touch=True)
    the_lit_row_runs_through_all_outputs_once(page, gallery)
    it_stands_still_for_who_asks_or_points(new_page, gallery)
    hovering_an_input_lights_the_outputs_that_read_it(page)
    labels_follow_the_moment(page)
    its_panels_share_what_is_picked(page)
    assert below_each_other(narrow(page))
    narrow_and_tapped(page, canvas(page, "2"))


def the_lit_row_runs_through_all_outputs_once(page: Page, gallery: str) -> None:
    """On opening. Killed: no sweep."""
    page.goto(f"{gallery}/?show=aligned")
    expect(canvas(page, "1")).to_be_visible()
    seen = canvas(page, "1").evaluate(LIT)
    order = [x for i, x in enumerate(seen) if i == 0 or x != seen[i - 1]]
    assert len(order) >= 8
    assert order[:-1] == sorted(order[:-1])  # onwards, and then back to where it rests


def it_stands_still_for_who_asks_or_points(new_page: NewPage, gallery: str) -> None:
    """Killed: a sweep under reduced motion; one that goes on under the pointer."""
    still = new_page(reduced_motion="reduce")
    still.goto(f"{gallery}/?show=aligned")
    expect(canvas(still, "1")).to_be_visible()
    assert len(set(canvas(still, "1").evaluate(LIT))) == 1
    again = new_page()
    again.goto(f"{gallery}/?show=aligned")
    arcs = canvas(again, "1")
    expect(arcs).to_be_visible()
    arcs.hover(position=chip(arcs, 10, 2, above=False))
    assert len(set(arcs.evaluate(LIT))) == 1


def hovering_an_input_lights_the_outputs_that_read_it(page: Page) -> None:
    """Killed: the row of that number in place of the column; everyone who hardly reads it."""
    arcs, weights = canvas(page, "1"), aligned()
    arcs.hover(position=chip(arcs, 13, 6, above=True))
    expect(readout(page)).to_contain_text("Input 7 “5” is read with")
    said = re.findall(r"([\d.]+) by “(.)” \((\d+)\)", readout(page).inner_text())
    assert [(label, int(row)) for _, label, row in said] == [("0", 9), ("5", 10)]  # others read it hardly
    assert [float(value) for value, _, _ in said] == pytest.approx(weights[8:, 6], abs=0.02)
    page.mouse.move(5, 5)


def blind(arcs: Locator) -> int:
    """How many pixels have the colour of what is wrong."""
    frames(arcs, 2)
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


def labels_follow_the_moment(page: Page) -> None:
    """And wrong ones are marked. Killed: the labels of the last moment at each; a blank as the first label;
    wrong ones unmarked."""
    arcs, slider = canvas(page, "1"), page.get_by_role("slider", name="Moment of the training")
    assert blind(arcs) == 0
    slider.press("Home")
    assert blind(arcs) > 100
    arcs.hover(position=chip(arcs, 10, 1, above=False))
    expect(readout(page)).to_contain_text("Output 2 “1” puts")  # it will be a 9
    arcs.hover(position=chip(arcs, 10, 8, above=False))
    expect(readout(page)).to_contain_text("Output 9 puts")  # nothing is written there yet
    slider.press("End")
    expect(readout(page)).to_contain_text("Output 9 “0” puts")  # the pointer rests
    page.mouse.move(5, 5)


def its_panels_share_what_is_picked(page: Page) -> None:
    """Killed: a pick for each drawing; a row pinned by Enter that is lost on leaving."""
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
    assert colour(arcs, chip(arcs, 10, 0, above=False)) == list(MODEL)


def test_a_film_of_a_grid_and_the_head_that_is_enlarged(new_page: NewPage, gallery: str) -> None:
    """Killed: a click on a head that does not enlarge it; the first head drawn whichever is picked."""
    page = scene(new_page(reduced_motion="reduce", has_touch=True), gallery, "grid")
    grid, one = canvas(page, "1"), canvas(page, "2")
    grid.click(position={"x": 0.75 * size(grid)[0], "y": 40})
    one.hover(position=cell(one, 10, 13, 0, 3))
    expect(readout(page)).to_contain_text("Backwards: output 1 “1” reads input 4 “c”")
    assert sum(colour(one, cell(one, 10, 13, 0, 3))) < 250  # where forwards has nothing
    grid.focus()
    page.keyboard.press("End")
    expect(readout(page)).to_have_text("even")
    one.hover(position=cell(one, 10, 13, 0, 3))
    expect(readout(page)).to_contain_text("Even: output 1 “1” reads input 4 “c” with weight 0.077.")
    assert below_each_other(narrow(page))
    narrow_and_tapped(page, one)
