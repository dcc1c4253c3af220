"""What Christiano et al. (2017) say of answers and rewards, checked on numbers."""

import pytest
import torch

from engine.reward import gardens
from engine.reward import human_preferences as hp
from engine.reward.asking import Asker, teach


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def some_clips(n: int, k: int = 8, seed: int = 0) -> torch.Tensor:
    return torch.randint(hp.CELLS, (n, k), generator=rng(seed))


def asker(members: int = 3) -> Asker:
    return Asker("one flag", "from above", members, 8, 0.1, 0.02, 1.0, 0)


def test_eq_1_is_the_softmax_of_the_two_sums_of_rewards():
    """Killed: means in place of sums; sigma2 first."""
    r_hat = torch.randn(hp.CELLS, generator=rng())
    a, b = some_clips(40), some_clips(40, seed=1)
    sums = torch.stack([r_hat[a].sum(1), r_hat[b].sum(1)], 1).double()
    assert torch.allclose(hp.preferred(r_hat, a, b, 0.0).double(), sums.softmax(1)[:, 0], atol=1e-6)


def test_a_constant_added_to_every_reward_changes_no_answer():
    """Clips are of one length, so the scale has no zero. Killed: a ratio of sums without the exponential."""
    r_hat = torch.randn(3, hp.CELLS, generator=rng())
    a, b = some_clips(40), some_clips(40, seed=1)
    assert torch.allclose(hp.preferred(r_hat + 7.0, a, b), hp.preferred(r_hat, a, b), atol=1e-5)


def test_a_slip_is_never_impossible():
    """One answer in ten may be a coin, so no pair is ever certain. Killed: the term without its half."""
    r_hat = torch.zeros(hp.CELLS)
    r_hat[3] = 50.0
    best, worst = torch.full((1, 8), 3), torch.zeros(1, 8, dtype=torch.long)
    assert hp.preferred(r_hat, best, worst).item() == pytest.approx(0.95)
    assert hp.preferred(r_hat, worst, best).item() == pytest.approx(0.05)


def test_equal_answers_draw_two_clips_together_and_leave_equals_alone():
    """Killed: mu of 1/2 taken for 0."""
    a, b = torch.zeros(1, 8, dtype=torch.long), torch.ones(1, 8, dtype=torch.long)
    half = torch.tensor([0.5])
    alike = torch.zeros(hp.CELLS, requires_grad=True)
    hp.losses(alike, a, b, half, 0.1).sum().backward()
    assert alike.grad is not None
    assert alike.grad.abs().max() < 1e-6
    apart = torch.zeros(hp.CELLS)
    apart[0] = 0.2
    apart.requires_grad_()
    hp.losses(apart, a, b, half, 0.1).sum().backward()
    assert apart.grad is not None
    assert apart.grad[0] > 0 > apart.grad[1]


@pytest.mark.parametrize("garden", list(gardens.GARDENS))
def test_value_iteration_comes_to_the_value_that_a_linear_solve_gives(garden):
    """Killed: rewards of the cell that is left; a discount squared; too few sweeps."""
    r = gardens.wanted(gardens.GARDENS[garden])
    Q = hp.action_values(r)
    best = hp.greedy(Q)
    for start in range(hp.CELLS):
        assert float(Q[start].max()) == pytest.approx(hp.worth(best, r, start), abs=2e-3)


def test_what_a_policy_is_worth_is_what_its_walks_earn():
    """Killed: P transposed; the first step's reward discounted."""
    r = gardens.wanted(gardens.GARDENS["one flag"])
    pi = hp.soft(hp.action_values(r), 1.0)
    paths = hp.walks(pi, 42, 4000, 200, rng())
    earned = (r[paths] * hp.DISCOUNT ** torch.arange(200.0)).sum(1)
    error = float(earned.std() / len(earned) ** 0.5)
    assert hp.worth(pi, r, 42) == pytest.approx(float(earned.mean()), abs=5 * error)


def test_each_predictor_is_normalised_before_the_mean_so_that_none_shouts():
    """Killed: the mean taken of the raw tables."""
    ensemble = hp.Ensemble(3, 0.1, 0.02, rng())
    before = ensemble.reward()
    ensemble.r_hat = ensemble.r_hat * torch.tensor([[1.0], [40.0], [1.0]]) + 5.0
    assert torch.allclose(ensemble.reward(), before, atol=1e-4)
    assert torch.allclose(ensemble.normalised().mean(1), torch.zeros(3), atol=1e-5)
    assert torch.allclose(ensemble.normalised().std(1), torch.ones(3), atol=1e-5)


