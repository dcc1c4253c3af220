"""Figures of the residual page by their data: what a picture shows is what the traces say."""

import numpy as np

from engine.core.trace import Snapshot, Step, Trace
from engine.plumbing.resnet_lab import DEPTHS, SPEC
from pages.residual import figures as fig
from pages.residual import goals
from tests.helpers import marks_of


def trace_of(end: float, right: float = 90.0) -> Trace:
    """Twenty steps with a loss of 2, the last two with `end`; moments at 0, 10 and 20."""
    trace = Trace(total=20)
    for step in range(1, 21):
        figures = {"loss": 2.0 if step <= 18 else end}
        trace.add(Step(step, 20, figures | ({"right": right} if step == 20 else {})))
    for moment, step in enumerate((0, 10, 20)):
        trace.add(Snapshot(moment, step, "score", {"right": np.array([right])}))
    return trace


def test_depth_shows_each_net_at_its_layers_and_the_caption_its_loss() -> None:
    """Killed: blocks for layers; plain and residual exchanged; a moment without a step; one batch alone."""
    traces = {f"{kind} {n}": trace_of(0.1 * n + (kind == "plain")) for kind in fig.HUE for n in DEPTHS}
    panels, (film, arrays), said = fig.depth(traces)
    assert film["moments"] == [10, 20]
    assert np.allclose(arrays["depth.plain"], [[2, 2, 2], [1.3, 1.7, 2.5]])
    assert np.allclose(arrays["depth.residual"][1], [0.3, 0.7, 1.5])
    assert marks_of(panels[0], "line")[0]["x"]["values"] == [6, 14, 30]
    assert "Plain: 1.30, 1.70, 2.50 with 6, 14 and 30 layers. Residual: 0.30, 0.70, 1.50." in said[1]


def test_what_is_left_without_blocks_is_told_of_those_chosen() -> None:
    """Killed: blocks numbered from 0; the whole and the rest exchanged; the mean for the worst."""
    found = {"whole": np.array([90.0]), "asked": np.array([40.0]), "each": np.array([80.0, 20.0, 50.0])}
    each, two, said = fig.deleting(found, "residual", [1])
    assert [row["y"] for row in two["data"]["values"]] == [90, 40]
    assert [(row["x"], row["y"]) for row in each["data"]["values"]] == [("1", 80), ("2", 20), ("3", 50)]
    assert "Without block 2 it reads 40%." in said
    assert said.endswith("50% on average, 20% at worst.")
    assert "No block is left out yet" in fig.deleting(found, "plain", [])[2]


def test_bets_and_challenges_are_graded_by_the_run() -> None:
    """Killed: a run that goes on; a residual net that meets the challenge of a plain one; two blocks;
    one map for two."""
    trace = trace_of(0.16)
    assert goals.added(trace) is None
    trace.finished = True
    assert goals.added(trace) == ("0.15", "0.16")
    assert goals.plain_learns(trace, SPEC(kind="residual"), 0.3) is None
    assert goals.plain_learns(trace, SPEC(kind="plain"), 0.3) == (True, "0.16")
    assert goals.plain_learns(trace, SPEC(kind="plain", blocks=7), 0.3) is None
    found = {"asked": np.array([60.0])}
    assert goals.still_reads(found, [0, 1], 50) is None
    assert goals.still_reads(found, [0, 1, 2], 50) == (True, "60% without 3")
    assert goals.still_reads(None, [0, 1, 2], 50) is None
    assert goals.few_maps(None, 2, 75) is None
    assert goals.few_maps((80.0, [4]), 2, 75) is None
    assert goals.few_maps((80.0, [4, 7]), 2, 75) == (True, "80% without 2")
    assert goals.few_maps((70.0, [4, 7]), 2, 75) == (False, "70% without 2")
