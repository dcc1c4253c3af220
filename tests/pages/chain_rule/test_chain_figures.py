"""Figures and goals of the page of the chain rule by their data."""

import numpy as np

from engine.autoregressive import made_lab, nade_lab
from engine.core.trace import Snapshot, Trace
from pages.chain_rule import goals, nets, reading
from tests.helpers import marks_of, shipped


def probed(lab, name: str, **inputs: object) -> dict:
    """What a shipped net says."""
    run = shipped(lab)
    return lab.PROBES[name](lab.restore(lab.RECORDED[0], run.weights()), inputs)


def test_the_cursor_shows_known_pixels_frames_the_next_and_adds_up_the_bits() -> None:
    """Killed: the next pixel already known; a frame upside down; sums in the order of rows whatever the
    order; the guess of the pixel after."""
    x = np.arange(64) % 2
    o = np.arange(64)[::-1].copy()
    found = {"o": o, "p": np.linspace(0.1, 0.9, 64), "bits": np.arange(64.0)}
    panels, (head, arrays), said = reading.reading(found, found, x, np.full(64, 0.5), [])
    seen = arrays["now.seen"][1].reshape(64)
    assert seen[63] == 100
    assert seen[62] == round(100 * found["p"][62])
    assert set(seen[:62]) == {30}
    assert (arrays["now.frame_x"][1].min(), arrays["now.frame_y"][1].min()) == (6, 0)
    assert np.allclose(arrays["now.p"][1], [100 - 100 * found["p"][62], 100 * found["p"][62]])
    assert head["scalars"]["bits"]["value"][:3] == [0, 63, 125]
    assert head["scalars"]["alone"]["value"][-1] == 64
    assert "row 8, column 7" in said[1]
    assert len(marks_of(panels[3], "line")) == 2


def test_a_touch_moves_later_chances_alone_unless_the_net_leaks() -> None:
    """Of the shipped net. Killed: moves of bits and not of chances; the turned pixel not framed; what is
    before counted after."""
    x = np.zeros((8, 8), int)
    y = x.copy()
    y[3, 3] = 1
    was, found = (probed(made_lab, "read", x=one) for one in (x, y))
    panels, (_, arrays), said = reading.reading(found, was, y.reshape(64), np.full(64, 0.5), [27])
    assert len(marks_of(panels[3], "line")) == 3  # as it was before the touch, too
    moved = arrays["now.moved"][0].reshape(64)
    assert (moved[:28] == 0).all()
    assert (moved[28:] != 0).sum() > 20
    assert arrays["now.touched"][0].reshape(64).nonzero()[0].tolist() == [27]
    assert "You turned a pixel" in said[5]
    assert "0 of them earlier." in said[5]
    assert "its own too" in reading._touched(np.arange(64) >= 27, np.arange(64), [27])
    assert "3 of them earlier" in reading._touched(np.arange(64) >= 24, np.arange(64), [27, 28])


def test_each_guess_of_the_drawn_net_lights_what_reaches_it() -> None:
    """Killed: the guesses by pixel and not by place; connections of all outputs; a diagonal that leaks
    unseen."""
    found = probed(made_lab, "connections", seed=0, shuffled=1)
    _, (head, arrays), said = nets.connections(found, ">")
    assert head["scalars"]["reached"]["value"] == sorted(head["scalars"]["reached"]["value"])
    assert "of no pixel" in said[0]
    assert "or beyond it is 0 (m(d) > m(k))" in said[0]
    alive = arrays["net.alive"]
    places = found["m0"]
    for d in range(8):
        assert (places[alive[d, :8] > 0] <= d).all()
        assert places[alive[d, -8:] > 0].tolist() == [d + 1]
    assert nets.place_at(found, 0.99) == places[7]
    strokes = np.isfinite(arrays["net.lit_x"]).sum(1)
    assert strokes[0] < strokes[-1] < np.isfinite(arrays["net.kept_x"][0]).sum()


def test_the_sum_of_nade_grows_by_inked_pixels_alone() -> None:
    """Killed: a column for blank pixels; the sizes of weights alone; the strip ahead of what is known."""
    x = np.zeros((8, 8), int)
    x[0, 1] = 1
    found = probed(nade_lab, "accumulate", x=x)
    _, (head, arrays), said = nets.accumulated(found, x.reshape(64))
    assert (arrays["sum.added"] != 0).any((1, 2)).nonzero()[0].tolist() == [2]
    assert arrays["sum.added"].min() < 0 < arrays["sum.added"].max()  # both are shown
    assert (arrays["sum.a"][5][:, 5:] == 0).all()
    assert "is inked" in said[2]
    assert "is blank" in said[3]
    assert head["scalars"]["inked"]["value"][:4] == [0, 0, 1, 1]


def test_what_is_filled_in_leaves_what_is_known() -> None:
    """Killed: known pixels drawn; the two nets exchanged in the words."""
    x, unknown = np.eye(8, dtype=int), np.zeros((8, 8), int)
    unknown[:4] = 1
    one = probed(made_lab, "fill", x=x, unknown=unknown, n=24, seed=0)
    assert (one["images"][:, 4:] == x[4:]).all()
    other = {**one, "bits": np.array(99.0)}
    _, (_, arrays), said = nets.filled(one, other, x, unknown, (1.5, 2.5))
    assert arrays["fill.any"].shape == (2, 12, 8, 8)
    assert "the net of rows 99.0" in said[0]
    assert "1.5 and 2.5" in said[1]


def test_bets_and_challenges_are_graded_by_the_run() -> None:
    """Killed: a run that goes on; a leaking net; more pixels than ten; a cover too small."""
    trace, spec = Trace(), made_lab.SPEC
    trace.add(Snapshot(0, 1, "score", {"kept": np.array(1.72)}))
    assert goals.leak(trace) is None
    trace.finished = True
    assert goals.leak(trace) == ("2 bits", "1.7 bits")
    assert goals.cheap(trace, spec(mask=">="), 25.2) is None
    assert goals.cheap(trace, spec(), 25.2) == (True, "1.72 bits")
    assert goals.dear((70.0, 11, ">"), 64, 10) is None
    assert goals.dear((70.0, 3, ">="), 64, 10) is None
    assert goals.dear((70.0, 3, ">"), 64, 10) == (True, "70.0 bits, 3 turned")
    assert goals.even((9.0, 8.0, 19), 20) is None
    assert goals.even((9.0, 8.0, 20), 20) == (True, "8.0 bits by rows, 9.0 in any order")
