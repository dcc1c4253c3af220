"""PixelCNN in colour (arXiv:1601.06759, eq. 2): R, then G, then B, and nothing of the future in any."""

import itertools

import numpy as np
import pytest
import torch

from engine.autoregressive.colour_measures import codes, conditionals, largest_leak, surprise, unseen
from engine.autoregressive.colour_pixelcnn import ColourPixelCNN, colour_mask, sample
from engine.data.colour_shapes import PALETTE, colour_shapes

BOTH = pytest.mark.parametrize("ordered", [True, False])


def net_of(seed: int, ordered: bool, levels: int = 4, kernel: int = 3) -> ColourPixelCNN:
    torch.manual_seed(seed)
    net = ColourPixelCNN(3, 12, kernel, levels, ordered)
    for weight in net.parameters():
        weight.data *= 2  # far from uniform
    return net


def picture(seed: int, side: int = 5, levels: int = 4) -> torch.Tensor:
    return torch.randint(levels, (side, side, 3), generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("kernel", [3, 5])
@BOTH
def test_a_factor_depends_on_the_colours_before_it_and_on_no_other(ordered: bool, kernel: int):
    """By gradients in float64, at every pixel and colour. Killed: `of <= to` under mask A; `of < to` under
    mask B; the mask of the head left out."""
    net = net_of(0, ordered, kernel=kernel).double()
    x = torch.stack([picture(seed) for seed in range(24)])  # one alone may meet dead units
    inputs = net.embed(x).requires_grad_()
    logits = net.from_input(inputs)  # (1, K, H, W, 3)
    for row, col, colour in itertools.product(range(5), range(5), range(3)):
        (g,) = torch.autograd.grad(logits[:, :, row, col, colour].square().sum(), inputs, retain_graph=True)
        used = g.abs().sum(0).permute(1, 2, 0) != 0  # (H, W, 3)
        now = used[row, col].tolist()
        assert now == [ordered and c < colour for c in range(3)]
        assert not used.reshape(25, 3)[row * 5 + col + 1 :].any()
        assert used.reshape(25, 3)[: row * 5 + col].any() == (row + col > 0)


@BOTH
def test_nothing_leaks_to_the_bit_and_a_leak_would_be_seen(ordered: bool):
    """Killed: `j <= i` for `j < i + unit`, which misses the later colours of a pixel."""
    net, rng = net_of(1, ordered), torch.Generator().manual_seed(0)
    assert largest_leak(net, picture(1), rng) == 0.0
    net.first.mask.fill_(1)
    assert largest_leak(net, picture(1), rng) > 1e-3
    net = net_of(1, True)
    net.ordered = False  # asked as if nothing of a pixel might be known: its green hears of its red
    assert largest_leak(net, picture(1), rng) > 1e-3


@BOTH
def test_the_probabilities_of_all_pictures_sum_to_one(ordered: bool):
    """All 4096 pictures of 2 x 2 pixels and two levels. Killed: mask A that shows a colour itself."""
    net = net_of(2, ordered, levels=2).double()
    x = torch.tensor(list(itertools.product((0, 1), repeat=12))).view(-1, 2, 2, 3)
    total = float((-surprise(net, x).sum((1, 2, 3))).exp2().sum())
    assert abs(total - 1) < 1e-9


@BOTH
def test_writing_from_what_was_kept_gives_the_probabilities_of_the_whole_net(ordered: bool):
    """Section 2.1. Killed: features of a pixel kept from its first step; a level put into another colour."""
    net, rng = net_of(3, ordered), torch.Generator().manual_seed(0)
    with torch.no_grad():
        x, p = sample(net, torch.rand(4, 6, 6, 3, generator=rng))
        whole = net(x).softmax(1).permute(0, 2, 3, 4, 1)
    assert (p - whole).abs().max() < 1e-5
    assert (p.sum(-1) - 1).abs().max() < 1e-5


def test_what_is_given_is_kept_and_the_rest_is_drawn():
    """Killed: given levels put into the picture but not into the net."""
    net, given = net_of(4, True), torch.full((4, 4, 3), -1)
    given[0, 0] = torch.tensor([3, 1, 0])
    x, p = sample(net, torch.rand(2, 4, 4, 3, generator=torch.Generator().manual_seed(0)), given)
    assert (x[:, 0, 0] == given[0, 0]).all()
    with torch.no_grad():
        assert (p - net(x).softmax(1).permute(0, 2, 3, 4, 1)).abs().max() < 1e-5


def test_the_masks_are_those_of_section_3_4():
    """By hand, for six features and a 3 x 3 kernel. Killed: groups taken in turn instead of in thirds."""
    a, b = (colour_mask(kind, 6, 3, 3) for kind in "AB")
    assert a[:, :, 1, 1].tolist() == [[0, 0, 0]] * 2 + [[1, 0, 0]] * 2 + [[1, 1, 0]] * 2
    assert b[:, :, 1, 1].tolist() == [[1, 0, 0]] * 2 + [[1, 1, 0]] * 2 + [[1, 1, 1]] * 2
    for m in (a, b):
        assert m[:, :, 0].all()
        assert m[:, :, 1, 0].all()
        assert not m[:, :, 1, 2].any()
        assert not m[:, :, 2].any()
    with pytest.raises(ValueError, match="multiples of 3"):
        colour_mask("A", 4, 3, 3)


def test_the_palette_says_little_a_channel_and_all_together():
    """What the experiment stands on: the chances of the six colours, counted. Killed: counting on the whole
    set for blue; given levels compared with the wrong channel."""
    pixels = torch.from_numpy(PALETTE.astype(np.int64))
    p = conditionals(pixels, torch.tensor([3, 1, 0]), 4)
    assert p[0].tolist() == pytest.approx([2 / 6, 0, 1 / 6, 3 / 6])
    assert p[1].tolist() == pytest.approx([0, 1 / 3, 1 / 3, 1 / 3])
    assert p[2].tolist() == [1, 0, 0, 0]
    train, test = colour_shapes()
    x = torch.from_numpy(np.array(test, np.int64))
    assert not unseen(x, torch.from_numpy(np.array(train, np.int64)), 4).any()
    assert unseen(torch.zeros(1, 1, 1, 3, dtype=torch.int64), x, 4).all()
    assert len(codes(x, 4).unique()) == len(PALETTE)
