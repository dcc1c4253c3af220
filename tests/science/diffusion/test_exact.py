"""The exact pictures beside a net, the points and drawings that it learns, and the futures of a particle."""

import numpy as np
import pytest
import torch

from engine.data import points
from engine.diffusion import exact
from engine.diffusion.ddpm import DDPM, ancestral
from engine.diffusion.point_watch import forks, futures, regions
from engine.diffusion.schedule import linear

FULL = "f" * 64


@pytest.mark.parametrize("data", [exact.KNOWN, "moons"])
def test_the_picture_is_the_mixtures_own_density_and_noise(data: str):
    """Products of one-dimensional Gaussians against the mixture in two: to 1e-4 where density is.

    Killed: x and y exchanged; one axis for both; the score for the noise.
    """
    known = exact.mixture(data, exact.training_set(data, FULL, 0))
    levels = linear(100)[[80, 30, 10]]
    density, field = exact.picture(known, levels)
    for level, ab in enumerate(levels.tolist()):
        noised = known.at(ab**0.5, (1 - ab) ** 0.5)
        for got, rows, columns in (
            (density, exact.FINE_ROWS, exact.FINE_COLUMNS),
            (field, exact.ROWS, exact.COLUMNS),
        ):
            x, y = exact.grid(rows, columns)
            places = torch.stack([x.repeat(rows), y.repeat_interleave(columns)], 1)
            p = noised.log_density(places).exp().view(rows, columns)
            if got is density:
                assert np.abs(density[level] - (255 * p / p.max()).numpy()).max() <= 1
            else:
                wanted = -noised.eps(places).view(rows, columns, 2)
                there = p > 1e-4 * p.max()
                assert (torch.from_numpy(field[level]) - wanted)[there].abs().max() < 1e-3


def test_the_pictures_rows_run_downwards_and_its_cells_are_met_in_the_middle():
    """Killed: rows from below; the edges of cells for their middles."""
    x, y = exact.grid(exact.ROWS, exact.COLUMNS)
    assert y[0] > 0 > y[-1]
    assert x[0] < 0 < x[-1]
    assert torch.allclose(x, -x.flip(0))
    assert torch.allclose(y, -y.flip(0), atol=1e-6)


def test_a_drawing_is_read_row_by_row_from_the_top():
    """Killed: columns for rows; the y axis upside down; bits in the other order."""
    cells = np.zeros((16, 16), np.uint8)
    cells[0, 12:] = 1  # top right
    text = points.drawing(cells)
    assert text == "000f" + "0" * 60
    assert np.array_equal(points.cells(text), cells)
    drawn = points.drawn(text, 500, 0)
    assert drawn[:, 0].min() > 1.0
    assert drawn[:, 1].min() > 1.9
    assert np.abs(drawn).max() <= points.REACH


def test_points_of_a_drawing_are_spread_evenly_over_its_cells():
    """Killed: cells drawn by rows; a cell drawn from its corner only."""
    drawn = points.drawn(FULL, 64_000, 0)
    counts = np.histogram2d(drawn[:, 0], drawn[:, 1], 32, [[-points.REACH, points.REACH]] * 2)[0]
    assert np.abs(counts / 64_000 * 1024 - 1).max() < 5 * (1024 / 64_000) ** 0.5


@pytest.mark.parametrize(
    ("text", "said"), [("0" * 64, "got 0"), ("1" + "0" * 63, "got 1"), ("ff", "256 bits, got 8")]
)
def test_an_empty_drawing_and_one_of_one_cell_are_refused(text: str, said: str):
    """Killed: `< 1`; the length not looked at."""
    with pytest.raises(ValueError, match=said):
        points.drawn(text, 10, 0)


def test_each_set_is_centred_reaches_about_2_and_comes_from_its_seed():
    """Killed: a seed that is not used; a swiss roll of twice the size."""
    for name in points.POINTS:
        x = points.points(name, 5000, 0)
        assert np.array_equal(x, points.points(name, 5000, 0))
        assert not np.array_equal(x, points.points(name, 5000, 1))
        assert np.abs(x.mean(0)).max() < 0.5
        assert 1.3 < np.abs(x).max() < 3.2


def test_futures_of_one_place_with_all_noise_ahead_disagree_and_with_none_agree():
    """From level 1 no noise is left to draw, so they are the particle itself.

    Killed: all particles sent on from T; the path read from its end.
    """
    known = exact.mixture(exact.KNOWN, exact.training_set(exact.KNOWN, FULL, 0))
    ab = linear(60).float()
    model = DDPM(lambda x, t: known.at(float(ab[t[0]].sqrt()), float((1 - ab[t[0]]).sqrt())).eps(x), ab)
    path = ancestral(
        model,
        torch.randn(400, 2, generator=torch.Generator().manual_seed(0)),
        torch.Generator().manual_seed(1),
    )
    again = futures(model, path, [60, 20, 1], 400, torch.Generator().manual_seed(2))
    centres = regions(torch.zeros(1, 2), exact.KNOWN)
    end = torch.cdist(path[-1], centres).argmin(1)
    same = [float((torch.cdist(x, centres).argmin(1) == end).float().mean()) for x in again]
    assert (again[2] - path[-1]).abs().max() < 1e-4
    assert same[0] < 1 / 8 + 5 * (7 / 64 / 400) ** 0.5
    assert same[0] < same[1] < same[2]


def test_forks_of_one_level_are_ten_times_that_level():
    """Killed: a level of 0."""
    assert set(forks(1)) == {1}
    assert forks(100)[0] == 100
