"""The figures of the page on scores by their data: what is drawn and said is what the traces hold."""

import base64
import re
from functools import cache

import numpy as np
import pytest
import torch

from app.figures.captions import Caption
from app.figures.panels import Panel
from app.figures.plot import asked
from app.page import live, moments
from engine.core.trace import Snapshot, Step, Trace, traced
from engine.diffusion import encoding_lab, flow_lab, langevin_lab, maps, score_matching_lab
from engine.labs import Lab
from pages.score import figures, goals, mechanism
from tests.helpers import marks_of, unpack

CPU = torch.device("cpu")


@cache
def trace(lab: Lab) -> Trace:
    return traced(lab.run(lab.SPEC(), CPU, {}))


@cache
def paths() -> dict[str, np.ndarray]:
    return flow_lab.PROBES["strands"](flow_lab.restore(flow_lab.SPEC(), None), {"steps": 100, "seed": 0})


def arrays_of(panel: Panel) -> set[str]:
    return set(asked(panel))


def there(of: Trace) -> set[str]:
    return set(moments.stacks(of, 0, len(of.moments))[0])


def fields(said: Caption) -> set[str]:
    """The figures that a caption names."""
    return {name for text in said.data() for name in re.findall(r"\{([\w.]+?)(?::\.\d?f)?\}", text)}


@pytest.mark.parametrize(
    ("lab", "panels"),
    [
        (flow_lab, lambda t: figures.hero(t, paths())),
        (langevin_lab, lambda t: figures.walks()),
        (encoding_lab, figures.trips),
        (flow_lab, lambda t: [figures.cover()]),
    ],
)
def test_every_array_that_a_panel_names_is_in_its_trace(lab: Lab, panels) -> None:
    """Killed: "walk.climbing" for "walk.climb"."""
    of = trace(lab)
    for panel in panels(of):
        assert arrays_of(panel) <= there(of), panel["kind"]
        for layer in panel.get("layers", []):
            if layer["kind"] == "ghosts":
                assert layer["of"] in there(of)


def test_the_training_names_what_its_snapshots_hold() -> None:
    """Killed: a bar for each scale but one; exact fields of another spec."""
    spec = score_matching_lab.SPEC(steps=10, scales=3)
    of = traced(score_matching_lab.run(spec, CPU, {}))
    exact = score_matching_lab.Watch(spec).exact()
    sigmas = score_matching_lab.sigmas(spec).tolist()
    plane, scales, rare = figures.training(exact, sigmas, score_matching_lab.BINS)
    assert set().union(*map(arrays_of, (plane, scales, rare))) <= there(of)
    assert len(plane["inner"]) == len(scales["planes"][0]["x"]["names"]) == len(exact["score"]) == 3
    assert len(of.last("field")["learned"]) == len(of.last("samples")["x"]) == 3
    assert len(rare["planes"][0]["x"]["names"]) == len(of.last("cosine")["by_density"])
    assert fields(figures.trained(of)) <= there(of) | {"step"}
    assert "Before training" in figures.trained(of).start


def test_the_strands_of_the_river_are_the_paths_that_were_counted() -> None:
    """At the frames they are the trace's own, in the picture's units. Killed: another seed; hundredths."""
    of, all_paths = trace(flow_lab), paths()
    for name in ("sde", "ode"):
        stacked = np.stack([of.at("river", m)[name] for m in range(len(of.moments))], 1)
        assert np.allclose(stacked / maps.HUNDREDTHS, all_paths[name][:, of.moments], atol=0.006)
    drawn = figures.strands(of, all_paths)
    ways = marks_of(drawn, "line")
    assert [one["concept"] for one in ways] == [["model"], ["past"]]
    sent = [one["y"]["array"] for one in ways]
    assert all(one["shape"] == [figures.STRANDS, 101] for one in sent)
    ends = [np.frombuffer(base64.b64decode(one["data"]), "<f4").reshape(6, -1) for one in sent]
    assert np.array_equal(ends[0][:, 0], ends[1][:, 0])  # the same noises
    assert (np.diff(ends[1], axis=0) > 0).all()  # the flow keeps their order


def test_the_sentences_say_what_was_counted() -> None:
    """Killed: crossings of the SDE said of the ODE; the share of the wrong mode."""
    of = Trace()
    of.add(Step(1, 1, {"sde_crossed": 3.0, "ode_crossed": 0.0}))
    of.add(Snapshot(0, 1, "river", {"sde": np.zeros(4)}))
    drop = {"mode": np.array(1), "shares": np.array([0.75, 0.25])}
    said = figures.hero_sentence(of).end
    assert "of 6 pairs on the line, {ode_crossed:.0f} paths of the ODE have crossed" in said
    assert "{sde_crossed:.0f} of the SDE" in said
    for text in figures.hero_sentence(of, drop).data():
        assert "mode 2, always. Of 200 SDEs that start there, 25% end in it." in text
    assert (
        figures.fate({"mode": np.array(0), "shares": np.array([1.0])}) == "There is but one mode to end in."
    )


