"""The figures of the page on guidance by their data."""

import re

import numpy as np
import pytest

from app.figures.plot import asked
from app.page import moments
from engine.diffusion import guidance_lab, guided_digits_lab, guided_points_lab
from pages.guidance import figures, goals
from tests.helpers import shipped


def there(lab) -> set[str]:
    of = shipped(lab).trace()
    return set(moments.stacks(of, 0, len(of.moments))[0]) | set(of.scalars) | {"step"}


def test_every_array_and_figure_is_in_its_run() -> None:
    """Killed: an array of another name."""
    for lab, panels, said in (
        (guidance_lab, [*figures.hero(guidance_lab.SPEC()), figures.cover()], ()),
        (guided_points_lab, figures.pulls(), figures.pulled(True).data()),
        (guided_digits_lab, figures.digits(), figures.DIGITS.data()),
    ):
        names = there(lab)
        assert set().union(*map(set, map(asked, panels))) <= names
        assert {one for text in said for one in re.findall(r"\{([\w.]+?)(?::\.\d[f%])?\}", text)} <= names


def test_the_tip_that_is_dragged_to_where_it_is_leaves_w() -> None:
    """And twice the pull is twice w; a place of the plane is none of the other picture. Killed: a tip
    in thousandths for one in units."""
    of, most = shipped(guidance_lab).trace(), guidance_lab.MOST
    arrows = of.at("arrows", 15)
    tip = figures.ZOOM * arrows["sum"][0]
    assert figures.in_zoom(tuple(tip))
    assert not figures.in_zoom((-3.5, 2.8))
    assert figures.dragged(arrows, tuple(tip), most) == pytest.approx(guidance_lab.SPEC().w, abs=0.05)
    assert figures.dragged(arrows, tuple(tip + 2 * figures.ZOOM * arrows["one"][0]), most) == pytest.approx(3)
    assert figures.dragged(arrows, tuple(tip + 999 * figures.ZOOM * arrows["one"][0]), most) == most
    assert figures.dragged(arrows | {"one": np.zeros((1, 2))}, (1e3, 1e3), most) is None


def test_the_counts_of_w_stand_at_its_slider() -> None:
    """A minus, no hyphen."""
    assert "the w of Ho & Salimans: 3." in figures.counted(4.0)
    assert "the class is left out. " in figures.counted(0.0)
    assert "Ho & Salimans: −1." in figures.counted(0.0)


def test_the_sweep_says_plainly_that_w_100_is_far_out() -> None:
    """Killed: said of every w."""
    found = {"w": np.array([1.0, 100.0]), "x": np.zeros((2, 10, 8, 8)), "beyond": np.array([0.1, 0.7]),
             "said": np.stack([np.arange(10), np.full(10, 10)])}  # fmt: skip
    _, (film, arrays), said = figures.sweep(found)
    assert "in 10 of 10" in said[0]
    assert "70% of the pixels" in said[1]
    assert ("Nothing that it learned" in said[0], "Nothing that it learned" in said[1]) == (False, True)
    assert film["count"] == len(arrays["sweep.x"]) == 2


def test_bets_and_challenges_are_graded_on_what_was_measured() -> None:
    """None is met on arrival. Killed: a classifier that saw noise."""
    of, spec = shipped(guidance_lab).trace(), guided_points_lab.SPEC(noisy=False)
    assert goals.left(of)[0] == "50%"
    assert not goals.empty(of, 0.015)[0]
    clean = shipped(guided_points_lab, spec).trace()
    assert goals.modest(clean, guided_points_lab.SPEC(), 8) is None
    assert not (goals.modest(clean, spec, 8) or (True, ""))[0]
    assert not (goals.close(shipped(guided_digits_lab).trace(), 1.9) or (True, ""))[0]
