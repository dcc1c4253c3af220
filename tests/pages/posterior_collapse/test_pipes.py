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


def trained(kl: float, bound: float, same: float = 50.0) -> Trace:
    """A run that has come to this."""
    trace = Trace(finished=True)
    score = {"kl": np.array(kl), "bound": np.array(bound), "same": np.array(same)}
    trace.add(Snapshot(0, 0, "score", score))
    return trace


def test_the_code_lies_above_and_the_neighbours_below() -> None:
    """As wide as what they carry. Killed: both on one side; pipes exchanged; a scale of its own for one."""
    above, below = marks_of(fig.river(), "band")
    assert above["concept"] == ["code"]
    assert (above["high"]["array"], above["high"]["scale"]) == ("pipes.code", 1)
    assert below["concept"] == ["past"]
    assert (below["low"]["array"], below["low"]["scale"]) == ("pipes.near", -1)
    assert set(above["low"]["values"]) == set(below["high"]["values"]) == {0}


def test_a_caption_says_who_sees_what() -> None:
    """Killed: neighbours told of a decoder that has none; another field's."""
    plain, seen = (
        " ".join(texts(fig.hero_said(collapse_lab.SPEC(field=name)))) for name in ("none", "5 x 5")
    )
    assert "neighbours" not in plain
    assert "the 12 pixels before it" in seen
    assert "the neighbours for another digit's {score.near:.1f}" in seen


def test_four_decoders_redraw_one_digit() -> None:
    """Killed: the given one last; fields in another order; hits of another digit; a draw late."""
    found = {}
    for i, name in enumerate(FIELDS):
        out = np.full((12, 8, 8), 0.0)
        out[3, i] = 1
        took = np.array([7] * (12 - 2 * i) + [1] * (2 * i))
        found[name] = {"digit": np.eye(8), "out": out, "took": took, "label": np.array(7)}
    traces = {name: trained(5 - i, -20 + i, 70 - 5 * i) for i, name in enumerate(FIELDS)}
    panels, (film, arrays), said = fig.redrawn(found, traces, 9, True)
    drawn = arrays["draws.all"]
    assert drawn.shape == (12, 5, 8, 8)
    assert np.array_equal(drawn[5, 0], np.eye(8))
    assert [int(drawn[3, i + 1].sum(1).argmax()) for i in range(4)] == [0, 1, 2, 3]
    assert film["scalars"]["stays"]["value"] == [4, 4, 4, 4, 4, 4, 3, 3, 2, 2, 1, 1]
    assert "kept digit 9, a 7" in said[0]
    assert "it is a 7 in 12 by “none” and in 6 by “all before”" in said[0]
    assert "70% stay the same digit with no neighbours in view, 55% with all before" in said[0]
    assert len(fig.redrawn(found, traces, 9, False)[0]) == 2  # the third would answer the bet
    (path,) = marks_of(panels[2], "dots")
    assert path["x"]["values"] == [5, 4, 3, 2]
    assert path["y"]["values"] == [-20, -19, -18, -17]


def test_a_stripe_is_told_by_what_it_costs() -> None:
    """Killed: the price left out of the caption; saved and lost exchanged; the code's line over the field."""
    spec = bits_back_lab.SPEC()
    exact = traced(bits_back_lab.run(spec, torch.device("cpu"), {}))
    panels, said = fig.paying(exact, spec)
    alone, coded = marks_of(panels[1], "line")
    assert np.allclose(alone["y"]["values"], exact.scalars["without"][1], atol=1e-4)
    assert len(set(coded["y"]["values"])) == 1
    saved = exact.scalars["saved"][1]
    assert said[0].endswith(f"The code saves {saved[0]:.2f}.")
    assert said[-1].endswith(f"The code costs {-saved[-1]:.2f} more than it saves.")
    fair = traced(bits_back_lab.run(bits_back_lab.SPEC(r=0.0), torch.device("cpu"), {}))
    assert fig.paying(fair, spec)[1][-1].endswith("The code neither saves nor costs.")


def test_bets_and_challenges_are_graded_by_the_run() -> None:
    """Killed: a run that goes on; no neighbours in view; a bound that is too low; a price above; a code that
    saves nothing anywhere."""
    spec = collapse_lab.SPEC
    assert goals.carried(trained(2.3, -17)) == "2 nats"
    going = trained(2.3, -17)
    going.finished = False
    assert goals.carried(going) is None
    assert goals.silent(going, spec(field="3 x 3"), 3) is None
    assert goals.both(trained(4, -17), spec(), 3, -17.8) is None
    assert goals.both(trained(4, -18), spec(field="all before"), 3, -17.8) == (False, "4.0 nats at −18.0")
    assert goals.both(trained(3.1, -17.7), spec(field="all before"), 3, -17.8) == (
        True,
        "3.1 nats at −17.7",
    )
    assert goals.silent(trained(0.1, -20), spec(), 0.2) is None
    assert goals.silent(trained(0.3, -20), spec(field="5 x 5"), 0.2) == (False, "0.30 nats")
    trace = Trace()
    trace.scalars["saved"] = ([1, 2], [0.8, 0.004])
    assert goals.even(trace, 0.005) == (True, "+0.80 and +0.00 nats")
    trace.scalars["saved"] = ([1, 2], [0.0, 0.0])
    assert not goals.even(trace, 0.005)[0]
