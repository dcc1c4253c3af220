"""Who agrees with whom, and which circles majorities walk in: against plain counting and plain simulation."""

from itertools import combinations

import numpy as np
import pytest

from engine.reward import bradley_terry as bt
from engine.reward import meetings as engine
from engine.reward import rooms


def a_room(minority: float, votes: int = 300, seed: int = 0, voters: int = 12) -> rooms.Room:
    return rooms.simulated(seed, 10, voters, votes, 2.0, minority, 0.0, "random")


def test_two_voters_agree_as_often_as_plain_counting_finds():
    """Also where a voter judged a pair twice. Killed: sides of a pair taken for different pairs; agreement on
    the first of a pair alone counted; a voter that meets itself."""
    room = a_room(0.4, votes=150)
    found = engine.meetings(room.votes, room.voter)
    row = {int(v): n for n, v in enumerate(found.voters)}
    same, met = np.zeros((12, 12)), np.zeros((12, 12))
    for s, t in combinations(range(150), 2):
        a, b = row[int(room.voter[s])], row[int(room.voter[t])]
        if a != b and set(room.votes[s]) == set(room.votes[t]):
            for i, j in ((a, b), (b, a)):
                met[i, j] += 1
                same[i, j] += room.votes[s, 0] == room.votes[t, 0]
    assert np.array_equal(found.met, met)
    assert np.array_equal(np.isnan(found.agree), met == 0)
    assert np.allclose(found.agree[met > 0], (same / np.maximum(met, 1))[met > 0])
    mean, couples = bt.agreement(room.votes, room.voter)
    assert np.nansum(found.agree * found.met) / met.sum() == pytest.approx(mean)
    assert met.sum() == 2 * couples


@pytest.mark.parametrize("seed", range(3))
def test_two_opposed_camps_stand_as_two_blocks_and_a_united_room_as_one(seed):
    """Nobody told it of camps. Killed: the eigenvector of the least value; agreement not measured from a
    coin's; blocks in the order of the eigenvector's values."""
    room = a_room(0.4, 500, seed)
    found = engine.meetings(room.votes, room.voter)
    camp = room.camp[found.voters]
    assert set(camp[: found.first]) != set(camp[found.first :])
    assert len(set(camp[: found.first])) == len(set(camp[found.first :])) == 1
    for block in (found.voters[: found.first], found.voters[found.first :]):
        assert block.tolist() == sorted(block)
    united = a_room(0.0, 900, seed)
    one = engine.meetings(united.votes, united.voter)
    assert one.first == 12
    assert one.voters.tolist() == list(range(12))


def test_fitted_camps_say_the_order_and_who_came_first_stands_first():
    """Killed: camp 0 first whoever came first; the eigenvector's order though camps were fitted."""
    room = a_room(0.0)
    belongs = np.array([0.1, 0.9] * 6)
    found = engine.meetings(room.votes, room.voter, belongs)
    assert found.voters.tolist() == [0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11]
    assert found.first == 6


def test_a_large_room_is_bounded_to_those_who_voted_most():
    """Killed: the first to come in place of those who voted most; a pair's count of who is left out."""
    votes = np.array([[0, 1]] * 7 + [[1, 0]])
    voter = np.array([0, 1, 1, 2, 2, 3, 3, 3])
    found = engine.meetings(votes, voter, most=3)
    assert found.voters.tolist() == [1, 2, 3]
    assert found.met.tolist() == [[0, 4, 6], [4, 0, 6], [6, 6, 0]]
    assert found.agree[2, 0] == pytest.approx(4 / 6)
    nobody = engine.meetings(np.zeros((0, 2), int), np.zeros(0, int))
    assert (len(nobody.voters), nobody.met.shape, nobody.first) == (0, (0, 0), 0)


def test_a_majority_names_who_leads_and_the_clearest_circle_has_the_widest_narrowest_lead():
    """Killed: the loser named first; the circle with the widest lead; the first circle."""
    W = np.zeros((6, 6))
    for i, j, one, other in (
        (0, 1, 9, 0),
        (1, 2, 9, 0),
        (2, 0, 2, 1),
        (3, 4, 5, 2),
        (4, 5, 5, 2),
        (5, 3, 5, 2),
    ):
        W[i, j], W[j, i] = one, other
    assert (2, 0, 2, 1) in engine.majorities(W)
    assert len(engine.majorities(W)) == 6
    assert engine.clearest(W, bt.cycles(W)) == (3, 4, 5)
    assert engine.clearest(W, []) is None
    even = np.array([[0, 2], [2, 0]])
    assert engine.majorities(even) == [(0, 1, 2, 2)]


@pytest.mark.parametrize("times", [3, 4])
def test_slips_alone_make_as_many_circles_as_simulated_rooms_of_one_order(times):
    """Killed: circles counted from each of their corners; a tie counted as a majority; pairs that were never
    voted on counted as coins."""
    rng, u = np.random.default_rng(0), np.array([-1.0, -0.5, 0.0, 0.2, 0.6, 1.1])
    n = np.full((6, 6), times)
    n[0, 5] = n[5, 0] = 0
    upper = np.triu(n, 1)
    p = bt.sigma(u[:, None] - u[None, :])
    counts = []
    for _ in range(1500):
        W = np.triu(rng.binomial(upper, p), 1)
        counts.append(len(bt.cycles(W + (upper - W).T)))
    expected = engine.by_slips(u, upper)
    assert abs(np.mean(counts) - expected) < 5 * np.std(counts) / 1500**0.5
