"""What Song & Ermon (2019) say of Langevin dynamics, plain and annealed."""

import pytest
import torch
from torch import Tensor

from engine.core.trace import traced
from engine.diffusion import langevin_lab
from engine.diffusion.langevin import annealed, geometric, langevin

CPU = torch.device("cpu")


@pytest.mark.parametrize("eps", [0.1, 0.8])
def test_langevin_comes_to_rest_at_the_density_but_for_its_step(eps: float) -> None:
    """Eq. 4 on N(0, 1) has the variance 1 / (1 - eps / 4), exactly. Killed: eps in place of eps / 2; eps in
    place of its root; sqrt(2 eps)."""
    n = 40_000
    x = langevin(lambda x: -x, torch.zeros(n, 1), eps, 120, torch.Generator().manual_seed(0))[-1]
    wanted = 1 / (1 - eps / 4) * (1 - (1 - eps / 2) ** 240)
    assert float(x.var()) == pytest.approx(wanted, rel=5 * (2 / n) ** 0.5)
    assert abs(float(x.mean())) < 5 * (wanted / n) ** 0.5


def test_without_noise_it_climbs_to_the_peak() -> None:
    """Killed: a heat that is not used."""
    x = langevin(lambda x: 3 - x, torch.linspace(-9, 9, 7)[:, None], 0.3, 80, torch.Generator(), heat=0.0)
    assert torch.allclose(x[-1], torch.full((7, 1), 3.0), atol=1e-3)


def test_noise_scales_fall_in_equal_ratios() -> None:
    """Section 4.1. Killed: equal differences."""
    sigmas = geometric(20.0, 1.0, 10)
    assert sigmas[0] == pytest.approx(20)
    assert sigmas[-1] == pytest.approx(1)
    assert torch.allclose(sigmas[1:] / sigmas[:-1], torch.tensor(20 ** (-1 / 9)), atol=1e-6)


def test_the_step_of_a_scale_is_in_its_square() -> None:
    """Algorithm 1: alpha_i = eps sigma_i^2 / sigma_L^2, `steps` of them; without a score the variance is
    their sum. Killed: sigma_i in place of its square; sigma_1 for sigma_L; one step too few a scale."""
    sigmas, n = torch.tensor([4.0, 2.0, 0.5]), 40_000
    rng = torch.Generator().manual_seed(1)
    seen: list[float] = []

    def none(x: Tensor, sigma: float) -> Tensor:
        seen.append(sigma)
        return torch.zeros_like(x)

    path = annealed(none, torch.zeros(n, 1), sigmas, 0.1, 3, rng)
    assert seen == [4.0] * 3 + [2.0] * 3 + [0.5] * 3
    assert path.shape == (10, n, 1)
    walked = 0.0
    for i, sigma in enumerate(sigmas.tolist()):
        walked += 3 * 0.1 * sigma**2 / 0.25
        assert float(path[3 * (i + 1)].var()) == pytest.approx(walked, rel=5 * (2 / n) ** 0.5)


def test_annealing_asks_the_score_of_each_noise_and_finds_its_density() -> None:
    """On N(2, 1): at the end N(2, 1 + sigma_L^2). Killed: the score of the last scale at every scale."""
    sigmas, n = geometric(10.0, 0.5, 8), 20_000

    def score(x: Tensor, sigma: float) -> Tensor:
        return (2 - x) / (1 + sigma**2)

    x = annealed(score, torch.full((n, 1), -30.0), sigmas, 0.15, 80, torch.Generator().manual_seed(2))[-1]
    assert float(x.mean()) == pytest.approx(2, abs=0.06)
    assert float(x.var()) == pytest.approx(1.25 / (1 - 0.15 / 5), rel=0.05)


@pytest.mark.parametrize("seed", range(3))
def test_plain_langevin_halves_and_annealed_langevin_weighs(seed: int) -> None:
    """Section 3.2.2, the toy of Figure 3. Killed: a start on the small mode's side; annealing from 1;
    climbers with noise."""
    trace = traced(langevin_lab.run(langevin_lab.SPEC(seed=seed), CPU, {}))
    verdicts = [claim.check({"this": trace}) for claim in langevin_lab.CLAIMS]
    assert all(v.holds for v in verdicts), verdicts
    share = trace.last("share")
    assert 0.45 <= share["plain"] <= 0.55
    assert 0.17 <= share["annealed"] <= 0.26


def test_without_large_noise_annealing_is_as_lost_as_plain() -> None:
    """The check can fail. Killed: a band as wide as the question."""
    trace = traced(langevin_lab.run(langevin_lab.SPEC(largest=1.0), CPU, {}))
    assert [claim.check({"this": trace}).holds for claim in langevin_lab.CLAIMS] == [True, True, False]


def test_where_half_is_right_plain_langevin_is_not_judged() -> None:
    """Killed: a claim that blames it for the truth."""
    trace = traced(langevin_lab.run(langevin_lab.SPEC(small=0.5), CPU, {}))
    assert langevin_lab.CLAIMS[1].check({"this": trace}).holds is None
