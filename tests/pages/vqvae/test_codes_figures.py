"""Figures of discrete codes by their data: what a picture shows is what the trace says."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from app.figures.marks import over
from engine.codes import prior_lab, rate_lab, theatre_lab, vqvae_lab
from engine.core.trace import Snapshot, Step, Trace, traced
from engine.labs import lab_id
from engine.runs.store import Store, ancestry, run_key
from pages.vqvae import cells, figures, goals, theatre
from tests.helpers import marks_of


def shipped(lab: Any, spec: Any, home: Path) -> Trace:
    id = lab_id(lab)
    run = Store(home).attempt(id, run_key(id, spec, ancestry(id)), "shipped")
    assert run is not None
    return run.trace()


def arrays_of(value: Any) -> set[str]:
    """Every "snapshot.array" that stands somewhere in panels."""
    if isinstance(value, str):
        return (
            {value} if value.count(".") == 1 and value.replace(".", "").replace("_", "").isalpha() else set()
        )
    if isinstance(value, dict):
        return set().union(*map(arrays_of, value.values()), *map(arrays_of, value))
    return set().union(*map(arrays_of, value)) if isinstance(value, list | tuple) else set()


@pytest.mark.parametrize(
    ("lab", "spec"),
    [(lab, spec) for lab in (vqvae_lab, prior_lab) for spec in lab.RECORDED],
    ids=lambda v: str(v)[:50],
)
def test_panels_ask_for_what_every_shipped_run_has_at_every_moment(lab: Any, spec: Any, tmp_path: Path):
    """Killed: `codes.faces` for `codes.face`; bits asked of a run of stage one."""
    trace = shipped(lab, spec, tmp_path)
    panels = figures.learning(64, 3) if lab is vqvae_lab else figures.stage_two(trace)
    wanted = arrays_of(list(panels))
    assert len(wanted) >= 6
    for moment in range(len(trace.moments)):
        assert wanted <= {f"{name}.{part}" for name in trace.names for part in trace.at(name, moment)}


def by_hand() -> Trace:
    """Two moments of four codes: first one in use, at the end three, one of them after a restart."""
    trace = Trace()
    for moment, (usage, mse) in enumerate((([16, 0, 0, 0], 0.5), ([8, 4, 0, 4], 0.25))):
        if moment:
            trace.add(Step(7, 7, {"loss": 0.3, "restarted": 2.0}))
        score = {"used": float(np.count_nonzero(usage)), "perplexity": 2.83, "mse": mse}
        trace.add(Snapshot(moment, 7 * moment, "codes", {"usage": np.array(usage)}))
        trace.add(Snapshot(moment, 7 * moment, "score", {k: np.array(v) for k, v in score.items()}))
        copy = {"step": np.array([0.6, 0.8]), "rows": np.eye(4, 5)}
        trace.add(Snapshot(moment, 7 * moment, "copy", copy))
    return trace


def test_a_film_of_codes_tells_every_moment_by_its_own_numbers():
    """Every field is a scalar of the run. Killed: `score.use`; one text of the end for all moments."""
    trace = by_hand()
    known = {"step"} | {f"{s}.{a}" for s in trace.names for a, v in trace.last(s).items() if v.size == 1}
    said = figures.learned(4)
    for text in (said.start, said.then, said.end):
        assert set(re.findall(r"\{([\w.]+)", text)) <= known
    assert "{score.used} of 4" in said.then
    assert "{step}" in said.then
    assert said.end.startswith("At the end")


def test_what_a_written_grid_costs_is_the_sum_of_its_codes():
    """Killed: the last code's bits as the sum; the mean over 64 codes."""
    said = figures.written_said([1.0, 2.0, 6.0])
    assert "cost 9 bits, 3.00 a code" in said.end
    assert "{bits:.1f}" in said.then


def test_a_bet_is_drawn_among_the_codes_and_only_if_it_fits():
    """Killed: a bet above the number of codes drawn outside the picture."""
    bet, _ = marks_of(figures.learning(64, 16)[2], "rules")
    assert (bet["at"], bet["label"]) == ({"values": [16.0]}, "you said {value}")
    for none in (figures.learning(8, 16), figures.learning(64, None)):
        assert [one["at"] for one in marks_of(none[2], "rules")] == [over()]


