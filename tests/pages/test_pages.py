"""Every page opens, also from a link, and survives every extreme of its parameters. Opening trains none."""

from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from app.catalogue import CATALOGUE
from app.page import controls
from engine.core.params import Param, params_of
from engine.labs import load

MAIN = Path(__file__).parents[2] / "app" / "main.py"


def opened(slug: str, query: dict[str, str]) -> AppTest:
    """The page as a browser would find it behind a link."""
    test = AppTest.from_file(MAIN, default_timeout=60)
    for name, value in query.items():
        test.query_params[name] = value
    if slug:
        test.run()  # the pages are known after a first run
        test.switch_page(f"../pages/{slug.replace('-', '_')}/page.py")
        for name, value in query.items():
            test.query_params[name] = value
    test.run()
    assert not test.exception, [e.value for e in test.exception]
    return test


def extremes() -> list[tuple[str, str, str]]:
    """(slug, parameter, value) for each bound and choice of each parameter of each lab of each page."""
    found = []
    for entry in CATALOGUE:
        for lab in map(load, entry.labs):
            for f, p in params_of(lab.SPEC):
                for value in ends(p):
                    found.append((entry.slug, f"{controls.paper(lab)}.{f.name}", value))
    return found


def ends(p: Param) -> list[str]:
    if p.choices:
        return [str(choice).lower() if isinstance(choice, bool) else str(choice) for choice in p.choices]
    return [f"{p.low:g}", f"{p.high:g}"] if p.low is not None else []


@pytest.mark.parametrize("slug", ["", *[entry.slug for entry in CATALOGUE]])
def test_a_page_opens_on_a_finished_picture_and_trains_nothing(slug: str, no_training: list[str]):
    test = opened(slug, {})
    assert test.title
    assert no_training == []


@pytest.mark.parametrize(("slug", "name", "value"), extremes())
def test_a_page_survives_every_extreme_of_its_parameters(slug, name, value, no_training):
    test = opened(slug, {name: value})
    assert not test.warning, [w.value for w in test.warning]
    assert no_training == []


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda e: e.slug)
def test_a_value_out_of_bounds_is_refused_by_name_bound_and_value(entry):
    """Killed mutant: a URL reader that clamps instead of refusing."""
    for lab in map(load, entry.labs):
        for f, p in params_of(lab.SPEC):
            if p.high is None or p.choices:
                continue
            name = f"{controls.paper(lab)}.{f.name}"
            test = opened(entry.slug, {name: f"{p.high + 1:g}"})
            said = " ".join(w.value for w in test.warning).replace(
                "\\", ""
            )  # signs of Markdown stand escaped
            assert f.name in said
            assert f"{p.high:g}" in said
            assert f"{p.high + 1:g}" in said
            assert f.default == getattr(controls_spec(test, lab), f.name)
            break  # one a lab: the reader is the same for all, and test_params asks each bound


def controls_spec(test: AppTest, lab):
    """The spec that the page's widgets stand at."""
    prefix = controls.paper(lab) + "."
    values = {f.name: test.session_state[prefix + f.name] for f, _ in params_of(lab.SPEC)
              if prefix + f.name in test.session_state}  # fmt: skip
    return lab.SPEC(**values)


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda e: e.slug)
def test_a_link_writes_every_parameter_and_opens_the_same_state(entry):
    """Killed mutant: a link copied from the address bar, which drops defaults."""
    specs = {controls.paper(lab): lab.SPEC() for lab in map(load, entry.labs)}
    pairs = dict(parse_qsl(controls.query(specs, {"at": 3}), keep_blank_values=True))
    for paper, spec in specs.items():
        for f, _ in params_of(type(spec)):
            assert f"{paper}.{f.name}" in pairs
    assert pairs["at"] == "3"
    assert not opened(entry.slug, pairs).warning
