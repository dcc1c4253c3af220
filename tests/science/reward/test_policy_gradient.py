"""What the estimate of a policy's gradient is, how a batch is weighed, and what Pong's rules are."""

import numpy as np
import pytest
import torch

from engine.core.trace import seeded
from engine.reward import bandit, policy_gradient, policy_gradient_lab, ppo
from engine.reward.policy_gradient import Player, discounted, log_pi, longest, play
from engine.reward.pong import SIZE, Games

PI, Q = np.array([0.2, 0.5, 0.3]), np.array([9.0, 10.0, 11.0])


def player(seed: int = 0, hidden: int = 6) -> Player:
    with seeded(seed):
        return Player(hidden)


def by_hand(net: Player, x: torch.Tensor, up: torch.Tensor, advantage: torch.Tensor) -> list[torch.Tensor]:
    """grad of the mean of A log pi, written out as the blog does: y - p, times A, back through W2 and W1.

    -> the gradients of W1 (H, D) and its bias, of W2's first row (H,) and its bias: nothing of the game.
    """
    h = net.W1(x).relu()  # (n, H)
    p = net(x)[0].sigmoid()
    d = (up.float() - p) * advantage / len(x)  # (n,)
    dh = d[:, None] * net.W2.weight[0] * (h > 0)
    return [dh.T @ x, dh.sum(0), h.T @ d, d.sum()]


def test_a_point_ends_the_credit_of_what_came_before_it() -> None:
    """On a vector written by hand. Killed: no reset at a point; one that forgets the point; gamma twice."""
    rewards = np.array([0, 0, -1, 0, 1, 0, 0])
    assert discounted(rewards, 0.5) == pytest.approx([-0.25, -0.5, -1, 0.5, 1, 0, 0], abs=1e-7)


def test_the_gradient_by_hand_is_that_of_autograd_and_needs_nothing_of_the_game() -> None:
    """Killed: p - y for y - p; relu's mask left out; the advantage of the frame before."""
    net, batch = player(), play(player(1), 8, np.random.default_rng(0))
    A = torch.randn(len(batch.up), generator=torch.Generator().manual_seed(0))
    (A * log_pi(net(batch.x)[0], batch.up)).mean().backward()
    W1, b1, W2, b2 = net.parameters()
    assert W1.grad is not None
    assert W2.grad is not None
    assert b1.grad is not None
    assert b2.grad is not None
    for mine, theirs in zip(
        by_hand(net, batch.x, batch.up, A), (W1.grad, b1.grad, W2.grad[0], b2.grad[0]), strict=True
    ):
        assert torch.allclose(mine, theirs, atol=1e-5)
        assert theirs.abs().max() > 1e-4


def test_gae_is_the_return_minus_v_at_one_and_the_one_step_error_at_zero() -> None:
    """In rallies of unequal length. Killed: V of what follows the point; lambda where gamma belongs."""
    batch, spec = play(player(), 5, np.random.default_rng(1)), policy_gradient_lab.SPEC
    V = torch.randn(len(batch.up), generator=torch.Generator().manual_seed(1))
    for rally in range(5):
        these = np.flatnonzero(batch.rally == rally)
        r, v = batch.rewards[rally, : len(these)].numpy(), V[these].numpy()
        ahead = np.append(v[1:], 0)
        for lam, wanted in ((1.0, discounted(r, 0.9) - v), (0.0, r + 0.9 * ahead - v)):
            A, returns = policy_gradient_lab.advantages(batch, V, spec(gamma=0.9, lam=lam))
            assert A[these].numpy() == pytest.approx(wanted, abs=1e-6)
            assert returns[these].numpy() == pytest.approx(wanted + v, abs=1e-6)
    A, _ = policy_gradient_lab.advantages(batch, V, spec(baseline=False))
    assert abs(A).max() <= 1


def test_at_its_first_use_the_clipped_aim_has_reinforce_s_gradient() -> None:
    """And KL, clip by definition. Killed: max for min; the clip of 1 + epsilon alone; KL turned round."""
    new = torch.tensor([-0.5, -1.0, -0.2, -2.0], requires_grad=True)
    A = torch.tensor([1.0, -2.0, 0.5, -1.0])
    ppo.clipped(new, new.detach(), A, 0.2).sum().backward()
    assert new.grad is not None
    assert torch.allclose(new.grad, A, atol=1e-6)
    old = new.detach() - torch.tensor([0.5, 0.5, -0.5, -0.5])
    r = [np.exp(one) for one in (0.5, 0.5, -0.5, -0.5)]
    wanted = [1.2, -2 * r[1], 0.5 * r[2], -0.8]
    assert ppo.clipped(new.detach(), old, A, 0.2).tolist() == pytest.approx(wanted, abs=1e-6)
    told = ppo.approx_kl(new.detach(), old).tolist()
    assert told == pytest.approx([one - 1 - np.log(one) for one in r], abs=1e-6)