def test_the_copied_step_is_drawn_at_both_ends_and_points_where_the_trace_says():
    """Killed: the copy drawn at the origin only; commitment pulling away from the code."""
    header, arrays = figures.copied(by_hand())
    at_z_q, at_z_e, pull = arrays["copy.arrows"][1]
    assert at_z_q[:2].tolist() == [1, 0]
    assert at_z_e[:2].tolist() == [0, 0]
    assert at_z_q[2:] == pytest.approx([0.42, 0.56])
    assert at_z_e[2:].tolist() == at_z_q[2:].tolist()
    assert pull[2] > 0
    assert header["count"] == 2
    assert arrays_of(figures.copying()) == set(arrays)


def test_a_grid_being_written_shows_only_what_is_written_and_costs_its_bits():
    """By hand: 1 and 2 bits. Killed: the whole grid from the first moment; natural logarithms."""
    grids = np.array([[[0, 1]], [[2, 2]], [[3, 0]]])
    p = np.array([[0.5, 0.5, 0, 0], [0.25, 0.25, 0.25, 0.25]])
    header, arrays = figures.written(grids, np.full((2, 3, 4, 4), 2.0), p)
    assert arrays["write.k"][0].reshape(3, 2).tolist() == [[0, 255], [2, 255], [3, 255]]
    assert arrays["write.k"][1].reshape(3, 2).tolist() == [[0, 1], [2, 2], [3, 0]]
    assert header["scalars"]["bits"] == {"step": [1, 2], "value": [1, 2]}
    assert arrays["write.x"].max() == figures.INK
    assert arrays_of(figures.writing()) == set(arrays)


