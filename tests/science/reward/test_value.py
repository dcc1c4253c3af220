"""Bellman, Sarsa, Q-learning, double Q-learning, DQN: by definition, by a solve, and beside gymnasium."""

import copy
from typing import Any

import gymnasium
import numpy as np
import pytest
import torch

from engine.core.claims import late
from engine.core.trace import Trace, traced
from engine.reward import bellman_lab, double_q, double_q_lab, dqn, dqn_lab, temporal_difference_lab
from engine.reward import temporal_difference as td
from engine.reward.bellman import backup, evaluate, greedy, value_iteration
from engine.reward.grids import MOVES, THE_CLIFF, cross, length, placed, way, world

CPU = torch.device("cpu")


def tables(name: str, **given: Any) -> tuple[np.ndarray, np.ndarray]:
    """P (A, n, n) and r (A, n) of gymnasium's own table; nothing follows where a walk is over."""
    said = vars(gymnasium.make(name, **given).unwrapped)["P"]
    P, r = np.zeros((4, len(said), len(said))), np.zeros((4, len(said)))
    for s, moves in said.items():
        for a, outcomes in moves.items():
            for chance, to, reward, done in outcomes:
                r[a, s] += chance * reward
                P[a, s, to] += chance * (not done)
    return P, r


def test_value_iteration_agrees_with_a_linear_solve_in_gymnasiums_frozen_lake() -> None:
    """Killed: the mean over moves in place of the best; gamma left out; rows for columns of P."""
    P, r = tables("FrozenLake-v1", map_name="8x8", is_slippery=True)
    v = value_iteration(P, r, 0.95, 3000)[-1]
    solved = evaluate(P, r, greedy(backup(P, r, v, 0.95)), 0.95)
    assert solved is not None
    assert np.abs(v - solved).max() < 1e-6
    assert v.max() > 0.5


def test_our_cliff_is_gymnasiums_cliff_walking() -> None:
    """Move by move, where a walk can stand. Killed: a fall that ends; a fall that costs a step besides."""
    P, r = tables("CliffWalking-v1")
    ours = world(THE_CLIFF, -1, -100, 0, 0)
    ends = ours.P.copy()
    ends[:, :, 47] = 0  # a step into the goal: nothing follows
    assert np.array_equal(ends[:, ours.stood], P[:, ours.stood])
    assert np.array_equal(ours.r[:, ours.stood], r[:, ours.stood])


def test_our_wind_is_the_slip_of_frozen_lake() -> None:
    """Two thirds of the steps go to a side. Killed: wind to one side alone, or backwards."""
    P, r = tables("FrozenLake-v1", desc=["SFF", "FFF", "FFG"], is_slippery=True)
    ours = world("S../.../..G", 0, -100, 1, 2 / 3)
    order = [3, 2, 1, 0]  # up, right, down, left in gymnasium's numbers
    ends = ours.P.copy()
    ends[:, :, 8] = 0
    assert np.allclose(ends[:, :8], P[order, :8])
    assert np.allclose(ours.r[:, :8], r[order, :8])


def test_a_world_without_a_way_or_with_a_loop_that_pays_is_told_and_stays_finite() -> None:
    """Killed: NaN of a singular solve; gamma below 1 called endless; a stuck cell counted as reached."""
    lab = bellman_lab
    for changes, endless, stuck in (
        ({"grid": "S.#G/..##", "gamma": 1.0}, 1, 4),
        ({"grid": "S.#G/..##", "gamma": 0.9}, 0, 4),
        ({"grid": "S./..", "gamma": 1.0}, 1, 4),
        ({"grid": "S./.G", "gamma": 1.0, "step": 0.5}, 1, 0),
        ({"grid": "S./.G", "gamma": 1.0, "step": 0.0}, 0, 0),
        ({"grid": "S.#G/..##", "gamma": 1.0, "step": 0.0}, 0, 4),
    ):
        trace = traced(lab.run(lab.SPEC(**changes), CPU, {}))
        facts = trace.last("facts")
        assert (facts["endless"][0], facts["stuck"][0]) == (endless, stuck), changes
        assert all(np.isfinite(a).all() for kept in trace.snapshots.values() for a in kept.values())
    assert evaluate(np.ones((1, 1, 1)), np.zeros((1, 1)), np.ones((1, 1)), 1.0) is None


