"""A code of dice (arXiv:1611.01144): the bound with all its constants, what is trained, what is scored."""

import math
from itertools import product

import numpy as np
import pytest
import torch
from torch.distributions import Bernoulli, Categorical, kl_divergence

from engine.core.trace import Snapshot, Trace
from engine.data.black_digits import black_digits, independent
from engine.latent import categorical_lab as lab
from engine.latent.categorical import ESTIMATORS, CategoricalVAE, bound, kl, objective
from engine.latent.gumbel import gumbels, throw


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def net_of(N: int = 2, K: int = 3) -> tuple[CategoricalVAE, torch.Tensor]:
    """A net whose chances are uneven, and five pictures."""
    torch.manual_seed(0)
    net = CategoricalVAE(N, K)
    with torch.no_grad():
        for name in ("encoder.2.weight", "decoder.0.weight", "decoder.2.weight"):
            dict(net.named_parameters())[name].mul_(6)
    return net, (torch.rand(5, 64, generator=rng()) > 0.5).float()


def test_the_kl_is_torchs_and_the_likelihood_is_of_every_pixel() -> None:
    """To 1e-5, all constants kept. Killed: log K left out; the mean over the dice; the mean over the pixels;
    KL the other way round."""
    net, x = net_of()
    log_pi = net.log_pi(x)
    fair = Categorical(logits=torch.zeros_like(log_pi))
    assert torch.allclose(kl(log_pi), kl_divergence(Categorical(logits=log_pi), fair).sum(1), atol=1e-5)
    z = throw(log_pi, gumbels((5, 2, 3), rng()))
    assert torch.allclose(net.log_p(x, z), Bernoulli(logits=net.decode(z)).log_prob(x).sum(1), atol=1e-4)


def test_the_bound_lies_below_the_evidence_by_the_kl_to_the_posterior() -> None:
    """Enumerated: all nine codes. Killed: the KL added; a soft throw scored as a thrown one."""
    net, x = net_of()
    codes = torch.tensor(list(product(range(3), repeat=2)))
    z = torch.nn.functional.one_hot(codes, 3).float()
    with torch.no_grad():
        log_q = net.log_pi(x)[:, torch.arange(2), codes].sum(2)  # (5, 9)
        joint = torch.stack([net.log_p(x, one.expand(5, 2, 3)) for one in z], 1) - math.log(9)
        evidence = joint.logsumexp(1)
        gap = (log_q.exp() * (log_q - (joint - evidence[:, None]))).sum(1)
        assert torch.allclose((log_q.exp() * (joint - log_q)).sum(1), evidence - gap, atol=1e-4)
        each = bound(net, x, gumbels((4000, 5, 2, 3), rng()))
    assert torch.allclose(each, evidence - gap, atol=5 * 20 / 4000**0.5)  # log p scatters by 20 at most


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_all_three_teach_the_decoder_and_each_its_own_way_the_encoder(estimator: str) -> None:
    """The value is the same for what throws; REINFORCE adds one whose gradient is the reward's. Killed:
    REINFORCE without its term; soft throws for all; the KL left out; a baseline that starts at 0; one
    that keeps a tenth."""
    net, x = net_of()
    g = gumbels((5, 2, 3), rng(1))
    loss, baseline = objective(net, x, g, 0.5, estimator, None)
    log_pi = net.log_pi(x)
    z = throw(log_pi, g)
    log_p = net.log_p(x, z)
    plain = (kl(log_pi) - log_p).mean()
    bias = dict(net.named_parameters())["encoder.2.bias"]
    (mine,) = torch.autograd.grad(loss, bias)
    if estimator == "Gumbel-softmax":
        assert not torch.isclose(loss, plain, atol=1e-3)
        return
    assert baseline == pytest.approx(log_p.mean().item(), abs=1e-4)
    if estimator == "straight-through":
        assert torch.isclose(loss, plain, atol=1e-4)
        return
    assert objective(net, x, g, 5.0, estimator, None)[0].item() == loss.item()  # it has no temperature
    after = objective(net, x, g, 0.5, estimator, 0.0)[1]
    assert after == pytest.approx(0.1 * log_p.mean().item(), rel=1e-4)
    reward = (log_p - log_p.mean()).detach()
    wanted = kl(log_pi).mean() - (reward * (z * log_pi).sum((1, 2))).mean()
    assert torch.allclose(mine, torch.autograd.grad(wanted, bias)[0], atol=1e-4)


