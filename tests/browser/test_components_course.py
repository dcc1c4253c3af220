"""The map of the course, with sixty-three pages. One load."""

from conftest import scene, until
from playwright.sync_api import Locator, Page, expect

GALLERY = "gallery_course.py"


def test_a_map_of_sixty_three(page: Page, gallery: str) -> None:
    scene(page, gallery, "all")
    every_page_is_a_link_and_none_lies_on_another(page)
    pointing_lights_what_a_page_stands_on_and_what_stands_on_it(page)
    what_was_done_in_this_browser_is_seen(page)
    a_press_leads_there(page)
    on_a_phone_the_lanes_wrap(page)


def page_link(page: Page, name: str) -> Locator:
    return page.get_by_role("link", name=name, exact=True)


def boxes(page: Page) -> list[dict[str, float]]:
    return page.evaluate(
        "one => [...one.querySelectorAll('a.page')].map((a) => { const { x, y, width, height } = "
        "a.getBoundingClientRect(); return { x, y, width, height }; })",
        page.locator(".course").element_handle(),
    )


def every_page_is_a_link_and_none_lies_on_another(page: Page) -> None:
    """Killed: a lane that does not wrap."""
    at = boxes(page)
    assert len(at) == 63
    assert page.locator(".course path").count() == 50 + 11
    assert max(box["x"] + box["width"] for box in at) <= 1280
    for i, a in enumerate(at):
        for b in at[:i]:
            across = a["x"] + a["width"] <= b["x"] or b["x"] + b["width"] <= a["x"]
            assert across or a["y"] + a["height"] <= b["y"] or b["y"] + b["height"] <= a["y"]


def pointing_lights_what_a_page_stands_on_and_what_stands_on_it(page: Page) -> None:
    """To the end of the lines; by the keyboard, too. Killed: neighbours alone; both in one direction."""
    page_link(page, "Page 2.1").hover()
    expect(page.locator(".course a.before")).to_have_text(["Page 0.0", "Page 2.0"])
    lit = page.locator(".course a.later")
    expect(lit.first).to_have_text("A long title 2.2")
    expect(lit).to_have_count(5)
    expect(page.locator(".course [role=status]")).to_have_text(
        "What page 2.1 shows. It stands on Page 2.0. 9 minutes."
    )
    page.mouse.move(2, 2)
    expect(lit).to_have_count(0)
    page_link(page, "Page 0.0").focus()
    expect(page.locator(".course [role=status]")).to_contain_text("It stands on nothing before it.")
    page_link(page, "Page 0.0").blur()


def what_was_done_in_this_browser_is_seen(page: Page) -> None:
    """Killed: `seen` counted as a bet; storage that cannot be read taken for a fault."""
    for slug, kept in (("0-0", '{"seen":true}'), ("0-1", '{"seen":true,"bet.a":{"bet":2}}'), ("0-2", "{")):
        page.evaluate("([name, kept]) => localStorage.setItem(name, kept)", [f"glassbox.page-{slug}", kept])
    page.reload()
    marks = page.locator(".course a .done")
    for i, name in enumerate(("is-1", "is-2", "is-0", "is-0")):
        expect(marks.nth(i)).to_have_class(f"done {name}")


def a_press_leads_there(page: Page) -> None:
    """By the keyboard, too. Killed: a link that loads the whole app again."""
    page_link(page, "Page 0.3").click()
    expect(page.get_by_text("chosen page-0-3")).to_be_visible()
    page_link(page, "Page 1.1").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("chosen page-1-1")).to_be_visible()


def on_a_phone_the_lanes_wrap(page: Page) -> None:
    """Killed: names beside their pages at 390 pixels."""
    page.set_viewport_size({"width": 390, "height": 844})
    until(lambda: max(box["x"] + box["width"] for box in boxes(page)) <= 390, "390 pixels", 10)
    lanes = page.locator(".course .lane")
    name, pages = lanes.first.locator(".name").bounding_box(), lanes.first.locator(".pages").bounding_box()
    assert name is not None
    assert pages is not None
    assert name["y"] + name["height"] <= pages["y"]
