"""Lectures: what is read from a link, and the three that are shipped."""

import pytest
from hypothesis import given
from hypothesis import strategies as some
from streamlit.testing.v1 import AppTest

from app.catalogue import CATALOGUE, entry
from app.lectures import LONGEST, MOST, SHIPPED, Stop, beats_of, read, written
from tests.helpers import MAIN


@pytest.mark.parametrize("lecture", SHIPPED, ids=lambda lecture: lecture.name)
def test_a_shipped_lecture_is_an_hour_in_the_order_of_the_course(lecture: object) -> None:
    """Killed: a beat that its page does not have; a page before the one that it stands on."""
    stops, refused = read(lecture.text)  # type: ignore[attr-defined]
    assert refused == []
    assert 55 <= sum(stop.minutes for stop in stops) <= 65
    pages = list(dict.fromkeys(stop.slug for stop in stops))
    for slug in pages:
        assert all(pages.index(one) < pages.index(slug) for one in entry(slug).after if one in pages)


@given(some.lists(some.tuples(some.sampled_from(CATALOGUE), some.integers(1, 4), some.integers(1, LONGEST))))
def test_a_lecture_is_read_as_it_was_written(drawn: list[tuple[object, int, int]]) -> None:
    """Killed: the minutes left out of the text."""
    stops = tuple(Stop(page.slug, beat, minutes) for page, beat, minutes in drawn[:MOST])  # type: ignore[attr-defined]
    assert read(written(stops)) == (stops, [])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("pixelcnn.9", "The beat of pixelcnn must be between 1 and 8, got 9."),
        ("pixelcnn.0", "The beat of pixelcnn must be between 1 and 8, got 0."),
        ("pixelcnn.1.91", "The minutes of pixelcnn.1 must be between 1 and 90, got 91."),
        ("nowhere.1", "A stop must be a page and a beat, as in pixelcnn.1, got 'nowhere.1'."),
        ("<script>", "A stop must be a page and a beat, as in pixelcnn.1, got '<script>'."),
        (",".join(["pixelcnn.1"] * 61), "A lecture has 60 beats at most, got 61."),
    ],
)
def test_what_is_no_stop_is_refused_by_name_bound_and_value(text: str, says: str) -> None:
    """And the rest stays. Killed: a beat of 0; an unknown page taken for one; a bound that is not told."""
    stops, refused = read(f"vqvae.1,{text}" if len(text) < 20 else text)
    assert refused == [says]
    assert stops[:1] in ((Stop("vqvae", 1),), (Stop("pixelcnn", 1),))


@given(some.text())
def test_no_text_breaks_it(text: str) -> None:
    assert len(read(text)[0]) <= MOST


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.slug)
def test_the_beats_of_a_page_are_those_that_its_tour_shows(entry: object) -> None:
    """Each a sentence. Killed: calls of another name."""
    beats = beats_of(entry.slug)  # type: ignore[attr-defined]
    assert 4 <= len(beats) <= 8
    assert all(sentence.endswith((".", "?")) for sentence, _ in beats)


def test_the_desk_opens_from_a_link_and_tells_what_it_refused() -> None:
    """Killed: a text of the address shown as Markdown."""
    test = AppTest.from_file(MAIN, default_timeout=60)
    test.run().switch_page(str(MAIN.parent / "lecture.py"))
    test.query_params["stops"] = "pixelcnn.1,**no**.3"
    test.run()
    assert not test.exception, [one.value for one in test.exception]
    assert [one.value for one in test.warning] == [
        r"A stop must be a page and a beat, as in pixelcnn\.1, got '\*\*no\*\*\.3'\."
    ]