def test_by_reinforce_the_decoder_learns_from_the_picture_alone() -> None:
    """Of the faces that were thrown. Killed: the reward's own gradient let through."""
    net, x = net_of()
    g = gumbels((len(x), net.N, net.K), rng())
    loss, _ = objective(net, x, g, 0.5, "REINFORCE", -3.0)
    z = throw(net.log_pi(x).detach(), g)
    wanted = torch.autograd.grad(-net.log_p(x, z).mean(), list(net.decoder.parameters()))
    for mine, theirs in zip(torch.autograd.grad(loss, list(net.decoder.parameters())), wanted, strict=True):
        assert torch.allclose(mine, theirs, atol=1e-6)


def test_what_is_told_of_a_run_is_scored_with_thrown_dice_on_kept_digits() -> None:
    """At any temperature the same. Killed: soft throws in the bound; digits for learning; hard ones in the
    line of what training sees."""
    net, (learned, kept, _) = lab.restore(lab.SPEC(), None), black_digits()
    noise = gumbels((2, len(kept), 8, 8), rng())
    hot, cold = (lab.watched(net, kept, noise, tau, ESTIMATORS[0])["score"] for tau in (5.0, 0.2))
    assert hot["bound"] == cold["bound"] == pytest.approx(bound(net, kept, noise).mean().item(), abs=1e-3)
    assert hot["training"] != hot["bound"]
    hard = lab.watched(net, kept, noise, 5.0, "REINFORCE")["score"]
    assert hard["training"] == hard["bound"]
    p = learned.mean(0).clamp(1e-3, 1 - 1e-3)
    assert independent() == pytest.approx(Bernoulli(p).log_prob(kept).sum(1).mean().item(), abs=0.05)
    assert not {row.numpy().tobytes() for row in learned} & {row.numpy().tobytes() for row in kept}


def test_it_is_cooled_tenfold_and_evenly_in_the_logarithm() -> None:
    """Killed: cooled in a line; cooled where it is held; a tenth at half the steps."""
    spec = lab.SPEC(temperature=3.0, cool=True, steps=100)
    assert [lab.heat(spec, step) for step in (0, 50, 100)] == pytest.approx([3, 3 / 10**0.5, 0.3])
    assert lab.heat(lab.SPEC(temperature=3.0), 900) == 3


def test_a_die_that_is_turned_leaves_the_others_as_they_fell() -> None:
    """Killed: the wrong die turned; all dice turned; the unlikeliest face taken as its own."""
    net = lab.restore(lab.SPEC(dice=3, faces=4), None)
    found = lab.turned(net, {"digit": 7})
    pi = net.log_pi(black_digits().kept[7][None])[0].exp()
    assert np.array_equal(found["face"], pi.argmax(1).numpy())
    z = torch.nn.functional.one_hot(pi.argmax(1), 4).float()
    z[1] = torch.eye(4)[2]
    assert np.allclose(found["out"][1, 2].ravel(), net.decode(z[None])[0].sigmoid().detach(), atol=1e-5)
    with pytest.raises(ValueError, match=r"digit must be a whole number in \[0, 378\], got 379"):
        lab.turned(net, {"digit": 379})


def test_the_claims_can_fail() -> None:
    """Killed: sides exchanged; the first moment for the newest; no room asked for."""

    def trace(nats: float) -> Trace:
        made = Trace()
        for moment, bits in enumerate((-45.0, nats)):
            score = {"bound": np.array(bits), "training": np.array(-20.0)}
            made.add(Snapshot(moment, moment, "score", score))
        return made

    better, REINFORCE, hot = lab.CLAIMS[0], trace(-24), lab.CLAIMS[2]
    assert better.check({"Gumbel-softmax": trace(-20), "REINFORCE": REINFORCE}).holds
    assert not better.check({"Gumbel-softmax": trace(-22.7), "REINFORCE": REINFORCE}).holds
    assert not better.check({"Gumbel-softmax": REINFORCE, "REINFORCE": trace(-20)}).holds
    assert hot.check({"at 3": trace(-30)}).holds
    assert not hot.check({"at 3": trace(independent() - 0.5)}).holds
