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
COVERED = """() => [...document.querySelectorAll("[class*=st-key-]")]
    .filter((one) => getComputedStyle(one, "::before").content.includes("Covered"))
    .map((one) => one.className)"""
HERE = """(tour) => {
    const top = document.querySelector(`.st-key-stage-${tour.dataset.stage}`)?.getBoundingClientRect().top;
    return top > 0 && top < 0.6 * innerHeight;
}"""
SPILLS = """(stage) => {
    const found = [], small = [];
    const inside = (root) => {
        for (const one of root.querySelectorAll("*")) {
            if (one.shadowRoot) inside(one.shadowRoot);
            if (!one.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
            const { right, bottom, width, height } = one.getBoundingClientRect();
            const beyond = right > innerWidth + 1 || bottom > innerHeight + 1;
            const drawn = /^(canvas|img|svg|button|input|textarea)$/i.test(one.tagName);
            const told = [...one.childNodes].some((n) => n.nodeType === 3 && /\\w/.test(n.textContent));
            if (width && height && beyond && (drawn || told)) found.push(one.outerHTML);
            const words = [...one.childNodes].filter((n) => n.nodeType === 3 && /\\w/.test(n.textContent));
            const size = parseFloat(getComputedStyle(one).fontSize) * one.currentCSSZoom;
            if (words.length && size < 20 && !one.closest(".katex"))
                small.push([size, words[0].textContent]);
        }
    };
    inside(stage);
    return [found.slice(0, 3), small.slice(0, 3)];
}"""
BEAMERS = ({"width": 1280, "height": 720}, {"width": 1920, "height": 1080})
WIDE, NARROW = {"width": 1280, "height": 720}, {"width": 390, "height": 844}


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.slug)
def test_walk(page: Page, app: str, entry: Entry) -> None:
    opened(page, app, entry.slug)
    lab = trainable(page, entry)
    first_screen(page)
    every_picture_is_named(page)
    chapters_are_found(page)
    no_equation_is_cut(page)
    a_term_opens(page)
    a_bet_uncovers_its_answer(page)
    the_tour_begins(page)
    nothing_moves_for_who_asks(page)
    nothing_is_wider_than_a_phone(page)
    if lab is not None:
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
        return box is not None and min(720, box["y"] + box["height"]) - box["y"] >= 0.55 * 720

    until(enough, "a stage over 55 % of the first screen", 20)
    expect(page.locator(".gb-chip").first).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".gb-says")).to_be_visible()
    expect(page.locator(".gb-pipe").first).to_be_visible()
    hands = page.locator("[class*=st-key-hands-hero-]").first
    if hands.count():  # of a picture that has some: its controls stand in the same screen

        def at_hand() -> bool:
            box = hands.bounding_box()
            return box is not None and box["y"] + box["height"] <= 722

        until(at_hand, "controls in the first screen", 20)


def chapters_are_found(page: Page) -> None:
    """Killed: a chapter without its anchor; none marked."""
    contents = page.get_by_role("navigation", name="Chapters of this page")
    expect(contents.get_by_role("link")).to_have_text(["See", "Try", "How", "Argue", "Take"])
    for name in ("Argue", "See"):
        contents.get_by_role("link", name=name).click()
        expect(contents.get_by_role("link", name=name)).to_have_attribute("aria-current", "true")
        expect(page.locator(f"#{name.lower()}")).to_be_in_viewport()


def no_equation_is_cut(page: Page) -> None:
    """At 1280 pixels. Killed: two equations in one narrow column."""
    wide = """() => [...document.querySelectorAll(".st-key-quiet-how .katex-display")]
        .filter((one) => one.scrollWidth > one.parentElement.clientWidth + 2).map((one) => one.textContent)"""
    until(lambda: page.evaluate(wide) == [], "equations that are whole", 10)


def a_term_opens(page: Page) -> None:
    """For who comes by keyboard, too. Killed: a term that cannot have the focus."""
    term = page.locator(".gb-term").first
    term.focus()
    shown = term.evaluate("one => getComputedStyle(one, '::after').content")
    assert term.get_attribute("data-says", timeout=1000) in shown
    term.blur()


