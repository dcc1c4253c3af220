"""Flows by their data: what the panels say is what was given, and what is none is refused."""

import base64

import numpy as np
import pytest

from app.figures.planes import Layer, flow


def values(given: dict) -> np.ndarray:
    """The numbers in an array of a panel, as a browser reads them."""
    data = base64.b64decode(given["data"])
    return np.frombuffer(data, given["dtype"]).reshape(given["shape"])


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int16, np.float32, np.float64])
def test_a_given_array_arrives_as_it_was(dtype: type) -> None:
    """Killed: bytes of a transposed array in its memory's order; float64 sent as it is."""
    array = np.arange(24).reshape(4, 3, 2).astype(dtype).transpose(1, 0, 2)
    layer = Layer("field", "field", array, "truth", scale=0.5)
    sent = flow([layer], [("A flow", None)])["layers"][0]
    assert np.array_equal(values(sent["array"]), array)
    assert sent["array"]["dtype"] in ("|u1", "|i1", "<i2", "<f4")
    assert sent["scale"] == 0.5


def test_the_arrays_of_a_run_are_named_and_ghosts_know_their_particles() -> None:
    """Killed: ghosts drawn at the scale of their particles."""
    cloud = Layer("cloud", "particles", "flow.x", "model", scale=0.1)
    ghosts = Layer("guesses", "ghosts", "flow.x0", "code", scale=0.2, of=cloud, on=False)
    drawn = flow([cloud, ghosts], [("A flow", None)], inner=["a", "b"])
    assert [one["array"] for one in drawn["layers"]] == ["flow.x", "flow.x0"]
    assert (drawn["layers"][1]["of"], drawn["layers"][1]["ofScale"]) == ("flow.x", 0.1)
    assert (drawn["layers"][1]["scale"], drawn["layers"][1]["on"]) == (0.2, False)
    assert drawn["inner"] == ["a", "b"]
    assert flow([cloud], [("A flow", None)])["inner"] is None


def test_a_dropped_particle_travels_as_places() -> None:
    """Killed: x and y exchanged; the first place left out."""
    way = np.array([[1.0, 2.0], [0.5, 1.23456], [0.0, 0.0]])
    sent = flow([], [("A flow", None)], drops=True, dropped={"ODE": ("past", way)})["dropped"]
    assert sent == [{"label": "ODE", "concept": "past", "values": [[1, 2], [0.5, 1.235], [0, 0]]}]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Layer("a", "cloud", "x"), "kind must be density, field, ghosts or particles, got 'cloud'"),
        (lambda: Layer("a", "field", "x", "orange"), "concept must be one of past, model"),
        (lambda: Layer("a", "ghosts", "x"), "ghosts, and they alone"),
        (lambda: Layer("a", "field", "x", of=Layer("b", "particles", "y")), "ghosts, and they alone"),
        (lambda: flow([], [], reach=0), "reach and aspect must be above 0, got 0 and 0.7"),
        (lambda: flow([], [], aspect=-1), "reach and aspect must be above 0"),
        (lambda: flow([], [], dropped={"ODE": ("past", np.zeros((2, 3)))}), r"must have shape \(S, 2\)"),
        (lambda: flow([Layer("a", "field", np.zeros((2, 2, 2), np.int64))], []), "got int64"),
    ],
)
def test_what_is_none_is_refused_by_name(make, said: str) -> None:
    """Killed: each check, by leaving it out."""
    with pytest.raises(ValueError, match=said):
        make()
