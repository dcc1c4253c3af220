"""A Spec takes what it declares and refuses the rest by name, bound and value."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.params import Refusal, Spec, param, read


@dataclass(frozen=True)
class Toy(Spec):
    depth: int = param(3, "Depth", "How deep.", low=1, high=8)
    rate: float = param(0.1, "Rate", "How fast.", low=1e-4, high=1.0, log=True)
    kind: str = param("a", "Kind", "Which.", choices=("a", "b"))
    mask: str = param("", "Mask", "Rows.", pattern=r"[01/]{0,20}", described="rows of 0 and 1")
    bias: bool = param(True, "Bias", "With one.")


def test_defaults_are_taken():
    assert Toy() == Toy(3, 0.1, "a", "", True)


@pytest.mark.parametrize(
    ("name", "value"),
    [("depth", 0), ("depth", 9), ("depth", 2.0), ("depth", True), ("depth", "3"), ("rate", 2.0),
     ("rate", "x"), ("rate", float("nan")), ("rate", float("inf")), ("rate", 10**400), ("kind", "c"),
     ("mask", "01x"), ("mask", 3), ("bias", 1)],
)  # fmt: skip
def test_a_value_outside_is_refused_by_name_bound_and_value(name, value):
    with pytest.raises(Refusal) as refusal:
        Toy(**{name: value})
    assert refusal.value.field == name
    shown = repr(value) if len(repr(value)) <= 60 else f"{repr(value)[:57]}..."
    assert str(refusal.value) == f"{name} must {refusal.value.bound}, got {shown}"


def test_an_unknown_name_is_refused():
    with pytest.raises(Refusal, match="be one of the parameters"):
        Toy().but(width=3)


def test_texts_are_read_one_by_one_so_that_one_bad_value_spoils_no_other():
    spec, refusals = read(Toy, {"depth": "5", "rate": "fast", "kind": "b", "width": "1", "bias": "false"})
    assert spec == Toy(depth=5, kind="b", bias=False)
    assert [r.field for r in refusals] == ["rate", "width"]


@given(st.integers(1, 8), st.floats(1e-4, 1.0), st.sampled_from("ab"), st.booleans())
def test_what_is_written_out_is_read_back_as_the_same_spec(depth, rate, kind, bias):
    spec = Toy(depth=depth, rate=rate, kind=kind, bias=bias)
    again, refusals = read(
        Toy, {"depth": str(depth), "rate": f"{spec.rate:.6g}", "kind": kind, "bias": str(bias)}
    )
    assert not refusals
    assert again == spec
    assert again.key() == spec.key()


@given(st.text())
def test_no_text_breaks_the_reader(text):
    for name in ("depth", "rate", "kind", "mask", "bias"):
        spec, refusals = read(Toy, {name: text})
        assert isinstance(spec, Toy)
        assert len(refusals) <= 1


def test_the_key_is_the_same_in_every_process():
    assert Toy().key() == Toy(rate=0.1000000001).key()  # six digits
    assert Toy().key() != Toy(depth=4).key()
