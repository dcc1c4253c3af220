"""What holds on every page alike: its first screen, a phone, the tour, presenter mode, one short training.

A page that is added to the catalogue is tested here without another line.
"""

import re
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from conftest import ROOT, until
from playwright.sync_api import Page, expect

from app.catalogue import CATALOGUE
from app.entries import Entry
from app.page.controls import paper
from engine.core.params import params_of
from engine.labs import Lab, load

Serve = Callable[..., str]
NewPage = Callable[..., Page]
PATIENCE = 60_000
each = pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.slug)


def opened(page: Page, app: str, entry: Entry, query: str = "") -> Page:
    """The page, drawn to its end; nothing on it has failed. A setting in `query` may have no picture yet."""
    page.goto(f"{app}/{entry.slug}{'?' if query else ''}{query}")
    expect(page.get_by_role("link", name="Present this page")).to_be_attached(timeout=PATIENCE)
    if not query:
        expect(page.locator("[class*=st-key-stage-] canvas").first).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    return page


@each
def test_the_first_screen_is_mostly_picture_and_says_where_it_comes_from(
    page: Page, app: str, entry: Entry
) -> None:
    """Killed: controls above the picture; a stage that begins below the fold."""
    opened(page, app, entry)
    stage = page.locator("[class*=st-key-stage-]").first

    def enough() -> bool:
        box = stage.bounding_box()
        return box is not None and min(720, box["y"] + box["height"]) - box["y"] >= 0.6 * 720

    until(enough, "a stage over 60 % of the first screen", 20)
    expect(page.locator(".gb-chip").first).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


@each
def test_nothing_is_wider_than_a_phone(new_page: NewPage, app: str, entry: Entry) -> None:
    """Killed: a component of fixed width."""
    page = opened(new_page(viewport={"width": 390, "height": 844}), app, entry)
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 390


@each
def test_every_picture_says_in_words_what_it_shows(page: Page, app: str, entry: Entry) -> None:
    """Killed: a canvas without a label."""
    opened(page, app, entry)
    page.wait_for_timeout(1000)
    for canvas in page.locator("[class*=st-key-stage-] canvas").all():
        if canvas.is_visible() and canvas.get_attribute("aria-hidden") != "true":
            named = canvas.evaluate("c => c.closest('[aria-label]')?.getAttribute('aria-label') ?? ''")
            assert len(named) > 3, canvas.evaluate("c => c.outerHTML")


@each
def test_the_tour_leads_through_every_beat_without_a_fault(page: Page, app: str, entry: Entry) -> None:
    """Killed: a beat with a parameter that its lab does not have; one that names no stage of the page."""
    opened(page, app, entry)
    status = page.locator(".beats p[role=status]")
    beats = int(re.findall(r"\d+", status.inner_text())[0])
    seen = set()
    for _ in range(beats):
        before = status.inner_text()
        page.locator(".beats button").nth(1).click()
        expect(status).not_to_have_text(before, timeout=PATIENCE)
        expect(page.get_by_role("link", name="Present this page")).to_be_attached(timeout=PATIENCE)
        expect(page.get_by_test_id("stException")).to_have_count(0)
        expect(page.locator(".st-key-said [data-testid=stAlert]")).to_have_count(0)
        seen.add(status.inner_text())
    assert len(seen) == beats


@each
def test_presenter_mode_shows_one_picture_a_beat(page: Page, app: str, entry: Entry) -> None:
    """Killed: a beat whose stage is not on the page."""
    page.set_viewport_size({"width": 1280, "height": 720})
    for beat in (0, 3):
        page.goto(f"{app}/{entry.slug}?present=1&beat={beat}")
        status = page.locator(".beats p[role=status]")
        expect(status).to_be_visible(timeout=PATIENCE)
        assert status.evaluate("p => parseFloat(getComputedStyle(p).fontSize)") >= 24
        stage = page.locator("[class*=st-key-stage-]:visible")
        expect(stage).to_have_count(1, timeout=PATIENCE)
        expect(stage.locator("canvas").first).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_test_id("stException")).to_have_count(0)


def trainable() -> list[tuple[Entry, Lab]]:
    """For each page the lab that its run bar trains: the first with steps that is not exact."""
    found = []
    for entry in CATALOGUE:
        labs = [load(id) for id in entry.labs]
        source = (ROOT / "pages" / entry.folder / "page.py").read_text("utf-8")
        exact = set(re.findall(r"page\.exact\((\w+)\)", source))
        for lab in labs:
            name = lab.__name__.rsplit(".", 1)[1]
            if name not in exact and any(f.name == "steps" for f, _ in params_of(lab.SPEC)):
                found.append((entry, lab))
                break
    return found


@pytest.mark.parametrize(("entry", "lab"), trainable(), ids=lambda one: getattr(one, "slug", ""))
def test_a_training_is_watched_to_its_end_and_found_again_after_a_refresh(
    page: Page, app: str, entry: Entry, lab: Lab
) -> None:
    """Killed: a snapshot of another shape at some moment, which a film cannot hold; a run that is lost."""
    low = next(int(p.low or 1) for f, p in params_of(lab.SPEC) if f.name == "steps")
    query = {f"{paper(lab)}.steps": low, f"{paper(lab)}.seed": 17}
    opened(page, app, entry, urlencode(query))
    bar = page.locator("[class*=st-key-runbar-]").first
    expect(bar.locator("code").first).to_have_text("not trained here yet", timeout=PATIENCE)
    bar.get_by_role("button", name=re.compile("^Train")).click()
    total = low + getattr(lab, "JUDGE", 0)  # steps of the timeline that train a judge before the climb
    expect(bar.locator("code").first).to_contain_text(f"step {total} of {total}", timeout=PATIENCE)
    moments = page.get_by_role("slider", name="Moment of the training").first
    expect(moments).not_to_have_attribute("aria-valuenow", "0", timeout=PATIENCE)
    moments.press("Home")
    expect(moments).to_have_attribute("aria-valuenow", "0")
    page.reload()
    expect(bar.locator("code").first).to_contain_text(f"step {total} of {total}", timeout=PATIENCE)
    expect(page.get_by_test_id("stException")).to_have_count(0)
