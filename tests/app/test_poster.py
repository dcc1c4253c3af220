"""What a poster sends to the browser: the arrays of its panel alone, at few moments, the last among them."""

import numpy as np
import pytest

from app.catalogue import CATALOGUE
from app.entries import Entry
from app.figures.panels import images
from app.page import covers
from engine.core.trace import Event, Snapshot, Step, Trace, traced
from tests.helpers import unpack


def film(moments: int) -> Trace:
    """A trace with two arrays a moment: one that the panel draws, one that it does not."""
    events: list[Event] = [Step(moments, moments, {"loss": 1.0})]
    for m in range(moments):
        events.append(Snapshot(m, m, "samples", {"x": np.full((2, 3, 3), m), "other": np.zeros(9)}))
    return traced(events)


def sent(trace: Trace) -> tuple[dict, dict[str, np.ndarray]]:
    return unpack(covers.thinned(trace, images("samples.x", ())))


def test_it_sends_what_its_panel_draws_at_few_moments_from_the_first_to_the_last() -> None:
    """Killed: all arrays sent; the last moment left out; moments doubled in a short trace."""
    header, arrays = sent(film(70))
    assert list(arrays) == ["samples.x"]
    assert header["moments"] == list(range(0, 70, 3))
    assert arrays["samples.x"][:, 0, 0, 0].tolist() == list(range(0, 70, 3))
    assert sent(film(3))[0]["moments"] == [0, 1, 2]


@pytest.mark.parametrize("page", CATALOGUE, ids=lambda page: page.slug)
def test_every_page_has_a_poster_of_a_shipped_run_that_is_small(page: Entry) -> None:
    """Killed: a cover without its arrays; a cover of 60 moments of everything."""
    block = covers.block(page.slug)
    header, arrays = unpack(block)
    assert {*arrays, *header["scalars"]}
    assert len(header["moments"]) > 1
    assert len(block) <= 200_000
