"""The fast gradient sign method (arXiv:1412.6572), what learns against it, and what the lab measures."""

from itertools import islice

import numpy as np
import pytest
import torch
from torch import nn

from engine.adversarial import fgsm_lab as lab
from engine.adversarial.fgsm import J, fgsm, mixed, random_signs, reader, right, sign, small_steps
from engine.core.trace import Step, Trace

CPU = torch.device("cpu")


def digits(n: int) -> tuple[torch.Tensor, torch.Tensor]:
    d = lab.digits()
    return lab.coded(d.test_x[:n]), torch.from_numpy(d.test_y[:n].copy())


def net_of(kind: str, seed: int = 0) -> nn.Sequential:
    torch.manual_seed(seed)
    return reader(kind)


def test_on_a_linear_net_it_is_what_one_writes_out_by_hand() -> None:
    """The slope of cross-entropy is W^T (softmax - one-hot); x' = clip(x + epsilon sign(slope)), to 1e-7: so
    torchattacks has it, line by line. Killed: a minus; the gradient not its sign; no cut; of the logit."""
    net, (x, y) = net_of("linear"), digits(50)
    layer = net[1]
    assert isinstance(layer, nn.Linear)
    W, b = layer.weight.detach(), layer.bias.detach()
    p = (x.flatten(1) @ W.T + b).softmax(1)
    slope = (p - torch.eye(10)[y]) @ W
    wanted = torch.clamp(x + 0.2 * slope.view_as(x).sign(), min=0, max=1)
    assert (fgsm(net, x, y, 0.2) - wanted).abs().max() <= 1e-7
    assert (wanted != x + 0.2 * slope.view_as(x).sign()).any()  # some were cut


@pytest.mark.parametrize("kind", ["convolutions", "hidden layers"])
def test_the_sign_is_that_of_finite_differences_whatever_else_is_in_the_batch(kind: str) -> None:
    """Central differences in double. Killed: of the label's own logit; J of the reading, not of the label."""
    net, (x, y) = net_of(kind).double(), digits(3)
    x, y = x.double().clamp(0.05, 0.95), (y + 1) % 10  # a label that is not what is there
    found, h = sign(net, x, y), 1e-6
    for i in range(0, 64, 7):
        step = torch.zeros(64, dtype=torch.float64)
        step[i] = h
        step = step.view(1, 1, 8, 8)
        with torch.no_grad():
            slope = (J(net, x + step, y) - J(net, x - step, y)) / (2 * h)
        sure = slope.abs() > 1e-6
        assert sure.any()
        assert torch.equal(found.flatten(1)[:, i][sure], slope.sign()[sure])
    assert torch.equal(found[1:2], sign(net, x[1:2], y[1:2]))


def test_small_steps_end_no_farther_and_on_a_line_where_one_step_ends() -> None:
    """And where the cost bends they find more. Killed: no way back to epsilon; none to [0, 1]; all steps
    along the first sign; steps that together stay short of epsilon."""
    x, y = digits(40)
    straight = net_of("linear")
    two = nn.Sequential(straight, nn.Linear(10, 2))  # of two classes the sign is the same everywhere
    y2 = y % 2
    assert torch.allclose(small_steps(two, x, y2, 0.2), fgsm(two, x, y2, 0.2), atol=1e-6)
    net = lab.restore(lab.SPEC(), None)
    moved = small_steps(net, x, y, 0.2)
    assert (moved - x).abs().max() <= 0.2 + 1e-6
    assert moved.min() >= 0
    assert moved.max() <= 1

    class Bent(nn.Module):
        """Its first pixel helps, until the second has moved: then it harms."""

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            a, b = x.flatten(1)[:, 0] - 0.5, x.flatten(1)[:, 1] - 0.5
            return torch.stack([torch.zeros_like(a), a * (1 - 8 * b) + 2 * b], 1)

    middle, first = torch.full((1, 1, 8, 8), 0.5), torch.tensor([0])
    one, many = (J(Bent(), f(Bent(), middle, first, 0.4), first) for f in (fgsm, small_steps))
    assert many.item() > one.item() + 0.1


def test_the_mixed_cost_takes_both_shares_and_no_gradient_through_the_sign() -> None:
    """Section 6. Killed: the shares exchanged; attacked digits alone; a gradient into what was attacked."""
    net, (x, y) = net_of("linear"), digits(20)
    attacked = fgsm(net, x, y, 0.2).requires_grad_()
    clean, dirty = J(net, x, y).mean(), J(net, attacked, y).mean()
    assert mixed(net, x, attacked, y, 0.25).item() == pytest.approx((0.25 * clean + 0.75 * dirty).item())
    mixed(net, x, attacked, y, 0.25).backward()
    assert attacked.grad is None


def test_random_signs_are_coins_of_the_size_of_the_attack() -> None:
    """Killed: Gaussian; zeros among them; one coin for all pixels."""
    s = random_signs(torch.zeros(2000, 1, 8, 8), torch.Generator().manual_seed(0))
    assert s.abs().min() == 1
    assert s.abs().max() == 1
    assert abs(s.mean().item()) < 5 / np.sqrt(s.numel())
    assert s.mean(0).abs().max() < 5 / np.sqrt(2000)