def a_bet_uncovers_its_answer(page: Page) -> None:
    """And makes the change. Killed: a cover that stays; a bet whose answer is not said."""
    said = page.locator(".predict .said").first
    expect(said).to_have_text("")
    page.locator(".predict .show").first.click()
    expect(said).to_have_text(re.compile("Measured: .+"))
    at_rest(page)
    no_fault(page)
    assert page.evaluate(COVERED) == []


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
    """At its first step, then at its second; all are walked on the projector. Killed: a step that sets
    nothing."""
    status, place = page.locator(".beats p[role=status]"), page.locator(".beats .place")
    expect(status).to_have_text(re.compile(r"^Tour in \d steps$"))
    for step in (1, 2):
        page.get_by_role("button", name="Next step").click()
        expect(place).to_have_text(re.compile(f"^{step} / "))
        if step == 1:
            expect(page.get_by_role("button", name="Previous step")).to_be_disabled()
    at_rest(page)
    expect(page.locator(".beats .note")).not_to_be_empty()
    its_stage_is_in_view(page, "the second step")
    no_fault(page)
    page.get_by_role("button", name="End the tour").click()
    expect(status).to_have_text(re.compile("^Tour in"))


def its_stage_is_in_view(page: Page, which: str) -> None:
    """Of the step that the tour stands at. Killed: a step that leaves the page where it was."""
    until(lambda: page.locator(".beats").evaluate(HERE), f"{which}: its stage, under the tour's line", 20)


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
    at_rest(page)  # what the browser remembers of this page comes a moment after it, and draws it once more
    training(page, lab).get_by_role("button", name=re.compile("^Train( ·|$)")).click()
    refused = page.locator(".st-key-said [data-testid=stAlert]")
    expect(said(page, lab).filter(has_text=ENDED).or_(refused).first).to_be_visible()
    no_fault(page)
    expect(said(page, lab)).to_have_text(ENDED)
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
    count = int(place.inner_text().split("/")[1])
    said = set()
    for beat in range(count):
        page.keyboard.press("ArrowRight")
        expect(place).to_have_text(f"{beat + 1} / {count}")
        at_rest(page)
        said.add(status.inner_text())
        stage = page.locator("[class*=st-key-stage-]:visible")
        expect(stage).to_have_count(1)
        no_fault(page)
        for size in BEAMERS:
            page.set_viewport_size(size)  # type: ignore[arg-type]
            fits(stage, f"beat {beat + 1} at {size}")
        page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    assert len(said) == count
    assert status.evaluate("p => parseFloat(getComputedStyle(p).fontSize)") >= 24
    the_lecturers_keys_obey(page)


def fits(stage: Locator, which: str) -> None:
    """Nothing beyond the edge, and type of 20 pixels as seen."""
    until(lambda: stage.evaluate(SPILLS)[0] == [], f"{which}: nothing beyond the edge", 15)
    assert stage.evaluate(SPILLS)[1] == [], f"{which}: type below 20 pixels"


def the_lecturers_keys_obey(page: Page) -> None:
    """Whatever has the focus. Killed: arrows that a slider keeps to itself; Escape that does nothing."""
    place = page.locator(".beats .place")
    last = place.inner_text()
    slider = page.get_by_role("slider").filter(visible=True)
    if slider.count():
        slider.first.focus()
    page.keyboard.press("ArrowLeft")
    expect(place).not_to_have_text(last)
    at_rest(page)
    for key, cover in (("b", ".blackout"), ("q", ".code"), ("o", ".all")):
        page.keyboard.press(key)
        expect(page.locator(f".beats {cover}")).to_be_visible()
    expect(page.locator(".beats .all button")).to_have_count(int(last.split("/")[1]))
    page.keyboard.press("Escape")
    expect(page.locator(".beats .all")).to_be_hidden()
    with page.expect_popup() as opened_window:
        page.keyboard.press("n")
    notes = opened_window.value
    expect(notes.locator("#note")).not_to_be_empty()
    expect(notes.locator("#clock")).to_have_text(re.compile(r"\d\d:\d\d so far"))
    notes.close()
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile("present=1"))
    its_stage_is_in_view(page, "the step that the projector left")


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
