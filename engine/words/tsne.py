"""Visualizing Data using t-SNE. Van der Maaten & Hinton, 2008. Trustworthiness: Venna & Kaski, 2001.

Departures:
  - the map is scikit-learn's (Barnes-Hut, started from PCA), not a lesson of ours in how it is found;
  - vectors have length one, so that near means near by cosine.
"""

import numpy as np
from sklearn.manifold import TSNE

from engine.words.analogy import principal, unit


def pca(E: np.ndarray) -> np.ndarray:
    """The cloud E (V, d) of unit vectors on its widest plane: (V, 2)."""
    x = unit(E)
    return (x - x.mean(0)) @ principal(x).T


def tsne(E: np.ndarray, perplexity: float, seed: int) -> tuple[np.ndarray, float]:
    """A map (V, 2) and its divergence from the neighbours in all dimensions, in nats. E (V, d).

    perplexity: about how many neighbours count for each point; fewer than V.
    """
    made = TSNE(2, perplexity=perplexity, init="pca", random_state=seed, learning_rate="auto")
    spots = made.fit_transform(unit(E).astype(np.float32))
    return spots, float(made.kl_divergence_)


def trust(E: np.ndarray, spots: np.ndarray, k: int) -> np.ndarray:
    """Venna and Kaski's measure for each point: 1 - 2 / (k (2n - 3k - 1)) sum of (r - k) over those of its k
    neighbours on the map (n, 2) that are none among unit vectors (n, d); r: true rank. (n,), 1 is best.
    """
    n, x = len(E), unit(E)
    if not 0 < k < n / 2:
        raise ValueError(f"k must lie between 0 and half of the {n} points, got {k}")
    far = -(x @ x.T)
    np.fill_diagonal(far, -np.inf)
    ranks = far.argsort(1, kind="stable").argsort(1, kind="stable")  # 0: the point itself
    apart = np.square(spots[:, None] - spots[None]).sum(2)
    np.fill_diagonal(apart, np.inf)
    near = apart.argsort(1, kind="stable")[:, :k]
    over = np.maximum(np.take_along_axis(ranks, near, 1) - k, 0).sum(1)
    return 1 - 2 * over / (k * (2 * n - 3 * k - 1))
