"""What Karras et al. (2022), Song et al. (2023) and Kim et al. (2023) say of few steps; against diffusers."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from diffusers.schedulers.scheduling_consistency_models import CMStochasticIterativeScheduler
from scipy.stats import wasserstein_distance
from torch import Tensor

from engine.core.params import Refusal
from engine.core.trace import traced
from engine.diffusion import consistency, consistency_lab, ddim, ddim_lab, few, karras, trajectory
from engine.diffusion import trajectory_lab as jump_lab
from engine.diffusion.karras import EPS, MOST, denoiser, levels, solve
from engine.diffusion.mixture import Mixture
from engine.diffusion.worlds import line

CPU = torch.device("cpu")
MEAN, VARIANCE = 0.7, 0.3
ONE = Mixture(torch.tensor([[MEAN]], dtype=torch.float64), torch.ones(1, dtype=torch.float64), VARIANCE)


def draws(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def exact(x: Tensor, t: Tensor, s: Tensor | float = EPS) -> Tensor:
    """Where the path of one Gaussian is at s: its distance from the mean shrinks as its width does."""
    return MEAN + ((VARIANCE + torch.as_tensor(s) ** 2) / (VARIANCE + t * t)).sqrt() * (x - MEAN)


def test_the_denoiser_knows_each_row_at_its_own_level() -> None:
    """As the mixture says it, level by level. Killed: the data's variance for the noised one."""
    of, x, t = line(0.2), 2 * draws(40, 1).float(), levels(40)[:, None]
    rows = torch.cat([of.at(1.0, float(one)).x0(x[i : i + 1]) for i, one in enumerate(t)])
    assert torch.allclose(denoiser(of)(x, t), rows, atol=1e-5)


@pytest.mark.parametrize(("solver", "order"), [("Heun", 2), ("Euler", 1)])
def test_half_the_step_leaves_a_half_or_a_quarter_of_the_error(solver: str, order: int) -> None:
    """On the closed form of one Gaussian. Killed: Heun's second slope at the old level; at the old place."""
    x, wrong = 3 * draws(50, 1), []
    for n in (20, 40, 80):
        through = torch.linspace(3, 0.3, n + 1, dtype=torch.float64)
        ends = solve(denoiser(ONE), x, through, solver)[-1]
        wrong.append(float((ends - exact(x, through[0], through[-1])).abs().mean()))
    for before, after in pairwise(wrong):
        assert before / after == pytest.approx(2**order, rel=0.15)


def test_an_euler_step_is_a_ddim_step() -> None:
    """In other units: x / sqrt(1 + t^2). Killed: eps divided by t twice."""
    of, grid, x = line(0.2), levels(few.T), draws(60, 1).float()
    model = few.exact(of)
    for level in (70, 40, 12):
        t, s = grid[level - 1], grid[level - 9]
        theirs = ddim.step(model, x, level, level - 8, 0.0, torch.zeros_like(x)) * few.units(s)
        ours = karras.euler(denoiser(of), x * few.units(t), t, s)
        assert torch.allclose(ours, theirs, atol=1e-4 * float(few.units(t)))


def test_scalings_and_fresh_noise_are_those_of_diffusers() -> None:
    """Killed: t for t - epsilon; c_out without its root; noise of t^2 alone in `sample`."""
    theirs = CMStochasticIterativeScheduler(num_train_timesteps=40, s_noise=1.0, clip_denoised=False)
    for t in (0.01, 0.5, 3.0, 80.0):
        skip, out = theirs.get_scalings_for_boundary_condition(t)  # type: ignore[arg-type]
        ours = consistency.scalings(torch.tensor(t))
        assert [float(v) for v in ours[:2]] == pytest.approx([skip, out], rel=1e-5)
    seen: list[Tensor] = []
    rng, z = torch.Generator().manual_seed(3), torch.randn(5, 1, generator=torch.Generator().manual_seed(3))
    consistency.sample(lambda x, t: (seen.append(x), 0 * x)[1], torch.ones(5, 1), [80.0, 0.01], rng)
    assert torch.allclose(seen[1], z * (1e-4 - theirs.config["sigma_min"] ** 2) ** 0.5, atol=1e-6)


