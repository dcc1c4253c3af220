"""What is known in closed form: evidence, bound and gap; mean field; a linear VAE and probabilistic PCA."""

import math

import numpy as np
import pytest
import torch
from scipy.integrate import quad
from scipy.stats import norm
from sklearn.decomposition import PCA as SklearnPCA
from torch.distributions import MultivariateNormal, Normal, kl_divergence

from engine.core.trace import Trace, traced
from engine.data.digits import digits
from engine.latent import bound_lab, cavi_lab, linear_vae_lab
from engine.latent.bound import TAU, World
from engine.latent.cavi import gap, update
from engine.latent.linear_vae import PCA, LinearVAE, alike

CPU = torch.device("cpu")
QS = ((0.0, 1.0), (1.3, 0.2), (-4.0, 3.0), (2.5, 0.1))


def number(value: float) -> torch.Tensor:
    return torch.tensor(value, dtype=torch.float64)


@pytest.mark.parametrize(("x", "a", "s"), [(0.2, 2.0, 1.0), (-3.0, 3.0, 0.2), (0.5, 0.0, 2.0)])
def test_bound_and_gap_add_up_to_the_evidence_for_any_q(x: float, a: float, s: float) -> None:
    """To 1e-10; the evidence is scipy's integral. Two modes at one place (a = 0), too. Killed: one half's
    weight left out; widths added for their squares; the posterior's bells at the prior's places."""
    world = World(x, a, s)
    joint = lambda z: (norm.pdf(z, -a, TAU) + norm.pdf(z, a, TAU)) / 2 * norm.pdf(x, z, s)  # noqa: E731
    assert world.log_evidence.exp().item() == pytest.approx(
        quad(joint, -12, 12, points=[-a, a, x])[0], rel=1e-7
    )
    for mu, sigma in QS:
        parts = world.bound(number(mu), number(sigma)), world.gap(number(mu), number(sigma))
        assert (parts[0] + parts[1]).item() == pytest.approx(world.log_evidence.item(), abs=1e-10)


def test_by_jensen_the_mean_of_the_logs_lies_a_gap_below_the_log_of_the_mean() -> None:
    """Over q posterior / q has the mean 1, and its log the mean -gap, to 1e-3. Killed: places even in z; one
    half's weight left out; q and posterior exchanged."""
    world = World(0.2, 2.0, 1.0)
    for mu, sigma in ((0.0, 2.0), (0.5, 1.8)):
        ratio, log_ratio = world.ratios(number(mu), number(sigma), 20_000)
        assert ratio.mean().item() == pytest.approx(1, abs=1e-3)
        assert log_ratio.mean().item() == pytest.approx(
            -world.gap(number(mu), number(sigma)).item(), abs=1e-3
        )


def test_before_one_mode_the_gap_is_torch_s_kl_in_either_direction() -> None:
    """To 1e-8. Killed: the two directions exchanged; the map's rows for its columns."""
    world = World(0.7, 0.0, 0.8)
    p = Normal(world.means[0], number(world.sigma))
    for mu, sigma in QS:
        q = Normal(number(mu), number(sigma))
        assert torch.allclose(world.gap(q.loc, q.scale), kl_divergence(q, p), atol=1e-8)
        assert torch.allclose(world.forward(q.loc, q.scale), kl_divergence(p, q), atol=1e-8)
    map_ = world.landscape(torch.tensor([0.0, 1.3]).double(), torch.tensor([1.0, 0.2]).double(), False)
    assert map_[0, 1].item() == pytest.approx(world.gap(number(1.3), number(1.0)).item(), abs=1e-6)


def test_kl_q_p_seeks_a_mode_and_kl_p_q_matches_moments() -> None:
    """Mean and width to 1e-3; a mode to 0.1. Killed: what is lowered exchanged; a step uphill."""
    for mu in (0.6, -1.0):
        seeks, covers = (
            traced(bound_lab.run(bound_lab.SPEC(mu=mu, lowers=one), CPU, {})).last("q")
            for one in bound_lab.SHAPE
        )
        world = World(0.2, 2.0, 1.0)
        assert min(abs(seeks["mu"][0] - m) for m in world.means.tolist()) < 0.1
        assert (covers["mu"][0], covers["sigma"][0]) == pytest.approx(world.moments(), abs=1e-3)


@pytest.mark.parametrize("lowers", bound_lab.SHAPE)
@pytest.mark.parametrize(
    ("mu", "sigma", "a", "x", "s"), [(4, 0.1, 3, -3, 0.2), (-4, 3, 0, 3, 0.2), (4, 3, 3, 0, 2)]
)
def test_no_start_is_thrown_off(lowers: str, mu: float, sigma: float, a: float, x: float, s: float) -> None:
    """At the corners of what is taken, what is lowered ends lower, and is a number. Killed: steps without a
    limit."""
    trace = traced(bound_lab.run(bound_lab.SPEC(mu=mu, sigma=sigma, a=a, x=x, s=s, lowers=lowers), CPU, {}))
    name = "gap" if lowers == bound_lab.SHAPE[0] else "forward"
    first, *_, last = trace.scalars[name][1]
    assert math.isfinite(last)
    assert last <= first + 1e-9


