"""Many small pictures as one sheet."""

import numpy as np

from app.figures.grids import sheet


def test_pictures_are_laid_in_rows_with_a_blank_line_between() -> None:
    """Killed: columns first; pictures turned on their side; the blank line at the end left."""
    assert sheet(np.arange(1, 5).reshape(4, 1, 1), 2).tolist() == [[1, 0, 2], [0, 0, 0], [3, 0, 4]]
    patches = np.arange(3)[:, None, None] + np.array([[0, 0.5], [0, 0]])
    found = sheet(patches, 2)
    assert found.shape == (5, 5)
    assert found[0].tolist() == [0, 0.5, 0, 1, 1.5]
    assert found[3, :2].tolist() == [2, 2.5]
