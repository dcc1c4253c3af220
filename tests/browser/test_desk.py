"""The ranking desk and a climbing policy in a real browser. The gallery beside this file shows them.

The mutants that each test has killed are named in its docstring. That no console has an error in it is
checked for every page by the fixture that makes it.
"""

import math
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

GALLERY = Path(__file__).parent / "gallery_climbing.py"
ASSETS = "/_stcore/bidi-components/glassbox.film"
SCORES = (0.0, 1.0, -1.0, 2.0)
NewPage = Callable[..., Page]


@pytest.fixture(scope="session")
def gallery(serve: Callable[..., str]) -> str:
    """The address of the gallery."""
    return serve(GALLERY)


def at_desk(page: Page, address: str) -> list[Locator]:
    """The four cards of an open desk, A to D, wherever they stand."""
    page.goto(f"{address}/?show=desk")
    expect(page.locator(".desk .card")).to_have_count(4, timeout=20_000)
    expect(page.get_by_text("order None")).to_be_visible()
    return [page.locator(f'.desk .card[aria-label^="Reply {letter}"]') for letter in "ABCD"]


def standing(page: Page) -> str:
    """The letters of the cards, from the top, each with its place."""
    cards = page.locator(".desk .card")
    return " ".join(cards.evaluate_all(
        "cards => cards.map(c => c.querySelector('.letter').innerText + c.querySelector('.rank').innerText)"
    ))  # fmt: skip


def lit(page: Page) -> list[str]:
    return page.locator(".desk .matrix .lit").all_inner_texts()


def loss(better: int, worse: int) -> str:
    """As the paper has it: -log sigma(r_w - r_l)."""
    return f"{math.log(1 + math.exp(SCORES[worse] - SCORES[better])):.2f}".removeprefix("0")


def test_a_placed_reply_lights_its_row_with_the_loss_of_each_pair(page: Page, gallery: str) -> None:
    """Killed: the sign of the gap; only pairs of two placed replies lit; the lower triangle, too."""
    cards = at_desk(page, gallery)
    assert lit(page) == []
    expect(page.locator(".desk .counter")).to_have_text(
        "4 forward passes serve 6 comparisons; pair by pair it would be 12."
    )
    cards[1].click()
    assert lit(page) == [loss(1, other) for other in (0, 2, 3)]
    cards[3].click()
    assert lit(page) == [loss(1, 3), loss(1, 0), loss(1, 2), loss(3, 0), loss(3, 2)]
    assert page.locator(".desk .matrix thead th").all_inner_texts() == ["B", "D", "A", "C"]
    mean = (
        sum(
            math.log(1 + math.exp(SCORES[l] - SCORES[w])) for w, l in ((1, 3), (1, 0), (1, 2), (3, 0), (3, 2))
        )
        / 5
    )
    said = page.locator(".desk .mean")
    expect(said).to_contain_text(f"5 of 6 decided · mean loss {mean:.2f} nats")
    expect(said).to_contain_text("the judge agrees with 4 of 5")


def test_the_judges_score_is_shown_once_a_reply_is_placed(page: Page, gallery: str) -> None:
    """Killed: scores from the start: they would tell the reader what to say."""
    cards = at_desk(page, gallery)
    assert page.locator(".desk .score").all_inner_texts() == [""] * 4
    cards[2].click()
    assert page.locator(".desk .score").all_inner_texts() == ["r −1.00", "", "", ""]  # C went up


def test_python_hears_a_whole_order_and_that_it_was_taken_apart(page: Page, gallery: str) -> None:
    """Killed: a reply taken back that Python keeps; ranks not moved up."""
    cards = at_desk(page, gallery)
    for i in (3, 0, 2):
        cards[i].click()
    page.wait_for_timeout(400)
    expect(page.locator(".desk .caption")).to_have_text("Runs: 1.")
    expect(page.get_by_text("order None")).to_be_visible()
    cards[1].click()
    expect(page.get_by_text("order (3, 0, 2, 1)")).to_be_visible()
    cards[0].click()
    expect(page.get_by_text("order None")).to_be_visible()
    assert standing(page) == "D1 C2 B3 A"
    cards[0].click()
    expect(page.get_by_text("order (3, 2, 1, 0)")).to_be_visible()
    page.get_by_role("button", name="Start over").click()
    expect(page.get_by_text("order None")).to_be_visible()
    assert lit(page) == []


def test_a_rerun_keeps_the_ranking_and_another_desk_starts_empty(page: Page, gallery: str) -> None:
    """Killed: the stamp not looked at."""
    cards = at_desk(page, gallery)
    for i in (1, 0):
        cards[i].click()
    page.get_by_role("button", name="hurry").click()
    expect(page.locator(".desk .caption")).to_have_text("Runs: 2.")
    assert standing(page) == "B1 A2 C D"
    page.get_by_role("button", name="other").click()
    expect(page.locator(".desk .caption")).to_have_text("Runs: 3.")
    expect(page.locator(".desk .placed.card")).to_have_count(0)


def carry(page: Page, card: Locator, to: Locator, below: bool = False) -> None:
    """Drag a card onto the upper or the lower half of another."""
    start, end = card.bounding_box(), to.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 60, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + 60, end["y"] + end["height"] * (0.8 if below else 0.2), steps=8)
    page.mouse.up()


