"""What a room compares, and its pictures read back: the ladder, who agrees with whom, what beat what."""

import numpy as np
import pytest

from app.voting import ladder
from app.voting import rings as fig
from app.voting.exhibits import KINDS, exhibit
from engine.data import instructions as world
from engine.reward import rooms
from engine.reward.meetings import Meetings


def three(first: int = 2) -> Meetings:
    agree = np.array([[np.nan, 0.75, 0.25], [0.75, np.nan, np.nan], [0.25, np.nan, np.nan]])
    met = np.array([[0.0, 4, 4], [4, 0, 0], [4, 0, 0]])
    return Meetings(np.array([0, 2, 1]), agree, met, first)


def test_a_cell_is_a_share_and_who_never_met_has_none() -> None:
    """Killed: an empty cell drawn as never alike; the line between the blocks a row too low."""
    found = fig.matrix(three())
    cells = found["data"]["values"]
    z = {(y, x): v for y, x, v in zip(cells["y"], cells["x"], cells["value"], strict=True)}
    assert z == {("0", "1"): 75, ("1", "0"): 75, ("0", "2"): 25, ("2", "0"): 25}
    rect, *cuts = found["layer"]
    assert rect["encoding"]["color"]["scale"]["domain"] == [0, 50, 100]
    assert [cuts[0]["encoding"]["x"], cuts[1]["encoding"]["y"]] == 2 * [{"datum": "2", "bandPosition": 0}]
    assert len(fig.matrix(three(3))["layer"]) == 1


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
    near, far = fig.wedge(at[0], at[2], 0.2, True)
    assert (near[2], far[2]) == (0.2, 0)
    assert np.linalg.norm(near[:2] - at[0]) == pytest.approx(fig.NODE)
    assert np.linalg.norm(far[:2] - at[2]) == pytest.approx(fig.NODE)
    near, far = fig.wedge(at[0], at[2], 0.2, False)
    assert near[2] == far[2] > 0


def test_things_stand_where_they_stood_and_circles_are_red_the_clearest_most() -> None:
    """Killed: places that follow who leads; a pair that leaves a circle red; width by the lead in place of
    the votes; wedges the wrong way round."""
    pairs = [(0, 1, 3, 1), (1, 2, 3, 1), (2, 0, 3, 1), (0, 3, 8, 0), (1, 3, 2, 2)]
    circle = (0, 1, 2)
    found = fig.graph(4, pairs, [circle], circle, said=list("abcd"))
    rows = found["data"]["values"]
    before = fig.graph(4, pairs[:1], said=list("abcd"))["data"]["values"]
    assert [r for r in rows if "name" in r] == [r for r in before if "name" in r]
    ends = [r for r in rows if "pair" in r]
    assert [(r["pair"], r["concept"], r["shade"]) for r in ends[::2]] == [
        ("1-3", "soft", fig.SHADES[0]), ("0-3", "past", fig.SHADES[2]),
        *((pair, "blind", 0.9) for pair in ("0-1", "1-2", "2-0")),
    ], "the circle's on top"  # fmt: skip
    told = [r["said"] for r in rows if r.get("third")]
    assert "a over b, 3 to 1" in told
    assert "b even with d, 2 to 2" in told
    wide = {r["pair"]: r["wide"] for r in ends[::2]}
    assert wide["0-3"] == pytest.approx(fig.WIDE)
    assert wide["0-1"] == pytest.approx(fig.WIDE / 2)
    leader = next(r for r in ends if r["pair"] == "0-3")
    assert np.linalg.norm(fig.ring(4)[0] - (leader["x"], leader["y"])) < 2 * fig.NODE


def test_circles_are_told_beside_what_slips_would_make() -> None:
    """Killed: the number of slips left out; a circle claimed where there is none."""
    said = fig.graph_said(2, 14.6, [(0, 1, 3, 1), (1, 2, 2, 1), (2, 0, 5, 4)], list("abc"))
    assert "2 circles" in said
    assert "about **15**" in said
    assert "*a* over *b* (3 to 1)" in said
    assert "No circle" in fig.graph_said(0, 1.0, [], list("abc"))
    assert len(fig.graph(3, [])["data"]["values"]) == 3


def test_a_ladder_climbs_and_its_pictures_stand_under_their_things() -> None:
    """Killed: pictures in the order of the set; error bars unsorted."""
    u, se = np.array([1.0, -1.0, 0.0]), np.array([0.1, 0.2, 0.3])
    found = ladder.ladder(u, se, ["p0", "p1", "p2"], camps=np.array([[3.0, 1.0, 2.0], [0.0, 0.0, 0.0]]))
    rows = found["data"]["values"]
    room = [row for row in rows if row.get("name") == "the room"]
    assert [row["y"] for row in room] == [-1.0, 0.0, 1.0]
    assert [(row["high"] - row["low"]) / 2 for row in room] == pytest.approx([0.2, 0.3, 0.1])
    assert [row["below"] for row in rows if "below" in row] == ["p1", "p2", "p0"]
    assert [row["y"] for row in rows if row.get("name") == "one camp"] == [1.0, 2.0, 3.0]


def test_a_room_is_told_in_words_also_when_nothing_was_voted() -> None:
    """Killed: `nan%`; a split claimed on a gain that chance gives."""
    rng = np.random.default_rng(0)
    empty = rooms.read(np.zeros((0, 2), int), np.zeros(0, int), 5, rng)
    assert "no two voters met" in ladder.facts(empty, 0, 0, 0)
    assert "Too few votes" in ladder.verdict_on_camps(None, 2)
    shares = np.array([0.9, 0.8, 0.1])
    small = rooms.Camps(np.zeros((2, 5)), shares, gain=3.0, price=6.0)
    assert "Not split" in ladder.verdict_on_camps(small, 3)
    large = rooms.Camps(np.zeros((2, 5)), shares, gain=30.0, price=6.0)
    assert "split, 2 to 1" in ladder.verdict_on_camps(large, 3)


def test_a_room_can_compare_replies_no_two_alike() -> None:
    """Killed: a reply without its prompt."""
    shown = exhibit(KINDS[2])
    assert shown.array.shape == (18, world.LENGTH)
    assert len({row[world.PROMPT :].tobytes() for row in shown.array}) == 18
    assert set(np.unique(shown.array[:, 2])) == {world.ASK}
    assert all(text.startswith(world.TASKS) for text in shown.said)
    assert all(svg.count("<text") >= 2 for svg in shown.svg)