def test_every_baseline_leaves_the_mean_and_the_policy_s_mean_takes_the_variance() -> None:
    """Within five standard errors of the exact one. Killed: grad log pi without its - pi; a variance of n."""
    rng, n = np.random.default_rng(0), 20_000
    pi = np.repeat(PI[None], n, 0)
    a = bandit.drawn(pi, rng.random((n, 1)))
    assert np.bincount(a[:, 0]) / n == pytest.approx(PI, abs=5 * np.sqrt(0.25 / n))
    r = Q[a] + rng.normal(size=(n, 1))
    V = float(PI @ Q)
    for b in (0.0, V, 2 * V):
        g = bandit.estimate(pi, a, r, np.full((n, 1), b))
        assert (abs(g.mean(0) - bandit.exact(PI, Q)) < 5 * g.std(0) / np.sqrt(n)).all()
        assert g.var(0).sum() == pytest.approx(bandit.variance(PI, Q, 1, b), rel=0.05)
    assert bandit.variance(PI, Q, 1, V) < 0.5 * bandit.variance(PI, Q, 1, 0)
    assert bandit.variance(PI, Q, 1, V, 4) == pytest.approx(bandit.variance(PI, Q, 1, V) / 4)


def test_a_ball_is_met_within_reach_bounces_at_the_edge_and_a_miss_is_a_point() -> None:
    """Killed: a paddle of one pixel; a slope that does not depend on where it was met; no bounce; points for
    the wrong side."""

    def one(**given: float) -> Games:
        values = {"x": 5.0, "y": 5.0, "vx": 1.0, "vy": 0.0, "agent": 5.5, "other": 5.5} | given
        return Games(*(np.array([values[name]]) for name in ("x", "y", "vx", "vy", "agent", "other")))

    up = np.array([True])
    met = one(x=10.0, y=5.0, agent=7.0)  # the paddle goes to 6
    assert met.step(up)[0] == 0
    assert (met.x[0], met.vx[0], met.vy[0]) == (10, -1, -1)
    assert one(x=10.0, y=3.0, agent=7.0).step(up)[0] == -1
    assert one(x=1.0, y=1.0, vx=-1.0, other=8.0).step(up)[0] == 1
    bounced = one(y=0.5, vy=-1.0)
    bounced.step(up)
    assert (bounced.y[0], bounced.vy[0]) == (0.5, 1)
    assert bounced.other[0] == 5  # it followed by half a pixel
    seen = one(x=4.25, y=7.0).frames().reshape(SIZE, SIZE)
    assert seen[7, 4:6] == pytest.approx([0.75, 0.25])
    assert seen.sum() == pytest.approx(7)
    assert seen[:, 0].tolist() == [0, 0, 0, 0, 0.5, 1, 1, 0.5, 0, 0, 0, 0]


def test_a_batch_keeps_what_was_seen_and_done_until_each_point() -> None:
    """Played again by its own moves. Killed: a move of another rally; frames after the point; x of now."""
    net = player(2)
    batch = play(net, 6, np.random.default_rng(3))
    games, before = Games.serve(6, np.random.default_rng(3)), None
    assert torch.allclose(net(batch.x)[0].sigmoid(), batch.p.float(), atol=1e-5)
    for t in range(batch.real.shape[1]):
        these = np.flatnonzero(batch.time == t)
        alive = batch.rally[these]
        now = np.zeros((6, SIZE * SIZE))
        now[alive] = games.frames()
        x = now - (now if before is None else before)
        assert batch.x[these].numpy() == pytest.approx(x[alive], abs=1e-6)
        reward = games.step(batch.up[these].numpy())
        assert batch.rewards[alive, t].tolist() == reward.tolist()
        games.only(reward == 0)
        before = now
    assert (batch.rewards.abs().sum(1) == 1).all()
    for won in (True, False):
        tape = longest(batch, won, 4)
        rally = batch.rally[tape[0]]
        assert batch.time[tape[-1]] == batch.real[rally].sum() - 1
        assert batch.rewards[rally].sum() == (1 if won else -1)


def test_a_rally_without_end_is_nobody_s(monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed: a loop that waits for the last point."""
    monkeypatch.setattr(policy_gradient, "LONGEST", 3)
    batch = play(player(), 4, np.random.default_rng(0))
    assert batch.rewards.shape == (4, 3)
    assert batch.rewards.sum() == 0


def test_half_is_reached_over_ten_batches_and_never_is_never() -> None:
    """Killed: the first lucky batch; frames of the batch before."""
    trace = policy_gradient_lab.Trace()
    won = [90.0] * 9 + [40.0, 50.0, 60.0]
    for name, values in (("won", won), ("frames", [100.0 * k for k in range(1, 13)])):
        trace.scalars[name] = list(range(1, 13)), values
    assert policy_gradient_lab.reaches(trace, 50) == 1100
    assert policy_gradient_lab.reaches(trace, 70) == policy_gradient_lab.NEVER
