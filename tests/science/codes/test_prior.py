"""Stage two (arXiv:1711.00937, section 3.3): a PixelCNN over codes, and the codes that know no neighbours."""

import itertools

import numpy as np
import pytest
import torch

from engine.autoregressive.measures import surprise
from engine.autoregressive.sampling import Naive, sample
from engine.codes.prior import CodePrior, independent, nats, unigram


def net_of(K: int = 9, layers: int = 3) -> CodePrior:
    torch.manual_seed(0)
    return CodePrior(K, layers, channels=8, vector=4)


def grids(n: int, K: int = 9) -> torch.Tensor:
    return torch.randint(K, (n, 4, 4), generator=torch.Generator().manual_seed(1))


def test_no_code_is_predicted_from_itself_or_from_a_later_one():
    """Killed: mask B in the first layer."""
    net, k = net_of(), grids(1)
    before = net(k)
    for i in range(16):
        other = k.clone().view(1, 16)
        other[:, i:] = (other[:, i:] + 1) % 9
        change = (net(other.view(1, 4, 4)) - before).abs().amax(1).view(16)
        assert change[: i + 1].max() == 0


def test_the_probabilities_of_all_grids_sum_to_one():
    """All 81 grids of 2 x 2 with three codes. Killed: mask B in the first layer."""
    net = net_of(3).double()
    for weight in net.parameters():
        weight.data *= 3
    every = torch.tensor(list(itertools.product(range(3), repeat=4))).view(-1, 2, 2)
    assert abs(float((-surprise(net, every).sum((1, 2))).exp2().sum()) - 1) < 1e-9


def test_writing_code_by_code_gives_the_naive_probabilities():
    """To 1e-5, and the same grids. Killed: `put` one column off; a code's number in place of its vector."""
    net, u = net_of(), torch.rand(7, 4, 4, generator=torch.Generator().manual_seed(2))
    fast, p_fast = sample(net.pixelwise(7, 4, 4), u)
    slow, p_slow = sample(Naive(net, 7, 4, 4), u)
    assert torch.equal(fast, slow)
    assert (p_fast - p_slow).abs().max() < 1e-5


def test_a_code_is_read_by_its_vector_so_numbers_may_be_exchanged():
    """Codes renamed everywhere, with their vectors and logits: the same score. Killed: the `embed` of the
    PixelCNN, which reads the number itself."""
    net, k = net_of(), grids(5)
    new = torch.randperm(9, generator=torch.Generator().manual_seed(3))
    before = surprise(net, k)
    net.vectors.weight.data = net.vectors.weight.data[new.argsort()]
    net.out.weight.data, net.out.bias.data = (
        net.out.weight.data[new.argsort()],
        net.out.bias.data[new.argsort()],
    )
    assert torch.allclose(surprise(net, new[k]), before, atol=1e-5)


def test_the_unigram_costs_what_its_frequencies_say():
    """By hand: codes 0, 0, 1, 2 of four, each counted once more. Killed: base 2; no code counted more."""
    k = torch.tensor([[[0, 0], [1, 2]]])
    p = unigram(k, 4)
    assert torch.allclose(p, torch.tensor([3, 2, 2, 1]) / 8)
    assert nats(p, k) == pytest.approx(-np.log([3 / 8, 3 / 8, 2 / 8, 2 / 8]).mean(), rel=1e-6)


def test_independent_codes_come_as_often_as_their_frequency():
    """Within 5 standard errors. Killed: the cumulative sum one code late."""
    p, n = torch.tensor([0.1, 0.0, 0.6, 0.3]), 40_000
    k = independent(p, torch.rand(n // 16, 4, 4, generator=torch.Generator().manual_seed(0)))
    share = torch.bincount(k.flatten(), minlength=4) / n
    assert ((share - p).abs() <= 5 * (p * (1 - p) / n).sqrt()).all()


def test_thirty_steps_of_adam_learn_that_codes_repeat():
    """Grids of one code each: after its first, a code is certain. Killed: the loss without its gradient."""
    net, k = net_of(), torch.arange(9)[:, None, None].expand(9, 4, 4)
    adam = torch.optim.Adam(net.parameters(), lr=2e-2)
    for _ in range(60):
        adam.zero_grad()
        net.loss(k).backward()
        adam.step()
    assert float(surprise(net, k)[:, 1:].mean()) < 0.3 < 3 < float(surprise(net, k)[:, 0, 0].mean())
