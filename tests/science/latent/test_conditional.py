"""A conditional VAE (Sohn, Lee & Yan, 2015): its bound, its weights, who sees what, and what is scored."""

import numpy as np
import pytest
import torch
from sklearn.neighbors import NearestNeighbors
from torch.distributions import Bernoulli, Independent, Normal, kl_divergence

from engine.data.black_digits import black_digits
from engine.latent import conditional_lab as lab
from engine.latent.conditional import CVAE, PRIORS
from engine.latent.vae import weighted

X, Y = lab.halves(black_digits().kept[:6])


def net_of(d: int = 2, prior: str = PRIORS[0]) -> CVAE:
    """A net whose clouds differ from each other and from N(0, I)."""
    torch.manual_seed(0)
    net = CVAE(d, 16, prior)
    with torch.no_grad():
        for name in ("q.4.weight", "p.4.weight", "generation.0.weight", "generation.4.weight"):
            net.get_parameter(name).mul_(5)
    return net


def noise(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(1))


def normal(pair: tuple[torch.Tensor, torch.Tensor]) -> Independent:
    return Independent(Normal(pair[0], (0.5 * pair[1]).exp()), 1)


def test_bound_and_weights_are_those_of_torch_s_distributions() -> None:
    """To 1e-4. Killed: the KL the other way round; the prior's width left out of it; N(0, I) in the weights;
    the mean over pixels; q's density left out."""
    net, epsilon = net_of(), noise(5, 6, 2)
    q, p = normal(net.recognition(X, Y)), normal(net.prior(X))
    z = q.mean + q.base_dist.stddev * epsilon
    logits = net.generation(torch.cat([X.expand(5, 6, 32), z], -1))
    log_p = Bernoulli(logits=logits).log_prob(Y).sum(-1)
    pixels, price = net.bound(X, Y, epsilon[0])
    assert torch.allclose(pixels, log_p[0], atol=1e-4)
    assert torch.allclose(price, kl_divergence(q, p), atol=1e-4)
    assert torch.allclose(net.log_weights(X, Y, epsilon), log_p + p.log_prob(z) - q.log_prob(z), atol=1e-4)


def test_many_weighted_draws_find_log_p_of_the_lower_half() -> None:
    """With one number in z, summed on a grid of 4,001. Killed: the prior's draws weighed as q's."""
    net = net_of(1)
    with torch.no_grad():
        mu, log_var = net.prior(X)
        at = torch.linspace(-8, 8, 4001)[:, None, None]
        z = mu + (0.5 * log_var).exp() * at  # in widths of the prior
        inside = (
            Bernoulli(logits=net.answer(X, z)).log_prob(Y).sum(-1) + Normal(0.0, 1.0).log_prob(at)[..., 0]
        )
        exact = inside.logsumexp(0) + np.log(16 / 4000)
        found = weighted(net.log_weights(X, Y, noise(20_000, 6, 1)), 20_000)
        below, price = net.bound(X.repeat(500, 1), Y.repeat(500, 1), noise(3000, 1))
    assert torch.allclose(found, exact, atol=0.1)
    assert ((below - price).view(500, 6).mean(0) < exact + 0.1).all()


def test_the_prior_sees_the_half_unless_it_is_fixed_and_never_the_answer() -> None:
    """Killed: the two priors exchanged; a prior that is fixed in its mean alone; answers drawn from q;
    a recognition network that is given one half twice."""
    sees, fixed = net_of(), net_of(prior=PRIORS[1])
    assert not torch.allclose(sees.prior(X)[0][0], sees.prior(X)[0][1], atol=1e-3)
    assert not torch.cat(fixed.prior(X)).any()
    assert not torch.allclose(sees.recognition(X, Y)[0], sees.recognition(X, 1 - Y)[0], atol=1e-3)
    epsilon = noise(3, 6, 2)
    z = sees.prior(X)[0] + (sees.prior(X)[1] / 2).exp() * epsilon
    assert torch.allclose(sees.draw(X, epsilon), sees.answer(X, z), atol=1e-5)
    assert torch.allclose(fixed.draw(X, epsilon), fixed.answer(X, epsilon), atol=1e-5)


def test_the_score_is_of_kept_halves_and_distances_are_to_learned_ones() -> None:
    """By sklearn's neighbours. Killed: kept halves among the known ones; upper halves; learned digits scored;
    the regression's draws by the CVAE's chances."""
    spec = lab.SPEC(d=1, hidden=8)
    net, (learned, kept, _) = lab.restore(spec, None), black_digits()
    score = lab.watched(net, learned, kept, spec)["score"]
    x, y = lab.halves(kept)
    known = NearestNeighbors(n_neighbors=1, metric="hamming").fit(lab.halves(learned)[1].numpy())
    far = 32 * known.kneighbors(y.numpy())[0]
    assert score["far_real"] == pytest.approx(far.mean(), abs=1e-3)
    assert 0.5 < score["far_real"] < 1
    alone = Bernoulli(logits=net.regression(x)).log_prob(y).sum(1).mean().item()
    assert score["regression"] == pytest.approx(alone, abs=1e-3)
    with torch.no_grad():
        net.get_parameter("regression.4.bias").fill_(-50)  # it draws white
    white = lab.watched(net, learned, kept, spec)["score"]
    nothing = 32 * known.kneighbors(np.zeros((1, 32)))[0].item()
    assert white["far_regression"] == pytest.approx(nothing, abs=1e-3)
    assert white["far"] == score["far"]
