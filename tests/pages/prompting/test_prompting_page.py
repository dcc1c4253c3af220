"""The page's figures and goals by their meaning."""

from dataclasses import dataclass

import numpy as np
import pytest

from app.figures.plot import asked
from engine.core.trace import Trace
from engine.language import chain_of_thought_lab, in_context_lab
from engine.language.chain_of_thought import WAYS
from engine.language.in_context import NAMES, parsed
from pages.prompting import figures as fig
from pages.prompting import goals
from tests.helpers import marks_of, shipped

ICL = shipped(in_context_lab).trace()
NET = in_context_lab.restore(in_context_lab.SPEC(), shipped(in_context_lab).weights())
PAIRS, FOX = parsed(in_context_lab.EXAMPLE)
FOUND = in_context_lab.asked(NET, {"text": in_context_lab.EXAMPLE})
RUNS = {way: shipped(chain_of_thought_lab, chain_of_thought_lab.SPEC(way=way)) for way in WAYS}


@dataclass
class Run:
    spec: object
    trace: Trace


def test_the_film_of_a_prompt_tells_each_example_as_it_is_read() -> None:
    """Killed: a card named before it is read; the share of another number of examples; a wrong card lit."""
    panels, (header, arrays), said = fig.hero(FOUND, PAIRS, FOX, ICL)
    assert set().union(*(asked(one) for one in panels)) <= {*arrays, *header["scalars"]}
    assert header["count"] == len(said) == len(PAIRS) + 1
    assert "No card has shown the fox yet" in said[1]
    assert "is on fox = dax" in said[2]
    assert f"Right: {ICL.last('shots')['right'][8]:.0%} of 1,000" in said[8]
    (bar,) = marks_of(panels[0], "bars")
    assert [bar["names"][i] for i, hue in enumerate(bar["concept"]) if hue == "truth"] == ["fox = dax"]
    (bar,) = marks_of(panels[1], "bars")
    assert [NAMES[i] for i, hue in enumerate(bar["concept"]) if hue == "truth"] == ["dax"]
    assert fig.hero(in_context_lab.asked(NET, {"text": "fox=?"}), [], FOX, ICL)[1][0]["total"] == 1


def test_a_prompt_is_shuffled_spoiled_or_loses_the_card_that_matters() -> None:
    """Killed: another card spoiled; another card gone; an order that stays."""
    spoiled, gone, mixed = (fig.edited(PAIRS, FOX, how) for how in ("spoil", "delete", "shuffle"))
    assert [i for i in range(8) if spoiled[i] != PAIRS[i]] == [[x for x, _ in PAIRS].index(FOX)]
    assert gone == [pair for pair in PAIRS if pair[0] != FOX]
    assert sorted(mixed) == sorted(PAIRS) != mixed != PAIRS
    text = in_context_lab.EXAMPLE.replace("fox=dax", "fox=fep")
    assert goals.answered(in_context_lab.asked(NET, {"text": text})) == "fep"
    assert goals.answered(in_context_lab.asked(NET, {"text": "cat=lor, fox=?"})) == goals.UNSURE


def test_two_cards_that_disagree_are_both_named_and_tear_it() -> None:
    """Killed: the first card alone told; the surest two of another number of examples."""
    pairs, query = parsed("fox=wug, owl=lor, fox=fep, fox=?")
    found = in_context_lab.asked(NET, {"text": "fox=wug, owl=lor, fox=fep, fox=?"})
    assert "Its cards disagree: fep and wug" in fig.hero(found, pairs, query, ICL)[2][3]
    assert goals.torn(found, 0.35)[0]
    assert not goals.torn(FOUND, 0.35)[0]


def test_of_two_cards_that_disagree_neither_wins_by_coming_last() -> None:
    """As the bet says. Killed: places added to the words."""
    first, last = (
        "fox=fep, " + in_context_lab.EXAMPLE,
        in_context_lab.EXAMPLE.replace("fox=?", "fox=fep, fox=?"),
    )
    one, other = (in_context_lab.asked(NET, {"text": text})["p"][-1] for text in (first, last))
    assert one == pytest.approx(other, abs=1e-3)
    assert NAMES[int(other.argmax())] == "dax"


@pytest.mark.parametrize("edit", [0, 4])
def test_the_lanes_grow_person_by_person_and_tell_a_step_that_was_turned(edit: int) -> None:
    """Killed: people shown before their turn; a step told as turned that is not."""
    flips = ["Ann", "Dan"]
    found = {
        way: chain_of_thought_lab.asked(
            chain_of_thought_lab.restore(chain_of_thought_lab.SPEC(), RUNS[way].weights()),
            {"flips": flips, "way": way, "edit": edit if way == WAYS[0] else 0},
        )
        for way in (WAYS[0], WAYS[2])
    }
    traces = {way: run.trace() for way, run in RUNS.items()}
    panels, (header, arrays), said = fig.lanes(found, flips, edit, traces)
    assert set().union(*(asked(one) for one in panels)) <= {*arrays, *header["scalars"]}
    assert np.isfinite(arrays["steps.said"]).sum(1).tolist() == list(range(1, 13))
    assert "Ann flips the coin: tails is up" in said[0]
    assert "Ben leaves the coin: tails is up" in said[1]
    assert ["turned over by hand" in one for one in said] == [t == edit for t in range(1, 13)]
    assert ["wrong side after Dan" in one for one in said] == [bool(edit) and t > edit for t in range(1, 13)]


def test_the_trainings_ask_for_what_their_runs_have() -> None:
    """Killed: a name with a typing error."""
    have = {*ICL.scalars} | {f"{name}.{part}" for name in ICL.names for part in ICL.last(name)}
    for one in (*fig.training(ICL, in_context_lab.EXAMPLE)[0], fig.cover()):
        assert set(asked(one)) <= have
    trace = RUNS[WAYS[0]].trace()
    for one in fig.chain(trace, WAYS[0])[0]:
        assert set(asked(one)) <= {*trace.scalars, "by.right"}


def test_the_goals_are_met_by_what_they_say() -> None:
    """Killed: steps that do not count; another way of writing; another number of people."""
    run = Run(in_context_lab.SPEC(), ICL)
    assert goals.quick(run, 20, 0.85) is None
    assert goals.quick(run, 200, 0.85) == (True, f"{ICL.latest('right'):.0%} right")
    once, steps = (Run(chain_of_thought_lab.SPEC(way=way), RUNS[way].trace()) for way in (WAYS[2], WAYS[0]))
    assert goals.at_once(steps, 6, 0.95) is None
    right = float(once.trace.last("by")["right"][5])
    assert goals.at_once(once, 6, 0.95) == (False, f"{right:.0%} right")
