"""A policy that climbs, in a real browser: the plane, the replies, the ledger. Two loads: alone, and beside
another."""

import re

from conftest import frames, scene
from playwright.sync_api import Locator, Page, expect

GALLERY = "gallery_climbing.py"


def test_a_climb(page: Page, gallery: str) -> None:
    scene(page, gallery, "film")
    expect(canvases(page)).to_have_count(3)
    pointing_at_the_plane_tells_both_points_and_the_gap(page)
    the_pictures_follow_the_moment(page)
    a_ledger_tells_how_much_likelier_a_word_became(page)


def canvases(page: Page) -> Locator:
    return page.locator(".film .pane canvas")


def step_back(page: Page) -> None:
    page.get_by_role("slider", name="Moment of the training").press("ArrowLeft")


def pictures(page: Page) -> list[str]:
    """The pixels of the three panels, once they rest."""
    frames(canvases(page).first, 2)
    return [one.evaluate("canvas => canvas.toDataURL()") for one in canvases(page).all()]


def pointing_at_the_plane_tells_both_points_and_the_gap(page: Page) -> None:
    """Killed: people's points told for the judge's."""
    plane, said = canvases(page).first, page.locator(".film .readout")
    box = plane.bounding_box()
    assert box is not None
    area = (38, 20, box["width"] - 46, box["height"] - 58)

    def point(x: float, y: float) -> None:
        plane.hover(position={"x": area[0] + area[2] * x / 4, "y": area[1] + area[3] * (2 - y) / 4})

    point(3, 1.5)
    expect(said).to_have_text("step 30: √KL 3, the judge sees +1.50, people get −0.50, gap 2.00")
    point(0.5, 0.5)
    expect(said).to_have_text("best of 2: √KL 0.5, the judge sees +0.50, people get +0.50, gap 0.00")
    point(3, 0.5)
    expect(said).to_have_text("Point at a picture for its numbers.")


def the_pictures_follow_the_moment(page: Page) -> None:
    """Killed: the last moment's picture whatever the timeline says."""
    before = pictures(page)
    step_back(page)
    assert all(now != was for now, was in zip(pictures(page), before, strict=True))


def a_ledger_tells_how_much_likelier_a_word_became(page: Page) -> None:
    """And what it cost: the numbers under the pointer, by hand."""
    canvas, said = canvases(page).nth(2), page.locator(".film .readout")
    canvas.hover(position={"x": 42, "y": 120})
    expect(said).to_have_text(re.compile("^“kindly”: 1.35 times as likely as after SFT, so −0.15$"))
    width = (canvas.bounding_box() or {"width": 0})["width"]
    canvas.hover(position={"x": 36 + (width - 40) * 4.5 / 8, "y": 120})
    expect(said).to_have_text(re.compile(r"^“\.”: 1.35 times .* so −0.15, and the judge gives \+1.50$"))


def test_a_pinned_policy_is_a_fourth_reply(page: Page, gallery: str) -> None:
    """And beside its words what people give for them. Killed: a pinned run without a line of its own; too
    many polite words counted as polite."""
    scene(page, gallery, "film", "&pin=1")
    box = canvases(page).nth(1).bounding_box()
    assert box is not None
    step_back(page)
    told = set()
    for y in range(40, int(box["height"]), 6):
        canvases(page).nth(1).hover(position={"x": 12, "y": y})
        told.add(page.locator(".film .readout").inner_text())
    assert "policy, short leash, “kindly”: a polite word" in told
    [whole] = [one for one in told if one.startswith("policy, short leash, people: ")]  # beside its words
    assert "2 x polite +0.8, too polite −0.8" in whole
    assert "4 x a word −0.05; in all" in whole
