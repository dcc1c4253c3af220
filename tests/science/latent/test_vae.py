"""Auto-encoding variational Bayes (arXiv:1312.6114), importance weights (arXiv:1509.00519), and the lab."""

import numpy as np
import pytest
import torch
from torch.distributions import Bernoulli, Independent, Normal, kl_divergence

from engine.core.trace import Snapshot, Step, Trace, Weights
from engine.data.black_digits import black_digits, independent
from engine.data.digits import digits
from engine.latent import vae_lab as lab
from engine.latent.vae import VAE, kl, weighted

CPU = torch.device("cpu")


def net_of(D: int = 2) -> VAE:
    torch.manual_seed(0)
    return VAE(D, 16)


def digits_of(n: int) -> torch.Tensor:
    return black_digits().kept[:n]


def test_the_price_of_a_cloud_is_torch_s_kl() -> None:
    """To 1e-6. Killed: sigma for its square; the -1 left out; the mean's square halved twice."""
    mu, log_var = torch.randn(2, 50, 3, generator=torch.Generator().manual_seed(1))
    theirs = kl_divergence(Normal(mu, (0.5 * log_var).exp()), Normal(0.0, 1.0))
    assert torch.allclose(kl(mu, log_var), theirs, atol=1e-6)


def test_bound_and_weights_are_those_of_torch_s_distributions() -> None:
    """On the same net and draws, to 1e-4 of about 50 nats. Killed: sigma squared for sigma in the draw; the
    mean over pixels for the sum; the prior left out of the weights; q's width left out of its density."""
    net, x = net_of(), digits_of(20)
    epsilon = torch.randn(5, 20, 2, generator=torch.Generator().manual_seed(2))
    mu, log_var = net.encode(x)
    q, prior = (
        Independent(Normal(mu, log_var.exp().sqrt()), 1),
        Independent(Normal(torch.zeros(2), torch.ones(2)), 1),
    )
    z = mu + log_var.exp().sqrt() * epsilon
    log_p = Independent(Bernoulli(logits=net.decode(z)), 1).log_prob(x)  # (5, 20)
    assert torch.allclose(net.log_weights(x, epsilon), log_p + prior.log_prob(z) - q.log_prob(z), atol=1e-4)
    pixels, price = net.bound(x, epsilon[0])
    assert torch.allclose(pixels - price.sum(1), log_p[0] - kl_divergence(q, prior), atol=1e-4)


def test_the_log_weight_is_the_bound_on_average() -> None:
    """Over 4,000 draws, within five standard errors. Killed: the KL taken the other way round."""
    net, x = net_of(), digits_of(4)
    with torch.no_grad():
        net.get_parameter("phi.4.weight").mul_(10)  # clouds that differ from N(0, I)
    epsilon = torch.randn(4000, 4, 2, generator=torch.Generator().manual_seed(3))
    mu, log_var = net.encode(x)
    log_p = net.log_p(x, mu + (0.5 * log_var).exp() * epsilon)
    apart = net.log_weights(x, epsilon) - (log_p - kl(mu, log_var).sum(1))
    assert (apart.mean(0).abs() < 5 * apart.std(0) / 4000**0.5).all()


def test_weighted_draws_are_the_log_of_a_mean_group_by_group() -> None:
    """And more of them are no lower. Killed: the sum for the mean; groups across pictures."""
    log_w = torch.randn(12, 7, generator=torch.Generator().manual_seed(4)).double() * 3
    by_hand = np.log(np.exp(log_w.numpy()).reshape(3, 4, 7).mean(1)).mean(0)
    assert np.allclose(weighted(log_w, 4), by_hand)
    assert torch.allclose(weighted(log_w, 1), log_w.mean(0))
    one, four, all_ = (weighted(log_w, k) for k in (1, 4, 12))
    assert (one <= four).all()
    assert (four <= all_).all()


@pytest.mark.parametrize("D", [1, 2, 3])
def test_tiles_stand_where_they_are_decoded(D: int) -> None:
    """Row by row from the upper left; further numbers are 0. Killed: rows upside down; rows for columns."""
    places = lab.plane(D, 3.0)
    n = lab.SIDE
    assert places.shape == (n * n, D)
    corner = {0: (-3.0, 3.0), n - 1: (3.0, 3.0), n * (n - 1): (-3.0, -3.0)}
    for i, place in corner.items():
        assert places[i].tolist() == [*place, 0.0][:D]


