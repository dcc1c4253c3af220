"""A plot in a real browser: its marks tell their numbers, light each other, can be dragged and keyed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

GALLERY = Path(__file__).parent / "gallery_plot.py"
ASSETS = "/_stcore/bidi-components/glassbox.film"
LEFT, TOP, RIGHT, BELOW = 40, 20, 10, 38  # what a plane with two named axes leaves for them


@pytest.fixture(scope="session")
def gallery(serve: Callable[..., str]) -> str:
    """The address of the gallery."""
    return serve(GALLERY)


@pytest.fixture
def plots(page: Page, gallery: str) -> Locator:
    """The canvases of its four plots, drawn."""
    page.goto(gallery)
    shown = page.locator(".film .pane canvas")
    expect(shown).to_have_count(4, timeout=30_000)
    expect(shown.first).to_have_attribute("role", "application", timeout=30_000)
    return shown


def place(canvas: Locator, across: float, up: float) -> dict[str, float]:
    """Where a plane has its place that lies at these shares of it."""
    box = canvas.bounding_box()
    assert box is not None
    wide, tall = box["width"] - LEFT - RIGHT, box["height"] - TOP - BELOW
    return {"x": LEFT + across * wide, "y": TOP + (1 - up) * tall}


def pixels(canvas: Locator) -> str:
    return canvas.evaluate("canvas => canvas.toDataURL()")


def test_a_dot_tells_its_numbers_and_lights_its_row_in_the_other_plots(page: Page, plots: Locator) -> None:
    """On a log axis 10 of 1 to 1000 lies at a third. Killed: a linear axis; a row that stays in its panel."""
    said, before = page.locator(".film .readout"), [pixels(plots.nth(i)) for i in range(3)]
    plots.first.hover(position=place(plots.first, 1 / 3, 2 / 6))
    expect(said).to_have_text("cat: weight 10 kg, speed 2 m/s")
    page.wait_for_function("([canvas, was]) => canvas.toDataURL() !== was",
                           arg=[plots.nth(1).element_handle(), before[1]])  # fmt: skip
    assert pixels(plots.nth(2)) == before[2]  # it has no rows of that name
    plots.nth(1).hover(position=place(plots.nth(1), 0.9, 0.2))
    expect(said).to_have_text("animal horse: speed 3 m/s")
    plots.nth(2).hover(position=place(plots.nth(2), 0.9, 0.2))
    expect(said).to_have_text("animal horse: 3 m/s, at least 100")
    plots.nth(3).hover(position=place(plots.nth(3), 0.5, 0.2))
    expect(said).to_have_text("step 5: loss 2 nats")


def test_what_is_pointed_at_follows_the_film(page: Page, plots: Locator) -> None:
    """Killed: the last moment's number whatever the timeline says."""
    page.get_by_role("slider", name="Moment of the training").press("Home")
    plots.first.hover(position=place(plots.first, 0.02, 1 / 6))
    expect(page.locator(".film .readout")).to_have_text("mouse: weight 1 kg, speed 1 m/s")


def test_a_place_is_dragged_and_told_once_and_keys_do_the_same(page: Page, plots: Locator) -> None:
    """Killed: a place told at each move; pixels told for the numbers of the axes."""
    expect(page.get_by_text("spots 0: none")).to_be_visible()
    box = plots.first.bounding_box()
    assert box is not None
    first, last = place(plots.first, 0.2, 0.2), place(plots.first, 1 / 3, 0.5)
    page.mouse.move(box["x"] + first["x"], box["y"] + first["y"])
    page.mouse.down()
    page.mouse.move(box["x"] + last["x"], box["y"] + last["y"], steps=5)
    page.mouse.up()
    expect(page.get_by_text("spots 1: 10 3.0")).to_be_visible()
    plots.first.focus()
    for key in ("ArrowUp", "ArrowUp", "Enter"):
        plots.first.press(key)
    expect(page.get_by_text("spots 2: 10 3.4")).to_be_visible()


def called(page: Page, address: str, script: str, given: Any = None) -> Any:
    """What functions of the plot's rows give."""
    return page.evaluate(f"async ([where, given]) => {{ const m = await import(where); {script} }}",
                         [f"{address}{ASSETS}/panels/plot_rows.js", given])  # fmt: skip


def test_a_mark_glides_along_its_way_and_jumps_when_the_film_starts_anew(page: Page, gallery: str) -> None:
    """Killed: one that runs backwards; a fade below 0."""
    page.goto(gallery)
    places = [{"step": s, "gap": False, "x": x, "y": 2 * x} for s, x in ((0, 0), (5, 1), (9, 3))]
    script = """const run = { steps: [0, 5, 9] };
        const frame = ([before, moment, fade]) => ({ run, before, moment, fade });
        return given.frames.map((one) => m.walked(given.places, m.now(frame(one))));"""
    frames = [[0, 1, 0.5], [0, 2, 7 / 9], [2, 0, 0.5], [0, 1, -0.1]]
    got = called(page, gallery, script, {"places": places, "frames": frames})
    assert [(len(one), one[-1]["x"], one[-1]["y"]) for one in got] == [
        (2, 0.5, 1),
        (3, 2, 4),
        (1, 0, 0),
        (1, 0, 0),
    ]


def test_a_way_has_a_place_where_all_its_figures_are_told_and_a_gap_where_one_is_none(
    page: Page, gallery: str
) -> None:
    """Killed: figures matched by their number in the list; null drawn as 0."""
    page.goto(gallery)
    script = """const scalars = {
          d: { step: [0, 5, 9], value: [0, 1, null] },
          proxy: { step: [0, 3, 5, 9], value: [0, 7, 2, 3] } };
        const over = (name) => ({ over: name });
        return [m.places({ x: over("d"), y: over("proxy") }, { scalars }),
                m.places({ x: over("step"), y: over("d") }, { scalars })];"""
    both, alone = called(page, gallery, script)
    assert [(one["step"], one["gap"]) for one in both] == [(0, False), (5, False), (9, True)]
    assert (both[1]["x"], both[1]["y"]) == (1, 2)
    assert [(one["x"], one["y"]) for one in alone if not one["gap"]] == [(0, 0), (5, 1)]


def test_each_region_is_what_lies_nearest_to_its_place(page: Page, gallery: str) -> None:
    """Two places and the line between them. Killed: the farther half."""
    page.goto(gallery)
    left, right = called(page, gallery, "return m.cells([[1, 1], [3, 1]], [0, 4], [0, 2]);")
    assert sorted(map(tuple, left)) == [(0, 0), (0, 2), (2, 0), (2, 2)]
    assert sorted(map(tuple, right)) == [(2, 0), (2, 2), (4, 0), (4, 2)]
