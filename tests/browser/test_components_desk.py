"""The ranking desk in a real browser, in one load."""

import math
import re

from conftest import at_rest, scene, until
from playwright.sync_api import Locator, Page, expect

GALLERY = "gallery_climbing.py"
SCORES = (0.0, 1.0, -1.0, 2.0)


def test_a_desk(page: Page, gallery: str) -> None:
    scene(page, gallery, "desk")
    expect(page.locator(".desk .card")).to_have_count(4)
    cards = [page.locator(f'.desk .card[aria-label^="Reply {letter}"]') for letter in "ABCD"]
    a_placed_reply_lights_its_row(page, cards)
    the_judges_score_is_shown_once_a_reply_is_placed(page, cards)
    python_hears_a_whole_order_and_that_it_was_taken_apart(page, cards)
    arrows_move_a_placed_reply(page, cards)
    a_rerun_keeps_the_ranking(page, cards)
    a_reply_is_dragged_to_its_place(page, cards)
    another_desk_starts_empty(page)
    keys_alone_rank_on_a_phone(page, cards)


def standing(page: Page) -> str:
    """The letters of the cards, from the top, each with its place."""
    cards = page.locator(".desk .card")
    return " ".join(cards.evaluate_all(
        "cards => cards.map(c => c.querySelector('.letter').innerText + c.querySelector('.rank').innerText)"
    ))  # fmt: skip


def stand(page: Page, letters: str) -> None:
    """The cards come to stand so."""
    until(lambda: standing(page) == letters, letters, 20)


def lit(page: Page) -> list[str]:
    return page.locator(".desk .matrix .lit").all_inner_texts()


def loss(better: int, worse: int) -> str:
    """As the paper has it: -log sigma(r_w - r_l)."""
    return f"{math.log(1 + math.exp(SCORES[worse] - SCORES[better])):.2f}".removeprefix("0")


def start_over(page: Page) -> None:
    page.get_by_role("button", name="Start over").click()
    expect(page.get_by_text("order None")).to_be_visible()
    assert lit(page) == []


def drawn_so_often(page: Page) -> int:
    at_rest(page)
    return int(re.findall(r"\d+", page.locator(".desk .caption").inner_text())[0])


def a_placed_reply_lights_its_row(page: Page, cards: list[Locator]) -> None:
    """With the loss of each pair. Killed: the sign of the gap; only pairs of two placed replies lit; the
    lower triangle, too."""
    assert lit(page) == []
    counter = page.locator(".desk .counter")
    expect(counter).to_have_text("4 forward passes serve 6 comparisons; pair by pair it would be 12.")
    cards[1].click()
    assert lit(page) == [loss(1, other) for other in (0, 2, 3)]
    cards[3].click()
    assert lit(page) == [loss(1, 3), loss(1, 0), loss(1, 2), loss(3, 0), loss(3, 2)]
    assert page.locator(".desk .matrix thead th").all_inner_texts() == ["B", "D", "A", "C"]
    decided = ((1, 3), (1, 0), (1, 2), (3, 0), (3, 2))
    mean = sum(math.log(1 + math.exp(SCORES[l] - SCORES[w])) for w, l in decided) / 5
    said = page.locator(".desk .mean")
    expect(said).to_contain_text(f"5 of 6 decided · mean loss {mean:.2f} nats")
    expect(said).to_contain_text("the judge agrees with 4 of 5")
    start_over(page)


def the_judges_score_is_shown_once_a_reply_is_placed(page: Page, cards: list[Locator]) -> None:
    """Killed: scores from the start: they would tell the reader what to say."""
    assert page.locator(".desk .score").all_inner_texts() == [""] * 4
    cards[2].click()
    assert page.locator(".desk .score").all_inner_texts() == ["r −1.00", "", "", ""]  # C went up
    start_over(page)


