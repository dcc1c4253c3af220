"""What Dhariwal & Nichol (2021) and Ho & Salimans (2022) say of guidance; agreement with diffusers."""

import numpy as np
import pytest
import torch
from diffusers.guiders import ClassifierFreeGuidance

from engine.core.params import Refusal
from engine.core.trace import Step, traced
from engine.diffusion import (
    guidance_lab,
    guided_digits_lab,
    guided_points_lab,
)
from engine.diffusion.ddpm import DDPM, ancestral
from engine.diffusion.guidance import CUT, Classes, Guided, counts, free
from engine.diffusion.guided_digits import NONE, ClassNet, guided, left_out
from engine.diffusion.guided_points import Classifier
from engine.diffusion.schedule import cosine, linear

CPU = torch.device("cpu")


def draws(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("w", [0.0, 1.0, 2.5, 100.0])
def test_it_agrees_with_diffusers_in_both_counts(w: float) -> None:
    """The library's own count is ours, the paper's is one less. Killed: 1 + w; on from the class."""
    without, asked = draws(4, 6), draws(4, 6, seed=1)
    native = ClassifierFreeGuidance(guidance_scale=counts(w)["diffusers"])
    paper = ClassifierFreeGuidance(guidance_scale=counts(w)["Ho & Salimans"], use_original_formulation=True)
    for guider in (native, paper):
        said = guider.forward(asked, without).pred
        assert torch.allclose(free(without, asked, w), said, atol=1e-6 * max(1, w), rtol=1e-6)


def test_the_arrows_add_up_to_the_score_of_p_x_times_p_c_given_x_to_the_w() -> None:
    """At every noise level, by differentiation. Killed: plus for minus; the variance of the
    noise for its scale; a classifier that is not asked."""
    of, ab = Classes(0.35), linear(20).float()
    for t in (2, 9, 18):
        at, x, level = of.at(ab[t]), (2 * draws(50, 2)).requires_grad_(), torch.full((50,), t)
        density = at.all.log_density(x) + 3 * at.log_class(x)
        (wanted,) = torch.autograd.grad(density.sum(), x)
        guided_eps = Guided(of, ab, 3.0)(x.detach(), level)
        assert torch.allclose(guided_eps, -float((1 - ab[t]).sqrt()) * wanted, atol=1e-4)
        both = free(at.all.eps(x), at.asked.eps(x), 3.0)
        assert torch.allclose(guided_eps, both, atol=1e-4)  # with a classifier or without: the same
        other = Guided(of, ab, 3.0, lambda x, t: torch.zeros_like(x))(x, level)
        assert torch.allclose(other, at.all.eps(x), atol=1e-5)


def test_what_noise_leaves_of_a_class_is_a_probability() -> None:
    """Far out by itself it is 1, on the axis opposite it is near 0. Killed: two classes for three."""
    at = Classes(0.35).at(1.0)
    assert float(at.log_class(torch.tensor([[0.0, 2.5]])).exp()) == pytest.approx(1, abs=1e-3)
    assert float(at.log_class(torch.tensor([[0.0, -2.0]])).exp()) < 1e-3
    assert float(at.log_class(torch.zeros(1, 2)).exp()) == pytest.approx(1 / 3, abs=1e-5)


def test_without_a_class_guided_steps_sample_all_of_them() -> None:
    """w = 0: a sixth to each mode."""
    of, ab = Classes(0.35), linear(100).float()
    n = 3000
    x = ancestral(DDPM(Guided(of, ab, 0.0), ab), draws(n, 2), torch.Generator().manual_seed(1))[-1]
    shares = torch.bincount(torch.cdist(x, of.means).argmin(1), minlength=6) / n
    assert ((shares - 1 / 6).abs() < 0.04).all()


def test_the_crowd_is_counted_by_density_as_by_draws() -> None:
    """Of p(x|c), half are in the crowd, and as many of exact draws; heights sum to 1. Killed: the cut not
    shrunk with the noise; tilted for asked."""
    trace = traced(guidance_lab.run(guidance_lab.SPEC(w=4.0), CPU, {}))
    drawn = Classes(0.35).asked.draw(4000, torch.Generator().manual_seed(0))
    below = float((drawn[:, 1] < CUT).float().mean())
    assert trace.latest("asked") == pytest.approx(below, abs=0.03)
    assert all(0.4 < v < 0.6 for v in trace.scalars["asked"][1][3:])
    assert trace.latest("tilted") == pytest.approx(0.38, abs=0.02)  # by a finer grid, once
    for moment in (0, 15, len(trace.moments) - 1):
        heights = trace.at("heights", moment)
        for name in ("sampled", "asked", "tilted"):
            assert float(heights[name].sum()) == pytest.approx(1, abs=1e-4)
    arrows = trace.at("arrows", 20)
    assert np.allclose(arrows["without"] + arrows["pull"], arrows["sum"], atol=2e-4)
    assert np.allclose(4 * arrows["one"], arrows["pull"], atol=4e-4)


def test_a_classifier_pulls_along_its_own_gradient() -> None:
    """By differences; one of clean points is told no level. Killed: the logit for its log probability; a
    clean classifier that is told the level."""
    net = Classifier(16, 20, True).double()
    x, t, h = draws(5, 2).double(), torch.full((5,), 9).double(), 1e-5
    for i in range(2):
        step = torch.zeros(1, 2).double()
        step[0, i] = h
        up, down = (net(x + s, t).log_softmax(1)[:, 0] for s in (step, -step))
        assert torch.allclose(net.pull(x, t)[:, i], (up - down) / (2 * h), atol=1e-6)
    assert not torch.equal(net(x, t), net(x, 2 * t))
    net.noisy = False
    assert torch.equal(net(x, t), net(x, 2 * t))


def test_both_arms_differ_in_the_noise_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the classifier learns from. Killed: the clean arm at x_t."""
    seen: dict[bool, list[torch.Tensor]] = {True: [], False: []}
    said = Classifier.forward

    def spy(self: Classifier, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        seen[self.noisy].append(x)
        return said(self, x, t)

    monkeypatch.setattr(Classifier, "forward", spy)
    lab = guided_points_lab
    for noisy in (True, False):
        events = lab.run(lab.SPEC(noisy=noisy), CPU, {})
        told = next(event for event in events if isinstance(event, Step))
        assert told.step == 1
    noised, clean = (torch.cdist(seen[k][-1], Classes(0.35).means).min(1).values for k in (True, False))
    assert float(clean.max()) < 5 * 0.35
    assert float(noised.mean()) > 1.2 * float(clean.mean())


def test_a_pull_that_is_right_is_measured_as_right(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cosine 1, once as long, half in the crowd; twice it, twice as long, and fewer; where nearly nothing
    pulls, in the first of the levels, no direction is told. Killed: the ratio turned; the exact pull."""
    lab = guided_points_lab
    watch, net = lab.Watch(lab.SPEC()), lab.restore(lab.SPEC(), None)
    for times, low, high in ((1.0, 0.4, 0.6), (2.0, 0.1, 0.35)):
        monkeypatch.setattr(
            Classifier, "pull", lambda _, x, t, k=times: k * watch.of.at(watch.alpha_bar[int(t[0])]).pull(x)
        )
        found = watch(net)
        assert np.allclose(found["pull"]["cosine"][1:], 1, atol=1e-4)
        assert np.allclose(found["pull"]["long"], times, rtol=1e-4)
        assert low < float(found["samples"]["crowd"][0]) < high


def net_of(T: int) -> ClassNet:
    net = ClassNet(16, 1, T)
    rng = torch.Generator().manual_seed(0)
    for weights in net.parameters():  # a block starts as the identity, deaf to the class
        torch.nn.init.normal_(weights, std=0.6, generator=rng)
    return net


def test_w_0_leaves_the_class_out_and_w_1_takes_it_as_it_is() -> None:
    """Each row by its own w. Killed: NONE and the class exchanged; the first row's w for all."""
    net, ab = net_of(8), cosine(8)
    c, x, t = torch.tensor([3, 3, 3]), draws(1, 64).repeat(3, 1), torch.full((3,), 5)
    with torch.no_grad():
        said = guided(net, ab, c, torch.tensor([0.0, 1.0, 4.0])).net(x, t)
        without, asked = net(x[:1], t[:1], torch.tensor([NONE]))[0], net(x[:1], t[:1], c[:1])[0]
    assert torch.allclose(said[0], without, atol=1e-5)
    assert torch.allclose(said[1], asked, atol=1e-5)
    assert float((asked - without).abs().mean()) > 0.05
    assert torch.allclose(said[2], without + 4 * (asked - without), atol=1e-4)


def test_to_guide_v_is_to_guide_eps() -> None:
    """At a given x_t they differ by a scale and a shift. Killed: v guided, and taken for x_0."""
    net, ab = net_of(8), cosine(8)
    c, x, t, w = torch.tensor([1, 7]), draws(2, 64), torch.full((2,), 5), torch.tensor([3.0, 0.5])
    eps = [
        DDPM(lambda x, t, k=k: net(x, t, k), ab, "v").guess(x, t)[1] for k in (torch.full_like(c, NONE), c)
    ]
    assert torch.allclose(guided(net, ab, c, w).guess(x, t)[1], free(*eps, w[:, None]), atol=1e-4)


def test_the_class_is_left_out_of_so_many() -> None:
    """Killed: the share kept for the share left out."""
    c = torch.arange(10).repeat(2000)
    kept = left_out(c, 0.15, torch.Generator().manual_seed(0))
    assert float((kept == NONE).float().mean()) == pytest.approx(0.15, abs=0.01)
    assert torch.equal(kept[kept != NONE], c[kept != NONE])


def test_digits_are_measured_within_their_own_class() -> None:
    """Against learned digits alone. Killed: the nearest of all classes."""
    watch = guided_digits_lab.Watch(guided_digits_lab.SPEC())
    copies = watch.measured(watch.train[:300], watch.labels[:300])
    assert copies["near"] == 0
    assert guided_digits_lab.spread(torch.eye(10, 64), torch.arange(10)) == 0
    wrong = watch.measured(watch.train[:300], (watch.labels[:300] + 1) % 10)
    assert wrong["near"] > watch.real["near"] > 1.5
    assert copies["right"] > 0.9 > 0.1 > wrong["right"]


def test_w_100_is_a_picture_and_no_nan() -> None:
    """Also of a net that says anything; points at w = 100 are refused by name."""
    found = guided_digits_lab.PROBES["sweep"](net_of(8), {"seed": 0})
    assert found["w"][-1] == 100
    assert found["x"].dtype == np.uint8
    assert found["x"].max() <= 16
    assert 0 <= found["beyond"].min() <= found["beyond"][-1] <= 1
    assert len({one.tobytes() for one in found["x"]}) > 5  # each w its own
    with pytest.raises(Refusal, match="w must be a number in"):
        guidance_lab.SPEC(w=100.0)
