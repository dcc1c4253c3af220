"""A link written out reads back to the same spec; what URL and widgets say is checked before it counts."""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import example, given
from hypothesis import strategies as hs
from streamlit.testing.v1 import AppTest

from app.page import controls
from engine.core.params import Param, Spec, params_of, read
from engine.labs import Lab, all_ids, load

LABS = [load(id) for id in all_ids()]


def values(default: Any, p: Param) -> hs.SearchStrategy[Any]:
    """Anything that a parameter takes."""
    if p.choices:
        return hs.sampled_from(p.choices)
    if isinstance(default, bool):
        return hs.booleans()
    if p.pattern:
        if "(?=" in p.pattern:  # from_regex cannot look ahead; such texts are drawings, in rows or in one
            rows = [len(row) for row in default.split("/")]
            ends = [sum(rows[:i]) for i in range(len(rows) + 1)]
            drawn = hs.permutations(default.replace("/", "")).map("".join)
            return drawn.map(lambda text: "/".join(text[a:b] for a, b in pairwise(ends)))
        return hs.from_regex(p.pattern, fullmatch=True)
    if isinstance(default, str):
        return hs.text(max_size=80)
    assert p.low is not None
    assert p.high is not None
    if isinstance(default, int):
        return hs.integers(int(p.low), int(p.high))
    if p.low <= 0:  # no logarithm
        return hs.floats(p.low, p.high)
    return hs.floats(p.low, p.high) | hs.floats(math.log(p.low), math.log(p.high)).map(
        lambda x: min(max(math.exp(x), p.low or 0), p.high or 0)
    )


def specs(lab: Lab) -> hs.SearchStrategy[Spec]:
    """Any spec of a lab."""
    return hs.builds(lab.SPEC, **{f.name: values(f.default, p) for f, p in params_of(lab.SPEC)})


@given(hs.tuples(*map(specs, LABS)), hs.integers(0, 99))
def test_a_link_holds_every_parameter_and_reads_back_to_the_same_specs(made: tuple, at: int) -> None:
    """Killed: defaults left out; floats written with four digits; True as `True1`; a value not quoted."""
    papers = {controls.paper(lab): spec for lab, spec in zip(LABS, made, strict=True)}
    link = controls.query(papers, {"at": at, "lab": "a & b=c"})
    assert link.isascii()
    pairs = dict(parse_qsl(link, keep_blank_values=True, strict_parsing=True))
    assert pairs.pop("at") == str(at)
    assert pairs.pop("lab") == "a & b=c"
    for paper, spec in papers.items():
        texts = {f.name: pairs.pop(f"{paper}.{f.name}") for f, _ in params_of(type(spec))}
        again, refusals = read(type(spec), texts)
        assert refusals == []
        assert again == spec
        assert again.key() == spec.key()
    assert pairs == {}


def test_no_two_labs_of_a_page_share_the_name_of_a_parameter() -> None:
    """A shared name would let one widget move the other's. Killed: `paper` naming the field, not the lab."""
    names = [f"{controls.paper(lab)}.{f.name}" for lab in LABS for f, _ in params_of(lab.SPEC)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        (3, "3"),
        (0.004, "0.004"),
        (1e-5, "1e-05"),
        (1.0, "1"),
        ("A", "A"),
        ("", ""),
    ],
)
def test_a_value_of_each_type_is_written_as_it_is_read(value: Any, text: str) -> None:
    """Killed: `isinstance(value, float)` asked before bool; `str` for all."""
    assert controls.text(value) == text


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("0a1b2c@12", ("0a1b2c", 12)),
        ("01e276198e1e5028@0", ("01e276198e1e5028", 0)),
        *[
            (bad, None)
            for bad in ("", "@", "0a1b2c", "0a1b2c@", "@3", "0a1b2c@-1", "0a1b2c@1.5", "0a1b2c@x", "../x@1")
        ],
        ("a" * 41 + "@1", None),
        ("a@1234567", None),
        ("a@1@2", None),
        ("a@²", None),
        ("a/b@1", None),
        ("a b@1", None),
        ("<b>@1", None),
    ],
)
def test_ancestry_is_a_key_and_a_moment_or_nothing(text: str, wanted: tuple[str, int] | None) -> None:
    """Killed: `isdigit` for `isdecimal` (int("²") raises); the bound of either length; signs in the key."""
    assert controls.ancestry(text) == wanted


@example("0" * 40 + "@" + "9" * 7)
@given(hs.text() | hs.from_regex(r"\w{0,50}@\d{0,9}", fullmatch=True))
def test_no_text_breaks_the_ancestry(text: str) -> None:
    """Killed: `int` without a look at the text."""
    found = controls.ancestry(text)
    assert found is None or (len(found[0]) <= 40 and 0 <= found[1] < 10**6)


def shown(script: Callable[[], None], query: dict[str, str] | None = None, **state: Any) -> AppTest:
    """A little page of its own, under a real script runner."""
    test = AppTest.from_function(script, default_timeout=30)
    for name, value in (query or {}).items():
        test.query_params[name] = value
    for name, value in state.items():
        test.session_state[name.replace("__", ".")] = value
    test.run()
    assert not test.exception, [one.value for one in test.exception]
    return test