def test_captions_take_their_figures_from_the_trace() -> None:
    """Killed: a scalar that the lab does not tell."""
    for lab, said in ((langevin_lab, figures.WALKS), (encoding_lab, figures.TRIPS),
                      (flow_lab, figures.hero_sentence(trace(flow_lab)))):  # fmt: skip
        assert fields(said) <= there(trace(lab)) | set(trace(lab).scalars) | {"step"}
    assert set(asked(figures.walks()[-1])) == {"share.plain", "share.annealed", "share.truth"}


def test_the_bet_is_measured_by_who_ends_on_a_mode() -> None:
    """Killed: the clouds exchanged; places in hundredths; the noise for the end."""
    spec = flow_lab.SPEC()
    assert goals.still(goals.landed(trace(flow_lab), spec)) == "both"
    few = goals.landed(traced(flow_lab.run(spec.but(steps=8), CPU, {})), spec)
    assert goals.still(few) == "blue (ODE)"
    assert few["sde"] < 0.6 < 0.8 < few["ode"]
    assert goals.still({"sde": 0.9, "ode": 0.1}) == "orange (SDE)"
    assert goals.still({"sde": 0.1, "ode": 0.1}) == "neither"


def test_the_line_of_boxes_shows_noise_and_data() -> None:
    """The ring's middle is empty at the end. Killed: the same cloud twice; up and down exchanged."""
    noise, *_, data = mechanism.pipeline(trace(flow_lab), "VP", 100)
    assert noise.picture is not None
    assert data.picture is not None
    middle = slice(14, 20), slice(19, 27)
    assert (noise.picture[middle] < 1).sum() > 10
    assert (data.picture[middle] < 1).sum() == 0
    upper = mechanism._cloud(np.array([[0, 150]]))
    assert (upper[:10] < 1).sum() == 1


def test_the_meter_adds_up() -> None:
    """Code and volume make the likelihood that is said, near the closed form. Killed: the volume's sign."""
    of = trace(encoding_lab)
    said, exact = (float(of.at("meter", 0)[name]) for name in ("ode", "exact"))
    text = figures.meter(of)
    numbers = [float(part.split("`")[0]) for part in text.split("`")[1:4:2]]
    assert sum(numbers) == pytest.approx(said, abs=2e-3)
    assert said == pytest.approx(exact, abs=0.05)
    assert f"log p = {said:.3f} nats" in text


def test_challenges_are_graded_on_what_was_measured() -> None:
    """Killed: broken at one floor; a fair walk to within ten points; eight scales not asked for."""
    few = traced(flow_lab.run(flow_lab.SPEC(steps=5), CPU, {}))
    assert goals.broken(few)[0]
    assert not goals.broken(trace(flow_lab))[0]
    assert not goals.fair_walk(trace(langevin_lab))[0]
    fair = traced(langevin_lab.run(langevin_lab.SPEC(steps=100, eps=0.3), CPU, {}))
    assert goals.fair_walk(fair)[0]
    with pytest.raises(KeyError):  # not measured
        goals.quick_study(Trace())
    short = Trace()
    for likely, good in ((np.full(8, 0.98), True), (np.full(3, 0.98), False), (np.full(8, 0.9), False)):
        short.moments, short.snapshots = [1400], {("cosine", 0): {"likely": likely}}
        assert goals.quick_study(short)[0] is good
    short.moments, short.snapshots = [2000], {("cosine", 0): {"likely": np.full(8, 0.99)}}
    assert not goals.quick_study(short)[0]


def test_a_film_of_an_exact_trace_holds_it_all_and_is_small() -> None:
    """Killed: the last moment left out; moments of another run under the same stamp."""
    for lab in (flow_lab, langevin_lab, encoding_lab):
        of = trace(lab)
        given = live.View(lab, lab.SPEC(), "", None, None, of, exact=True).source()
        block = base64.b64decode(given["inline"])
        header, arrays = unpack(block)
        assert header["moments"] == of.moments
        assert set(arrays) == there(of)
        assert len(block) < 1_000_000


def test_a_river_has_its_density_and_its_paths_by_concept() -> None:
    """Killed: paths transposed; every line in one concept."""
    given = {"model": np.ones((2, 6)), "past": np.zeros((3, 6))}
    drawn = figures.river(np.zeros((4, 5), np.uint8), given, [("A river", None)], 3.0)
    assert marks_of(drawn, "heat")[0]["value"]["array"]["shape"] == [4, 5]
    assert [(one["concept"], one["y"]["array"]["shape"]) for one in marks_of(drawn, "line")] == [
        (["model"], [2, 6]),
        (["past"], [3, 6]),
    ]
