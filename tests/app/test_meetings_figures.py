"""The pictures of who agrees with whom and of what beat what, read back."""

import numpy as np
import pytest

from engine.reward.meetings import Meetings
from pages.preferences import rings as fig


def three(first: int = 2) -> Meetings:
    agree = np.array([[np.nan, 0.75, 0.25], [0.75, np.nan, np.nan], [0.25, np.nan, np.nan]])
    met = np.array([[0.0, 4, 4], [4, 0, 0], [4, 0, 0]])
    return Meetings(np.array([0, 2, 1]), agree, met, first)


def test_a_cell_is_a_share_and_who_never_met_has_none() -> None:
    """Killed: an empty cell drawn as never alike; the line between the blocks a row too low."""
    found = fig.matrix(three())
    z = found["data"][0]["z"]
    assert z[0, 1] == 75
    assert np.isnan(z[1, 2])
    assert np.isnan(z[0, 0])
    assert (found["data"][0]["zmin"], found["data"][0]["zmax"]) == (0, 100)
    assert {s.get("x0") for s in found["layout"]["shapes"]} == {1.5, -0.5}
    assert fig.matrix(three(3))["layout"]["shapes"] == []


def test_the_matrix_is_told_with_its_empty_cells_and_its_blocks() -> None:
    """Killed: the diagonal counted among the couples that never met; within and across swapped."""
    said = fig.matrix_said(three(), 3, True)
    assert "Empty: 1 of 3 couples" in said
    assert "**2** and **1**" in said
    assert "one block agree **75%**" in said
    assert "different blocks **25%**" in said
    assert "Slips" not in said
    assert "Slips alone" in fig.matrix_said(three(), 3, False)
    assert "Of 9 voters, the 3" in fig.matrix_said(three(), 9, True)
    assert "One block" in fig.matrix_said(three(3), 3, False)
    nobody = Meetings(np.zeros(0, int), np.zeros((0, 0)), np.zeros((0, 0)), 0)
    alone = Meetings(np.zeros(1, int), np.full((1, 1), np.nan), np.zeros((1, 1)), 1)
    for one in (nobody, alone):
        assert "No two voters met" in fig.matrix_said(one, 1, False)
        fig.matrix(one)


def test_a_wedge_is_wide_at_who_leads_and_a_point_at_the_other() -> None:
    """Killed: the point at the leader; a tie that points."""
    at = fig.ring(4)
    corners = fig.wedge(at[0], at[2], 0.2, True)
    assert np.linalg.norm(corners[0] - corners[1]) == pytest.approx(0.2)
    assert np.allclose(corners[2], corners[3])
    assert np.linalg.norm(corners[2] - at[2]) == pytest.approx(fig.NODE)
    band = fig.wedge(at[0], at[2], 0.2, False)
    assert np.linalg.norm(band[0] - band[1]) == pytest.approx(np.linalg.norm(band[2] - band[3]))


def test_things_stand_where_they_stood_and_circles_are_red_the_clearest_most() -> None:
    """Killed: places that follow who leads; a pair that leaves a circle red; width by the lead in place of
    the votes; wedges the wrong way round."""
    pairs = [(0, 1, 3, 1), (1, 2, 3, 1), (2, 0, 3, 1), (0, 3, 8, 0), (1, 3, 2, 2)]
    circle = (0, 1, 2)
    found = fig.graph(4, pairs, [circle], circle, said=list("abcd"))
    nodes = found["data"][-1]
    before = fig.graph(4, pairs[:1], said=list("abcd"))["data"][-1]
    assert (nodes["x"], nodes["y"]) == (before["x"], before["y"])
    colours = {one["fillcolor"]: one["x"].count(None) for one in found["data"] if one.get("fill")}
    assert colours == {
        f"rgba({fig.BLIND[False]},0.9)": 3,
        f"rgba({fig.BLUE},{fig.SHADES[2]})": 1,
        f"rgba({fig.SOFT},{fig.SHADES[0]})": 1,
    }
    assert list(colours)[-1].startswith(f"rgba({fig.BLIND[False]}"), "on top"
    told = found["data"][-2]["text"]
    assert told[0] == "a over b, 3 to 1"
    assert told[4] == "b even with d, 2 to 2"
    wide, corner = {}, {}
    for one in found["data"]:
        if one.get("fill"):
            corner[one["fillcolor"]] = one["x"][0], one["y"][0]
            wide[one["fillcolor"]] = np.hypot(one["x"][0] - one["x"][1], one["y"][0] - one["y"][1])
    most, some = wide[f"rgba({fig.BLUE},{fig.SHADES[2]})"], wide[f"rgba({fig.BLIND[False]},0.9)"]
    assert most == pytest.approx(fig.WIDE, abs=2e-3)
    assert some == pytest.approx(fig.WIDE / 2, abs=2e-3)
    assert np.linalg.norm(fig.ring(4)[0] - corner[f"rgba({fig.BLUE},{fig.SHADES[2]})"]) < 2 * fig.NODE


def test_circles_are_told_beside_what_slips_would_make() -> None:
    """Killed: the number of slips left out; a circle claimed where there is none."""
    said = fig.graph_said(2, 14.6, [(0, 1, 3, 1), (1, 2, 2, 1), (2, 0, 5, 4)], list("abc"))
    assert "2 circles" in said
    assert "about **15**" in said
    assert "*a* over *b* (3 to 1)" in said
    assert "No circle" in fig.graph_said(0, 1.0, [], list("abc"))
    assert len(fig.graph(3, [])["data"]) == 2
