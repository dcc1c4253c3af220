"""What a page may ask of trained vectors: what completes a parallelogram."""

from typing import Any

import numpy as np

from engine.core.inputs import Answer, Inputs, whole
from engine.words import analogy

SHOWN = 8  # words that an answer names


def vectors(net: Any) -> np.ndarray:
    """The vectors (V, d) of a net: its words as centres; of GloVe, the sum of both tables."""
    return np.asarray(net.vectors().detach().numpy() if hasattr(net, "vectors") else net.v.detach().numpy())


def parallelogram(net: Any, inputs: Inputs) -> Answer:
    """a is to b as c is to d: the first answers with the three query words left out, and with all in; the
    rank of d both ways."""
    E = vectors(net)
    a, b, c, d = (whole(inputs, name, 0, len(E) - 1) for name in "abcd")
    near = analogy.cosines(E, a, b, c)
    out = near.copy()
    out[[a, b, c]] = -2
    first, every = np.argsort(-out)[:SHOWN], np.argsort(-near)[:SHOWN]
    return {
        "words": first, "near": near[first].astype(np.float32),
        "every": every, "every_near": near[every].astype(np.float32),
        "rank": np.asarray(analogy.rank(near, d, (a, b, c))), "rank_every": np.asarray(analogy.rank(near, d)),
    }  # fmt: skip
