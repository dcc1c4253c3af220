"""Analogies, planes and flat maps: by hand, and against scikit-learn."""

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness

from engine.core.trace import traced
from engine.words import analogy, tsne_lab
from engine.words.tsne import pca, trust, tsne

RNG = np.random.default_rng(0)
CLOUD = RNG.normal(size=(90, 6)) * [3, 2, 1, 1, 1, 1]


def test_trust_of_all_points_is_scikit_learns_trustworthiness():
    """Killed: ranks from 0; a normaliser of 2 / (n k ...) without the point's own share."""
    spots = pca(CLOUD)
    for k in (3, 8):
        theirs = trustworthiness(analogy.unit(CLOUD), spots, n_neighbors=k)
        assert trust(CLOUD, spots, k).mean() == pytest.approx(theirs, abs=1e-9)
    assert trust(CLOUD, analogy.unit(CLOUD), 8).min() == 1
    with pytest.raises(ValueError, match="k must lie between 0 and half of the 90 points, got 45"):
        trust(CLOUD, spots, 45)


def test_the_widest_plane_is_scikit_learns():
    """Killed: the cloud not centred; the last two directions."""
    theirs = PCA(2).fit(CLOUD).components_
    ours = analogy.principal(CLOUD)
    assert abs(ours @ theirs.T) == pytest.approx(np.eye(2), abs=1e-6)


def test_tsne_is_the_same_for_the_same_seed_and_keeps_groups():
    """Killed: a seed that is not handed on; rows of unequal length."""
    two = np.concatenate([np.eye(5)[RNG.integers(2, size=40)] + 0.05 * RNG.normal(size=(40, 5))])
    one, other = tsne(two, 10, 3)[0], tsne(two * 7, 10, 3)[0]
    assert one == pytest.approx(other, rel=1e-2, abs=1e-2)
    group = two[:, 0] > 0.5
    apart = np.linalg.norm(one[group].mean(0) - one[~group].mean(0))
    assert apart > 2 * one[group].std()


def test_words_among_false_neighbours_are_counted_on_each_map(monkeypatch):
    """Killed: the share of those that are right; PCA's map for t-SNE's; the mean for the share."""
    monkeypatch.setattr(tsne_lab, "PERPLEXITIES", (5,))
    v = torch.from_numpy(CLOUD)
    trace = traced(tsne_lab.run(tsne_lab.SPEC(k=4), torch.device("cpu"), {"text": {"v": v}}))
    E = v.float().numpy().astype(np.float64)
    for name, spots in (("pca", pca(E)), ("tsne", tsne(E, 5, 0)[0])):
        low = [one < tsne_lab.FALSE for one in trust(E, spots, 4)]
        assert 0 < sum(low) < len(low)
        assert float(trace.last("trust")[f"{name}_false"]) == pytest.approx(sum(low) / len(low))


def test_the_answer_is_found_without_and_with_the_words_of_the_question():
    """Killed: only c left out; an answer that is left out when it is a word of the question."""
    E = np.array([[1, 0, 0], [1, 0.4, 0], [0, 0, 1], [0, 0.4, 1], [0.05, 0.2, 1.0]], float)
    near = analogy.cosines(E, 0, 1, 2)
    assert analogy.rank(near, 3, (0, 1, 2)) == 1
    close = np.array([[1, 0], [1, 0.05], [0, 1], [0.3, 0.8]], float)
    answers = analogy.cosines(close, 0, 1, 2)
    assert analogy.rank(answers, 3, (0, 1, 2)) == 1
    assert analogy.rank(answers, 3) == 2
    assert analogy.solved(close, np.array([[0, 1, 2, 3]])) == (1.0, 0.0)
    far = np.array([[1, 0, 0], [0.2, 1, 0], [1, 0, 0.3], [0.2, 0.7, 0.7]], float)  # b is nearest, then d
    assert analogy.solved(far, np.array([[0, 1, 2, 3]])) == (1.0, 0.0)


def test_an_axis_points_from_the_first_to_the_second():
    """Killed: the other way round."""
    E = np.array([[1, 0], [0, 1], [1, 0.1], [0.1, 1]], float)
    way = analogy.axis(E, [(0, 1), (2, 3)])
    assert way @ E[1] > 0 > way @ E[0]
    assert np.linalg.norm(way) == pytest.approx(1)
