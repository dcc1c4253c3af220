"""What Song, Meng & Ermon (2020) claim, checked on numbers; and agreement with diffusers."""

import pytest
import torch
from diffusers import DDIMScheduler

from engine.diffusion import ddim
from engine.diffusion.ddpm import DDPM, ancestral
from engine.diffusion.mixture import Mixture
from engine.diffusion.schedule import SCHEDULES, linear

KINDS = {"eps": "epsilon", "x0": "sample", "v": "v_prediction"}
RING = torch.tensor([[2.0, 0.0], [0.0, 2.0], [-2.0, 0.0], [0.0, -2.0]])
KNOWN = Mixture(RING, torch.full((4,), 0.25), 0.04)


def exact(T: int) -> DDPM:
    """The best denoiser of four Gaussians."""
    ab = linear(T).float()
    return DDPM(lambda x, t: KNOWN.at(float(ab[t[0]].sqrt()), float((1 - ab[t[0]]).sqrt())).eps(x), ab)


def mode(x: torch.Tensor) -> torch.Tensor:
    return torch.cdist(x, RING).argmin(1)


def noise(n: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(n, 2, generator=torch.Generator().manual_seed(seed))


def rng(seed: int = 1) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("predicts", KINDS)
@pytest.mark.parametrize("eta", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_it_agrees_with_diffusers_on_the_same_noise(predicts: str, eta: float, schedule: str):
    """Every step of ten, to 1e-5 of the largest number in sight.

    Killed: sigma for its square under the root; sigma without 1 - alpha_bar_s; the noise scaled by eta twice.
    """
    ab = SCHEDULES[schedule](50)
    theirs = DDIMScheduler(50, trained_betas=(1 - ab[1:] / ab[:-1]).numpy(), clip_sample=False,
                           set_alpha_to_one=True, prediction_type=KINDS[predicts])  # fmt: skip
    theirs.set_timesteps(10)
    torch.manual_seed(0)
    x, said, z = torch.randn(3, 64, 2)
    model = DDPM(lambda xt, t: said, ab, predicts)
    for t in range(46, 0, -5):  # their level t - 1, and their step of five
        scale = max(1.0, float(model.guess(x, torch.full((64,), t))[0].abs().max()))
        known = theirs.step(said, t - 1, x, eta=eta, variance_noise=z).prev_sample
        found = ddim.step(model, x, t, max(t - 5, 0), eta, z)
        assert (found - known).abs().max() < 1e-5 * scale


def test_at_eta_1_over_all_levels_it_is_a_ddpm_of_small_variance():
    """Eq. 16. Killed: beta in the place of beta_tilde in p_sample."""
    model, x = exact(50), noise(200)
    ours, theirs = ddim.sample(model, x, 50, 1, rng()), ancestral(model, x, rng(), small=True)
    assert (ours - theirs).abs().max() < 1e-4


def test_with_the_exact_denoiser_it_returns_the_data_distribution():
    """Shares and widths, with no training. Killed: the direction to x_t without its root."""
    x = ddim.sample(exact(200), noise(20_000), 200, 0, rng())[-1]
    share = torch.bincount(mode(x), minlength=4) / 20_000
    assert (share - 0.25).abs().max() < 5 * (0.25 * 0.75 / 20_000) ** 0.5
    assert abs((x - RING[mode(x)]).std() - 0.2) < 0.02


def test_the_same_noise_ends_in_the_same_mode_for_ddim_and_not_for_ddpm():
    """Killed: noise drawn at eta = 0; the same generator for both runs of the DDPM."""
    model, x = exact(100), noise(2000)
    long = mode(ddim.sample(model, x, 100, 0, rng())[-1])
    assert torch.equal(long, mode(ddim.sample(model, x, 100, 0, rng(2))[-1]))
    for steps in (10, 20, 50):
        short = mode(ddim.sample(model, x, steps, 0, rng())[-1])
        assert (short == long).float().mean() > 0.97
    one, two = (mode(ancestral(model, x, rng(seed))[-1]) for seed in (1, 2))
    assert abs((one == two).float().mean() - 0.25) < 0.08


def test_half_the_steps_move_the_ends_less():
    """The polyline comes closer to the ODE's. Killed: x_0 shrunk by the level it comes from."""
    model, x = exact(160), noise(1000)
    ends = {steps: ddim.sample(model, x, steps, 0, rng())[-1] for steps in (10, 20, 40, 160)}
    far = [(ends[steps] - ends[160]).norm(dim=1).median() for steps in (10, 20, 40)]
    assert far[0] > 1.5 * far[1] > 2.25 * far[2]


EVEN = [(10, 5, [10, 8, 6, 4, 2, 0]), (3, 3, [3, 2, 1, 0]), (1, 1, [1, 0]), (7, 2, [7, 4, 0])]


@pytest.mark.parametrize(("T", "steps", "levels"), EVEN)
def test_the_levels_go_from_T_to_0(T: int, steps: int, levels: list[int]):
    """Killed: a last level of 1."""
    assert ddim.levels(T, steps) == levels


@pytest.mark.parametrize("steps", [0, 11, -1])
def test_more_steps_than_levels_are_refused_by_bound_and_value(steps: int):
    """Killed: the upper bound left out."""
    with pytest.raises(ValueError, match=rf"steps must lie in \[1, 10\], got {steps}"):
        ddim.levels(10, steps)
