"""What builds on what: from the entries of the pages."""

from dataclasses import replace

from app.catalogue import CATALOGUE, LISTED, entry
from app.components.course import edges


def test_a_page_stands_on_pages_that_come_before_it() -> None:
    """Killed: a slug with a typing error; a page that stands on a later one."""
    order = [page.slug for page in CATALOGUE]
    for page in CATALOGUE:
        assert set(page.after) <= set(order[: order.index(page.slug)]), page.slug


def test_a_line_that_others_say_already_is_not_drawn() -> None:
    """Killed: every `after` drawn; lines to pages that are not listed."""
    first = entry("pixelcnn")
    a, b = replace(first, slug="a", after=()), replace(first, slug="b", after=("a",))
    c = replace(first, slug="c", after=("a", "b", "hidden"))
    assert edges([a, b, c]) == [("a", "b"), ("b", "c")]
    assert ("transformer", "pretraining") in edges(LISTED)
