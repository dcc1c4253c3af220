"""Progressive growing (arXiv:1710.10196): what follows from its construction, exactly."""

import pytest
import torch
from torch import nn

from engine.adversarial import progressive_lab as lab
from engine.adversarial.progressive import (
    Discriminator,
    EqualizedConv,
    Generator,
    faded,
    half,
    minibatch_stddev,
    pixel_norm,
    twice,
)  # fmt: skip


@pytest.mark.parametrize("level", [1, 2])
def test_at_alpha_0_it_is_the_old_picture_doubled_and_at_1_the_new_path(level: int) -> None:
    """Exactly; in both nets. Killed: alpha turned round; the old path from after the block; D not faded; real
    ones left sharp."""
    torch.manual_seed(0)
    G, D, z = Generator(16, lab.CHANNELS), Discriminator(lab.CHANNELS), torch.randn(5, 16)
    old, new = G(z, level - 1, 1.0), G(z, level, 1.0)
    assert torch.equal(G(z, level, 0.0), twice(old))
    assert torch.equal(new, G.paths(z, level)[1])
    assert torch.allclose(G(z, level, 0.3), 0.7 * twice(old) + 0.3 * new, atol=1e-6)
    assert torch.allclose(D(twice(old), level, 0.0), D(old, level - 1, 1.0), atol=1e-5)
    assert not torch.allclose(D(new, level, 1.0), D(half(new), level - 1, 1.0), atol=1e-3)
    x = torch.randn(2, 3, 8, 8)  # and real pictures are faded alike
    assert torch.equal(faded(x, 0.0), twice(half(x)))
    assert torch.equal(faded(x, 1.0), x)


def test_pixel_norm_leaves_a_root_mean_square_of_1_at_each_pixel() -> None:
    """To 1e-3. Killed: over places; a sum for the mean; without the root."""
    a = torch.randn(4, 24, 3, 5) * torch.linspace(0.1, 9, 15).view(3, 5)
    assert (pixel_norm(a).square().mean(1).sqrt() - 1).abs().max() < 1e-3
    assert torch.allclose(
        pixel_norm(a) / a, (pixel_norm(a) / a)[:, :1].expand_as(a), rtol=1e-4
    )  # one factor a pixel


def test_the_spread_of_a_batch_is_its_deviation_and_nothing_for_one_picture_repeated() -> None:
    """Killed: over the maps in place of the batch; the variance; a map for each picture."""
    x = torch.randn(6, 4, 2, 2)
    assert torch.allclose(
        minibatch_stddev(x)[:, 4], x.std(0, unbiased=False).mean().expand(6, 2, 2), atol=1e-5
    )
    assert minibatch_stddev(x[:1].expand(6, -1, -1, -1))[:, 4].max() <= 1e-4 + 1e-6
    assert torch.equal(minibatch_stddev(x)[:, :4], x)


def test_weights_are_scaled_at_every_use_so_that_each_layer_keeps_the_size_of_its_input() -> None:
    """Killed: c at the start alone; fan out; a gain of 1."""
    torch.manual_seed(0)
    layer = EqualizedConv(40, 50, 3)
    assert abs(layer.weight.std().item() - 1) < 5 / (2 * layer.weight.numel()) ** 0.5
    w = layer.weight.detach().clone()
    plain = nn.functional.conv2d(torch.ones(1, 40, 3, 3), w * (2 / 360) ** 0.5, padding=1)
    assert torch.allclose(layer(torch.ones(1, 40, 3, 3)), plain, atol=1e-4)


def test_alpha_rises_once_a_level_and_levels_come_in_order() -> None:
    """Killed: no fade at 16; alpha that starts at 1; a level at 4 x 4 that fades."""
    spec = lab.SPEC(steps=200)
    plan = [lab.schedule(step, spec) for step in range(1, 201)]
    levels = [level for level, _ in plan]
    assert levels == sorted(levels)
    assert set(levels) == {0, 1, 2}
    for level in (1, 2):
        alphas = [alpha for at, alpha in plan if at == level]
        assert alphas[0] == 0
        assert alphas == sorted(alphas)
        assert 0.4 < sum(alpha == 1 for alpha in alphas) / len(alphas) < 0.6
    assert all(alpha == 1 for level, alpha in plan if level == 0)
    assert all(
        alpha == 1 for _, alpha in (lab.schedule(s, lab.SPEC(steps=200, fade=0.0)) for s in range(1, 201))
    )
