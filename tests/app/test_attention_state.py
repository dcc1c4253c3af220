"""The attention picture in Python: what it refuses, and what it believes of what a browser says."""

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.components import attention as component
from app.figures import panels

EVEN = np.full((2, 3, 4), 0.25)
ABC, ABCD = list("abc"), list("abcd")


def shown(monkeypatch: pytest.MonkeyPatch, told: dict[str, Any], **given: Any) -> tuple[Any, dict[str, Any]]:
    """The state and the data of a picture whose browser says `told`."""
    sent: dict[str, Any] = {}

    def browser(data: dict[str, Any], **_: Any) -> dict[str, Any]:
        sent.update(data)
        return told

    monkeypatch.setattr(component, "_component", browser)
    given = {"maps": EVEN, "queries": ABC, "keys": ABCD} | given
    return component.attention(**given, key="a"), sent


def stamp_of(monkeypatch: pytest.MonkeyPatch, **given: Any) -> str:
    return shown(monkeypatch, {}, **given)[1]["stamp"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"maps": np.zeros(4)}, r"maps must be .* got \(4,\)"),
        ({"maps": np.zeros((2, 0, 4)), "queries": ()}, r"got \(2, 0, 4\)"),
        ({"maps": np.zeros((2, 4, 3))}, r"3 queries, 4 keys\), got shape \(2, 4, 3\)"),
        ({"maps": EVEN * 5}, r"weights must lie in \[0, 1\], got 1.25 to 1.25"),
        ({"maps": EVEN - 0.5}, "got -0.25 to -0.25"),
        ({"maps": np.where(np.eye(3, 4) > 0, np.nan, EVEN)}, "weights must lie in"),
        ({"names": ["one"]}, "one a head, 2, got 1"),
        ({"views": ()}, "got none"),
        ({"views": ("arcs", "tree")}, "got arcs, tree"),
        ({"head": 2}, r"head must lie in \[0, 1\], got 2"),
        ({"query": 3}, r"query must lie in \[0, 2\], got 3"),
        ({"query": -1}, "got -1"),
        ({"forbidden": np.zeros((4, 3))}, r"forbidden must have shape \(3, 4\), got \(4, 3\)"),
        ({"outline": np.zeros((2, 3, 4))}, r"outline must have shape \(3, 4\)"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_value(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, Any], words: str
) -> None:
    """Killed: each check left out, one by one; as many keys as queries asked for."""
    with pytest.raises(ValueError, match=words):
        shown(monkeypatch, {}, **given)


