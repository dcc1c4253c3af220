"""One walk over every page of the catalogue: what holds on all pages alike. A new page is walked as it is.

Three loads: the page as it opens, a short training behind a link, and the same on a projector.
"""

import re
from urllib.parse import urlencode

import pytest
from conftest import at_rest, drawn, opened, until
from playwright.sync_api import Locator, Page, expect

from app.catalogue import CATALOGUE
from app.entries import Entry
from app.page.controls import paper
from engine.core.params import params_of
from engine.labs import Lab, load

ENDED = re.compile(r"step (\d+) of \1(?!\d)")
WIDE, NARROW = {"width": 1280, "height": 720}, {"width": 390, "height": 844}


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.slug)
def test_walk(page: Page, app: str, entry: Entry) -> None:
    opened(page, app, entry.slug)
    first_screen(page)
    every_picture_is_named(page)
    the_tour_begins(page)
    nothing_moves_for_who_asks(page)
    nothing_is_wider_than_a_phone(page)
    if (lab := trainable(page, entry)) is not None:
        a_training_is_watched(page, app, entry, lab)
        it_is_found_again(page, lab)
    else:
        opened(page, app, entry.slug, "present=1")
    every_beat_is_presented(page)


def first_screen(page: Page) -> None:
    """Mostly picture, and it says where it comes from. Killed: controls above the picture; a stage that
    begins below the fold."""
    stage = page.locator("[class*=st-key-stage-]").first
    expect(stage.locator("canvas").first).to_be_visible()

    def enough() -> bool:
        box = stage.bounding_box()
        return box is not None and min(720, box["y"] + box["height"]) - box["y"] >= 0.6 * 720

    until(enough, "a stage over 60 % of the first screen", 20)
    expect(page.locator(".gb-chip").first).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def every_picture_is_named(page: Page) -> None:
    """In words that say what it shows. Killed: a canvas without a label."""
    unnamed = """() => [...document.querySelectorAll("[class*=st-key-stage-]")]
        .flatMap(function within(node) {
            return [node, node.shadowRoot].filter(Boolean).flatMap((root) => [
                ...root.querySelectorAll("canvas"),
                ...[...root.querySelectorAll("*")].filter((one) => one.shadowRoot).flatMap(within),
            ]);
        })
        .filter((canvas) => canvas.checkVisibility() && canvas.getAttribute("aria-hidden") !== "true")
        .filter((canvas) => !(canvas.closest("[aria-label]")?.getAttribute("aria-label").length > 3))
        .map((canvas) => canvas.outerHTML)"""
    until(lambda: page.evaluate(unnamed) == [], "a name for every picture", 10)


def the_tour_begins(page: Page) -> None:
    """Killed: a step that sets nothing."""
    status = page.locator(".beats p[role=status]")
    expect(status).to_have_text(re.compile(r"^Tour in \d steps$"))
    page.get_by_role("button", name="Next step").click()
    at_rest(page)
    expect(status).not_to_have_text(re.compile("^Tour in"))
    expect(page.get_by_role("button", name="Previous step")).to_be_disabled()
    no_fault(page)


def nothing_moves_for_who_asks(page: Page) -> None:
    """Six moments stand side by side instead. Killed: the preference not asked; the play button left."""
    page.emulate_media(reduced_motion="reduce")
    film = page.locator(".gb.film").first
    expect(film.locator("canvas.multiples")).to_be_visible()
    expect(film.locator(".bar").get_by_role("button", name=re.compile("^(Play|Pause)$"))).to_have_count(0)
    page.emulate_media(reduced_motion="no-preference")


def nothing_is_wider_than_a_phone(page: Page) -> None:
    """Killed: a component of fixed width."""
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    widths = "[document.documentElement, document.querySelector('.stMain')].map((one) => one.scrollWidth)"
    until(lambda: max(page.evaluate(widths)) <= 390, "a page of 390 pixels", 10)
    box = page.locator("[class*=st-key-stage-] canvas").first.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 390
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]


def a_training_is_watched(page: Page, app: str, entry: Entry, lab: Lab) -> None:
    """To its end. Killed: a snapshot of another shape at some moment, which a film cannot hold."""
    low = next(int(p.low or 1) for f, p in params_of(lab.SPEC) if f.name == "steps")
    opened(page, app, entry.slug, urlencode({f"{paper(lab)}.steps": low, f"{paper(lab)}.seed": 17}))
    expect(said(page, lab)).to_have_text("not trained here yet")
    training(page, lab).get_by_role("button", name=re.compile("^Train( ·|$)")).click()
    until(lambda: ENDED.search(said(page, lab).text_content() or "") is not None, "the end of a training")
    at_rest(page)
    expect(moments(page, lab)).not_to_have_attribute("aria-valuenow", "0")
    moments(page, lab).press("Home")
    expect(moments(page, lab)).to_have_attribute("aria-valuenow", "0")
    expect(page).to_have_url(re.compile("[?&]at=0"))


def it_is_found_again(page: Page, lab: Lab) -> None:
    """By a lecturer, at the address that the browser kept. Killed: a run that is lost; a moment that is."""
    page.goto(f"{page.url}&present=1")
    drawn(page)
    expect(said(page, lab)).to_have_text(ENDED)
    expect(moments(page, lab)).to_have_attribute("aria-valuenow", "0")


def every_beat_is_presented(page: Page) -> None:
    """By the arrow key, one picture each. Killed: a beat with a parameter that its lab does not have; one
    that names no stage of the page."""
    status, place = page.locator(".beats p[role=status]"), page.locator(".beats .place")
    count = int(re.findall(r"\d+", status.inner_text())[0])
    said = set()
    for beat in range(count):
        page.keyboard.press("ArrowRight")
        expect(place).to_have_text(f"{beat + 1} / {count}")
        at_rest(page)
        said.add(status.inner_text())
        expect(page.locator("[class*=st-key-stage-]:visible")).to_have_count(1)
        no_fault(page)
    assert len(said) == count
    assert status.evaluate("p => parseFloat(getComputedStyle(p).fontSize)") >= 24


def no_fault(page: Page) -> None:
    """No traceback, and nothing refused at the head of the page."""
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.locator(".st-key-said [data-testid=stAlert]")).to_have_count(0)


def trainable(page: Page, entry: Entry) -> Lab | None:
    """The first of a page's labs that has a run bar and a number of steps; None where there is none."""
    labs = [lab for lab in map(load, entry.labs) if "steps" in {f.name for f, _ in params_of(lab.SPEC)}]
    return next((lab for lab in labs if training(page, lab).count()), None)


def training(page: Page, lab: Lab) -> Locator:
    """The stage with the run bar of a lab."""
    bar = page.locator(f".st-key-runbar-{paper(lab)}")
    return page.locator("[class*=st-key-stage-]").filter(has=bar)


def said(page: Page, lab: Lab) -> Locator:
    """The line of a run bar that says where its run stands."""
    return page.locator(f".st-key-runbar-{paper(lab)} code").first


def moments(page: Page, lab: Lab) -> Locator:
    """The timeline of a training."""
    slider = training(page, lab).get_by_role("slider", name="Moment of the training", include_hidden=True)
    return slider.first