def told() -> None:
    import json
    from dataclasses import asdict

    import streamlit as st

    from app.page import controls
    from engine.autoregressive import gated_pixelcnn_lab as lab

    spec, refusals = controls.spec_of(lab)
    st.text(json.dumps([asdict(spec), [str(r) for r in refusals]]))


def read_back(test: AppTest) -> tuple[dict[str, Any], list[str]]:
    import json

    spec, refusals = json.loads(test.text[0].value)
    return spec, refusals


def test_the_url_is_read_before_any_widget_and_each_bad_value_refused_by_name_bound_and_value() -> None:
    """Killed: clamping; all values dropped for one bad one; the prefix of another lab read as ours."""
    query = {"layers": "9", "gates": "maybe", "stacks": "one", "lr": "nan", "width": "3", "kernel": "7"}
    spec, refusals = read_back(
        shown(
            told,
            {f"gated_pixelcnn.{name}": value for name, value in query.items()} | {"pixelcnn.layers": "0"},
        )
    )
    assert (spec["layers"], spec["gates"], spec["stacks"], spec["kernel"]) == (5, True, "one", 7)
    assert refusals[:3] == [
        "layers must be a whole number in [1, 8], got 9",
        "gates must be true or false, got 'maybe'",
        "lr must be a number in [1e-05, 1], got nan",
    ]
    assert "width must be one of the parameters" in refusals[3]
    assert len(refusals) == 4


def test_the_run_that_a_fork_began_from_is_no_parameter() -> None:
    """Killed: `start` not taken out, so every link to a fork opened with a refusal."""
    assert read_back(shown(told, {"gated_pixelcnn.start": "0a1b2c@3"}))[1] == []


@pytest.mark.parametrize("value", [99, 0, "five", 2.5, [3], {"a": 1}, True, 10**400])
def test_a_widget_that_says_what_no_widget_can_is_refused_and_the_default_stands(value: Any) -> None:
    """The socket takes any value. Killed: session state taken as it is."""
    spec, refusals = read_back(shown(told, gated_pixelcnn__layers=value))
    assert spec["layers"] == 5
    assert len(refusals) == 1
    assert refusals[0].startswith("layers must be a whole number in [1, 8], got ")


def test_a_widget_that_was_moved_outweighs_the_url() -> None:
    """Killed: the URL's refusal shown for ever; the URL's value over the widget's."""
    query = {"gated_pixelcnn.layers": "99", "gated_pixelcnn.steps": "20"}
    spec, refusals = read_back(shown(told, query, gated_pixelcnn__layers=3))
    assert (spec["layers"], spec["steps"]) == (3, 20)
    assert refusals == []


def test_a_widget_without_a_value_means_the_default() -> None:
    """Killed: None handed to the spec, which refuses it."""
    spec, refusals = read_back(shown(told, gated_pixelcnn__kernel=None))
    assert spec["kernel"] == 5
    assert refusals == []


def moved() -> None:
    import streamlit as st

    from app.page import controls
    from engine.autoregressive import gated_pixelcnn_lab as lab
    from engine.core.params import Refusal

    def press(changes) -> None:
        try:
            controls.put(lab, changes)
        except Refusal as refusal:
            st.session_state["said"] = str(refusal)

    controls.put_asked()
    st.button("good", on_click=press, args=[{"layers": 2, "gates": False, "lr": 0.12345678}])
    st.button("bad", on_click=press, args=[{"layers": 2, "steps": 10**6}])
    for name in ("layers", "gates", "lr", "steps", "kernel", "conditional", "seed"):
        controls.widget(lab, name)
    st.text(st.session_state.get("said", ""))
    controls.put_drawn()


def test_put_moves_the_widgets_as_the_reader_would() -> None:
    """Killed: the value stored before the spec rounded it; only the first of several changes."""
    test = shown(moved)
    test.button[0].click().run()
    assert not test.exception
    assert test.slider(key="gated_pixelcnn.layers").value == 2
    assert test.toggle(key="gated_pixelcnn.gates").value is False
    assert test.number_input(key="gated_pixelcnn.lr").value == 0.123457


def test_put_refuses_and_then_nothing_has_moved() -> None:
    """Killed: each change stored as it is checked, so half of a bad preset stays."""
    test = shown(moved)
    test.button[1].click().run()
    assert not test.exception
    assert test.text[0].value == "steps must be a whole number in [10, 3000], got 1000000"
    assert test.slider(key="gated_pixelcnn.layers").value == 5


def all_widgets() -> None:
    from app.page import controls
    from engine.core.params import params_of
    from engine.labs import all_ids, load

    for lab in map(load, all_ids()):
        names = tuple(f.name for f, _ in params_of(lab.SPEC))
        controls.strip(lab, names[:6], controls.paper(lab))


def test_every_parameter_of_every_lab_has_a_widget_with_its_bounds_and_its_default() -> None:
    """Killed: `rest` left out of the strip (its parameters would vanish from the URL); a bound as float."""
    test = shown(all_widgets)
    for lab in LABS:
        for f, p in params_of(lab.SPEC):
            key = f"{controls.paper(lab)}.{f.name}"
            default: Any = f.default
            assert test.session_state[key] == default, key
            kinds = (test.slider, test.number_input)
            bound = [one for kind in kinds for one in kind if one.key == key]
            if p.low is not None and not p.choices:
                assert [(one.min, one.max) for one in bound] == [(p.low, p.high)], key
