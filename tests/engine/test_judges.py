"""The judges that labs share, against definitions written out."""

import numpy as np
import pytest
import torch

from engine.core import judges
from engine.data.digits import digits


def test_the_nearest_is_found_by_looking_at_all() -> None:
    """Killed: the farthest; squares without a root; number and distance exchanged."""
    x, train = (part.astype(int) for part in (digits().test_x[:5], digits().train_x))
    which, far = judges.nearest(torch.from_numpy(x), torch.from_numpy(train))
    for image, number, distance in zip(x, which.tolist(), far.tolist(), strict=True):
        distances = [np.sqrt(((image - other) ** 2).sum()) for other in train]
        assert distances[number] == min(distances) == pytest.approx(distance)


def test_the_discrepancy_is_what_a_double_loop_over_pairs_gives() -> None:
    """Killed: the cross term once; the width not squared; distances, not squares; a sum over the widths."""
    rng = np.random.default_rng(0)
    x, y, widths = rng.normal(size=(5, 3)), 1 + rng.normal(size=(7, 3)), (0.4, 2.0)

    def mean(one: np.ndarray, other: np.ndarray) -> float:
        pairs = [((a - b) ** 2).sum() for a in one for b in other]
        return float(np.mean([np.exp(-far / (2 * h * h)) for far in pairs for h in widths]))

    wanted = mean(x, x) + mean(y, y) - 2 * mean(x, y)
    assert judges.mmd(torch.from_numpy(x), torch.from_numpy(y), widths) == pytest.approx(wanted)
    assert judges.mmd(torch.from_numpy(x), torch.from_numpy(x), widths) == pytest.approx(0, abs=1e-12)


def test_the_floor_leaves_out_pairs_of_a_point_with_itself() -> None:
    """Killed: a mean over all pairs."""
    x = np.random.default_rng(0).normal(size=(5, 3))
    pairs = [((x[i] - x[j]) ** 2).sum() for i in range(5) for j in range(5) if i != j]
    strangers = np.mean([np.exp(-far / (2 * h * h)) for far in pairs for h in judges.WIDTHS])
    assert judges.floor(torch.from_numpy(x)) == pytest.approx(2 / 5 * (1 - strangers), rel=1e-6)


def test_the_discrepancy_of_two_draws_is_at_its_floor_and_of_two_densities_above() -> None:
    """Killed: the cross term once; a floor of 1 / n."""
    rng = torch.Generator().manual_seed(0)
    draws = torch.randn(41, 200, 2, generator=rng)
    found = [judges.mmd(one, other) for one, other in zip(draws[:20], draws[20:40], strict=True)]
    assert sum(found) / 20 == pytest.approx(judges.floor(draws[40]), rel=0.15)
    assert judges.mmd(draws[0], draws[1] + 1) > 5 * judges.floor(draws[0])


def test_the_judge_of_classes_knows_real_digits() -> None:
    """At least 98 % of 397 that it never saw. Killed: a judge trained on other labels."""
    d = digits()
    judge = judges.recogniser(d.train_x, d.train_y)
    assert judge.score(d.test_x.reshape(len(d.test_x), -1), d.test_y) >= 0.98


def test_the_judge_knows_unseen_digits_and_things_made_of_them_that_are_none() -> None:
    """The figures that the page tells: about 94 % and 8 %. Killed: no class for what is no digit."""
    data = digits()
    fakes = judges.none_of(data.test_x, data.test_y, np.random.default_rng(5))
    taken = (judges.which_digit(fakes) != judges.NONE).mean()
    right = (judges.which_digit(data.test_x) == data.test_y).mean()
    noise = np.random.default_rng(0).integers(0, 17, (200, 8, 8))
    assert 0.92 < judges.ceiling() < 0.97
    assert taken < 0.1
    assert right > 0.9
    assert (judges.which_digit(noise) == judges.NONE).all()


def test_things_that_are_no_digits_mix_classes_and_keep_each_pixels_levels() -> None:
    """Killed: halves of one class put together; pixels moved to other places."""
    x = np.stack([np.full((8, 8), level) for level in (0, 0, 16, 16)])
    x[:, 0, 0] = 5
    made = judges.none_of(x, np.array([0, 0, 1, 1]), np.random.default_rng(0))
    mixed, others = made[:4], made[4:]
    assert (mixed[:, 0, 0] == 5).all()
    for pixel in ((3, 3), (7, 1)):
        assert sorted(mixed[:, *pixel]) == [0, 0, 16, 16]
    kinds = others.reshape(3, -1, 8, 8)
    assert (kinds[0][:, 2, 2] != kinds[0][:, 6, 2]).all()
    assert (kinds[1][:, 2, 2] != kinds[1][:, 2, 6]).all()
    assert (kinds[2][:, 3, 3] == 8).all()