def test_a_reply_is_dragged_to_its_place(page: Page, gallery: str) -> None:
    """Killed: a drag that ends as a click; a card dropped under all placed ones that gets a place; one put
    between two that takes the place of the lower."""
    a, b, c, d = at_desk(page, gallery)
    carry(page, d, a)
    assert standing(page) == "D1 A B C"
    carry(page, a, c, below=True)  # has no place yet, and stays where it was put
    assert standing(page) == "D1 B C A"
    carry(page, b, d)
    assert standing(page) == "B1 D2 C A"
    carry(page, c, d)
    assert standing(page) == "B1 C2 D3 A"
    expect(page.get_by_text("order None")).to_be_visible()
    a.click()
    expect(page.get_by_text("order (1, 2, 3, 0)")).to_be_visible()
    carry(page, b, a, below=True)
    expect(page.get_by_text("order (2, 3, 0, 1)")).to_be_visible()
    assert standing(page) == "C1 D2 A3 B4"


def test_arrows_move_a_placed_reply_and_the_focus_goes_with_it(page: Page, gallery: str) -> None:
    """Killed: arrows that place; a reply that leaves the list at its end; the focus left behind."""
    cards = at_desk(page, gallery)
    cards[2].focus()
    page.keyboard.press("ArrowUp")
    assert standing(page) == "A B C D"
    for i in range(4):
        cards[i].click()
    expect(cards[3]).to_be_focused()
    for key in ("ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowDown"):
        page.keyboard.press(key)
    assert standing(page) == "A1 D2 B3 C4"
    expect(page.get_by_text("order (0, 3, 1, 2)")).to_be_visible()


def test_keys_alone_rank_on_a_phone(new_page: NewPage, gallery: str) -> None:
    """Killed: cards that are no buttons; a focus lost at each press."""
    page = new_page(viewport={"width": 390, "height": 800})
    cards = at_desk(page, gallery)
    cards[0].focus()
    for key in ("Enter", " ", "Enter", " "):
        page.keyboard.press(key)
        page.keyboard.press("Tab")
    expect(page.get_by_text("order (0, 1, 2, 3)")).to_be_visible()
    expect(cards[3]).to_have_attribute("aria-pressed", "true")
    expect(cards[3]).to_have_attribute(
        "aria-label", re.compile(r"^Reply D: kindly tiny thanks please \.; place 4")
    )
    for box in (card.bounding_box() for card in [*cards, page.locator(".desk .matrix")]):
        assert box is not None
        assert box["x"] + box["width"] <= 390


def climbing(page: Page, address: str, more: str = "") -> Page:
    page.goto(f"{address}/?show=film{more}")
    expect(page.locator(".film .pane canvas")).to_have_count(3, timeout=20_000)
    page.wait_for_timeout(500)
    return page


def test_pointing_at_the_plane_tells_both_points_and_the_gap(page: Page, gallery: str) -> None:
    """Killed: people's points told for the judge's."""
    climbing(page, gallery)
    plane = page.locator(".film .pane canvas").first
    box = plane.bounding_box()
    assert box is not None
    area = (38, 20, box["width"] - 46, box["height"] - 58)
    spot = lambda x, y: {"x": area[0] + area[2] * x / 4, "y": area[1] + area[3] * (2 - y) / 4}  # noqa: E731
    said = page.locator(".film .readout")
    plane.hover(position=spot(3, 1.5))
    expect(said).to_have_text("step 30: √KL 3, the judge sees +1.50, people get −0.50, gap 2.00")
    plane.hover(position=spot(0.5, 0.5))
    expect(said).to_have_text("best of 2: √KL 0.5, the judge sees +0.50, people get +0.50, gap 0.00")
    plane.hover(position=spot(3, 0.5))
    expect(said).to_have_text("Point at a picture for its numbers.")


def test_the_pictures_follow_the_moment_and_a_pinned_policy_is_a_fourth_reply(
    page: Page, gallery: str
) -> None:
    """Two pictures of two moments differ, and a pinned run brings a line of its own."""
    climbing(page, gallery)
    canvases = page.locator(".film .pane canvas")
    before = [canvases.nth(i).screenshot() for i in range(3)]
    page.get_by_role("slider", name="Moment of the training").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(300)
    assert all(canvases.nth(i).screenshot() != before[i] for i in range(3))
    climbing(page, gallery, "&pin=1")
    box = canvases.nth(1).bounding_box()
    assert box is not None
    page.get_by_role("slider", name="Moment of the training").focus()
    page.keyboard.press("ArrowLeft")
    for y in range(40, int(box["height"]), 6):
        canvases.nth(1).hover(position={"x": 12, "y": y})
        if "short leash" in (told := page.locator(".film .readout").inner_text()):
            break
    assert told == "policy, short leash, “kindly”: a polite word"


def test_a_ledger_tells_how_much_likelier_a_word_became_and_what_it_cost(page: Page, gallery: str) -> None:
    """The numbers under the pointer, by hand."""
    climbing(page, gallery)
    page.get_by_role("slider", name="Moment of the training").focus()
    page.keyboard.press("ArrowLeft")
    canvas, said = page.locator(".film .pane canvas").nth(2), page.locator(".film .readout")
    canvas.hover(position={"x": 42, "y": 120})
    expect(said).to_have_text(re.compile("^“kindly”: 1.35 times as likely as after SFT, so −0.15$"))
    width = (canvas.bounding_box() or {"width": 0})["width"]
    canvas.hover(position={"x": 36 + (width - 40) * 4.5 / 8, "y": 120})
    expect(said).to_have_text(re.compile(r"^“\.”: 1.35 times .* so −0.15, and the judge gives \+1.50$"))
