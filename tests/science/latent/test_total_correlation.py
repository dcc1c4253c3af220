"""The KL in three parts (arXiv:1802.04942), beta-VAE and beta-TCVAE, and the mutual information gap."""

import math

import numpy as np
import pytest
import torch
from scipy.special import logsumexp
from scipy.stats import norm
from sklearn.metrics import mutual_info_score
from torch.distributions import Normal, kl_divergence

from engine.core.trace import traced
from engine.latent import total_correlation_lab as lab
from engine.latent.total_correlation import KINDS, draws, gaps, minibatch_weighted, objective, parts, table


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def clouds(n: int = 40, D: int = 3) -> tuple[torch.Tensor, torch.Tensor]:
    """mu and log sigma^2 of n pictures."""
    return torch.randn(n, D, generator=rng(1)), torch.randn(n, D, generator=rng(2)) - 2


def grid(side: int, D: int = 2) -> tuple[torch.Tensor, torch.Tensor]:
    """Tight clouds at every place of a grid, 10 apart."""
    places = torch.cartesian_prod(*[10.0 * torch.arange(side)] * D)
    return places, torch.full_like(places, -6)


def test_the_three_parts_add_up_to_torch_s_mean_kl() -> None:
    """To 1e-4 of about 4 nats, for any clouds. Killed: draws without their opposites; draws that are not of
    mean square 1; the dimension-wise part of one number alone."""
    mu, log_var = clouds()
    exact = kl_divergence(Normal(mu, (0.5 * log_var).exp()), Normal(0.0, 1.0)).sum(1).mean()
    assert torch.stack(parts(mu, log_var, draws(8, 40, 3, rng()))).sum().item() == pytest.approx(
        exact.item(), abs=1e-4
    )


def test_each_part_is_what_its_name_says() -> None:
    """Of clouds that do not touch: information is log N; numbers that move together have a total correlation
    of log N, numbers on a grid none. Killed: log N left out of q(z); q(z_j) in place of q(z); a sum over
    draws for a mean; total correlation with its sign."""
    mu, log_var = grid(4)
    told, dependent, _ = parts(mu, log_var, draws(8, 16, 2, rng()))
    assert (told.item(), dependent.item()) == pytest.approx((math.log(16), 0), abs=1e-3)
    line = mu[::5]  # (0, 0), (10, 10), ...
    told, dependent, _ = parts(line, log_var[:4], draws(8, 4, 2, rng()))
    assert (told.item(), dependent.item()) == pytest.approx((math.log(4), math.log(4)), abs=1e-3)


def test_minibatch_weighting_is_the_official_formula() -> None:
    """logsumexp over the batch, minus log(N M), written anew with scipy; to 1e-4. Killed: log M for log NM;
    the product over j inside the logsumexp; the batch summed over draws."""
    mu, log_var = clouds(7)
    z = torch.randn(7, 3, generator=rng(3))
    each = norm.logpdf(z.numpy()[:, None], mu.numpy()[None], np.exp(log_var.numpy() / 2)[None])  # (z, x, j)
    together, apart = minibatch_weighted(z, mu, log_var, 320)
    assert np.allclose(together, logsumexp(each.sum(2), 1) - np.log(320 * 7), atol=1e-4)
    assert np.allclose(apart, (logsumexp(each, 1) - np.log(320 * 7)).sum(1), atol=1e-4)


def test_beta_weighs_the_kl_or_its_middle_part_and_at_one_both_are_the_vae() -> None:
    """Killed: beta for beta - 1; the whole KL weighed by both; the KL left out of beta-TCVAE."""
    net, x = lab.restore(lab.SPEC(), None), lab.squares()[0][:32]
    epsilon = torch.randn(32, 6, generator=rng(4))
    with torch.no_grad():
        net.get_parameter("phi.4.weight").mul_(10)
        mu, log_var = net.encode(x)
        z = mu + (log_var / 2).exp() * epsilon
        price = kl_divergence(Normal(mu, (0.5 * log_var).exp()), Normal(0.0, 1.0)).sum(1).mean()
        together, apart = minibatch_weighted(z, mu, log_var, 320)
        vae = price - net.log_p(x, z).mean()
        for kind, part in zip(KINDS, (price, (together - apart).mean()), strict=True):
            assert objective(net, x, epsilon, 320, 1.0, kind).item() == pytest.approx(vae.item(), abs=1e-3)
            more = objective(net, x, epsilon, 320, 3.0, kind) - vae
            assert more.item() == pytest.approx(2 * part.item(), abs=1e-3)


def test_the_table_is_sklearn_s_mutual_information_and_the_gap_its_best_two() -> None:
    """Within 0.03, sklearn on draws in bins. Killed: the entropy of another factor; log q(z_j) of all for
    that of one value; the gap to the third; the gap within a number of z."""
    factors = np.array([(a, b) for a in range(4) for b in range(8)])
    mu = torch.tensor(
        np.stack([factors[:, 0] - 1.5, factors[:, 1] / 3 + factors[:, 0] % 2, 0 * factors[:, 0]], 1)
    )
    mu, log_var = mu.float(), torch.full((32, 3), -3.0)
    epsilon = draws(400, 32, 3, rng())
    found = table(mu, log_var, epsilon, factors).numpy()
    z = (mu + (0.5 * log_var).exp() * epsilon).flatten(0, 1).numpy()
    for j in range(3):
        bins = np.digitize(z[:, j], np.linspace(-4, 5, 100))
        for k, values in enumerate((4, 8)):
            told = mutual_info_score(bins, np.tile(factors[:, k], 400)) / math.log(values)
            assert found[j, k] == pytest.approx(told, abs=0.03)
    assert np.allclose(gaps(np.array([[0.9, 0.1], [0.2, 0.6], [0.3, 0.5]])), [0.6, 0.1])


def test_on_every_rung_both_nets_start_alike_and_see_the_same() -> None:
    """At beta 1 they end alike, too. Killed: nets from different seeds; a batch each; rungs in equal
    steps."""
    trace = traced(lab.run(lab.SPEC(steps=10, top=16.0), torch.device("cpu"), {}))
    assert trace.scalars["beta"][1] == [1, 2, 4, 8, 16]
    first = trace.at("score", 0)
    assert all(one[0] == pytest.approx(one[1], abs=2e-3) for one in first.values())
    last = trace.last("score")
    assert last["kl"][0] < last["kl"][1]  # the whole KL is weighed, against one part of it
    for name, column in (("plain", 0), ("tc", 1)):
        assert trace.last("bars")[name][3] == last["kl"][column]
        assert trace.last("bars")[name][:3].sum() == pytest.approx(float(last["kl"][column]), abs=1e-3)
