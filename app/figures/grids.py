"""Many small pictures as one."""

import numpy as np


def sheet(images: np.ndarray, columns: int) -> np.ndarray:
    """Pictures (n, H, W) side by side in rows, a blank line between them -> one picture."""
    n, h, w = images.shape
    rows = -(-n // columns)
    apart = np.zeros((rows * columns, h + 1, w + 1), images.dtype)
    apart[:n, :h, :w] = images
    grid = apart.reshape(rows, columns, h + 1, w + 1).transpose(0, 2, 1, 3)
    return grid.reshape(rows * (h + 1), columns * (w + 1))[:-1, :-1]
