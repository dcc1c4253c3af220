"""Every page opens, also from a link, and survives every extreme of its parameters. Opening trains none.

A page is opened once at its defaults, and that session is set to one thing after the other; and once from a
link, as by somebody new. The home page is drawn for its own test alone.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from app import catalogue, navigation
from app.catalogue import CATALOGUE, LISTED
from app.entries import Entry
from app.page import controls, covers, moments
from engine.core.params import Spec, params_of
from engine.labs import Lab, lab_id, load
from engine.runs.store import ancestry, run_key
from engine.runs.writing import Writer
from tests.helpers import MAIN, again, opened


@dataclass(frozen=True)
class Visit:
    """A page in one session, and what was asked of the supervisor meanwhile."""

    entry: Entry
    test: AppTest
    asked: list[str]

    @property
    def labs(self) -> list[Lab]:
        """The labs of the page."""
        return [load(id) for id in self.entry.labs]

    def at(self, specs: list[Spec], **others: Any) -> None:
        """Set every lab to a spec, as a button would: nothing fails, is refused or trains."""
        again(self.test, {**parameters(self.labs, specs), **others})
        assert not self.test.warning, [w.value for w in self.test.warning]
        assert self.asked == []

    def stages(self) -> list[dict[str, str]]:
        """What the choice of a lab on this page may be set to; one empty setting where there is none."""
        options = [one.options for one in self.test.get("button_group") if one.key == "lab"]
        return [{"lab": option} for option in options[0]] if options else [{}]


@pytest.fixture(scope="module", params=CATALOGUE, ids=lambda entry: entry.slug)
def visit(request: pytest.FixtureRequest, no_training: list[str]) -> Visit:
    """A page that stands open at its defaults."""
    no_training.clear()
    return Visit(request.param, opened(request.param.slug), no_training)


def parameters(labs: list[Lab], specs: list[Spec]) -> dict[str, Any]:
    """The page's widgets at these specs, by key."""
    pairs = zip(labs, specs, strict=True)
    return {f"{controls.paper(lab)}.{f.name}": getattr(spec, f.name)
            for lab, spec in pairs for f, _ in params_of(lab.SPEC)}  # fmt: skip


def extreme(lab: Lab, end: str) -> Spec:
    """The lab with all its numbers at one end, "low" or "high"."""
    ends = {f.name: getattr(p, end) for f, p in params_of(lab.SPEC) if p.low is not None}
    return lab.SPEC().but(**{name: type(getattr(lab.SPEC(), name))(value) for name, value in ends.items()})


def nth_choice(lab: Lab, n: int) -> Spec:
    """The lab with each of its choices at the n-th, or the last."""
    choices = {f.name: p.choices[min(n, len(p.choices) - 1)] for f, p in params_of(lab.SPEC) if p.choices}
    return lab.SPEC().but(**choices)


def test_home_shows_every_page(no_training: list[str]) -> None:
    """Killed: a card whose page is left out."""
    test = again(AppTest.from_file(MAIN, default_timeout=60))
    assert test.title
    assert {link.label for link in test.get("page_link")} >= {f"**{entry.title}**" for entry in LISTED}
    assert no_training == []


