"""What Song et al. (2021), section 4.3, say of the ODE's likelihood."""

import math

import pytest
import torch
from torch.func import jacrev, vmap

from engine.core.trace import traced
from engine.diffusion import encoding_lab
from engine.diffusion.encoding import _with_divergence, log_likelihood, prior
from engine.diffusion.flow import slope
from engine.diffusion.mixture import Mixture
from engine.diffusion.sde import KINDS, times
from engine.diffusion.worlds import landscape, world

BOTH = pytest.mark.parametrize("kind", list(KINDS))
CPU = torch.device("cpu")


@BOTH
def test_of_a_gaussian_it_is_the_closed_form(kind: str) -> None:
    """Within 0.01 nats, two standard deviations out too. Killed: the volume with the other sign; a prior of
    variance 1 for VE; half of it."""
    of = world(kind, Mixture(torch.zeros(1, 2), torch.ones(1), 0.4**2))
    x = torch.tensor([[0.0, 0.0], [0.4, 0.1], [-0.7, 0.2], [0.5, -0.6]])
    said = log_likelihood(of.sde, of.score, x, 200)[1][0]
    scale, noise = of.sde.levels(times(1)[-1])
    variance = (0.4 * scale) ** 2 + noise**2
    far = (x - scale * of.data.means).square().sum(1)
    assert torch.allclose(said, -far / (2 * variance) - math.log(2 * math.pi * variance), atol=0.01)


@BOTH
def test_of_a_mixture_it_is_within_005_nats_and_so_at_every_time_on_the_way(kind: str) -> None:
    """Killed: the volume counted from the start at every time; the divergence of one dimension alone."""
    of = world(kind, landscape("moons", 8, 0.2, 0.0))
    x = of.draw(80, times(1)[-1], torch.Generator().manual_seed(0))
    path, said = log_likelihood(of.sde, of.score, x, 100)
    exact = torch.stack([of.at(t).log_density(at) for t, at in zip(times(100)[::-1], path, strict=True)])
    assert float((said - exact).abs().mean(1).max()) < 0.05
    assert float((said[0] - said[-1]).abs().mean()) > 0.3  # it changes on the way


def test_the_divergence_is_the_trace_of_the_jacobian() -> None:
    """Against torch.func. Killed: the sum of all entries; the derivative of the other coordinate."""
    of = world("VP", landscape("spiral", 6, 0.3, 0.2))
    x = torch.randn(7, 2, generator=torch.Generator().manual_seed(1))
    found = _with_divergence(of.sde, of.score, x, 0.3)[1]
    each = vmap(jacrev(lambda one: slope(of.sde, of.score, one[None], 0.3)[0]))(x)
    assert torch.allclose(found, each.diagonal(dim1=1, dim2=2).sum(1), atol=1e-4)


@BOTH
def test_the_prior_is_the_density_of_all_noise(kind: str) -> None:
    """Killed: dimensions counted once."""
    x = torch.tensor([[0.0, 0.0], [1.0, -2.0]])
    normal = torch.distributions.Normal(0.0, KINDS[kind].levels(1.0)[1])
    assert torch.allclose(prior(KINDS[kind], x), normal.log_prob(x).sum(1))


@pytest.mark.parametrize("seed", range(3))
@BOTH
def test_the_claims_of_there_and_back_hold(kind: str, seed: int) -> None:
    """Killed: an SDE whose way back uses the noise of its way there."""
    trace = traced(encoding_lab.run(encoding_lab.SPEC(kind=kind, seed=seed), CPU, {}))
    verdicts = [claim.check({"this": trace}) for claim in encoding_lab.CLAIMS]
    assert all(v.holds for v in verdicts), verdicts


def test_with_few_steps_both_checks_can_fail() -> None:
    """Killed: bounds that nothing misses."""
    trace = traced(encoding_lab.run(encoding_lab.SPEC(steps=4), CPU, {}))
    assert [claim.check({"this": trace}).holds for claim in encoding_lab.CLAIMS] == [False, False]