@pytest.mark.parametrize("rho", [0.8, -0.5, 0.99])
def test_mean_field_keeps_the_centre_and_one_minus_rho_squared_of_the_variance(rho: float) -> None:
    """To 1e-10, and each half sweep is best for its coordinate: no step down. Killed: rho for its square; the
    sign of the mean's update; twice the other coordinate's variance."""
    trace = traced(cavi_lab.run(cavi_lab.SPEC(rho=rho, sweeps=20), CPU, {}))
    assert np.allclose(trace.last("q")["var"], 1 - rho**2, atol=1e-10)
    assert trace.last("q")["m"][0].tolist() == pytest.approx([2 * rho**39, 2 * rho**40], abs=1e-9)
    assert (np.diff(trace.scalars["below"][1]) <= 1e-12).all()
    m, var = np.array([0.4, -1.0]), np.array([0.7, 0.3])
    p = MultivariateNormal(torch.zeros(2).double(), torch.tensor([[1, rho], [rho, 1]], dtype=torch.float64))
    q = MultivariateNormal(torch.tensor(m), torch.diag(torch.tensor(var)))
    assert gap(m, var, rho) == pytest.approx(kl_divergence(q, p).item(), abs=1e-6)
    best = m.copy(), var.copy()
    best[0][1], best[1][1] = update(m, 1, rho)
    for by in (-0.01, 0.01):
        assert gap(best[0] + [0, by], best[1], rho) > gap(*best, rho)
        assert gap(best[0], best[1] * [1, 1 + by], rho) > gap(*best, rho)


def test_at_the_answer_of_ppca_the_linear_vae_s_bound_is_the_likelihood() -> None:
    """With W, V, D in closed form the gap is nothing: to 1e-8. Killed: D left out of the expected square; V's
    part of the price; the constants; sigma2 for its root."""
    S, k = linear_vae_lab.covariance(), 5
    best, net = PCA(S, k), LinearVAE(64, k)
    values = torch.linalg.eigvalsh(S).flip(0)[:k]
    with torch.no_grad():
        net.W.copy_(best.U * (values - best.sigma2).sqrt())
        net.V.copy_(net.W.T / values[:, None])  # M = W'W + sigma2 I is diagonal: its entries are the values
        net.log_D.copy_((best.sigma2 / values).log())
        net.log_sigma2.copy_(best.sigma2.log())
        assert net.bound(S).item() == pytest.approx(best.log_p.item(), abs=1e-8)
        assert alike(net.W, best.U).item() == pytest.approx(1)
        net.W[:, 0] = torch.linalg.eigh(S)[1][:, 0]  # a direction that PCA leaves out
        assert alike(net.W, best.U).item() == pytest.approx(0, abs=1e-8)


def test_the_closed_form_is_sklearn_s() -> None:
    """PCA.score, mean log-likelihood, to 1e-6 (sklearn divides by n - 1). Killed: the sum of what is left for
    its mean; the covariance of kept digits."""
    x = digits().train_x.reshape(-1, 64) / 16.0
    theirs = SklearnPCA(5, svd_solver="full").fit(x)
    mine = PCA(linear_vae_lab.covariance(), 5)
    assert mine.sigma2.item() * len(x) / (len(x) - 1) == pytest.approx(theirs.noise_variance_, abs=1e-9)
    assert mine.log_p.item() == pytest.approx(theirs.score(x), abs=1e-5)


def test_the_exact_claims_can_fall() -> None:
    """Killed: the arms exchanged; either half of the second claim left out."""

    def ended(mu: float, sigma: float) -> Trace:
        trace = Trace()
        trace.add(bound_lab.shots(0, 0, {"q": {"mu": np.array([mu]), "sigma": np.array([sigma])}}).__next__())
        return trace

    assert bound_lab.ends_apart({"mode": ended(1.5, 0.5), "cover": ended(0.5, 1.5)}).holds
    assert not bound_lab.ends_apart({"mode": ended(1.5, 0.5), "cover": ended(0.5, 0.9)}).holds
    near, far = (traced(cavi_lab.run(cavi_lab.SPEC(rho=rho), CPU, {})) for rho in (0.8, 0.95))
    assert cavi_lab.correlation_slows({"0.8": near, "0.95": far}).holds
    assert not cavi_lab.correlation_slows({"0.8": far, "0.95": far}).holds
    assert not cavi_lab.correlation_slows({"0.8": near, "0.95": near}).holds