def test_each_predictor_has_a_bootstrap_of_its_own() -> None:
    """An answer stands in each as often as a draw with replacement would have it, each by itself; and counts
    in the fit as often as it stands there.

    Killed: every answer once for every predictor; one draw for all; draws that the fit does not hear of."""
    n = 4000
    many = hp.Ensemble(2, 0.1, 0.02, rng())
    many.told(some_clips(n), some_clips(n, seed=1), torch.ones(n))
    assert many.times.mean(1) == pytest.approx([1, 1], abs=5 * n**-0.5)
    assert many.times.var(1) == pytest.approx([1, 1], abs=5 * (3 / n) ** 0.5)  # Poisson's fourth moment is 4
    assert abs(float(torch.corrcoef(many.times)[0, 1])) < 5 * n**-0.5

    left, right = some_clips(2), some_clips(2, seed=1)
    by_times, by_hand = (hp.Ensemble(2, 0.1, 0.02, rng()) for _ in range(2))
    by_times.told(left, right, torch.ones(2))
    by_times.times = torch.tensor([[2.0, 0.0], [0.0, 1.0]])
    by_times.fit()
    for member, rows in enumerate(([0, 0], [1])):
        by_hand.sigma1, by_hand.sigma2, by_hand.mu = left[rows], right[rows], torch.ones(len(rows))
        by_hand.times = torch.ones(2, len(rows))
        by_hand.r_hat = by_hand.first.clone()
        by_hand.fit()
        assert torch.allclose(by_times.r_hat[member], by_hand.r_hat[member], atol=1e-5)


def test_the_pairs_asked_are_those_on_which_predictors_disagree_most():
    """Killed: the least disagreement taken; variance over pairs in place of predictors."""
    one = asker()
    state = one.rng.get_state()
    asked = one.ask(True, True, 3)
    one.rng.set_state(state)
    paths = hp.walks(one.walking, one.start, 60, 24, one.rng)
    a, b = hp.clips(paths, 8, one.rng).split(30)
    P = (one.ensemble.r_hat[:, a].sum(2) - one.ensemble.r_hat[:, b].sum(2)).sigmoid()
    doubt = ((P - P.mean(0)) ** 2).mean(0)
    found = ((asked.sigma1[:, None] == a).all(2) & (asked.sigma2[:, None] == b).all(2)).nonzero()[:, 1]
    assert set(found.tolist()) >= set(doubt.topk(3).indices.tolist())


def test_a_planted_reward_is_found_from_answers_alone():
    """Killed: answers fitted upside down; the step uphill."""
    planted = torch.randn(hp.CELLS, generator=rng(5))
    a, b = some_clips(1500), some_clips(1500, seed=1)
    ensemble = hp.Ensemble(1, 0.1, 0.02, rng())
    ensemble.told(a, b, (planted[a].sum(1) > planted[b].sum(1)).float())
    ensemble.fit(200)
    assert float(torch.corrcoef(torch.stack([ensemble.reward(), planted]))[0, 1]) > 0.9


def test_a_camera_from_the_side_cannot_tell_a_columns_cells_apart():
    """Killed: rows in place of columns."""
    true = gardens.wanted(gardens.GARDENS["one flag"])
    side = gardens.seen(true, "from the side").reshape(7, 7)
    assert (side == side[:1]).all()
    assert (side[0] >= true.reshape(7, 7).amax(0) - 1e-6).all()
    assert side[0].argmax() == 5


def test_teaching_refuses_by_name_what_is_no_answer():
    """Killed: a clip of another length let through; mu of 2 let through."""
    good = {"left": [[0] * 8], "right": [[1] * 8], "mu": [1.0], "active": 1, "turn": 1}
    assert teach(asker(), good)["r_hat"].shape == (hp.CELLS,)
    bad = {
        "left": [[[0] * 7], [[0] * 7 + [49]], [[0] * 7 + [True]], "walk", [], None],
        "right": [[[1] * 9], {"0": 1}],
        "mu": [[2.0], ["1"], [float("nan")], [None]],
        "active": [2, "yes", None],
        "turn": [-1, 10_001, 0.5],
    }
    for name, values in bad.items():
        for value in values:
            with pytest.raises(ValueError, match="must be"):
                teach(asker(), good | {name: value})


def test_an_answer_moves_the_cells_of_its_clips_and_no_other():
    """Killed: a penalty towards zero in place of the start."""
    free = asker(1)
    start = free.ensemble.r_hat.clone()
    left, right = list(range(8)), list(range(40, 48))
    told = torch.tensor([left]), torch.tensor([right]), torch.ones(1)
    free.ensemble.told(*told)
    free.ensemble.fit(80)
    moved = (free.ensemble.r_hat - start)[0]
    assert (moved[left] > 0).all()
    assert (moved[right] < 0).all()
    assert moved[8:40].abs().max() < 1e-5
