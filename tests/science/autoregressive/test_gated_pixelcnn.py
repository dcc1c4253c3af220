"""Gated PixelCNN (arXiv:1606.05328): gates, two stacks, classes."""

import itertools

import numpy as np
import pytest
import torch

from engine.autoregressive.gated_pixelcnn import LEVELS, GatedPixelCNN, count, gate
from engine.autoregressive.gated_pixelcnn_lab import GatedPixelCNNSpec, channels, restore
from engine.autoregressive.measures import analytic_field, effective_field, largest_leak, surprise

ARMS = list(itertools.product((True, False), (True, False)))  # two stacks, gates


def net_of(seed: int, layers: int = 4, kernel: int = 5, **changes) -> GatedPixelCNN:
    torch.manual_seed(seed)
    return GatedPixelCNN(layers, 6, kernel, **changes)


def digits(n: int) -> torch.Tensor:
    return torch.randint(LEVELS, (n, 8, 8), generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(("two", "gates"), ARMS)
def test_no_logit_hears_of_its_own_or_a_later_pixel_to_the_bit(two: bool, gates: bool):
    """Mutant killed: a first vertical layer that sees its own row."""
    for conditional in (False, True):
        net = net_of(0, two=two, gates=gates, conditional=conditional).of(torch.full((64,), 3))
        assert largest_leak(net, digits(1)[0], torch.Generator().manual_seed(0)) == 0.0


def test_eq_2_by_hand():
    """Mutant killed: the halves swapped."""
    y = np.random.default_rng(0).normal(size=(2, 6, 3, 3))
    want = np.tanh(y[:, :3]) / (1 + np.exp(-y[:, 3:]))
    assert np.allclose(gate(torch.tensor(y)).numpy(), want, atol=1e-12)


def test_a_gated_layer_is_fig_2_by_hand():
    """Mutants killed: a residual in the vertical stack too; the link taken after the gate."""
    layer = net_of(0, layers=2).double().stack[1]
    rng = torch.Generator().manual_seed(0)
    v, h = torch.randn(2, 2, 6, 5, 5, generator=rng, dtype=torch.float64)
    assert layer.vertical is not None
    above = layer.vertical.conv(v)
    across = layer.horizontal(h) + layer.vertical.link(above)
    new_v, new_h = layer(v, h, None)
    assert torch.allclose(new_v, above[:, :6].tanh() * above[:, 6:].sigmoid())
    assert torch.allclose(new_h, h + layer.out(across[:, :6].tanh() * across[:, 6:].sigmoid()))


def test_the_probabilities_of_all_images_of_2_x_2_sum_to_one():
    """Eq. 1, all 83,521 images. Mutant killed: a horizontal mask B in the first layer."""
    net = net_of(0, layers=2, kernel=3).double().of(None)
    x = torch.cartesian_prod(*[torch.arange(LEVELS)] * 4).view(-1, 2, 2)
    total = float((-surprise(net, x).sum((1, 2))).exp2().sum())
    assert abs(total - 1) < 1e-9


@pytest.mark.parametrize(("two", "gates"), ARMS)
def test_a_net_with_random_weights_uses_exactly_the_pixels_that_its_stacks_show(two: bool, gates: bool):
    """Two stacks see all above, one leaves a wedge. Mutant killed: `sees` without the link."""
    net = net_of(0, layers=3, kernel=3, two=two, gates=gates).double().of(None)
    for cell in [(4, 3), (7, 7), (5, 0)]:
        seen = torch.from_numpy(analytic_field(net, cell, 8, 8)) != 0
        assert torch.equal(effective_field(net, digits(24), cell) != 0, seen)
    corner = analytic_field(net, (4, 3), 8, 8)[3, 6]  # one row up, three columns to the right
    assert corner == two


def test_a_class_adds_its_own_row_of_v_before_the_gates():
    """Eq. 4. Mutants killed: the class left out of the vertical stack; all classes taken for class 0."""
    net, x = net_of(0, layers=1, conditional=True), digits(1)
    logits = torch.cat([net(x, torch.tensor([y])) for y in range(10)])
    apart = (logits[:, None] - logits[None]).abs().amax((2, 3, 4)) + torch.eye(10)
    assert (apart > 0).all()
    layer = net.stack[0]
    assert layer.V is not None
    told_h, told_v = layer.told(torch.eye(10)[[7]])
    assert torch.equal(torch.cat([told_h, told_v], 1).flatten(), layer.V.weight[:, 7])
    with torch.no_grad():
        layer.V.weight[:12] = 0  # what is left reaches the logits through the vertical stack only
        assert not torch.equal(net(x, torch.tensor([1])), net(x, torch.tensor([2])))
    with pytest.raises(ValueError, match="y must be the classes"):
        net(x)


@pytest.mark.parametrize(("two", "gates"), ARMS)
def test_the_four_arms_of_the_comparison_have_equal_weights(two: bool, gates: bool):
    """Within one channel of the number asked for; masked weights do not count. Mutant killed: they count."""
    spec = GatedPixelCNNSpec(gates=gates, stacks="two" if two else "one")
    net, c = restore(spec, None), channels(spec)
    larger = GatedPixelCNN(spec.layers, c + 1, spec.kernel, two, gates)
    assert net.weights() <= spec.weights < larger.weights()
    for conditional in (False, True):
        for layers, kernel in ((1, 7), (3, 5)):
            built = GatedPixelCNN(layers, 4, kernel, two, gates, conditional)
            assert count(layers, 4, kernel, two, gates, conditional) == built.weights()


@pytest.mark.parametrize("two", [True, False])
def test_weights_are_counted_that_a_gradient_reaches(two: bool):
    """Gates are never off: no gradient means masked. Mutant killed: hidden weights count too."""
    net = net_of(0, two=two).double()
    net.loss(digits(64)).backward()
    convs = [layer.horizontal for layer in net.stack] + [la.vertical.conv for la in net.stack if la.vertical]
    unused = sum(int((conv.weight.grad == 0).sum()) for conv in convs if conv.weight.grad is not None)
    assert unused == sum(p.numel() for p in net.parameters()) - net.weights()
    assert (unused > 0) == (not two)  # the kernels of two stacks hold nothing that is masked