def test_the_way_follows_the_best_moves_and_its_picture_stands_where_its_cells_do() -> None:
    """Killed: a way through a wall; a cliff that counts as arrival; rows upside down; sides exchanged."""
    here = world("S#G/...")
    q = backup(here.P, here.r, value_iteration(here.P, here.r, 0.9, 99)[-1], 0.9)
    assert list(dict.fromkeys(way(here, q).tolist())) == [0, 3, 4, 5, 2]
    assert length(here, way(here, q)) == 4
    off = np.zeros((4, 6))
    off[1] = 1  # always right, into the wall; or off the cliff
    assert set(way(here, off).tolist()) == {0}
    for text in ("S#G/...", "Sx/.G"):
        there = world(text)
        assert length(there, way(there, off[:, : len(there.cells)])) == 0
    x, y = placed(here, np.array([0, 5]))
    assert (x.tolist(), y.tolist()) == ([0.5, 2.5], [1.5, 0.5])
    assert placed(here, np.array([0]), mirrored=True)[1] == 0.5
    tiles = cross(here, np.arange(24.0).reshape(4, 6))
    assert [tiles[1 + down, 1 + right] for down, right in MOVES] == [0, 6, 12, 18]
    assert tiles[1, 1] == 18


def test_targets_are_what_the_book_says() -> None:
    """Killed: Sarsa with the max; expected Sarsa without the exploring share; Q-learning without its max."""
    q = [1.0, 5.0, 2.0, 0.0]
    assert td.sarsa(-1, 0.5, q, 2) == 0.0
    assert td.q_learning(-1, 0.5, q) == 1.5
    pi = np.full(4, 0.1)
    pi[1] += 0.6
    assert td.expected_sarsa(-1, 0.5, q, 0.4) == pytest.approx(-1 + 0.5 * float(pi @ q))
    assert td.update(q, 1, 7.0, 0.25) == 2.0
    assert q[1] == 5.5
    draws = np.random.default_rng(0).random((20_000, 3))
    taken = np.bincount([td.explore([0.0, 3.0, 3.0, 1.0], 0.2, d) for d in draws], minlength=4) / len(draws)
    assert np.allclose(taken, [0.05, 0.45, 0.45, 0.05], atol=5 * (0.25 / len(draws)) ** 0.5)


def test_sarsa_values_the_walk_it_makes_and_q_learning_the_best_one() -> None:
    """Beside the linear solve of its own exploring policy. Killed: Q-learning's target for both; the twins'
    tables exchanged; no prize."""
    lab = temporal_difference_lab
    spec = lab.SPEC(alpha=0.05, episodes=1500)
    score = traced(lab.run(spec, CPU, {})).last("score")
    here = lab.made(spec)
    v = value_iteration(here.P, here.r, spec.gamma, 2000)[-1]
    assert score["start"][1] == pytest.approx(v[here.start], abs=0.05)
    q = backup(here.P, here.r, _exploring(here, spec.gamma), spec.gamma)
    pi = (1 - spec.epsilon) * greedy(q) + spec.epsilon / 4
    walked = evaluate(here.P, here.r, pi, spec.gamma)
    assert walked is not None
    assert score["start"][0] == pytest.approx(walked[here.start], abs=1.5)
    assert walked[here.start] < v[here.start] - 3


def _exploring(here, gamma: float) -> np.ndarray:
    """What cells are worth to one who explores one time in ten, at best: v of the best such policy."""
    v = np.zeros(len(here.cells))
    for _ in range(600):
        q = backup(here.P, here.r, v, gamma)
        v = 0.9 * q.max(0) + 0.1 * q.mean(0)
    return v


