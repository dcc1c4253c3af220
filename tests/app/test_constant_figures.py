"""The figures of the constant that comparisons leave free, read back."""

import numpy as np

from pages.preferences import odds as fig


def test_rings_stand_where_chances_were_and_dots_where_they_are() -> None:
    """Killed: rings and dots swapped; a labeller's answer of 1 called right."""
    data = fig.odds(np.array([0.2, 0.9]), np.array([0.3, 0.9]), [0.0, 1.0])
    lines, rings, dots = data["data"]
    assert rings["x"] == [0.2, 0.9]
    assert dots["x"] == [0.3, 0.9]
    assert lines["x"] == [0.2, 0.3, None, 0.9, 0.9, None]
    assert data["layout"]["yaxis"]["ticktext"] == ["pair 1<br>said right", "pair 2<br>said left"]
    assert fig.odds(np.array([0.5]), np.array([0.5]))["layout"]["yaxis"]["ticktext"] == ["pair 1"]


def test_what_the_constant_did_is_told_as_it_was_found() -> None:
    """Killed: "no chance moved" said whatever came out; the shorter clip's gain of all its steps."""
    still = fig.found(2.0, 8, 0, 1e-16, 0, True)
    assert "gains +16, both alike" in still
    assert "No chance moved" in still
    assert "49 of 49" in still
    moved = fig.found(2.0, 8, 1, 0.13, 2, False)
    assert "+14" in moved
    assert "moved by 0.13" in moved
    assert "No chance" not in moved
    assert "47 of 49" in moved
    assert "best walk is another" in moved
    assert "Slide" in fig.found(0.0, 8, 0, 0.0, 0, True)


def test_moves_are_arrows_and_a_walk_is_a_frame() -> None:
    """Killed: down drawn as up; columns first."""
    pi = np.eye(4)
    assert fig.arrows(pi, 2).tolist() == [["↑", "→"], ["↓", "←"]]
    assert fig.path((0, 1), 2).tolist() == [[1, 1], [0, 0]]