def test_at_the_least_noise_f_says_x_whatever_its_net_says() -> None:
    """Exactly; the bare net does not. Killed: the switch turned round."""
    x, least = draws(9, 1).float(), torch.full((9, 1), EPS)
    for boundary in (True, False):
        net = consistency.Consistency(1, 8, boundary)
        assert torch.equal(net(x, least), x) == boundary


def test_the_loss_vanishes_for_the_map_to_the_paths_ends_alone() -> None:
    """Of one Gaussian. Killed: the target asked at t; the target asked at the student's point."""
    x0, z, grid = draws(400, 1), draws(400, 1, seed=1), levels(200).double()
    n = torch.randint(150, (400,), generator=torch.Generator().manual_seed(0))
    t, s = grid[n + 1][:, None], grid[n][:, None]
    told = (denoiser(ONE), "Heun", x0, t, s, z)
    assert float(consistency.losses(exact, exact, *told).max()) < 1e-6
    assert float(consistency.losses(denoiser(ONE), denoiser(ONE), *told).mean()) > 1e-6


class Jump:
    """The exact jump of one Gaussian, as a net."""

    def __call__(self, x: Tensor, t: Tensor, s: Tensor) -> Tensor:
        return exact(x, t, s)

    def g(self, x: Tensor, t: Tensor, s: Tensor) -> Tensor:
        return denoiser(ONE)(x, t)


def test_jumps_add_up_and_the_loss_of_the_exact_one_vanishes() -> None:
    """Levels in order, u near t. Killed: the solver one level short; the goal's second jump from u."""
    rng, net = torch.Generator().manual_seed(0), Jump()
    tus = trajectory.drawn(500, 100, rng)
    t, u, s = tus
    assert bool(((t > s) & (t >= u) & (u >= s) & (t - u <= trajectory.REACH) & (u < t)).all())
    told = (denoiser(ONE), levels(100).double(), draws(500, 1), tus, draws(500, 1, seed=1))
    assert float(trajectory.losses(net, net, *told).max()) < 1e-6  # type: ignore[arg-type]
    wrong = Jump()
    wrong.__class__ = type("Wrong", (Jump,), {"__call__": lambda _, x, t, s: exact(x, t, s * 1.3)})
    assert float(trajectory.losses(wrong, net, *told).mean()) > 1e-4  # type: ignore[arg-type]


def test_a_jump_of_no_length_stays_and_its_score_loss_is_least_for_the_denoiser() -> None:
    """G(x, t, t) = x. Killed: t / s; noise left out of the point that g is asked at."""
    net, x, t = trajectory.Trajectory(1, 8), draws(7, 1).float(), levels(7)[:, None]
    assert torch.allclose(net(x, t, t), x)
    half = net(x, t, t / 2)
    assert torch.allclose(half, (x + net.g(x, t, t / 2)) / 2, atol=1e-5)
    x0, z, at = (
        MEAN + VARIANCE**0.5 * draws(20_000, 1),
        draws(20_000, 1, seed=1),
        torch.full((20_000, 1), 0.5),
    )
    best = float(trajectory.score_losses(Jump(), x0, at.double(), z).mean())  # type: ignore[arg-type]
    assert best == pytest.approx(VARIANCE * 0.25 / (VARIANCE + 0.25), rel=0.04)


@pytest.mark.parametrize("gamma", [0.0, 0.6, 1.0])
def test_exact_jumps_keep_the_data_at_every_gamma(gamma: float) -> None:
    """Killed: gamma for its complement; fresh noise of the whole next level."""
    x = MEAN + (VARIANCE + 9.0) ** 0.5 * draws(20_000, 1).float()
    rng = torch.Generator().manual_seed(2)
    ends = trajectory.sample(Jump(), x, levels(6, high=3.0).flip(0), gamma, rng)  # type: ignore[arg-type]
    assert float(ends.mean()) == pytest.approx(MEAN, abs=0.02)
    assert float(ends.var()) == pytest.approx(VARIANCE, rel=0.04)
    moved = trajectory.sample(Jump(), x, levels(6, high=3.0).flip(0), 0.0, rng)  # type: ignore[arg-type]
    assert (gamma == 0) == torch.allclose(ends, moved, atol=1e-3)


