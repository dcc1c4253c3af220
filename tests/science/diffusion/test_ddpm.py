"""What Ho et al. (2020) claim, checked on numbers; and agreement with diffusers on the same noise."""

import pytest
import torch
from diffusers import DDPMScheduler

from engine.core.trace import Step, Weights
from engine.diffusion.ddpm import DDPM, ancestral, newest_share
from engine.diffusion.mixture import Mixture
from engine.diffusion.schedule import SCHEDULES, from_betas, linear
from engine.labs import load

KINDS = {"eps": "epsilon", "x0": "sample", "v": "v_prediction"}
CONFIG = {"clip_sample": False, "timestep_spacing": "linspace"}


def unused(xt, t):
    raise AssertionError("the forward process must not consult the network")


def exact(mean: float, deviation: float, alpha_bar: torch.Tensor, predicts: str) -> DDPM:
    """The best denoiser of x0 ~ N(mean, deviation^2), in closed form."""
    known = Mixture(torch.full((1, 1), mean), torch.ones(1), deviation**2)

    def net(xt, t):
        signal, noise = (float(v) for v in (model.alpha_bar[t[0]].sqrt(), (1 - model.alpha_bar[t[0]]).sqrt()))
        eps, x0 = known.at(signal, noise).eps(xt), known.at(signal, noise).x0(xt)
        return {"eps": eps, "x0": x0, "v": signal * eps - noise * x0}[predicts]

    model = DDPM(net, alpha_bar, predicts)
    return model


def test_the_shortcut_of_eq_4_has_the_moments_of_the_chain_of_eq_2():
    """Killed: alpha for alpha_bar; the square root of the noise left out."""
    torch.manual_seed(0)
    model, n = DDPM(unused, linear(50)), 200_000
    x0 = torch.tensor([[1.5, -0.5]]).expand(n, 2)
    xt = x0
    for t in range(1, 13):
        beta = 1 - model.alpha_bar[t] / model.alpha_bar[t - 1]
        xt = (1 - beta).sqrt() * xt + beta.sqrt() * torch.randn_like(xt)
    shortcut = model.q_sample(x0, torch.full((n,), 12), torch.randn(n, 2))
    standard_error = (2 * xt.var(0) / n).sqrt()
    assert ((xt.mean(0) - shortcut.mean(0)).abs() < 5 * standard_error).all()
    assert torch.allclose(xt.var(0), shortcut.var(0), rtol=5 * (4 / n) ** 0.5)


@pytest.mark.parametrize("predicts", KINDS)
@pytest.mark.parametrize("small", [False, True])
def test_with_the_exact_denoiser_algorithm_2_returns_the_data_distribution(predicts: str, small: bool):
    """No training at all. Killed: beta for its root; alpha for its root in Eq. 11; a sign of v's eps."""
    model = exact(2.0, 0.5, linear(400), predicts)
    rng = torch.Generator().manual_seed(0)
    x = ancestral(model, torch.randn(20_000, 1, generator=rng), rng, small)[-1]
    assert abs(x.mean() - 2.0) < 0.03
    assert abs(x.std() - 0.5) < 0.03


def test_with_the_exact_denoiser_each_mode_gets_its_weight():
    """20 : 80, and the widths. Killed: the share of each component left out of the denoiser."""
    known = Mixture(torch.tensor([[-1.0], [1.0]]), torch.tensor([0.2, 0.8]), 0.04)
    ab = linear(200).float()
    model = DDPM(lambda x, t: known.at(float(ab[t[0]].sqrt()), float((1 - ab[t[0]]).sqrt())).eps(x), ab)
    rng = torch.Generator().manual_seed(0)
    x = ancestral(model, torch.randn(20_000, 1, generator=rng), rng, small=True)[-1]
    assert abs((x < 0).float().mean() - 0.2) < 5 * (0.16 / 20_000) ** 0.5
    assert abs(x[x > 0].std() - 0.2) < 0.02


@pytest.mark.parametrize("predicts", KINDS)
@pytest.mark.parametrize("variance", ["fixed_small", "fixed_large"])
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_it_agrees_with_diffusers_on_the_same_noise(predicts: str, variance: str, schedule: str):
    """Adding noise, and one step back from every level: to 1e-5 of the largest number in sight.

    Killed: the two variances exchanged; noise at the last step; x_0 of v with a plus.
    """
    ab = SCHEDULES[schedule](50)
    betas = (1 - ab[1:] / ab[:-1]).numpy()
    theirs = DDPMScheduler(50, trained_betas=betas, variance_type=variance, prediction_type=KINDS[predicts],
                           **CONFIG)  # fmt: skip
    torch.manual_seed(0)
    x, eps, said = torch.randn(3, 64, 2)
    model = DDPM(lambda xt, t: said, ab, predicts)
    for t in range(50, 0, -1):
        level = torch.full((64,), t)
        noised = theirs.add_noise(x, eps, level - 1)
        assert (model.q_sample(x, level, eps) - noised).abs().max() < 1e-5
        seed = torch.Generator().manual_seed(t)
        z = torch.randn(x.shape, generator=torch.Generator().manual_seed(t))
        known = theirs.step(said, t - 1, noised, generator=seed).prev_sample
        if t > 1 and variance == "fixed_small":
            assert theirs._get_variance(t - 1) > 1e-20  # their floor is not in the way
        found = model.p_sample(noised, t, z, small=variance == "fixed_small")
        scale = max(1.0, float(model.guess(noised, level)[0].abs().max()))
        assert (found - known).abs().max() < 1e-5 * scale


