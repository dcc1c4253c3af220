"""Films that a page makes for itself of a VQ-VAE: the copied gradient, and grids of codes being written."""

from collections.abc import Sequence

import numpy as np

from app.figures.films import Film, header, header_of
from app.figures.panels import Panel, Title, bars, heat
from engine.core.trace import Trace
from pages.vqvae.cells import coded, points
from pages.vqvae.figures import INK

BLANK = 255  # a cell without a code yet


def copying() -> Sequence[Panel]:
    """The gradient copied across the quantiser, drawn in its own plane and in numbers."""
    title: Title = [
        ("The step at ", None),
        ("z_q", "code"),
        (" is ", None),
        ("copied", "model"),
        (" to ", None),
        ("z_e", "past"),
    ]
    return [
        points(
            "copy.place",
            title,
            (-0.9, 1.9),
            (-0.95, 0.95),
            cells=False,
            trail=False,
            labels=("z_e", "z_q"),
            concepts=("past", "code"),
            arrows="copy.arrows",
            arrow_concepts=("model", "model", "truth"),
            width=1.1,
        ),
        heat(
            "copy.rows",
            [("The same, number by number", None)],
            "signed",
            -1,
            1,
            "of the largest",
            columns=1,
            width=1.3,
        ),
    ]


def copied(trace: Trace) -> Film:
    """Its film's header and arrays: z_e at (0, 0), z_q at (1, 0), steps down the gradient of length 0.7."""
    n = len(trace.moments)
    steps = np.stack([trace.at("copy", m)["step"] for m in range(n)]).astype(np.float32) * 0.7
    zeros, ones = np.zeros((n, 1), np.float32), np.ones((n, 1), np.float32)
    pull = np.concatenate([zeros, zeros, 0.4 * ones, zeros], 1)
    arrows = np.stack([np.hstack([ones, zeros, steps]), np.hstack([zeros, zeros, steps]), pull], 1)
    place = np.tile(np.array([[0, 0], [1, 0]], np.float32), (n, 1, 1))
    rows = np.stack([trace.at("copy", m)["rows"] for m in range(n)])
    return header_of(trace), {
        "copy.place": place,
        "copy.arrows": arrows.astype(np.float32),
        "copy.rows": rows,
    }


def writing(K: int) -> Sequence[Panel]:
    """Three grids being written, and what the prior says of its next code."""
    rows = (("codes\nso far", "code"), ("decoded", "model"))
    return [
        coded(
            None,
            "write.k",
            "write.x",
            [("Sixteen codes, one after the other", None)],
            rows,
            high=INK,
            most=3,
            labels=("prior", "by frequency", "any code"),
            width=1.2,
        ),
        bars(
            "write.p",
            [("What the ", None), ("prior", "model"), (" says of this cell", None)],
            unit="probability",
            mark="write.taken",
            x="code",
            width=1.3,
        ),
    ]


def written(grids: np.ndarray, pictures: np.ndarray, p: np.ndarray) -> Film:
    """Its film's header and arrays. grids (3, n, n); after each cell pictures (n n, 3, S, S), p (n n, K)."""
    n = len(p)
    taken = grids[0].reshape(-1)
    k = np.full((n, *grids.shape), BLANK, np.uint8)
    for i in range(n):
        k[i].reshape(3, -1)[:, : i + 1] = grids.reshape(3, -1)[:, : i + 1]
    bits = -np.log2(np.maximum(p[np.arange(n), taken], 1e-12))
    scalars = {"bits": {"step": list(range(1, n + 1)), "value": [round(float(v), 4) for v in bits]}}
    x = (np.clip(pictures, 0, 1) * INK).round().astype(np.uint8)
    arrays = {
        "write.k": k,
        "write.x": x,
        "write.p": p.astype(np.float32),
        "write.taken": taken.astype(np.float32),
    }
    return header(range(1, n + 1), scalars), arrays
