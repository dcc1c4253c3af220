"""Paired comparisons (Bradley & Terry, 1952): agreement with other hands, and what is said of a room."""

import choix
import numpy as np
import pytest
import torch
from scipy.stats import sem, spearmanr
from sklearn.linear_model import LogisticRegression

from engine.core.trace import traced
from engine.reward import bradley_terry as bt
from engine.reward import bradley_terry_lab as lab
from engine.reward import rooms


def a_room(seed: int = 0, **changes):
    given = {
        "n": 12,
        "voters": 10,
        "votes": 300,
        "scale": 1.5,
        "minority": 0.0,
        "lazy": 0.0,
        "rule": "random",
    }
    return rooms.simulated(seed, **{**given, **changes})


@pytest.mark.parametrize(("seed", "prior"), [(0, 2.0), (1, 0.5), (2, 5.0)])
def test_utilities_agree_with_choix(seed, prior):
    """Killed: the prior's variance for its precision; the loser's row counted as the winner's."""
    room = a_room(seed)
    ours = bt.fit(bt.wins(room.votes, 12), prior=prior).theta
    theirs = choix.opt_pairwise(12, room.votes.tolist(), alpha=1 / (2 * prior**2), tol=1e-10)
    assert np.abs((ours - ours.mean()) - (theirs - theirs.mean())).max() < 1e-4


def test_with_features_it_is_logistic_regression_on_their_differences():
    """Killed: sums of features in place of differences."""
    room = a_room(3, features=5)
    assert room.X is not None
    gaps = room.X[room.votes[:, 0]] - room.X[room.votes[:, 1]]
    both = np.concatenate([gaps, -gaps])  # each vote from either side, at half its weight
    y, half = np.repeat([1, 0], len(gaps)), np.full(2 * len(gaps), 0.5)
    theirs = (
        LogisticRegression(C=4.0, fit_intercept=False, tol=1e-10, max_iter=1000).fit(both, y, half).coef_[0]
    )
    ours = bt.fit(bt.wins(room.votes, 12), room.X, prior=2.0).theta
    assert np.abs(ours - theirs).max() < 1e-3


def test_newton_ends_where_the_slope_is_zero_also_for_a_thing_that_never_lost():
    """Killed: an end after three rounds."""
    votes = np.array([[0, 1]] * 500 + [[1, 2]] * 500)
    W = bt.wins(votes, 3)
    found = bt.fit(W)
    value = bt.objective(W, np.eye(3), found.theta, bt.PRIOR)
    for i in range(3):
        for step in (1e-4, -1e-4):
            nudged = found.theta + step * np.eye(3)[i]
            assert bt.objective(W, np.eye(3), nudged, bt.PRIOR) < value
    assert np.isfinite(found.theta).all()


def test_two_in_three_of_all_true_utilities_lie_within_one_error_bar():
    """Rooms drawn from the prior itself, 40 of 12 things. Killed: variances drawn in the place of errors."""
    inside = []
    for seed in range(40):
        room = a_room(seed, scale=bt.PRIOR, votes=150)
        found = bt.fit(bt.wins(room.votes, 12))
        off = (found.theta - found.theta.mean()) - (room.true - room.true.mean())
        inside.append(np.abs(off) < bt.spread_of(found.covariance))
    share, n = np.mean(inside), 40 * 12
    assert abs(share - 0.683) < 5 * (0.683 * 0.317 / n) ** 0.5


def test_what_a_vote_tells_is_the_entropy_that_it_takes_from_u():
    """Against a plain simulation. Killed: the vote's entropy alone; covariances left out."""
    room = a_room(1, votes=60)
    found = bt.fit(bt.wins(room.votes, 12))
    bits = bt.information(found.theta, found.covariance)
    draws = np.random.default_rng(0).multivariate_normal(found.theta, found.covariance, 40_000)
    for i, j in ((0, 1), (2, 7), (5, 11)):
        p = bt.sigma(draws[:, i] - draws[:, j])
        assert bits[i, j] == pytest.approx(bt.entropy(p.mean()) - bt.entropy(p).mean(), abs=0.01)
    assert np.allclose(bits, bits.T)
    sure = bt.information(found.theta, np.zeros((12, 12)))
    assert np.abs(sure[~np.eye(12, dtype=bool)]).max() < 1e-9


def test_a_circle_is_found_once_and_an_order_has_none():
    """Killed: triples of one sense only; ties taken for wins."""
    assert bt.cycles(bt.wins(np.array([[0, 1], [1, 2], [0, 2]]), 3)) == []
    assert bt.cycles(bt.wins(np.array([[0, 1], [1, 2], [2, 0]]), 3)) == [(0, 1, 2)]
    assert bt.cycles(bt.wins(np.array([[1, 0], [2, 1], [0, 2]]), 3)) == [(0, 2, 1)]
    assert bt.cycles(bt.wins(np.array([[0, 1], [1, 0], [1, 2], [2, 0]]), 3)) == []


