"""PixelCNN (arXiv:1601.06759): one factor for each pixel, and nothing of the future in any of them."""

import itertools

import pytest
import torch

from engine.autoregressive.measures import analytic_field, effective_field, largest_leak, surprise
from engine.autoregressive.pixelcnn import PixelCNN


def net_of(seed: int, **changes) -> PixelCNN:
    torch.manual_seed(seed)
    return PixelCNN(**{"layers": 4, "channels": 12, "kernel": 5, **changes})


def digit(seed: int, levels: int = 17) -> torch.Tensor:
    return torch.randint(levels, (8, 8), generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("kernel", [3, 5, 7])
def test_no_logit_hears_of_its_own_or_a_later_pixel_to_the_bit(kernel: int):
    """Mutants killed: mask B in the first layer; a block whose 3 x 3 convolution is not masked."""
    for seed in range(3):
        net = net_of(seed, kernel=kernel)
        assert largest_leak(net, digit(seed), torch.Generator().manual_seed(seed)) == 0.0


def test_mask_b_in_the_first_layer_leaks():
    """Mutant killed: `largest_leak` compares only pixels before i."""
    assert largest_leak(net_of(0, first="B"), digit(0), torch.Generator().manual_seed(0)) > 1e-3


@pytest.mark.parametrize(("first", "whole"), [("A", True), ("B", False)])
def test_the_probabilities_of_all_images_sum_to_one_only_if_nothing_leaks(first: str, whole: bool):
    """Eq. 1 on all 512 binary images of 3 x 3. Mutant killed: mask B in the first layer, the second case."""
    net = net_of(0, levels=2, first=first).double()
    for weight in net.parameters():
        weight.data *= 3  # far from uniform
    x = torch.tensor(list(itertools.product((0, 1), repeat=9))).view(-1, 3, 3)
    total = float((-surprise(net, x).sum((1, 2))).exp2().sum())
    assert (abs(total - 1) < 1e-9) == whole


def test_the_loss_is_the_mean_of_log_probabilities_summed_by_hand():
    """Bits per dimension. Mutants killed: natural logarithm; a sum instead of the mean."""
    net, x = net_of(0), torch.stack([digit(0), digit(1)])
    p = net(x).softmax(1)
    bits = [
        -torch.log2(p[b, x[b, r, c], r, c]) for b, r, c in itertools.product(range(2), range(8), range(8))
    ]
    assert torch.allclose(net.loss(x), torch.stack(bits).mean(), rtol=1e-5)
    assert torch.allclose(surprise(net, x).flatten(), torch.stack(bits), rtol=1e-4)


@pytest.mark.parametrize("kernel", [3, 5])
def test_a_net_with_random_weights_uses_exactly_the_pixels_that_its_masks_show(kernel: int):
    """Also blocks and head together. Mutant killed: `sees` leaves out one block."""
    net = net_of(0, kernel=kernel, layers=3).double()
    x = torch.stack([digit(seed) for seed in range(24)])
    for cell in [(4, 4), (7, 0), (6, 7), (0, 0)]:
        used = effective_field(net, x, cell)
        assert torch.equal(used != 0, torch.from_numpy(analytic_field(net, cell, 8, 8)) != 0)
        assert used.max() == (1 if cell != (0, 0) else 0)


def test_twenty_steps_of_adam_lower_the_loss():
    """Mutant killed: the loss taken without its gradient."""
    net = net_of(0)
    adam, x = torch.optim.Adam(net.parameters(), lr=1e-2), torch.stack([digit(s) % 3 for s in range(16)])
    before = net.loss(x).item()
    for _ in range(20):
        adam.zero_grad()
        net.loss(x).backward()
        adam.step()
    assert net.loss(x).item() < before - 1
