"""NADE (Larochelle & Murray, 2011; Uria et al., 2016): one sum, carried from pixel to pixel."""

import itertools
import math

import torch

from engine.autoregressive.nade import NADE
from engine.autoregressive.orders import bits

ORDER = [2, 0, 4, 1, 3]


def net_of(hidden: int = 6) -> NADE:
    """A small net far from zero in all of its weights."""
    torch.manual_seed(0)
    net = NADE(torch.tensor(ORDER), hidden).double()
    with torch.no_grad():
        for weight in net.parameters():
            weight.copy_(torch.randn_like(weight))
    return net


def test_the_logits_are_those_of_the_paper_s_double_loop() -> None:
    """Over pixels in the order, and units. Killed: the sum with its own pixel; columns of W by place and not
    by pixel; logits left in the order; c left out."""
    net = net_of()
    sigm = lambda v: 1 / (1 + math.exp(-v))  # noqa: E731
    for x in itertools.product((0.0, 1.0), repeat=5):
        a, wanted = net.c.tolist(), [0.0] * 5
        for d in ORDER:
            wanted[d] = net.b[d].item() + sum(net.V[d, k].item() * sigm(a[k]) for k in range(6))
            a = [a[k] + net.W[k, d].item() * x[d] for k in range(6)]
        found = net(torch.tensor(x).double()[None])[0]
        assert torch.allclose(found, torch.tensor(wanted).double(), atol=1e-9)


def test_the_chances_of_all_1024_pictures_sum_to_one() -> None:
    """Killed: the sum with its own pixel."""
    torch.manual_seed(1)
    net = NADE(torch.randperm(10), 7).double()
    with torch.no_grad():
        net.W.mul_(30)
        net.V.mul_(30)
    x = torch.tensor(list(itertools.product((0.0, 1.0), repeat=10))).double()
    assert abs((-bits(net(x), x).sum(1)).exp2().sum().item() - 1) < 1e-12


def test_a_white_pixel_adds_nothing_to_the_sum_and_a_black_one_its_column() -> None:
    """Killed: a column for each pixel, black or white."""
    net, x = net_of(), torch.tensor([1.0, 0, 0, 1, 1]).double()
    steps = net.accumulated(x[None])[0].diff(dim=0)
    assert torch.equal(net.accumulated(x[None])[0, 0], net.c)
    for step, d in zip(steps, ORDER, strict=False):
        assert torch.allclose(step, x[d] * net.W[:, d], atol=1e-12)