def test_a_guess_that_is_cut_is_cut_as_diffusers_cuts_it():
    """clip_sample. Killed: the noise left as the net said it."""
    ab = SCHEDULES["cosine"](50)
    theirs = DDPMScheduler(50, trained_betas=(1 - ab[1:] / ab[:-1]).numpy(), variance_type="fixed_large",
                           clip_sample=True, clip_sample_range=1.0)  # fmt: skip
    torch.manual_seed(0)
    x, said = torch.randn(2, 64, 2)
    model = DDPM(lambda xt, t: said, ab, "eps", bound=1.0)
    for t in (2, 10, 30, 45):
        z = torch.randn(x.shape, generator=torch.Generator().manual_seed(t))
        known = theirs.step(said, t - 1, x, generator=torch.Generator().manual_seed(t)).prev_sample
        assert (model.p_sample(x, t, z) - known).abs().max() < 1e-4


@pytest.mark.parametrize("predicts", KINDS)
def test_the_loss_is_the_squared_error_of_what_the_net_is_to_say(predicts: str):
    """Eq. 14 and v of Salimans & Ho, against diffusers' own. Killed: the sum in the place of the mean."""
    ab = linear(50)
    theirs = DDPMScheduler(50, trained_betas=(1 - ab[1:] / ab[:-1]).numpy())
    torch.manual_seed(0)
    (x0, eps), t = torch.randn(2, 64, 2), torch.randint(1, 51, (64,))
    target = {"eps": eps, "x0": x0, "v": theirs.get_velocity(x0, eps, t - 1)}[predicts]
    model = DDPM(lambda xt, t: 0.3 * xt, ab, predicts)
    wanted = (target - 0.3 * theirs.add_noise(x0, eps, t - 1)).square().mean(1)
    assert torch.allclose(model.losses(x0, t, eps), wanted, atol=1e-5)


def test_at_T_the_exact_guess_is_the_datas_mean_and_an_error_of_eps_is_divided_by_almost_nothing():
    """Why an epsilon net's guess flies off. Killed: the guess divided by the noise's share."""
    ab = linear(100)
    noise, t = torch.randn(500, 1, generator=torch.Generator().manual_seed(0)), torch.full((500,), 100)
    for predicts in KINDS:
        x0 = exact(2.0, 0.5, ab, predicts).guess(noise, t)[0]
        assert (x0 - 2.0).abs().max() < 0.02
    best = exact(2.0, 0.5, ab, "eps")
    worse = DDPM(lambda xt, t: best.net(xt, t) + 0.01, ab)
    off = (worse.guess(noise, t)[0] - best.guess(noise, t)[0]).abs()
    assert torch.allclose(off, torch.full_like(off, 0.01 * float(ab[-1] ** -0.5)), rtol=0.02)
    assert off.min() > 1.4


def test_one_level_is_a_chain_too():
    """T = 1: one guess, no noise. Killed: alpha_bar[0] left out of the schedule."""
    rng = torch.Generator().manual_seed(0)
    x = ancestral(exact(2.0, 0.5, linear(1), "x0"), torch.randn(100, 1, generator=rng), rng)
    assert x.shape == (2, 100, 1)
    assert (x[-1] - 2.0).abs().max() < 0.02


def test_the_average_keeps_up_at_the_start_and_trails_later():
    """theta' <- d theta' + (1 - d) theta. Killed: d and 1 - d exchanged; the ramp left out."""
    assert newest_share(1) == pytest.approx(9 / 11)
    assert newest_share(10**6) == pytest.approx(0.002)


def test_a_beta_of_1_never_reaches_a_model():
    """Killed: a model built of betas without a look at them."""
    with pytest.raises(ValueError, match="beta_3 must lie between 0 and 1, got 1"):
        DDPM(unused, from_betas(torch.tensor([0.1, 0.2, 1.0])))


@pytest.mark.parametrize("id", ["diffusion.ddpm", "diffusion.ddpm_digits"])
def test_every_level_is_trained_the_last_one_too(id: str, monkeypatch: pytest.MonkeyPatch):
    """t is uniform in 1 to T. Killed in both: 1 to T - 1; 0 to T - 1; one t for a batch."""
    asked: list[torch.Tensor] = []
    plain = DDPM.losses

    def heard(self: DDPM, x0: torch.Tensor, t: torch.Tensor, eps: torch.Tensor) -> torch.Tensor:
        asked.append(t)
        return plain(self, x0, t, eps)

    lab = load(id)
    events = lab.run(lab.SPEC(T=3, steps=10), torch.device("cpu"), {})
    next(event for event in events if isinstance(event, Weights))  # what is shown asks for losses, too
    monkeypatch.setattr(DDPM, "losses", heard)
    next(event for event in events if isinstance(event, Step))
    assert torch.bincount(asked[0], minlength=4).tolist()[0] == 0
    assert (torch.bincount(asked[0], minlength=4)[1:] > len(asked[0]) / 5).all()