def test_arms_see_the_same_digits_and_start_from_the_same_weights() -> None:
    """With epsilon 0 all three teachers teach the same. Killed: coins drawn by the generator of the batches;
    weights by the teacher."""
    losses = []
    for against in lab.AGAINST:
        events = lab.run(lab.SPEC(net="linear", against=against, epsilon=0.0, steps=40), CPU, {})
        losses.append([one.scalars["loss"] for one in islice(events, 60) if isinstance(one, Step)])
    assert losses[0] == losses[1] == losses[2]


def test_each_score_is_of_what_its_name_says() -> None:
    """On kept digits. Killed: the stranger's digits read by the stranger; the net's own in their place; noise
    without epsilon; learned digits; signs of what the net reads, not of the labels."""
    net, other, (x, y) = net_of("hidden layers"), net_of("hidden layers", 1), digits(397)
    for one in (net, other):
        adam = torch.optim.Adam(one.parameters(), 3e-3)
        learned = lab.coded(lab.digits().train_x), torch.from_numpy(lab.digits().train_y.copy())
        for _ in range(60):
            adam.zero_grad()
            J(one, *learned).mean().backward()
            adam.step()
    spec = lab.SPEC(net="hidden layers")
    scores, seen = lab.look(net, other, x, y, spec)
    coins = random_signs(x, torch.Generator().manual_seed(spec.seed + 2))
    wanted = {
        "clean": right(net, x, y),
        "fgsm": right(net, fgsm(net, x, y, 0.2), y),
        "stranger": right(net, fgsm(other, x, y, 0.2), y),
        "small": right(net, small_steps(net, x, y, 0.2), y),
        "noise": right(net, (x + 0.2 * coins).clamp(0, 1), y),
    }
    assert scores == pytest.approx(wanted, abs=1e-3)
    assert scores["fgsm"] < scores["stranger"] < scores["noise"] <= scores["clean"]
    assert seen["curve"]["fgsm"][[0, 4]] == pytest.approx([wanted["clean"], wanted["fgsm"]])
    six = list(lab.shown())
    assert np.abs(seen["attacked"]["x"] / 100 - fgsm(net, x, y, 0.2)[six, 0].numpy()).max() < 0.006


def test_a_digit_is_asked_at_every_epsilon_and_the_slice_has_it_to_the_right() -> None:
    """Killed: the label for the reading; random signs in place of the gradient's; up turned down; the middle
    not the digit."""
    net, x = net_of("hidden layers"), lab.digits().test_x[0]
    asked = {"x": x, "label": 3, "seed": 5}
    found = lab.attack(net, asked)
    assert np.allclose(found["sign_p"][0], found["random_p"][0])
    at = fgsm(net, lab.coded(x[None]), torch.tensor([3]), 0.2)
    assert np.allclose(found["sign_x"][20], at[0, 0], atol=1e-6)
    assert lab.attack(net, {**asked, "label": -1})["label"] == found["sign_p"][0].argmax()
    cut = lab.cut(net, {**asked, "across": 0.2, "up": 0.3})
    middle, last = lab.PLACES // 2, lab.PLACES - 1
    assert np.allclose(cut["sure"][0][middle, middle:], found["sign_p"][::2, 3], atol=1e-5)
    assert np.allclose(cut["here"][:, :, :].min(), 0)
    up = lab.cut(net, {**asked, "across": 0.0, "up": 0.3})
    assert np.allclose(cut["sure"][:, 0, middle], up["p"][:, 3], atol=1e-5)
    assert not np.allclose(cut["sure"][:, last, middle], up["p"][:, 3], atol=1e-5)


def test_what_cannot_be_asked_is_refused_by_name() -> None:
    """Killed: each check left out."""
    net, x = net_of("linear"), np.zeros((8, 8))
    for inputs, words in (
        ({"x": np.zeros((7, 8))}, "x must be 8 x 8"),
        ({"x": x + 17}, r"levels in \[0, 16\]"),
        ({"x": x * np.nan}, r"levels in \[0, 16\]"),
        ({"label": 10}, "label must be"),
        ({"up": 0.4}, "up must be"),
    ):
        with pytest.raises(ValueError, match=words):
            lab.cut(net, {"x": x, "label": 1, "seed": 0, "across": 0.0, "up": 0.0, **inputs})


def trace_of(**ends: float) -> Trace:
    """These figures at the last of ten steps; others before it."""
    trace = Trace(total=10)
    for step in range(1, 11):
        trace.add(Step(step, 10, {name: v if step > 8 else 50.0 for name, v in ends.items()}))
    return trace


def test_every_claim_can_fall() -> None:
    """Judged by hand. Killed: arms exchanged; a bound the other way; the whole run in place of its end."""
    good = {
        "plain": trace_of(clean=98, noise=93, fgsm=9, stranger=15, small=2),
        "linear": trace_of(clean=94, noise=90, fgsm=8, stranger=9, small=7),
        "trained": trace_of(clean=97.8, noise=96, fgsm=62, stranger=75, small=50),
        "noised": trace_of(clean=98.8, noise=96, fgsm=13, stranger=27, small=6),
    }
    assert all(claim.check(good).holds for claim in lab.CLAIMS)
    bad = {
        "plain": trace_of(clean=98, noise=60, fgsm=25, stranger=40, small=2),
        "linear": trace_of(clean=94, noise=90, fgsm=30, stranger=9, small=7),
        "trained": trace_of(clean=95, noise=96, fgsm=55, stranger=75, small=54),
        "noised": trace_of(clean=98, noise=96, fgsm=30, stranger=27, small=6),
    }
    assert not any(claim.check(bad).holds for claim in lab.CLAIMS)
