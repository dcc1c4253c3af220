"""What every page tells a newcomer (DESIGN 4): the model, a bet, whole beats, captions, symbols, disputes."""

import re
from dataclasses import asdict, dataclass
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app import glossary
from app.catalogue import CATALOGUE
from app.entries import Entry
from app.figures.captions import texts
from app.page import controls, prose
from engine.labs import load
from tests.helpers import again
from tests.told import Told, told

JARGON = ("nat", "bits/dim", "perplexity", "MMD", "KL", "logit", "softmax", "SFT", "PPO", "ELBO", "EMA")
SPELT = re.compile(r"\\(?:text|operatorname)\s*\{[^}]*\}|\\(?:begin|end)\{[^}]*\}")
LETTER = re.compile(
    r"\\(alpha|beta|gamma|delta|epsilon|varepsilon|lambda|mu|nu|phi|pi|rho|sigma|tau|theta|eta|omega|psi|zeta|ell)"
    r"(?![a-zA-Z])|\\mathrm\{([a-zA-Z]+)\}|\\[a-zA-Z]+|([a-zA-Z])"
)
UPRIGHT = ("d", "softmax", "count", "exp", "log", "tanh", "max", "min", "blind")  # operators, no symbols


@dataclass(frozen=True)
class Opened:
    """A page that stands open at its defaults, and what it told."""

    entry: Entry
    told: Told
    test: AppTest


@pytest.fixture(scope="module", params=CATALOGUE, ids=lambda entry: entry.slug)
def page(request: pytest.FixtureRequest, no_training: list[str]) -> Opened:
    """A page as it opens."""
    return Opened(request.param, *told(request.param.slug))


def defaults(entry: Entry) -> dict[str, Any]:
    """Every parameter of a page's labs by its key, as by default."""
    labs = map(load, entry.labs)
    return {name: value for lab in labs for name, value in controls.keyed(lab, asdict(lab.SPEC())).items()}


def test_three_sentences_and_a_line_of_boxes_say_what_the_model_is(page: Opened) -> None:
    """Killed: a page without its pipeline; a box without its sentence; no real input or output in it."""
    assert len(page.told.says) == 3
    assert all(one.endswith(".") and ":" not in one.split()[0] for one in page.told.says)
    assert sum(map(len, page.told.says)) <= 280, "two lines"
    assert 3 <= len(page.told.boxes) <= 6
    for box in page.told.boxes:
        assert box.says.endswith((".", "?")), box.name
    assert sum(box.picture is not None or bool(box.text) for box in page.told.boxes) >= 2
    assert sum(bool(box.symbol) for box in page.told.boxes) >= 2


def test_the_bet_is_about_a_change_that_is_measured(page: Opened) -> None:
    """Killed: a page without a bet; an answer that is not among the choices; a bet without its why."""
    assert page.told.bets
    for bet in page.told.bets:
        assert bet.found[0] in bet.choices, f"{bet.found} of {bet.choices}"
        assert bet.question.endswith("?")
        assert bet.why.endswith(".")
        if bet.lab is not None:
            bet.lab.SPEC().but(**bet.change)


def test_a_beat_is_a_whole_state(page: Opened) -> None:
    """Killed: a beat that names a choice which the others leave as it was; one without a note; a typing error
    in a parameter; a stage that the page does not have."""
    known = defaults(page.entry)
    for beat in page.told.beats:
        assert set(beat.parameters) - set(known) == set(page.told.beats[0].parameters) - set(known)
        assert beat.note, beat.sentence
        assert beat.stage in page.told.stages
    for lab in map(load, page.entry.labs):
        name = controls.paper(lab)
        for beat in page.told.beats:
            own = {k.partition(".")[2]: v for k, v in beat.parameters.items() if k.startswith(f"{name}.")}
            lab.SPEC().but(**own)