def test_agreement_counts_couples_of_different_voters_on_one_pair():
    """Killed: a voter that agrees with itself counted; sides of a pair taken for different pairs."""
    votes = np.array([[0, 1], [0, 1], [1, 0], [2, 3]])
    assert bt.agreement(votes, np.array([0, 1, 2, 0])) == (pytest.approx(1 / 3), 3)
    assert bt.agreement(votes[:2], np.array([4, 4]))[1] == 0


@pytest.mark.parametrize("seed", range(3))
def test_a_split_room_is_called_split_and_a_united_one_is_not(seed):
    """Killed: one camp's gain compared with nothing; the voters' shares swapped between camps."""
    rng = np.random.default_rng(0)
    room = a_room(seed, n=16, voters=20, votes=300, scale=2.0, minority=0.4)
    camps = rooms.split(room.votes, room.voter, 16, rng)
    assert camps is not None
    assert camps.split
    right = float(((camps.belongs > 0.5) == (room.camp > 0)).mean())
    assert max(right, 1 - right) >= 0.9
    united = a_room(seed, n=16, voters=20, votes=300, scale=2.0)
    one = rooms.split(united.votes, united.voter, 16, rng)
    assert one is not None
    assert not one.split


def test_features_are_weighed_against_free_numbers_in_the_same_rooms_with_half_of_the_votes(monkeypatch):
    """Against choix and scikit-learn, and scipy's standard error.

    Killed: all votes for the half; rooms without features for the free numbers; a standard deviation for the
    error of a mean; the error of each arm by itself; a split room in the place of a united one."""
    monkeypatch.setattr(lab, "ROOMS", 3)
    monkeypatch.setattr(lab, "SPLIT_ROOMS", 2)
    spec = lab.SPEC(votes=120, items=10, voters=10, rule="information")
    trace = traced(lab.run(spec, torch.device("cpu"), {}))
    seen = trace.last("rooms")
    for one in range(3):
        room = rooms.simulated(1000 + one, 10, 10, 120, spec.scale, 0.0, 0.0, "random", lab.FEATURES)
        free = choix.opt_pairwise(10, room.votes.tolist(), alpha=1 / (2 * bt.PRIOR**2), tol=1e-10)
        gaps = room.X[room.votes[:60, 0]] - room.X[room.votes[:60, 1]]
        y, half = np.repeat([1, 0], 60), np.full(120, 0.5)
        model = LogisticRegression(C=bt.PRIOR**2, fit_intercept=False, tol=1e-10, max_iter=1000)
        learned = room.X @ model.fit(np.concatenate([gaps, -gaps]), y, half).coef_[0]
        for name, u in (("free", free), ("learned", learned)):
            assert seen[name][one] == pytest.approx(spearmanr(u, room.true)[0], abs=1e-6)
        plain = rooms.simulated(1000 + one, 10, 10, 120, spec.scale, 0.0, 0.0, "information")
        u = choix.opt_pairwise(10, plain.votes.tolist(), alpha=1 / (2 * bt.PRIOR**2), tol=1e-10)
        assert seen["rho"][one] == pytest.approx(spearmanr(u, plain.true)[0], abs=1e-6)
    assert seen["shrunk"] == pytest.approx([1, 1])
    said = lab.CLAIMS[1].check({"lot": trace}).measured
    ahead = seen["learned"] - seen["free"]
    assert f"ahead {ahead.mean():.3f} ± {2 * sem(ahead):.3f}" in said


def test_who_always_presses_left_tells_nothing_for_sides_are_drawn_by_lot():
    """Killed: the pair shown in the order in which it was drawn to be best."""
    room = a_room(0, lazy=0.8, voters=10, votes=600, rule="information")
    idle = room.voter >= 2
    better = room.true[room.votes[:, 0]] > room.true[room.votes[:, 1]]
    assert abs(better[idle].mean() - 0.5) < 5 * 0.5 / idle.sum() ** 0.5
    assert better[~idle].mean() > 0.7


def test_features_of_a_picture_are_what_they_are_called():
    """Killed: rows and columns swapped; a mirror along the other axis."""
    tall, wide, odd = np.zeros((3, 8, 8))
    tall[:, 4], wide[4], odd[0, :3] = 1, 1, 1
    X = rooms.features(np.stack([tall, wide, odd]))
    assert X[:, 1].argmax() == 0
    assert X[:, 2].argmax() == 1
    assert X[1, 3] > X[2, 3]  # wide is nearly its own mirror image, odd is not
    assert X[0, 4] > X[2, 4]
    assert len(rooms.NAMES) == X.shape[1]