def test_what_is_told_of_kept_digits_adds_up_and_is_of_them() -> None:
    """Pixels and cloud make the cost, of the kept digits, and the KL is that of torch. Killed: learned digits
    scored; the clouds of other digits than those named; sigma's square for sigma."""
    spec = lab.SPEC(hidden=16)
    net = lab.restore(spec, None)
    train, test, labels = black_digits()
    seen = lab.look(net, train, test, spec)
    score, (mu, log_var) = seen["score"], net.encode(test)
    assert score["draw"] + score["price"] == pytest.approx(score["kept"], abs=1e-3)
    assert score["price"] == pytest.approx(kl(mu, log_var).sum(1).mean().item(), abs=1e-3)
    here = [int(label) for label in labels[list(lab.shown())]]
    assert here == [label for label in range(10) for _ in range(lab.EACH)]
    assert np.allclose(seen["clouds"]["mu"], mu[list(lab.shown())].detach(), atol=2e-3)
    assert np.allclose(seen["clouds"]["sigma"], log_var[list(lab.shown())].detach().exp().sqrt(), atol=2e-3)


def test_without_noise_nothing_but_the_pixels_is_learned() -> None:
    """The widths' own weights stay as they were, and the cost is that of the point. Killed: the KL left in;
    the noise left in."""
    spec = lab.SPEC(noise=False, hidden=16, steps=10)
    events = list(lab.run(spec, CPU, {}))
    before, after = (
        one.state["phi.4.weight"][spec.D :]
        for one in events
        if isinstance(one, Weights) and one.step in (0, 10)
    )
    assert torch.equal(before, after)
    first = next(one for one in events if isinstance(one, Step))
    net, rng = lab.restore(spec, None), torch.Generator().manual_seed(spec.seed)
    x = black_digits().learned[torch.randint(1400, (lab.BATCH,), generator=rng)]
    assert first.scalars["loss"] == pytest.approx(-net.log_p(x, net.encode(x)[0]).mean().item(), abs=2e-3)


def test_pixels_by_themselves_are_counted_on_learned_digits() -> None:
    """log p of kept digits by hand. Killed: counted on kept digits; a mean over pixels."""
    learned, kept = (x.astype(float) for x in lab.split(lab.SPEC()))
    p = (learned.sum(0) + 0.5) / (len(learned) + 1)
    by_hand = np.log(np.where(kept == 1, p, 1 - p)).sum(1).mean()
    assert independent() == pytest.approx(by_hand)


def test_no_kept_digit_is_a_learned_one_in_black_and_white() -> None:
    """And each has its own label. Killed: the twins left in; the labels of all digits for testing."""
    learned, kept, labels = black_digits()
    assert not {row.numpy().tobytes() for row in learned} & {row.numpy().tobytes() for row in kept}
    assert len(kept) == len(labels) == 379
    test = digits()
    for row, label in zip(kept, labels, strict=True):
        same = ((test.test_x >= 8).reshape(-1, 64) == row.numpy().astype(bool)).all(1)
        assert label in test.test_y[same]


def trace_of(**score: float | list[float]) -> Trace:
    trace = Trace(total=1, finished=True)
    for moment in (0, 1):
        trace.add(Snapshot(moment, moment, "score", {name: np.array(v) for name, v in score.items()}))
    return trace


def test_each_claim_can_fall() -> None:
    """Killed: the signs of the costs; with and without exchanged; one number of two."""
    good = trace_of(kept=20.0, ten=19.6, hundred=19.5, spread=1.0, each=[1.2, 1.4])
    bad = trace_of(kept=21.5, ten=21.4, hundred=21.3, spread=1.0, each=[1.2, 0.4])
    for check in (lab.beats_pixels, lab.tighter, lab.both_used):
        assert check({"VAE": good}).holds
        assert not check({"VAE": bad}).holds
    assert lab.spreads({"VAE": good, "plain": trace_of(spread=3.0)}).holds
    assert not lab.spreads({"VAE": good, "plain": trace_of(spread=2.0)}).holds
