"""Figures of the VAE's page by their data: what a picture shows is what was measured."""

import numpy as np
import pytest

from app.figures.plot import asked
from engine.core.trace import Snapshot, Step, Trace, traced
from engine.latent import bound_lab, cavi_lab, gaussian_mixture_lab, vae_lab
from pages.elbo import exact, goals, mixture, stages
from pages.elbo import figures as fig
from tests.helpers import marks_of


def trace_of(spread: float = 1.0, finished: bool = True, **scalars: float) -> Trace:
    trace = Trace(total=1, finished=finished)
    trace.add(Step(1, 1, scalars))
    for moment in (0, 1):
        trace.add(Snapshot(moment, moment, "score", {"spread": np.array(spread)}))
    return trace


def test_the_plane_names_each_cloud_and_reaches_as_far_as_it_was_decoded() -> None:
    """Killed: the labels of other digits; one reach for both; the circle of half the draws."""
    panel = fig.plane(True)
    assert panel["classes"] == [str(label) for label in range(10) for _ in range(vae_lab.EACH)]
    assert (panel["reach"], fig.plane(False)["reach"]) == (3, 8)
    draws = np.random.default_rng(0).normal(size=(20_000, 2))
    assert (np.hypot(*draws.T) < panel["circle"]).mean() == pytest.approx(0.95, abs=0.01)


def test_the_tile_of_a_place_is_the_one_decoded_nearest_to_it() -> None:
    """Killed: rows from below; rows for columns; a place beyond the edge that is none."""
    tiles = np.arange(vae_lab.SIDE**2)
    places = vae_lab.plane(2, 3.0).numpy()
    for i in (0, 7, 37, 224):
        assert fig.tile(tiles, places[i] + 0.05, 3.0) == i
    assert fig.tile(tiles, np.array([99.0, -99.0]), 3.0) == vae_lab.SIDE**2 - 1


def test_the_hero_asks_only_for_what_its_run_tells() -> None:
    """With noise and without. Killed: a bound drawn where there is none."""
    for noise in (True, False):
        trace = traced(
            vae_lab.run(vae_lab.SPEC(noise=noise, hidden=8, steps=10), vae_lab.torch.device("cpu"), {})
        )
        there = set(trace.scalars) | {f"{name}.{key}" for name in trace.names for key in trace.last(name)}
        for panel in fig.hero(vae_lab.SPEC(noise=noise)):
            assert set(asked(panel)) <= there
        said = " ".join(fig.hero_said(vae_lab.SPEC(noise=noise)).data())
        assert ("hundred" in said) is noise


def test_three_bars_stand_end_to_end_and_are_told() -> None:
    """The gap begins where the surprise ends. Killed: the gap from 0; surprise and bound exchanged; the
    other KL told as the gap."""
    spec = bound_lab.SPEC(a=0.0)
    trace = traced(bound_lab.run(spec, vae_lab.torch.device("cpu"), {}))
    first, last = (trace.at("bars", moment)["nats"] for moment in (0, len(trace.moments) - 1))
    assert trace.at("spans", 0)["x"].tolist() == [[0, first[0]], [first[0], first[2]], [0, first[2]]]
    assert first[0] == last[0]
    assert last[1] == pytest.approx(0, abs=1e-6)
    told = exact.dragged_said(trace, spec)
    assert told[0].startswith("q where it starts: centre +0.60, width 0.30.")
    assert f"Surprise {first[0]:.2f} + gap {first[1]:.2f} = −bound {first[2]:.2f} nats" in told[0]
    assert "q after 40 moves" in told[-1]


def test_a_place_beyond_the_map_is_held_at_its_edge() -> None:
    """Killed: width and centre exchanged; a place that the lab would refuse."""
    assert stages.placed((1.234, 0.5)) == {"mu": 1.23, "sigma": 0.5}
    bound_lab.SPEC().but(**stages.placed((99.0, -3.0)))
    bound_lab.SPEC().but(**stages.placed((-99.0, 99.0)))


def test_the_staircase_has_a_step_for_each_half_sweep() -> None:
    """It starts where q does, and its last step is what is told at the end. Killed: half a sweep left out;
    the other coordinate named; a gap told as a height."""
    spec = cavi_lab.SPEC(sweeps=2)
    trace = traced(cavi_lab.run(spec, vae_lab.torch.device("cpu"), {}))
    way = marks_of(exact.stairs(trace, spec)[1], "line")[0]
    below = trace.scalars["below"][1]
    assert way["x"]["values"] == [0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert way["y"]["values"][2::2] == pytest.approx([-one for one in below], abs=1e-4)
    said = exact.stairs_said(trace, spec)
    assert said[1].startswith("1 half sweeps: z₁ was set to its best.")
    assert f"{below[-1]:.3f} nats below" in said[4]
    assert "At the end 1 − ρ² = 0.36" in said[4]


def test_each_start_is_told_where_it_ends() -> None:
    """Groups in their colours, rings of the start shown. Killed: the best start's rings; the share of another
    start; a bound above the highest end."""
    spec = gaussian_mixture_lab.SPEC(sweeps=20)
    trace = traced(gaussian_mixture_lab.run(spec, vae_lab.torch.device("cpu"), {}))
    cloud, climb, share = mixture.climbs(trace, spec)
    assert sum(len(one["x"]["values"]) for one in marks_of(cloud, "dots")[:-1]) == spec.n
    mine = next(one for one in marks_of(climb, "line") if one["follows"])
    nats = trace.last("ends")["nats"]
    assert mine["y"]["values"][-1] == pytest.approx(nats[2] - nats.max(), abs=1e-3)
    assert marks_of(share, "bars")[0]["lit"]["values"] == [spec.which - 1]
    told = mixture.climbs_said(trace, spec)
    assert told[0].startswith("Start 3, 0 half sweeps: 5 of the points are the centres.")
    assert told[1].startswith("Start 3, 1 half sweeps: the centres moved.")
    assert f"It ends {nats.max() - nats[2]:.1f} nats below the highest" in told[-1]


def test_bets_and_challenges_are_graded_by_the_run() -> None:
    """Killed: a run that goes on; a net without noise; halves that lie together."""
    assert goals.scatter(trace_of(3.7, finished=False)) is None
    assert goals.scatter(trace_of(3.7)) == ("4", "3.7")
    assert goals.scatter(trace_of(0.6)) == ("1", "0.6")
    assert goals.cheap(trace_of(kept=17.0), vae_lab.SPEC(noise=False), 18) is None
    assert goals.cheap(trace_of(kept=17.0), vae_lab.SPEC(), 18) == (True, "17.0 nats")
    assert goals.closed(trace_of(gap=0.0), bound_lab.SPEC(a=0.0), 0.001) is None
    assert goals.closed(trace_of(gap=0.4), bound_lab.SPEC(), 0.001) == (False, "0.4000 nats")
    assert goals.half(cavi_lab.SPEC(rho=0.7))[0]
    assert not goals.half(cavi_lab.SPEC())[0]
