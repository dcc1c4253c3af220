"""Figures of the page of neighbours and code by their data: what a picture shows is what the runs say."""

import numpy as np
import torch

from app.figures.captions import texts
from engine.core.trace import Snapshot, Trace, traced
from engine.latent import bits_back_lab, collapse_lab
from engine.latent.collapse import FIELDS
from pages.posterior_collapse import figures as fig
from pages.posterior_collapse import goals
from tests.helpers import marks_of


def trained(kl: float, bound: float, same: float = 50, finished: bool = True) -> Trace:
    """A run that has come to this."""
    trace, score = Trace(finished=finished), {"kl": kl, "bound": bound, "same": same}
    trace.add(Snapshot(0, 0, "score", {name: np.array(one) for name, one in score.items()}))
    return trace


def test_the_code_lies_above_and_the_neighbours_below() -> None:
    """And the caption says who sees what. Killed: both on one side; pipes exchanged; a scale of its own for
    one; neighbours told of a decoder that has none; another field's."""
    above, below = marks_of(fig.river(), "band")
    assert (above["high"]["array"], above["high"]["scale"], above["concept"]) == ("pipes.code", 1, ["code"])
    assert (below["low"]["array"], below["low"]["scale"], below["concept"]) == ("pipes.near", -1, ["past"])
    assert set(above["low"]["values"]) == set(below["high"]["values"]) == {0}
    plain, seen = (" ".join(texts(fig.hero_said(collapse_lab.SPEC(field=f)))) for f in ("none", "5 x 5"))
    assert "neighbours" not in plain
    assert "12 pixels" in seen


def test_four_decoders_redraw_one_digit() -> None:
    """Killed: the given one last; fields in another order; hits of another digit; a price before the bet."""
    found, traces = {}, {}
    for i, name in enumerate(FIELDS):
        out, took = np.zeros((12, 8, 8)), np.array([7] * (12 - 2 * i) + [1] * (2 * i))
        out[3, i] = 1
        found[name] = {"digit": np.eye(8), "out": out, "took": took, "label": np.array(7)}
        traces[name] = trained(5 - i, -20 + i, 70 - 5 * i)
    panels, (film, arrays), said = fig.redrawn(found, traces, 9, True)
    assert len(fig.redrawn(found, traces, 9, False)[0]) == 2
    given, *drawn = arrays["draws.all"][3]
    assert np.array_equal(given, np.eye(8))
    assert [int(one.sum(1).argmax()) for one in drawn] == [0, 1, 2, 3]
    assert film["scalars"]["stays"]["value"] == [4, 4, 4, 4, 4, 4, 3, 3, 2, 2, 1, 1]
    assert "kept digit 9, a 7" in said[0]
    assert "it is a 7 in 12 by “none” and in 6 by “all before”" in said[0]
    assert "70% stay the same digit with no neighbours in view, 55% with all before" in said[0]
    (path,) = marks_of(panels[2], "dots")
    assert (path["x"]["values"], path["y"]["values"]) == ([5, 4, 3, 2], [-20, -19, -18, -17])


def test_a_stripe_is_told_by_what_it_costs() -> None:
    """Killed: the price left out of the caption; saved and lost exchanged; the two lines exchanged."""
    blind, fair = (bits_back_lab.SPEC(r=r) for r in (0.1, 0.0))
    exact, even = (traced(bits_back_lab.run(one, torch.device("cpu"), {})) for one in (blind, fair))
    panels, said = fig.paying(exact, blind)
    alone, coded = marks_of(panels[1], "line")
    assert np.allclose(alone["y"]["values"], exact.scalars["without"][1], atol=1e-4)
    assert np.ptp(coded["y"]["values"]) == 0
    saved = exact.scalars["saved"][1]
    for words, told in ((f"saves {saved[0]:.2f}.", said[0]), (f"costs {-saved[-1]:.2f} more than", said[-1])):
        assert f"The code {words}" in told
    assert fig.paying(even, fair)[1][-1].endswith("The code neither saves nor costs.")


def test_bets_and_challenges_are_graded_by_the_run() -> None:
    """Killed: a run that goes on; no neighbours in view; a bound too low; a code that saves nothing."""
    none, some, every = (collapse_lab.SPEC(field=name) for name in ("none", "5 x 5", "all before"))
    assert goals.carried(trained(2.3, -17)) == ("2 nats", "2.3 nats")
    assert goals.carried(trained(2.3, -17, finished=False)) is None
    assert goals.silent(trained(0.1, -17), none, 0.2, -18) is None
    assert goals.silent(trained(0.1, -19), some, 0.2, -18) == (False, "0.10 nats at −19.0")
    assert goals.both(trained(4, -17), none, 3, -17.8) is None
    assert goals.both(trained(4, -18), every, 3, -17.8) == (False, "4.0 nats at −18.0")
    assert goals.both(trained(3.1, -17.7), every, 3, -17.8) == (True, "3.1 nats at −17.7")
    for ends, met in (([0.8, 0.004], True), ([0.0, 0.0], False), ([0.8, 0.1], False)):
        found = goals.even(Trace(scalars={"saved": ([1, 2], ends)}), 0.005)
        assert found == (met, f"+{ends[0]:.2f} and +{ends[1]:.2f} nats")