def test_the_distance_to_the_data_is_wassersteins() -> None:
    """Killed: unsorted; squared."""
    x, y = draws(300, 1), 2 + 0.5 * draws(300, 1, seed=1)
    assert few.apart(x, y) == pytest.approx(wasserstein_distance(x.ravel(), y.ravel()), abs=1e-6)


def test_lanes_are_compared_at_equal_evaluations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Heun asks twice a step, DDIM once; two sets of data lie nearest. Killed: n steps of Heun's for n / 2;
    the floor of one set with itself; `kept` against itself."""
    asked: list[int] = []
    monkeypatch.setattr(
        ddim_lab, "solve", lambda d, x, through: (asked.append(2 * (len(through) - 1)), x[None])[1]
    )
    ddim_lab._known.cache_clear()
    trace = traced(ddim_lab.run(ddim_lab.SPEC(steps=80, seed=77), CPU, {}))
    ddim_lab._known.cache_clear()
    assert asked == list(ddim_lab.COUNTS[1:])
    quality = trace.last("quality")
    assert 0.005 < quality["floor"][0] < quality["ddim"][-1] + 0.03 < quality["ddim"][0]
    assert trace.latest("kept") == 1
    assert traced(ddim_lab.run(ddim_lab.SPEC(steps=4, seed=77), CPU, {})).latest("kept") < 0.8
    assert trace.latest("chance") == pytest.approx(0.345)


def test_who_knows_the_ends_is_measured_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the ODE itself as a net, and by the mean of the data. Killed: guesses of a path in another order."""
    monkeypatch.setattr(consistency_lab, "MANY", 200)
    watch, of = consistency_lab.Watch(consistency_lab.SPEC()), line(0.2)

    def knows(x: Tensor, t: Tensor) -> Tensor:
        far = torch.linspace(1, 0, 81)[:, None, None]
        low = EPS ** (1 / karras.RHO)
        grid = (low + far * (t ** (1 / karras.RHO) - low)) ** karras.RHO
        for before, after in pairwise(grid):
            x = karras.heun(denoiser(of), x, before, after)
        return x

    _, right = watch(knows)  # type: ignore[arg-type]
    assert max(right["apart"], right["miss"]) < 0.03
    _, wrong = watch(denoiser(of))  # type: ignore[arg-type]
    assert min(wrong["apart"], wrong["miss"]) > 0.3
    assert wrong["one"] == pytest.approx(right["ddim1"], abs=0.02)
    assert right["one"] < 0.3


def test_bad_wishes_are_refused_by_name_and_huge_steps_leave_no_nan() -> None:
    """Killed: s above t taken."""
    for wish, said in (({"steps": 0}, "steps"), ({"eta": 1.5}, "eta"), ({"x": float("nan")}, "x")):
        with pytest.raises(Refusal, match=said):
            ddim_lab.SPEC(**wish)  # type: ignore[arg-type]
    net = jump_lab.restore(jump_lab.SPEC(hidden=4), None)
    with pytest.raises(ValueError, match=r"s must be a whole number in \[0, 3\]"):
        jump_lab.PROBES["jump"](net, {"t": 3, "s": 4, "seed": 0})
    for t, s in ((17, 0), (1, 1), (17, 17)):
        found = jump_lab.PROBES["jump"](net, {"t": t, "s": s, "seed": 0})
        assert all(np.isfinite(array).all() for array in found.values())
    with pytest.raises(ValueError, match="levels must be at least 2"):
        levels(1)
    assert float(levels(18)[-1]) == pytest.approx(MOST)
