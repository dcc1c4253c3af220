"""VQ-VAE-2 (arXiv:1906.00446), stage 2: the top prior, and the bottom prior given the top."""

import numpy as np
import torch
from torch import Tensor

from engine.autoregressive.sampling import sample
from engine.codes import two_priors_lab as lab
from engine.codes.two_priors import TwoPriors
from engine.core.trace import Snapshot, Trace


def nets(sees: bool = True) -> TwoPriors:
    torch.manual_seed(0)
    return TwoPriors(9, 5, 3, 12, sees)


def codes(K: int, side: int, n: int = 4, seed: int = 0) -> Tensor:
    return torch.randint(K, (n, side, side), generator=torch.Generator().manual_seed(seed))


def test_one_code_after_the_other_gives_the_logits_of_all_at_once() -> None:
    """To 1e-5. Killed: the top told to the wrong cell; told once more above; another's top."""
    net, k_t = nets(), codes(9, 4)
    uniforms = torch.rand(4, 8, 8, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        k_b, p = sample(net.bottom.stepwise(k_t, 4), uniforms)
        at_once = net.bottom.given(k_b, k_t).softmax(1).flatten(2).transpose(1, 2)
        assert torch.allclose(p, at_once, atol=1e-5)
        k, p = sample(net.top.pixelwise(4, 4, 4), uniforms[:, :4, :4])
        assert torch.allclose(p, net.top(k).softmax(1).flatten(2).transpose(1, 2), atol=1e-5)


def test_a_bottom_code_sees_those_before_it_no_later_one_and_every_top_code() -> None:
    """By the gradient. Killed: mask B first; a masked layer for the top."""
    net, k_t, k_b = nets(), codes(9, 4, 1), codes(5, 8, 1)
    place = 3, 4
    read = net.bottom.embed(k_b).detach().requires_grad_()
    told = net.bottom.told(k_t, 1).detach().requires_grad_()
    z = net.bottom.first(read) + told
    logits = net.bottom.out(net.bottom.hidden(net.bottom.blocks(z).relu()).relu())
    assert torch.allclose(logits, net.bottom.given(k_b, k_t))
    (seen,) = torch.autograd.grad(logits[0, :, *place].square().sum(), read, retain_graph=True)
    order = seen.abs().sum((0, 1)).flatten() > 0
    here = place[0] * 8 + place[1]
    assert not order[here:].any()
    assert order[here - 1]
    assert order[here - 8]
    far = k_t.clone()
    far[0, 3, 2] = (far[0, 3, 2] + 1) % 9  # a top cell that lies after the place, as far as it hears
    with torch.no_grad():
        assert not torch.allclose(net.bottom.given(k_b, far)[0, :, *place], logits[0, :, *place])


def test_the_arm_that_is_not_told_the_top_has_as_many_weights_and_no_top() -> None:
    """Killed: an arm without the layers; the top told all the same, in scoring or in writing."""
    one, other = nets(), nets(False)
    assert sum(p.numel() for p in one.parameters()) == sum(p.numel() for p in other.parameters())
    k_b = codes(5, 8)
    tops = codes(9, 4), codes(9, 4, seed=5)
    with torch.no_grad():
        other.bottom.top.weight.mul_(50)  # a top that would be heard if it were told
        assert one.nats(tops[0], k_b)[1] != one.nats(tops[1], k_b)[1]
        assert other.nats(tops[0], k_b)[1] == other.nats(tops[1], k_b)[1]
        u = torch.rand(4, 8, 8, generator=torch.Generator().manual_seed(2))
        written = [other.write(top, u)[1] for top in (u[:, :4, :4], 1 - u[:, :4, :4])]
    assert torch.equal(*written)


def test_what_is_written_is_told_with_what_it_cost_and_scored_alike() -> None:
    """By hand. Killed: the bottom's nats first; the probability of another code; bits; the sum over a
    picture; top and bottom exchanged in scoring."""
    net = nets()
    found = lab.write(net, {"seed": 3})
    assert found["nats"].shape == (3, 80)
    k_t, k_b = (torch.from_numpy(found[name]) for name in ("k_t", "k_b"))
    with torch.no_grad():
        top, bottom = net.nats(k_t, k_b)
        p = net.bottom.given(k_b, k_t).softmax(1).gather(1, k_b[:, None])
    assert torch.allclose(bottom, -p.log().mean(), atol=1e-5)
    assert np.isclose(found["nats"][:, :16].mean(), float(top), atol=1e-5)
    assert np.isclose(found["nats"][:, 16:].mean(), float(bottom), atol=1e-5)


def test_the_claims_of_the_priors_compare_what_they_name() -> None:
    """Killed: arms exchanged; pictures judged against any codes."""

    def arm(bottom: float, prior: float) -> Trace:
        trace = Trace(finished=True)
        cost = {"bottom": bottom, "bottom_alone": 1.9}
        far = {"prior": prior, "frequency": 5.0, "any": 9.0, "kept": 3.0}
        for name, found in (("nats", cost), ("distance", far)):
            trace.add(Snapshot(0, 0, name, {key: np.array(one) for key, one in found.items()}))
        return trace

    assert lab.heard({"told": arm(0.6, 4), "not told": arm(0.8, 4)}).holds
    assert not lab.heard({"told": arm(0.8, 4), "not told": arm(0.6, 4)}).holds
    assert lab.nearer({"told": arm(0.6, 3.9)}).holds
    assert not lab.nearer({"told": arm(0.6, 4.6)}).holds