def test_twins_that_do_not_explore_end_alike() -> None:
    """Killed: generators of other seeds; a fall that ends an episode; two worlds the same way up."""
    lab = temporal_difference_lab
    trace = traced(lab.run(lab.SPEC(epsilon=0.0, episodes=400), CPU, {}))
    assert trace.last("way")["moves"].tolist() == [13, 13]
    assert trace.latest("earned_upper") == trace.latest("earned_q") == 7
    assert np.allclose(trace.last("way")["y"].sum(0), 8)  # mirror images
    lost = traced(lab.run(lab.SPEC(epsilon=1.0, episodes=20), CPU, {}))  # by chance alone: the same walks
    assert lost.scalars["earned_upper"] == lost.scalars["earned_q"]
    assert lost.latest("falls_q") > 1  # a walk goes on after a fall
    visits = lost.last("walked")["visits"]
    assert np.array_equal(visits[:4], visits[:3:-1])


def test_the_largest_of_noisy_guesses_is_too_large_and_a_second_table_is_not_fooled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Means of ten numbers that are 0 in truth; and two tables that believe themselves are no cure.
    Killed: one table that picks and is believed; argmin."""
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 20_000, 10))
    assert double_q.single(a).mean() == pytest.approx(1.539, abs=0.03)  # of ten standard normal draws
    assert abs(double_q.double(a, b).mean()) < 5 / 20_000**0.5
    assert double_q.double(a, a).mean() == double_q.single(a).mean()
    monkeypatch.setattr(double_q, "double", lambda mine, other: double_q.single(mine))
    trace = traced(double_q_lab.run(double_q_lab.SPEC(episodes=80), CPU, {}))
    assert max(trace.scalars["left_double"][1]) > 90


def test_a_learner_of_two_tables_teaches_one_of_them_with_the_other() -> None:
    """Killed: both tables taught; the own table believed; right's target other than 0;
    the worst move taken."""
    two = double_q.Learners(2, 2, 2)
    two.B[0], two.B[1] = [[3.0, 1.0]] * 2, [[10.0, 20.0]] * 2
    two.A[:] = 8.0
    two.learn(np.array([0, 1]), np.array([0, 0]), np.array([5.0, 5.0]), 0.5, np.array([0, 0]))
    assert two.A[0].tolist() == [[9.0, 8.0], [8.0, 4.0]]
    assert (two.A[1] == 8).all()
    assert two.B[0].tolist() == [[4.0, 1.0], [3.0, 1.0]]
    assert two.B[1].tolist() == [[10.0, 20.0]] * 2
    a, b = two.explore(0.0, np.full((2, 6), 0.7))  # by the sum of both tables
    assert (a.tolist(), b.tolist()) == ([0, 0], [1, 1])


def test_the_loss_of_a_batch_is_that_of_the_paper() -> None:
    """Step by step; the old net stays as it is. Killed: an end that is not one; the max of the learning net;
    a gradient through the target."""
    torch.manual_seed(0)
    net = dqn.QNetwork(5, 8)
    old = copy.deepcopy(net)
    with torch.no_grad():
        for p in old.parameters():
            p.add_(0.3)
    seen = dqn.phi(2, 3)
    assert seen.shape == (6, 5)
    assert seen.sum(1).tolist() == [2.0] * 6
    S, A, R, after, done = (torch.tensor(one) for one in (
        [0, 4, 5], [1, 3, 0], [0.5, -1.0, 2.0], [1, 0, 2], [0.0, 0.0, 1.0]))  # fmt: skip
    y = dqn.targets(old, seen, R, after, done, 0.9)
    wanted = [0.5 + 0.9 * old(seen[1]).max().item(), -1 + 0.9 * old(seen[0]).max().item(), 2.0]
    assert y.tolist() == pytest.approx(wanted)
    assert not y.requires_grad
    error = dqn.loss(net, seen, S, A, y)
    each = [(wanted[i] - net(seen[S[i]])[A[i]].item()) ** 2 for i in range(3)]
    assert error.item() == pytest.approx(np.mean(each), rel=1e-5)
    error.backward()
    assert all(p.grad is None for p in old.parameters())


def test_figures_of_the_net_compare_it_with_the_exact_values(monkeypatch: pytest.MonkeyPatch) -> None:
    """A net that is the exact table is 0 off. Killed: cliffs and walls counted; rewards not scaled back."""
    v = value_iteration(dqn_lab.WORLD.P, dqn_lab.WORLD.r, dqn_lab.GAMMA, 2000)[-1]
    q = backup(dqn_lab.WORLD.P, dqn_lab.WORLD.r, v, dqn_lab.GAMMA)
    q[:, ~dqn_lab.WORLD.stood] = 999  # no step begins there
    exact = torch.tensor(q.T / dqn_lab.SCALE, dtype=torch.float32)

    class Known(dqn.QNetwork):
        def forward(self, phi: torch.Tensor) -> torch.Tensor:
            flat = phi.reshape(-1, 16)
            cells = flat[:, :4].argmax(1) * 12 + flat[:, 4:].argmax(1)
            return exact[cells].reshape(*phi.shape[:-1], 4) + 0 * super().forward(phi)

    monkeypatch.setattr(dqn_lab, "QNetwork", Known)
    trace = traced(dqn_lab.run(dqn_lab.SPEC(steps=300), CPU, {}))
    assert trace.latest("off") < 1e-4
    assert abs(trace.latest("over")) < 1e-4
    assert trace.latest("arrives") == 100
    assert trace.last("way")["moves"] == 13


def test_what_is_claimed_of_the_end_is_the_mean_of_its_last_part() -> None:
    """Killed: the mean of all; the last figure alone."""
    trace = Trace(total=10, scalars={"off": ([*range(1, 11)], [*map(float, range(1, 11))])})
    assert late("off")({"this": trace}) == [9.5]
    assert late("off", runs=("one", "one"), share=0.1)({"one": trace}) == [10, 10]


def test_each_switch_of_the_net_takes_one_crutch_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed: the learning net for targets always; any of its steps whatever the switch; a copy at another
    time."""
    seen: list[tuple[bool, np.ndarray, bool]] = []
    whose: list[torch.nn.Module] = []
    drawn: list[np.ndarray] = []
    targets, loss, batch = dqn_lab.targets, dqn_lab.loss, dqn.Memory.batch

    def spied(net, *given):
        first, second = (next(one.parameters()) for one in (whose[-1], net))
        seen.append((whose[-1] is net, drawn[-1], torch.equal(first, second)))
        return loss(net, *given)

    monkeypatch.setattr(dqn_lab, "targets", lambda old, *given: (whose.append(old), targets(old, *given))[1])
    monkeypatch.setattr(dqn_lab, "loss", spied)
    monkeypatch.setattr(dqn.Memory, "batch", lambda self, which: (drawn.append(which), batch(self, which))[1])
    for replay, target in ((True, True), (False, True), (True, False)):
        seen.clear()
        traced(dqn_lab.run(dqn_lab.SPEC(steps=330, replay=replay, target=target, sync=50), CPU, {}))
        learned = range(dqn_lab.FIRST + 1, 331)  # the steps at which it learned
        assert {same for same, _, _ in seen} == {not target}
        newest = [np.array_equal(which, np.arange(step - 32, step)) for step, (_, which, _) in
                  zip(learned, seen, strict=True)]  # fmt: skip
        assert set(newest) == {not replay}
        if target:  # from the first step, until it learns, and after each copy
            alike = [step for step, (_, _, equal) in zip(learned, seen, strict=True) if equal]
            assert alike == [201, 251, 301]