def test_what_is_sent_is_json_and_holds_every_weight(monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed: weights in half precision; a single map sent with two axes; numpy in the message."""
    maps = np.arange(12).reshape(3, 4) / 16
    state, sent = shown(monkeypatch, {}, maps=maps, query=np.int64(1), forbidden=np.eye(3, 4) > 0)
    text = json.loads(json.dumps(sent))
    assert text["shape"] == [1, 3, 4]
    held = np.frombuffer(component.base64.b64decode(text["maps"]), "<f4").reshape(text["shape"])
    assert np.array_equal(held[0], maps)
    assert text["forbidden"] == [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]]
    assert state == component.AttentionState(0, 1, None, ())


def test_a_forced_row_comes_out_with_sum_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed: the row as it came; a row without `force`; a row beside another query or head."""
    stamp = stamp_of(monkeypatch)
    told = {"head": 1, "query": 2, "row": [0.5, 0, 0, 0.3], "stamp": stamp, "given": [0, None]}
    state, _ = shown(monkeypatch, {"picked": told}, force=True)
    assert (state.head, state.query) == (1, 2)
    assert state.row == pytest.approx((0.625, 0, 0, 0.375))
    assert shown(monkeypatch, {"picked": told})[0].row is None
    moved, _ = shown(monkeypatch, {"picked": told}, force=True, query=1)  # the page moved on
    assert (moved.head, moved.query, moved.row) == (0, 1, None)
    kept, _ = shown(monkeypatch, {"picked": told}, force=True, head=1, query=2)  # to where the reader is
    assert (kept.head, kept.query) == (1, 2)
    assert kept.row == state.row


def test_a_row_over_other_keys_or_on_a_masked_cell_is_no_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed: no stamp; a stamp of the shape; the mask of another row; no look at the mask."""
    told = {"head": 0, "query": 1, "row": [0, 1, 0, 0], "stamp": stamp_of(monkeypatch), "given": [0, None]}
    mask = np.zeros((3, 4), bool)
    assert shown(monkeypatch, {"picked": told}, force=True)[0].row == (0, 1, 0, 0)
    assert shown(monkeypatch, {"picked": told}, force=True, keys=list("abcx"))[0].row is None
    mask[2, 1] = mask[1, 0] = True
    assert shown(monkeypatch, {"picked": told}, force=True, forbidden=mask)[0].row == (0, 1, 0, 0)
    mask[1, 1] = True
    assert shown(monkeypatch, {"picked": told}, force=True, forbidden=mask)[0].row is None
    fewer, _ = shown(monkeypatch, {"picked": told}, force=True, maps=EVEN[:, :1], queries=["a"])
    assert (fewer.query, fewer.row) == (None, None)


@pytest.mark.parametrize(
    "row",
    [None, "1000", [1, 0, 0], [1, 0, 0, 0, 0], [0, 0, 0, 0], [2, 0, 0, 0], [-0.1, 1, 0, 0],
     [math.nan, 1, 0, 0], [math.inf, 0, 0, 0], [True, 0, 0, 0], ["1", 0, 0, 0], [[1], 0, 0, 0], {"0": 1}],
)  # fmt: skip
def test_weights_that_are_none_are_not_believed(row: Any) -> None:
    """Killed: a length of any; NaN; a negative weight; a row of zeros divided by its sum; True as 1."""
    assert component.row_in(row, 4) is None


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 9) | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.none() | anything | st.fixed_dictionaries(
        {}, optional={"head": anything, "query": anything, "row": st.lists(anything, max_size=5),
                      "stamp": st.just("s"), "given": st.sampled_from([[0, None], [1, 2], None])}),
    anything,
)  # fmt: skip
def test_whatever_a_browser_says_a_state_that_fits_comes_out(picked: Any, off: Any) -> None:
    """Killed: a head beyond the last; a float or a bool as an index; a query beyond the last."""
    head, query, row = component.picked_in(picked, (2, 3, 4), "s", 0, None)
    assert head in (0, 1)
    assert type(head) is int
    assert query is None or (type(query) is int and 0 <= query < 3)
    if row is not None:
        assert len(row) == 4
        assert min(row) >= 0
        assert sum(row) == pytest.approx(1)
    heads = component.off_in(off, 2)
    assert set(heads) <= {0, 1}
    assert all(type(one) is int for one in heads)


def test_heads_are_off_in_order_and_once_and_only_where_there_are_switches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Killed: off without switches; the order of the clicks; a head twice."""
    maps, told = np.full((4, 3, 4), 0.25), {"off": [3, 1, 3]}
    assert shown(monkeypatch, told, maps=maps, switches=True)[0].off == (1, 3)
    assert shown(monkeypatch, told, maps=maps)[0].off == ()
    assert shown(monkeypatch, {"off": [1, 9]}, maps=maps, switches=True)[0].off == (1,)


def panel(**given: Any) -> panels.Panel:
    defaults = {"array": "maps.a", "title": [("Looks", "past")], "queries": ABC, "keys": ABCD}
    return panels.attention(**(defaults | given))


def test_a_panel_says_what_to_draw_without_the_numbers() -> None:
    """Killed: labels that change taken for labels; the outline transposed; high left out."""
    alphabet = {"array": "out.codes", "alphabet": ["a", "b"]}
    made = json.loads(json.dumps(panel(queries=alphabet, view="arcs", high=255, wrong="out.wrong", head=2)))
    assert made["kind"] == "attention"
    assert (made["array"], made["view"], made["high"], made["wrong"]) == ("maps.a", "arcs", 255, "out.wrong")
    assert made["queries"] == alphabet
    assert made["keys"] == {"labels": ABCD}
    assert (made["head"], made["query"]) == (2, None)
    assert panel(outline=np.eye(3, 4))["outline"] == [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]]
    assert panel(queries=alphabet, forbidden=np.eye(5, 4))["forbidden"][4] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"view": "tree"}, "arcs, matrix or grid, got 'tree'"),
        ({"high": 0}, "low must be below high"),
        ({"head": -1}, "count from 0, columns from 1, got -1"),
        ({"query": -1}, "got 0, -1"),
        ({"columns": 0}, "and 0"),
        ({"queries": {"array": "out.codes"}}, "queries must be labels, or an array and an alphabet"),
        ({"outline": np.eye(4, 3)}, r"outline must have shape \(3, 4\), got \(4, 3\)"),
        ({"forbidden": [[0, 1, 0, 0], [1], [0]]}, "forbidden must have shape"),
        ({"title": [("Looks", "red")]}, "concept must be one of"),
    ],
)
def test_a_panel_that_cannot_be_drawn_is_refused(given: dict[str, Any], words: str) -> None:
    """Killed: each check left out, one by one."""
    with pytest.raises(ValueError, match=words):
        panel(**given)