@pytest.mark.parametrize("K", [3, 8, 64, 100, 256])
def test_a_click_on_the_codebook_finds_the_code_that_is_drawn_there(K: int):
    """Killed: columns and rows exchanged; a code past the last one."""
    face = np.arange(K)[:, None, None] * np.ones((1, 6, 6)) + 1
    usage = np.arange(K)
    ink, text, dead = figures.mosaic(face, usage)
    for cell in np.argwhere(ink > 0)[:: max(1, K // 7)]:
        k = figures.picked((int(cell[0]), int(cell[1])), K, ink.shape[1])
        assert k == ink[tuple(cell)] - 1
        assert text[tuple(cell)].startswith(f"code {k},")
        assert figures.tile(k, K, ink.shape)[tuple(cell)] == 1
    assert dead.sum() == 36  # code 0 alone owns nothing
    assert figures.picked((ink.shape[0] - 1, ink.shape[1] - 1), K, ink.shape[1]) in (None, K - 1)


def test_the_three_rates_are_of_a_cell_and_of_sixteen():
    """The second is that of the film's caption. Killed: the perplexity's in its place; 64 cells."""
    trace = Trace()
    bits = {"uniform": 6, "unigram": 5.7, "perplexity": 5.5, "prior": 3.125}
    trace.add(Snapshot(0, 0, "bits", {k: np.array(v) for k, v in bits.items()}))
    rows = figures.rate(trace).splitlines()[2:]
    assert [row.split("|")[3:5] for row in rows] == [
        [" **6.00** ", " 96 "], [" **5.70** ", " 91 "], [" **3.12** ", " 50 "]
    ]  # fmt: skip


def test_the_curve_is_the_trace_and_marks_the_run_on_the_stage(tmp_path: Path):
    """Killed: log2 K on the axis of K."""
    trace = shipped(rate_lab, rate_lab.RECORDED[0], tmp_path)
    *all_, here = figures.curve(trace, (64, 0.002))["data"]["values"]
    assert [row["x"] for row in all_] == [2, 4, 8, 16, 32, 64, 128, 256]
    assert [row["y"] for row in all_] == pytest.approx(trace.last("curve")["mse"].tolist())
    assert all(f"of {row['x']} codes used" in row["said"] for row in all_)
    assert (here["name"], here["x"], here["y"]) == ("the run on the stage", 64, 0.002)
    assert len(figures.curve(trace, None)["data"]["values"]) == 8


def test_one_step_in_the_plane_is_told_with_its_own_numbers():
    """The numbers of the lines are those of the trace, and add up. Killed: gamma and its rest exchanged;
    the moment after."""
    spec = theatre_lab.SPEC(gamma=0.75)
    trace = traced(theatre_lab.run(spec, torch.device("cpu"), {}))
    s = trace.at("step", 9)
    won, lost = int(s["n"].argmax()), int((s["n"] == 0).argmax())
    line = theatre.one_step(trace, 9, won, 0.75)[0]
    before, after, n = float(s["N_before"][won]), float(s["N_after"][won]), int(s["n"][won])
    assert line.endswith(rf"\leftarrow 0.75 \cdot {before:.2f} + 0.25 \cdot {n} = {after:.2f}")
    assert after == pytest.approx(0.75 * before + 0.25 * n, abs=0.01)
    assert "does not move" in theatre.said(trace, 9, lost)
    assert f"nearest to {n} point" in theatre.said(trace, 9, won)
    _, arrays = theatre.film(trace)
    assert arrays_of(list(theatre.stage(trace, won))) == set(arrays)
    cloud = marks_of(theatre.stage(trace, won)[0], "dots")[0]
    assert len(cloud["x"]["values"]) == len(trace.at("points", 0)["z_e"])


def test_grades():
    """Killed: `>` for `>=`; a restart that counts as none; a moment after the limit that counts; a bet graded
    before the end."""
    trace = by_hand()
    trace.finished = True
    assert goals.alive(trace) == 3
    assert goals.alive(Trace()) is None
    assert goals.all_used(trace, 64, 300) == (False, "3 of 4 in use")
    for most, codes, met in ((0.3, 4, True), (0.25, 4, False), (0.3, 3, False)):
        assert goals.small_loss(trace, most, codes)[0] is met
    for restart, init, met in ((False, "random", False), (True, "random", False), (False, "on data", True)):
        spec = theatre_lab.SPEC(restart=restart, init=init)
        assert goals.none_dead(traced(theatre_lab.run(spec, torch.device("cpu"), {})))[0] is met


def test_all_of_64_in_use_counts_only_within_the_limit():
    """Killed: the last moment in place of the best one in time."""
    trace = Trace()
    for moment, (step, used) in enumerate(((0, 2), (200, 64), (400, 60))):
        trace.add(Snapshot(moment, step, "score", {"used": np.array(float(used))}))
        trace.add(Snapshot(moment, step, "codes", {"usage": np.zeros(64)}))
    assert goals.all_used(trace, 64, 300)[0] is True
    assert goals.all_used(trace, 64, 199)[0] is False
    with pytest.raises(KeyError):
        goals.all_used(Trace(), 64, 300)


@pytest.mark.parametrize(
    "make",
    [
        lambda: cells.points("a.b", [("x", "red")], (0, 1), (0, 1)),
        lambda: cells.points("a.b", (), (1, 1), (0, 1)),
        lambda: cells.points("a.b", (), (0, 1), (0, 1), concepts=("violet",)),
        lambda: cells.tiles("a.b", "a.c", (), high=0),
        lambda: cells.coded("a.b", "a.c", "a.d", (), (("one", None), ("two", None)), high=1),
    ],
)
def test_panels_refuse_what_they_cannot_draw(make: Any):
    with pytest.raises(ValueError, match=r"concept must|low must|rows"):
        make()


def test_a_brought_picture_becomes_ink():
    """Dark is ink, and green is brighter than blue. Killed: light as ink; colours weighed alike."""
    black, white, green, blue = (0, 0, 0), (255, 255, 255), (0, 255, 0), (0, 0, 255)
    found = figures.ink(np.array([[[black, white], [green, blue]]], np.uint8))
    assert found[0] == pytest.approx(np.array([[1, 0], [0.413, 0.886]]), abs=1e-3)