def test_walking_to_a_beat_and_opening_its_link_give_the_same_page(page: Opened) -> None:
    """Killed: parameters that a beat does not name left as the beat before had them; a moment that stays."""
    test, count = page.test, len(page.told.beats)
    for beat in reversed(range(count)):
        again(test, {"beat.wanted": {"slug": page.entry.slug, "beat": beat, "whole": False}})
        assert not test.warning, [one.value for one in test.warning]
        assert test.query_params["beat"] in (str(beat), [str(beat)])
        walked = link(test)
        if beat in (count - 1, count // 2):
            _, fresh = told(page.entry.slug, {"beat": str(beat)})
            assert link(fresh) == walked


def test_a_beat_that_another_rerun_cut_off_is_not_lost(page: Opened) -> None:
    """The browser's next message comes with the address that it had before.

    Killed: the beat taken from the address alone.
    """
    again(page.test, {"beat.wanted": {"slug": page.entry.slug, "beat": 1, "whole": False}})
    page.test.query_params["beat"] = "0"
    again(page.test)
    assert page.test.query_params["beat"] in ("1", ["1"])
    again(page.test)
    page.test.query_params["beat"] = "0"  # the reader goes back
    again(page.test)
    assert page.test.query_params["beat"] in ("0", ["0"])


def test_captions_follow_the_moment(page: Opened) -> None:
    """A sentence for all moments tells no measured number. Killed: "after 400 steps" while step 23 shows."""
    for said, _ in page.told.films:
        if isinstance(said, str) and "at the end" not in said.lower():
            assert not re.search(r"\d\.\d|[Aa]fter [\d,]+ (step|merge|answer|batch)", said), said


def test_every_symbol_of_every_equation_stands_in_its_table(page: Opened) -> None:
    """Killed: an equation with a symbol more."""
    table = " ".join(latex for latex, _, _ in page.told.symbols)
    missing = letters(" ".join(page.told.equations)) - letters(table)
    assert not missing, f"not in the table: {sorted(missing)}"


def letters(latex: str) -> set[str]:
    """The symbols of a formula: Latin and Greek letters and upright names, without operators."""
    found = LETTER.findall(SPELT.sub(" ", latex))
    return {greek or upright or latin for greek, upright, latin in found} - {"", *UPRIGHT}


def test_no_word_of_a_lab_stands_undefined(page: Opened) -> None:
    """Killed: "nats" out of the glossary."""
    told = page.told
    words = " ".join(
        [*told.says, *(bet.question + bet.why for bet in told.bets), *(box.says for box in told.boxes)]
        + [text + " " + unit for said, unit in told.films for text in texts(said)]
    )
    used = [term for term in JARGON if re.search(rf"(?<![\w-]){re.escape(term)}s?(?![\w-])", words)]
    assert [term for term in used if not glossary.meaning(term)] == []


def test_no_challenge_is_met_on_arrival(page: Opened) -> None:
    """Killed: a goal that the default run meets."""
    assert page.told.goals
    assert [goal for goal, met in page.told.goals.items() if met] == []


def test_a_seminar_has_two_disputes_with_two_sides_each(page: Opened) -> None:
    """And a state of the page speaks for each side. Killed: a side without its beat."""
    disputes = [
        item.split(" | ") for item in dict(prose.sections(page.entry.slug))["Discuss"] if " | " in item
    ]
    assert len(disputes) >= 2
    for _, *sides in disputes:
        assert len(sides) >= 2
        assert all(re.search(r"\[beat \d+\]$", side.strip()) for side in sides), sides


def test_every_button_and_every_preset_can_be_pressed(page: Opened, no_training: list[str]) -> None:
    """All buttons at once, then each preset: nothing fails and nothing is refused.

    Killed: a button that sets a widget which exists already; a preset beyond a bound.
    """
    for button in page.test.button:
        if not button.disabled:
            button.click()
    again(page.test)
    for lab, preset in page.told.presets:
        lab.SPEC().but(**preset.changes)
    no_training.clear()


def link(test: AppTest) -> str:
    """The link to exactly this, without its moment."""
    (found,) = {one.value for one in test.text if "?" in one.value and one.value.startswith("http")}
    return re.sub(r"[?&]at=\d+", "", found)