def test_home_holds_sixty_three_pages(no_training: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The missing ones made up, each with the picture of another. All sections but the first begin folded.

    Killed: sections that all begin open.
    """
    many = [replace(LISTED[i % len(LISTED)], slug=f"page-{i}", section=f"Part {i // 7}") for i in range(63)]
    real = {page.slug: LISTED[i % len(LISTED)] for i, page in enumerate(many)}
    monkeypatch.setattr(catalogue, "LISTED", tuple(many))
    monkeypatch.setattr(catalogue, "found", lambda query, texts: many)
    monkeypatch.setattr(covers, "cover", lambda slug, cover=covers.cover: cover(real[slug].slug))
    page_of = navigation.page_of
    monkeypatch.setattr(navigation, "page_of", lambda e, *more: page_of(real.get(e.slug, e), *more))
    test = again(AppTest.from_file(MAIN, default_timeout=60))
    assert [one.proto.expanded for one in test.expander] == [True] + 8 * [False]
    assert len(test.get("page_link")) == 63 + 3
    assert sum(1 for _ in elements(test.main)) <= 900


def elements(block: Any) -> Iterator[Any]:
    """All that stands in a part of a page."""
    for one in block.children.values():
        yield one
        if hasattr(one, "children"):
            yield from elements(one)


def test_a_page_opens_on_a_finished_picture_and_trains_nothing(visit: Visit) -> None:
    assert visit.test.title
    assert not visit.test.warning
    assert visit.asked == []


def test_a_page_shows_each_of_its_shipped_runs(visit: Visit) -> None:
    """The n-th of each lab at once."""
    for stage in visit.stages():
        for n in range(max(len(lab.RECORDED) for lab in visit.labs)):
            visit.at([lab.RECORDED[min(n, len(lab.RECORDED) - 1)] for lab in visit.labs], **stage)


def test_a_page_survives_each_choice_of_its_parameters(visit: Visit) -> None:
    most = max((len(p.choices) for lab in visit.labs for _, p in params_of(lab.SPEC)), default=0)
    for stage in visit.stages():
        for n in range(most):
            visit.at([nth_choice(lab, n) for lab in visit.labs], **stage)


def test_a_page_survives_all_its_numbers_at_their_lowest(visit: Visit) -> None:
    for stage in visit.stages():
        visit.at([extreme(lab, "low") for lab in visit.labs], **stage)


def test_a_page_stands_while_a_run_of_it_has_begun_and_said_nothing_yet(visit: Visit) -> None:
    """Of each lab that it opens on, all at once; then they are gone again.

    Killed: a stage that asks the newest run for weights, whatever its state.
    """
    begun = []
    for lab in visit.labs:
        id, spec = lab_id(lab), lab.SPEC()
        writer = Writer.create(moments.store(), id, run_key(id, spec, ancestry(id)), spec, ancestry(id))
        writer.set(state="running")
        writer.close()
        begun.append(writer.folder)
    try:
        for stage in visit.stages():
            visit.at([lab.SPEC() for lab in visit.labs], **stage)
    finally:
        for folder in begun:
            shutil.rmtree(folder)


def test_a_link_opens_the_state_it_says_and_what_is_beyond_a_bound_is_refused_by_name(visit: Visit) -> None:
    """All numbers at their highest; the first of each lab one beyond, in whose place the default stands.

    Killed: a link copied from the address bar, which drops defaults.
    """
    labs, specs = visit.labs, {}
    for lab in labs:
        specs[controls.paper(lab)] = extreme(lab, "high")
    pairs = dict(parse_qsl(controls.query(specs, {"at": 3}), keep_blank_values=True))
    assert pairs.keys() == {*parameters(labs, list(specs.values())), "at"}
    wrong = {}
    for lab in labs:
        f, p = next((f, p) for f, p in params_of(lab.SPEC) if p.high is not None)
        wrong[f"{controls.paper(lab)}.{f.name}"] = (f.default, f"{p.high:g}", f"{p.high + 1:g}")
    test = opened(visit.entry.slug, pairs | {name: value for name, (_, _, value) in wrong.items()})
    said = [line for one in test.warning for line in one.value.replace("\\", "").split("\n")]
    for name, (_, bound, value) in wrong.items():
        (line,) = [line for line in said if line.startswith(f"{name} ")]
        assert bound in line
        assert value in line
    assert len(said) == len(wrong)
    (link,) = {one.value for one in test.text if f"/{visit.entry.slug}?" in one.value}
    stands = dict(parse_qsl(link.split("?")[1], keep_blank_values=True))
    asked = pairs | {name: controls.text(default) for name, (default, _, _) in wrong.items()}
    asked.pop("at")  # there may be no run to have a moment
    assert {name: stands[name] for name in asked} == asked
    assert visit.asked == []
