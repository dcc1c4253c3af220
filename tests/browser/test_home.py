"""The home page: a poster for every page, that plays, rests at its end, and stays still for whoever asks."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from app.catalogue import CATALOGUE

Serve = Callable[..., str]
NewPage = Callable[..., Page]
PATIENCE = 60_000


def poster(page: Page, slug: str) -> Locator:
    return page.locator(f".st-key-card-{slug} .gb.poster canvas")


def moment(canvas: Locator) -> int:
    return int(canvas.get_attribute("data-moment") or -1)


def rested(canvas: Locator) -> int:
    """The moment at which the poster stands once it moves no more."""
    page, before = canvas.page, -2
    while (now := moment(canvas)) != before or now <= 0:
        before = now
        page.wait_for_timeout(700)
    return now


def test_every_page_has_a_poster_and_a_link_and_no_two_cards_lie_on_each_other(page: Page, app: str) -> None:
    """Killed: a page left out of the grid; cards of a fixed height that overlap."""
    page.goto(app)
    for entry in CATALOGUE:
        expect(poster(page, entry.slug)).to_be_visible(timeout=PATIENCE)
        expect(page.locator(f".st-key-card-{entry.slug}").get_by_role("link")).to_be_visible()
    boxes = [page.locator(f".st-key-card-{entry.slug}").bounding_box() for entry in CATALOGUE]
    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            assert a is not None
            assert b is not None
            apart_across = a["x"] + a["width"] <= b["x"] + 1 or b["x"] + b["width"] <= a["x"] + 1
            apart_down = a["y"] + a["height"] <= b["y"] + 1 or b["y"] + b["height"] <= a["y"] + 1
            assert apart_across or apart_down


def test_a_poster_plays_under_the_pointer_and_rests_at_its_end(page: Page, app: str) -> None:
    """Killed: a poster that starts and never stops; one that ignores the pointer."""
    page.goto(app)
    canvas = poster(page, CATALOGUE[0].slug)
    expect(canvas).to_be_visible(timeout=PATIENCE)
    end = rested(canvas)
    assert end > 0
    canvas.hover()
    page.wait_for_function("canvas => +canvas.dataset.moment < 3", arg=canvas.element_handle())
    assert rested(canvas) == end


def test_less_motion_means_a_still_poster(new_page: NewPage, app: str) -> None:
    """Killed: `still()` left out of `play`."""
    page = new_page(reduced_motion="reduce")
    page.goto(app)
    canvas = poster(page, CATALOGUE[0].slug)
    expect(canvas).to_be_visible(timeout=PATIENCE)
    end = rested(canvas)
    canvas.hover()
    page.wait_for_timeout(600)
    assert moment(canvas) == end


def test_the_cards_stand_in_one_column_on_a_phone(new_page: NewPage, app: str) -> None:
    """Killed: columns that do not wrap at 390 px."""
    page = new_page(viewport={"width": 390, "height": 844})
    page.goto(app)
    expect(poster(page, CATALOGUE[0].slug)).to_be_visible(timeout=PATIENCE)
    lefts = {
        round((page.locator(f".st-key-card-{e.slug}").bounding_box() or {"x": -1})["x"]) for e in CATALOGUE
    }
    assert len(lefts) == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_no_script_of_a_film_waits_for_another_to_name_it(page: Page, app: str) -> None:
    """All are asked for before Streamlit has connected. Killed: no Link header; a module left out of it."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda _: asked.append("connected"))
    page.goto(f"{app}/{CATALOGUE[0].slug}")
    expect(page.locator(".gb.film canvas").first).to_be_visible(timeout=PATIENCE)
    scripts = [n for n, url in enumerate(asked) if "glassbox.film/" in url and url.endswith(".js")]
    assert len(scripts) >= 20
    assert max(scripts) < asked.index("connected")
