"""The parts of nets that labs share, against loops and formulas written out."""

import copy
from typing import cast

import numpy as np
import torch
from torch import nn

from engine.core import nets
from engine.core.trace import seeded


def convolved(x: np.ndarray, conv: nn.Conv2d) -> np.ndarray:
    """(C, H, W) -> (D, h, w): each output sums the window that it stands over, zeros outside."""
    w, b = (cast(torch.Tensor, part).detach().numpy() for part in (conv.weight, conv.bias))
    k, s, p = conv.kernel_size[0], conv.stride[0], int(conv.padding[0])
    x = np.pad(x, ((0, 0), (p, p), (p, p)))
    side = (x.shape[1] - k) // s + 1
    windows = [[x[:, s * i : s * i + k, s * j : s * j + k] for j in range(side)] for i in range(side)]
    return np.array([[[(w[d] * one).sum() + b[d] for one in row] for row in windows] for d in range(len(w))])


def spread(x: np.ndarray, conv: nn.ConvTranspose2d) -> np.ndarray:
    """(C, h, w) -> (D, 2h, 2w): each input adds its kernel to the window that it stands over."""
    w, b = (cast(torch.Tensor, part).detach().numpy() for part in (conv.weight, conv.bias))
    side = x.shape[1]
    out = np.zeros((w.shape[1], 2 * side + 2, 2 * side + 2))
    for i in range(side):
        for j in range(side):
            out[:, 2 * i : 2 * i + 4, 2 * j : 2 * j + 4] += np.tensordot(x[:, i, j], w, 1)
    return out[:, 1:-1, 1:-1] + b[:, None, None]


def test_encoder_and_decoder_are_the_convolutions_that_a_loop_computes() -> None:
    """Killed: no ReLU between; the last one a ReLU; strides exchanged with paddings; one layer less."""
    with seeded(0):
        down, up = nets.encoder(3, 5), nets.decoder(5, 3)
        x = torch.rand(1, 1, 8, 8)
    found = down(x)
    first, second, third = (layer for layer in down if isinstance(layer, nn.Conv2d))
    z = convolved(np.maximum(convolved(x[0].numpy(), first), 0), second)
    z = convolved(np.maximum(z, 0), third)
    assert found.shape == (1, 5, 2, 2)
    assert np.allclose(found[0].detach().numpy(), z, atol=1e-5)
    back = up(found)
    wide, twice, again = (layer for layer in up if not isinstance(layer, nn.ReLU))
    y = spread(np.maximum(convolved(z, cast(nn.Conv2d, wide)), 0), cast(nn.ConvTranspose2d, twice))
    y = spread(np.maximum(y, 0), cast(nn.ConvTranspose2d, again))
    assert back.shape == (1, 1, 8, 8)
    assert np.allclose(back[0].detach().numpy(), y, atol=1e-5)
    assert z.min() < 0 < z.max()


def test_a_residual_mlp_is_its_formula_and_a_fresh_block_lets_everything_through() -> None:
    """Killed: scale and shift exchanged; scale for 1 + scale; the residual left out; the code unused."""
    with seeded(0):
        net = nets.ResidualMLP(4, 6, 1, 3)
        x, code = torch.randn(5, 4), torch.randn(5, 3)
        block = cast(nets.ResidualBlock, net.blocks[0])
        assert torch.equal(block(torch.ones(5, 6), code), torch.ones(5, 6))
        nn.init.normal_(block.second.weight)

    def normal(h: torch.Tensor) -> torch.Tensor:
        return (h - h.mean(1, keepdim=True)) / (h.var(1, keepdim=True, unbiased=False) + 1e-5).sqrt()

    h = x @ net.inwards.weight.T + net.inwards.bias
    film = code @ block.film.weight.T + block.film.bias
    inside = block.first(normal(h) * (1 + film[:, :6]) + film[:, 6:])
    h = h + (inside * torch.sigmoid(inside)) @ block.second.weight.T
    assert torch.allclose(net(x, code), net.outwards(normal(h)), atol=1e-5)


def test_the_average_is_the_geometric_sum_of_the_weights_it_followed() -> None:
    """After n steps towards 1 from 0 it stands at 1 - (1 - share)^n; and it is a copy, which nobody trains.
    Killed: share and 1 - share exchanged; the net itself for a copy."""
    net = nn.Linear(2, 2)
    nn.init.zeros_(net.weight)
    average = nets.Average(net)
    nn.init.ones_(net.weight)
    assert average.net.weight.abs().max() == 0
    for n in range(1, 6):
        average.follow(net, 0.3)
        assert torch.allclose(average.net.weight, torch.tensor(1 - 0.7**n))
    assert not any(p.requires_grad for p in average.net.parameters())
    assert all(p.requires_grad for p in copy.deepcopy(net).parameters())
