"""What goes to the film and what comes back: blocks of moments, panels, messages."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from app.components import film
from app.components.blocks import pack
from app.components.messages import cell_in
from app.components.pixels import painted_in
from app.figures import panels
from tests.helpers import unpack

HEADER = {"from": 0, "count": 2, "total": 100, "state": "done", "moments": [0, 100]}
KINDS = ["?", "u1", "i1", "u2", "i2", "u4", "i4", "i8", "f2", "f4", "f8", ">f4", ">i2"]


@example(np.array([2**40, -(2**31)]))
@example(np.array([1.5, -2], ">f4"))
@given(
    st.sampled_from(KINDS).flatmap(lambda kind: hnp.arrays(kind, hnp.array_shapes(min_dims=0, max_dims=3)))
)
def test_what_is_packed_is_unpacked_whole(inner: np.ndarray) -> None:
    """Killed: offsets without the padding; big-endian sent as it is; 64-bit integers cut to 32."""
    other = np.arange(2, dtype=np.uint8)
    both = np.stack([inner, inner]).astype(inner.dtype)  # stack alone would make it native
    header, arrays = unpack(pack(HEADER, {"a.small": other, "b.any": both, "c.end": other}))
    assert header["moments"] == [0, 100]
    assert np.array_equal(arrays["a.small"], other)
    assert np.array_equal(arrays["c.end"], other)
    assert arrays["b.any"].dtype.byteorder in "<|="
    sent, wanted = arrays["b.any"][1].astype(float), inner.astype(float)
    assert np.array_equal(sent, wanted, equal_nan=True)


def test_every_array_begins_at_a_multiple_of_eight_bytes() -> None:
    """A typed array throws otherwise. Killed: no padding after the header; none after an array."""
    for extra in range(9):
        block = pack(
            HEADER | {"note": "x" * extra}, {"a.odd": np.zeros((2, 3), np.uint8), "b.f": np.zeros(2)}
        )
        header, _ = unpack(block)
        assert all(one["offset"] % 8 == 0 for one in header["arrays"].values())
        start = len(block) - 8 - 16
        assert start % 8 == 0


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros((3, 2)), "first axis of a.x must be the 2 moments"),
        (np.zeros(()), "first axis of a.x"),
        (np.zeros(2, complex), "a.x has dtype complex128"),
        (np.array(["a", "b"]), "a.x has dtype <U1"),
        (np.array([{}, {}]), "a.x has dtype object"),
    ],
)
def test_an_array_that_is_no_film_is_refused_by_name(array: np.ndarray, words: str) -> None:
    """Killed: the check of the first axis; the check of the dtype."""
    with pytest.raises(ValueError, match=words):
        pack(HEADER, {"a.x": array})


def test_a_diverged_figure_goes_as_a_gap() -> None:
    """NaN is no JSON: a browser would refuse the block. Killed: `finite` left out."""
    scalars = {"loss": {"step": [1, 2, 3], "value": [1.5, math.nan, math.inf]}}
    header, _ = unpack(pack(HEADER | {"scalars": scalars}, {}))
    assert header["scalars"]["loss"] == {"step": [1, 2, 3], "value": [1.5, None, None]}


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: panels.images("a.x", [("T", "green")]), "concept must be one of past, model"),
        (lambda: panels.images("a.x", [("T", None)], low=16, high=0), "low must be below high"),
        (lambda: panels.heat("a.x", [("T", None)], "signed", 0, 1), "low < 0 < high, got 0 and 1"),
        (lambda: panels.heat("a.x", [("T", None)], high=math.inf), "both finite"),
        (lambda: panels.lines({"loss": ("L", "red")}, [("T", None)], "bits"), "got 'red'"),
        (lambda: panels.bars("a.x", [("T", None)], "share", high=0), "low must be below high"),
        (lambda: film.film([], film.inline(b"", "s"), key="k"), "at least one panel"),
    ],
)
def test_a_panel_that_cannot_be_drawn_is_refused(make: Any, words: str) -> None:
    """Killed: each check taken out."""
    with pytest.raises(ValueError, match=words):
        make()


@pytest.mark.parametrize(
    "told", [None, "1,2", [1], [1, 2, 3], [-1, 0], [3, 0], [0, 4], [0.5, 1], ["0", "1"], {"0": 1}, [None, 0]]
)
def test_a_forged_cell_is_no_cell(told: Any) -> None:
    """Anyone can send any message over the socket. Killed: the bound off by one; floats let through."""
    assert cell_in(told, (3, 4)) is None


def test_a_cell_inside_is_taken() -> None:
    """Killed: always None; row and column exchanged."""
    assert cell_in([2, 3], (3, 4)) == (2, 3)


@pytest.mark.parametrize(
    "values",
    [None, [[1, 0]], [[1, 0], [0]], [["a", 0], [0, 0]], [[math.nan, 0], [0, 0]], [[7, 0], [0, 0]], {}],
)
def test_a_forged_painting_is_no_painting(values: Any) -> None:
    """Killed: the check of shape; of levels that the brush does not have."""
    assert painted_in({"version": 0, "values": values}, np.zeros((2, 2)), (0, 1), 0) is None


def test_a_painting_is_taken_unless_a_newer_version_is_shown() -> None:
    """Killed: the version not compared; a level that the picture itself had refused."""
    told = {"version": 0, "values": [[1, 0.5], [0, 1]]}
    shown = np.array([[0, 0.5], [0, 0]])
    taken = painted_in(told, shown, (0, 1), 0)
    assert taken is not None
    assert taken.tolist() == told["values"]
    assert painted_in(told, shown, (0, 1), 1) is None


def test_the_scripts_to_fetch_first_are_the_film_its_panels_and_all_that_they_import() -> None:
    """Killed: imports of imports left out; a panel's `../` not followed; all kinds for everybody."""
    named = film.modules(frozenset({"flow"}))
    assert {"film/film.js", "film/panes.js", "parts/kit.js", "parts/attention_scene.js"} <= set(named)
    assert {"panels/flow.js", "film/clock.js"} <= set(named)
    assert not {"parts/pixels.js", "panels/images.js"} & set(named)
    assert all((film.WEB / name).is_file() for name in named)
