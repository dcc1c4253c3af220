"""Figures and goals of the scaling laws by their data: what a picture shows is what the trace says."""

import numpy as np
import pytest
import torch

from engine.core.trace import Snapshot, Trace, traced
from engine.scaling import chinchilla_lab
from engine.scaling.chinchilla import REFIT, UNROUNDED
from engine.scaling.small_laws_lab import SIZES, SPEC
from pages.scaling import board, goals
from pages.scaling import figures as fig
from tests.helpers import marks_of


def trace_of(alpha: float = 0.5, gain: float = 3.0) -> Trace:
    """Six sizes that come down from 1 nat; the largest loses `gain` times less than the third."""
    trace, end = Trace(total=2400, finished=True), 0.6 * (SIZES / SIZES[0]) ** -alpha
    end[5] = end[2] / gain
    for moment, (step, share) in enumerate(((0, 1.0), (1, 1.0), (1200, 0.5), (2400, 0.0))):
        row = share + (1 - share) * end
        now = {"excess": row, "fit": row[[0, 5]], "source": np.array([2.3, 1.0])}
        trace.add(Snapshot(moment, step, "now", now))
        low = {"N": np.array([1200.0, 1700.0, 2600.0]), "excess": np.ones(3), "known": np.array([1, 1, 0])}
        trace.add(Snapshot(moment, step, "low", low))
    return trace


def test_the_hero_tells_the_losses_of_its_moment_and_only_the_bottoms_that_are_known() -> None:
    trace = trace_of()
    said = fig.hero_said(trace, SPEC(data=8))
    assert "know nothing" in said[0]
    assert said[2].startswith("After 1200 steps each model has read 307,200 tokens, 8,192 different ones.")
    assert "the smallest loses 0.60 nats a token" in said[3]
    assert "Best sizes (large dots): 1,200, 1,700." in said[3]
    assert "different" not in fig.hero_said(trace, SPEC())[3]
    rules = marks_of(fig.curves(trace), "rules")
    assert [2.3] in [rule["at"].get("values") for rule in rules]
    trace.finished = False
    assert fig.hero_said(trace, SPEC()) is fig.LEARNING


def test_a_size_that_was_better_before_its_end_wears_a_ring_there() -> None:
    """Killed: the last moment for the best one."""
    trace = trace_of()
    assert not fig.turns(trace)
    trace.at("now", 2)["excess"][5] = 0.01
    assert [(i, m) for i, m, _ in fig.turns(trace)] == [(5, 2)]
    (ring,) = marks_of(fig.curves(trace), "dots")
    assert ring["x"]["values"] == [float(trace.moments[2])]


def test_a_price_names_the_fewest_tokens_and_the_least_compute_and_who_never_got_there() -> None:
    tokens, flops, said = fig.prices(trace_of(), 0.55)
    names = [row["x"] for row in tokens["data"]["values"]]
    assert names == fig.NAMES[1:]
    read = [row["y"] for row in tokens["data"]["values"]]
    spent = [row["y"] for row in flops["data"]["values"]]
    assert spent == pytest.approx(6e-6 * SIZES[1:] * read)
    assert f"{fig.NAMES[int(np.argmin(read)) + 1]} parameters need the fewest" in said
    assert f"{fig.NAMES[int(np.argmin(spent)) + 1]} parameters need the least compute" in said
    assert "1 smaller size never got there" in said
    assert fig.prices(trace_of(), 0.05)[2].startswith("No size comes down")


def test_the_board_says_the_advice_of_all_three_sets_and_takes_a_place_within_its_bounds() -> None:
    spec = chinchilla_lab.SPEC(constants=REFIT)
    trace = traced(chinchilla_lab.run(spec, torch.device("cpu"), {}))
    last = board.said(trace, spec)[-1]
    assert last.startswith(
        "5.76e23 FLOPs. Advised parameters: 32.2 billion as printed (Hoffmann et al.), 40.3 "
        "billion unrounded, "
    )
    assert "72.2 billion refitted (Besiroglu et al.), 804 billion by Kaplan's rule. The ring, " in last
    assert "refitted: 1.33 trillion tokens, 18 for each" in last
    assert board.placed((3.14159, 1e20)) == {"N": 3.14, "D": 1e6}
    spec.but(**board.placed((0.0, 0.0)))  # a corner is taken
    assert len(marks_of(board.board(spec), "line")) == len(board.CONTOURS) + 2


def test_the_ring_of_the_bending_line_moves_to_smaller_sizes_as_tokens_are_taken_away() -> None:
    _, (_, arrays), said = board.bending()
    assert (np.diff(arrays["bend.N"][:, 0]) < 0).all()
    assert (np.diff(arrays["line.loss"][:, -1]) > 0).all()
    assert said[0].startswith("10 trillion tokens")


def test_bets_and_challenges_are_graded_by_the_run() -> None:
    trace = trace_of(gain=1.1)
    assert goals.helps(trace)[0] == goals.BETS[0]
    assert goals.helps(trace_of(gain=2.9)) == (goals.BETS[2], "2.90 times")
    trace.finished = False
    assert goals.helps(trace) is None
    assert goals.deep(trace_of(gain=4), 0.09, 5000)[0]
    assert not goals.deep(trace_of(gain=4), 0.09, 2000)[0]
    assert not goals.steep(trace_of(0.3, 1.5), 0.6)[0]
    for changes, wanted in (({}, False), ({"N": 32, "D": 2980}, True), ({"N": 64, "D": 2980}, False)):
        spec = chinchilla_lab.SPEC().but(**{k: float(v) for k, v in changes.items()})
        made = traced(chinchilla_lab.run(spec, torch.device("cpu"), {}))
        found = goals.thrifty(made, spec, 1.932)
        assert found is not None
        assert found[0] == wanted
    assert goals.thrifty(made, spec.but(constants=UNROUNDED), 1.932) is None