def python_hears_a_whole_order_and_that_it_was_taken_apart(page: Page, cards: list[Locator]) -> None:
    """Killed: a reply taken back that Python keeps; ranks not moved up."""
    for i in (3, 0, 2):
        cards[i].click()
    assert drawn_so_often(page) == 1  # a part of an order is nobody's business
    expect(page.get_by_text("order None")).to_be_visible()
    cards[1].click()
    expect(page.get_by_text("order (3, 0, 2, 1)")).to_be_visible()
    cards[0].click()
    expect(page.get_by_text("order None")).to_be_visible()
    stand(page, "D1 C2 B3 A")
    cards[0].click()
    expect(page.get_by_text("order (3, 2, 1, 0)")).to_be_visible()
    start_over(page)


def arrows_move_a_placed_reply(page: Page, cards: list[Locator]) -> None:
    """And the focus goes with it. Killed: arrows that place; a reply that leaves the list at its end; the
    focus left behind."""
    cards[2].focus()
    page.keyboard.press("ArrowUp")
    stand(page, "A B C D")
    for card in cards:
        card.click()
    expect(cards[3]).to_be_focused()
    for key in ("ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowDown"):
        page.keyboard.press(key)
    stand(page, "A1 D2 B3 C4")
    expect(page.get_by_text("order (0, 3, 1, 2)")).to_be_visible()
    start_over(page)


def a_rerun_keeps_the_ranking(page: Page, cards: list[Locator]) -> None:
    """Killed: a desk that is empty after each rerun."""
    for i in (1, 0):
        cards[i].click()
    before = drawn_so_often(page)
    page.get_by_role("button", name="hurry").click()
    expect(page.locator(".desk .caption")).to_have_text(f"Runs: {before + 1}.")
    stand(page, "B1 A2 C D")
    start_over(page)


def carry(page: Page, card: Locator, to: Locator, below: bool = False) -> None:
    """Drag a card onto the upper or the lower half of another."""
    start, end = card.bounding_box(), to.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 60, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + 60, end["y"] + end["height"] * (0.8 if below else 0.2), steps=8)
    page.mouse.up()


def a_reply_is_dragged_to_its_place(page: Page, cards: list[Locator]) -> None:
    """Killed: a drag that ends as a click; a card dropped under all placed ones that gets a place; one put
    between two that takes the place of the lower."""
    a, b, c, d = cards
    carry(page, d, a)
    stand(page, "D1 A B C")
    carry(page, a, c, below=True)  # has no place yet, and stays where it was put
    stand(page, "D1 B C A")
    carry(page, b, d)
    stand(page, "B1 D2 C A")
    carry(page, c, d)
    stand(page, "B1 C2 D3 A")
    expect(page.get_by_text("order None")).to_be_visible()
    a.click()
    expect(page.get_by_text("order (1, 2, 3, 0)")).to_be_visible()
    carry(page, b, a, below=True)
    expect(page.get_by_text("order (2, 3, 0, 1)")).to_be_visible()
    stand(page, "C1 D2 A3 B4")


def another_desk_starts_empty(page: Page) -> None:
    """And the first comes back as it was left. Killed: the stamp not looked at."""
    page.get_by_role("button", name="other").click()
    stand(page, "A B C D")
    page.get_by_role("button", name="hurry").click()
    stand(page, "C1 D2 A3 B4")
    start_over(page)
    stand(page, "A B C D")


def keys_alone_rank_on_a_phone(page: Page, cards: list[Locator]) -> None:
    """Killed: cards that are no buttons; a focus lost at each press."""
    page.set_viewport_size({"width": 390, "height": 800})
    cards[0].focus()
    for key in ("Enter", " ", "Enter", " "):
        page.keyboard.press(key)
        page.keyboard.press("Tab")
    expect(page.get_by_text("order (0, 1, 2, 3)")).to_be_visible()
    expect(cards[3]).to_have_attribute("aria-pressed", "true")
    said = re.compile(r"^Reply D: kindly tiny thanks please \.; place 4")
    expect(cards[3]).to_have_attribute("aria-label", said)
    for box in (card.bounding_box() for card in [*cards, page.locator(".desk .matrix")]):
        assert box is not None
        assert box["x"] + box["width"] <= 390
