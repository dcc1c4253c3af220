"""The figures of the page on fewer steps by their data."""

import re

import numpy as np

from app.figures.plot import asked
from app.page import moments
from engine.diffusion import consistency_lab, ddim_lab, few, trajectory_lab
from pages.fewer_steps import figures, goals
from tests.helpers import shipped


def there(lab) -> set[str]:
    of = shipped(lab).trace()
    return set(moments.stacks(of, 0, len(of.moments))[0]) | set(of.scalars) | {"step"}


def test_every_array_and_figure_is_in_its_run() -> None:
    """Killed: an array of another name."""
    for lab, panels, said in (
        (consistency_lab, figures.strings(), figures.strings_said(consistency_lab.SPEC()).data()),
        (trajectory_lab, figures.jumps(), figures.JUMPS.data()),
        (ddim_lab, [figures.cover()], ()),
    ):
        names = there(lab)
        assert set().union(*map(set, map(asked, panels))) <= names
        assert {one for text in said for one in re.findall(r"\{([\w.]+?)(?::\.\d[f%])?\}", text)} <= names


def test_three_lanes_begin_at_the_readers_noise() -> None:
    """The thick ones: six, one and one; the green path of 80 steps only beside fewer. Killed: the first of
    the others for the reader's; the end of the jump for its beginning."""
    spec, jumps = ddim_lab.SPEC(steps=8, x=-0.4), np.linspace(-2, 2, 1 + len(few.NOISES))
    ways = ddim_lab.PROBES["ways"](ddim_lab.restore(spec, None), {})
    assert ways["ddpm"].shape == (ddim_lab.FATES, 9)
    assert np.allclose(ways["ddpm"][:, 0], -0.4)
    assert np.allclose(ways["ddim"][0, 0], ways["long"][0, 0])
    assert abs(ways["ddim"][0, -1] - ways["long"][0, -1]) > 1e-3
    lanes = figures.hero(spec, ways, jumps)
    lines = [[m for m in one["planes"][0]["marks"] if m["mark"] == "line"] for one in lanes]
    assert [len(of) for of in lines] == [1, 3, 2]
    assert lines[1][0]["label"] == "80 steps"
    assert len(figures.hero(ddim_lab.SPEC(), ways, jumps)[1]["planes"][0]["marks"]) == 4
    assert [one["title"][0][1] for one in lanes] == ["model", "past", "code"]


def test_a_paths_points_and_its_guesses_wear_one_colour() -> None:
    """And its dotted end is where the ODE ends. Killed: the rows of the guesses turned round."""
    river, guesses, stairs = (one["planes"][0]["marks"] for one in figures.strings())
    paths = [m["concept"][0] for m in river if m["mark"] == "line"]
    asked_at = [m for m in guesses if m["mark"] == "line"]
    assert paths == [m["concept"][0] for m in asked_at] == list(figures.HUES)
    assert [m["y"]["row"] for m in asked_at] == [0, 1, 2, 3, 4]
    _, x = consistency_lab.strings()
    ends = [m["at"]["values"][0] for m in guesses if m["mark"] == "rules"]
    assert np.allclose(ends, x[-1].numpy(), atol=1e-4)
    assert [m["label"] for m in stairs] == ["80 steps of the ODE", "one step of DDIM", "one step of the net"]


def test_the_cost_is_told_as_drawn() -> None:
    """What is beyond the picture is left out, and said. Killed: DDPM's for DDIM's."""
    found = shipped(ddim_lab).trace().last("quality")
    chart = figures.cost(found, [0.06, 0.05, 0.05])
    rows = chart["data"]["values"]
    assert {row["name"] for row in rows} == {"DDPM", "DDIM", "Heun", "consistency", "data, twice"}
    assert all(row["y"] <= 2 for row in rows)
    assert "DDIM lands nearer first at 80 evaluations" in figures.cost_said(found, [0.06])
    assert "never" in figures.cost_said(found, [0.001])


def test_the_ruler_says_what_its_handles_mean() -> None:
    """Killed: the score told of every pair."""
    net = trajectory_lab.restore(trajectory_lab.SPEC(hidden=8), None)
    for t, s, word in (
        (9, 9, "along the score"),
        (17, 0, "as a consistency model’s"),
        (12, 5, "part of the way"),
    ):
        stops = figures.stops(t, s)
        found = [trajectory_lab.PROBES["jump"](net, {"t": t, "s": one, "seed": 0}) for one in stops]
        panels, (film, arrays), said = figures.ruler(found, t, stops)
        assert (stops[0], stops[-1]) == (t, s)
        assert "along the score" in said[0]
        assert word in said[-1]
        assert film["count"] == len(said) == len(arrays["jump.jumped"]) <= 6
        assert set().union(*map(set, map(asked, panels))) <= set(arrays)
    assert figures.noise(17) == "80"


def test_bets_and_challenges_are_graded_on_what_was_measured() -> None:
    """None is met on arrival. Killed: steps not looked at; eta not looked at."""
    of, spec = shipped(ddim_lab).trace(), ddim_lab.SPEC()
    assert goals.kept(of) == ("all 100", "100%")
    assert not goals.short(of, spec, 20, 0.95)[0]
    assert goals.short(of, ddim_lab.SPEC(steps=20), 20, 0.95)[0]
    assert not goals.forgetful(of, spec, 0.6, 0.1)[0]
    of.scalars["kept"][1][-1] = 0.36
    assert goals.forgetful(of, spec, 0.6, 0.1)[0]
    assert not goals.forgetful(of, ddim_lab.SPEC(eta=0.9), 0.6, 0.1)[0]
    assert not (goals.close(shipped(consistency_lab).trace(), 0.035) or (True, ""))[0]
    assert goals.close(of, 0.035) is None
