"""The project's drawn pictures: complete, labelled, no two alike."""

import numpy as np
import pytest

from engine.data import shapes


def test_every_combination_of_factors_occurs_once_and_looks_like_no_other():
    """Killed: a square among the factor shapes (at a right angle it is itself again); sizes left out."""
    for made in (shapes.sprites(16), shapes.factors(16), shapes.sprites(24, colour=True)):
        n = int(np.prod(made.sizes))
        assert len(made.x) == len(made.factors) == n
        assert len(np.unique(made.factors, axis=0)) == n
        assert len(np.unique(made.x.reshape(n, -1), axis=0)) == n
        assert len(made.names) == len(made.sizes) == made.factors.shape[1]
        assert (made.factors.max(0) + 1).tolist() == list(made.sizes)


@pytest.mark.parametrize("side", shapes.SIDES)
def test_no_object_leaves_the_picture(side: int, monkeypatch: pytest.MonkeyPatch):
    """Drawn on a larger sheet, nothing stands in its margin. Killed: centres up to the very edge; factor
    shapes that reach a quarter further."""
    drawn, margin = shapes.draw, 4

    def larger(
        shape: str, side: int, row: float, col: float, radius: float, angle: float = 0.0
    ) -> np.ndarray:
        sheet = drawn(shape, side + 2 * margin, row + margin, col + margin, radius, angle)
        inside = sheet[margin:-margin, margin:-margin]
        assert sheet.sum() == pytest.approx(inside.sum()), (shape, row, col, radius, angle)
        return inside

    monkeypatch.setattr(shapes, "draw", larger)
    shapes.sprites.__wrapped__(side, 3)
    shapes.factors.__wrapped__(side)


def test_a_disc_has_its_area_and_its_place():
    """Within 2 %. Killed: radius and diameter exchanged; row and column exchanged."""
    ink = shapes.draw("disc", 32, row=10, col=20, radius=6)
    assert ink.sum() == pytest.approx(np.pi * 36, rel=0.02)
    rows, cols = np.indices(ink.shape) + 0.5
    assert (ink * rows).sum() / ink.sum() == pytest.approx(10, abs=0.05)
    assert (ink * cols).sum() / ink.sum() == pytest.approx(20, abs=0.05)


def test_factors_say_where_and_how_large_the_object_is():
    """The centre of ink moves with row and column, the ink grows with the scale. Killed: labels shuffled."""
    made = shapes.factors(16)
    ink = made.x.astype(float)
    mass = ink.sum((1, 2))
    row = (ink * (np.arange(16) + 0.5)[None, :, None]).sum((1, 2)) / mass
    assert np.corrcoef(row, made.factors[:, 3])[0, 1] > 0.95
    assert np.corrcoef(mass, made.factors[:, 1])[0, 1] > 0.9


def test_colours_are_four_hues_on_white():
    """Killed: ink on black."""
    made = shapes.sprites(16, colour=True)
    assert made.x.shape == (600, 16, 16, 3)
    assert (made.x[:, 0, 0] == 255).all()
    assert len(np.unique(made.x[:, 8, 8].reshape(-1, 3), axis=0)) >= 4


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: shapes.sprites(17), "side must be one of 16, 24, 32, got 17"),
        (lambda: shapes.sprites(16, 1), r"places must lie in \[2, 12\], got 1"),
        (lambda: shapes.split(10, 10), r"test must lie in \[1, 9\], got 10"),
        (lambda: shapes.draw("heart", 16, 8, 8, 4), "shape must be one of disc, .*got 'heart'"),
    ],
)
def test_what_cannot_be_drawn_is_refused_by_name(call, said: str):
    with pytest.raises(ValueError, match=said):
        call()


def test_the_cut_is_the_same_each_time_and_leaves_nothing_out():
    """Killed: an unseeded shuffle."""
    train, test = shapes.split(100, 20, seed=4)
    assert sorted([*train, *test]) == list(range(100))
    assert len(test) == 20
    assert np.array_equal(shapes.split(100, 20, seed=4)[0], train)
