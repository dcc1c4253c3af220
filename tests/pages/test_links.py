"""A link from anywhere: whatever it says, its page opens; what was refused is named, and no longer there."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as hs
from streamlit.testing.v1 import AppTest

from app.catalogue import CATALOGUE, entry
from app.entries import Entry
from app.page import controls
from engine.core.params import params_of, read
from engine.labs import load
from tests.helpers import opened

BAD = (
    "inf",
    "-inf",
    "1e999",
    "9" * 310,
    "nan",
    "-1e308",
    "",
    " ",
    "0x10",
    "1_0",
    "\u0661",
    "true",
    "\x00",
    "' or 1",
    "1" * 5000,
)
ANY = hs.sampled_from(BAD) | hs.text(max_size=20) | hs.floats().map(str) | hs.integers().map(str)
OTHERS = ("edit", "ask.which", "ask.k", "at", "beat", "lab", "present", "nobody", "seed")


def names(entry: Entry) -> list[str]:
    """All that a link to a page may set."""
    labs = [load(id) for id in entry.labs]
    return [f"{controls.paper(lab)}.{f.name}" for lab in labs for f, _ in params_of(lab.SPEC)] + list(OTHERS)


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.slug)
def test_a_page_opens_whatever_its_link_says(entry: Entry, no_training: list[str]) -> None:
    """Every parameter without an end at once; then all of them with anything. Killed: numbers without an end
    left in the address for the widgets to read (OverflowError); the same taken out of specs alone."""
    drawn = random.Random(entry.slug)
    opened(entry.slug, dict.fromkeys(names(entry), "1e999"))
    test = opened(entry.slug, {name: drawn.choice(BAD) for name in names(entry)})
    for lab in map(load, entry.labs):
        prefix = f"{controls.paper(lab)}."
        left = {
            k.removeprefix(prefix): v[-1] if isinstance(v, list) else v
            for k, v in test.query_params.items()
            if k.startswith(prefix)
        }
        assert not read(lab.SPEC, left)[1], "what a spec refuses has left the address"
    assert no_training == []


def test_what_a_link_says_wrong_is_named_with_bound_and_value(no_training: list[str]) -> None:
    """Killed: the value taken out and nothing said."""
    test = opened("pixelcnn", {"pixelcnn.seed": "inf", "edit": "1e999"})
    said = " ".join(one.value for one in test.warning)
    assert "pixelcnn.seed must be a whole number in" in said.replace("\\", "")
    assert "inf" in said
    assert "edit must be a number with an end" in said.replace("\\", "")


def little() -> None:
    """A page of two labs, with every widget that they have."""
    import streamlit as st

    from app.entries import Entry
    from app.page import controls
    from app.page.settings import Settings
    from engine.autoregressive import colour_pixelcnn_lab
    from engine.core.params import params_of
    from engine.reward import bradley_terry_lab

    page = Settings()
    labs = ("autoregressive.colour_pixelcnn", "reward.bradley_terry")
    page.entry = Entry("x", "x", labs, (), (), 1, labs[0])
    page.said = st.container()
    page.admit()
    for lab in (colour_pixelcnn_lab, bradley_terry_lab):
        page.spec(lab)
        for f, _ in params_of(lab.SPEC):
            controls.widget(lab, f.name)


@given(
    hs.dictionaries(
        hs.sampled_from(names(entry("pixelcnn-colour")) + names(entry("preferences"))), ANY, min_size=1
    )
)
@settings(max_examples=25, deadline=None)
def test_no_link_breaks_a_widget(query: dict[str, str]) -> None:
    """Killed: what the spec refuses left in the address."""
    test = AppTest.from_function(little, default_timeout=30)
    for name, text in query.items():
        test.query_params[name] = text
    test.run()
    assert not test.exception, [one.value for one in test.exception]
