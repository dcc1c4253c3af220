"""Noise schedules: what Ho et al. (2020) and Nichol & Dhariwal (2021) print, checked on numbers."""

import pytest
import torch
from diffusers import DDPMScheduler

from engine.diffusion.schedule import SCHEDULES, cosine, from_betas, linear


def test_the_signal_only_fades_and_no_beta_reaches_1():
    """For every T a page can ask for. Killed: the cut at 0.999 left out of the cosine schedule."""
    for schedule in SCHEDULES.values():
        for T in (1, 2, 5, 100, 200):
            ab = schedule(T)
            beta = 1 - ab[1:] / ab[:-1]
            assert ab.shape == (T + 1,)
            assert ab[0] == 1
            assert (beta > 0).all()
            assert (beta < 1).all()


def test_at_T_1000_linear_is_the_papers_schedule():
    """alpha_bar to 2 % of itself wherever a percent of it is left: the paper's sum against our integral.

    Killed: BETA_MAX twice as large; the integral's 1/2 left out.
    """
    paper = from_betas(torch.linspace(1e-4, 0.02, 1000, dtype=torch.float64))
    ours = linear(1000)
    seen = paper > 0.01
    assert ((ours / paper)[seen] - 1).abs().max() < 0.02


def test_linear_ends_alike_for_every_T():
    """What the departure is for. Killed: s from 0 to T / 1000."""
    ends = torch.stack([linear(T)[-1] for T in (1, 10, 200)])
    assert torch.allclose(ends, torch.exp(torch.tensor(-10.05, dtype=torch.float64)).expand(3))


@pytest.mark.parametrize("T", [10, 100, 1000])
def test_cosine_agrees_with_diffusers(T: int):
    """To 1e-5, but the last levels, where they hold float32. Killed: the square of the cosine; s = 0.08."""
    known = DDPMScheduler(T, beta_schedule="squaredcos_cap_v2").alphas_cumprod.double()
    assert (cosine(T)[1:] - known).abs().max() < 1e-5


BAD = [([0.1, 1.0], "beta_2 .* got 1"), ([0.0], "beta_1"), ([0.1, -1], "beta_2"), ([float("nan")], "beta_1")]


@pytest.mark.parametrize(("betas", "said"), BAD)
def test_a_beta_of_1_or_0_is_refused_by_name_and_value(betas: list[float], said: str):
    """Killed: `<= 1`; the number of the first counted from 0."""
    with pytest.raises(ValueError, match=said):
        from_betas(torch.tensor(betas))
