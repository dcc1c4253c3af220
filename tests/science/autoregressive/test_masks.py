"""Section 3.4 of van den Oord et al. (2016), checked on loops that know nothing of convolutions.

No PixelCNN on PyPI is alive, so the reference is the definition, written out in numpy.
"""

import numpy as np
import pytest
import torch

from engine.autoregressive.masks import (
    MaskedConv2d,
    horizontal_mask,
    mask,
    minkowski,
    spread,
    support,
    vertical_mask,
)

KINDS = {"masked": mask, "vertical": vertical_mask, "horizontal": horizontal_mask}


def in_loops(x: np.ndarray, weight: np.ndarray, bias: np.ndarray, m: np.ndarray) -> np.ndarray:
    """out[o, r, c] = bias[o] + sum over i, j, channels of weight * mask * x, zero outside the image."""
    h, (_, H, W) = m.shape[0] // 2, x.shape
    out = np.zeros((len(weight), H, W))
    for o, r, c in np.ndindex(out.shape):
        out[o, r, c] = bias[o]
        for i, j in np.ndindex(m.shape):
            y, z = r + i - h, c + j - h
            if 0 <= y < H and 0 <= z < W:
                out[o, r, c] += m[i, j] * weight[o, :, i, j] @ x[:, y, z]
    return out


def whole(conv: MaskedConv2d, m: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Full k x k weights, random also where nothing may be seen, with the layer's own in their place."""
    h, (tall, wide) = m.shape[0] // 2, conv.mask.shape
    weight = rng.normal(size=(conv.out_channels, conv.in_channels, *m.shape))
    top, left = conv.corner[0] + h, conv.corner[1] + h
    weight[:, :, top : top + tall, left : left + wide] = conv.weight.detach().numpy()
    return weight


@pytest.mark.parametrize("kernel", [3, 5])
@pytest.mark.parametrize("kind", ["A", "B"])
@pytest.mark.parametrize("shape", KINDS)
def test_a_masked_convolution_is_the_convolution_with_the_mask_on_its_weights(
    shape: str, kind: str, kernel: int
):
    """Mutants killed: left and right margins swapped; the weights not multiplied by the mask."""
    m, rng = KINDS[shape](kind, kernel), np.random.default_rng(0)
    torch.manual_seed(0)
    conv = MaskedConv2d(2, 3, m).double()
    x = torch.randn(1, 2, 5, 4, dtype=torch.float64)
    bias = conv.bias.detach().numpy() if conv.bias is not None else np.zeros(3)
    want = in_loops(x[0].numpy(), whole(conv, m, rng), bias, m)
    assert np.allclose(conv(x)[0].detach().numpy(), want, atol=1e-12)


@pytest.mark.parametrize("shape", KINDS)
def test_one_row_and_one_pixel_are_those_of_the_whole(shape: str):
    """Mutant killed: `pointwise` flattens the weights channels first."""
    torch.manual_seed(1)
    conv = MaskedConv2d(2, 3, KINDS[shape]("B", 5))
    x = torch.randn(4, 2, 6, 7)
    padded, all_at_once, one = torch.nn.functional.pad(x, (2, 2, 2, 2)), conv(x), conv.pointwise()
    for r in range(6):
        assert torch.allclose(conv.row(padded, r), all_at_once[:, :, r], atol=1e-6)
        for c in range(7):
            assert torch.allclose(one(padded.permute(0, 2, 3, 1), r, c), all_at_once[:, :, r, c], atol=1e-6)


def test_mask_a_hides_the_pixel_and_mask_b_shows_it():
    """Fig. 2. Mutant killed: mask B with one more pixel to the right."""
    assert mask("A", 3).tolist() == [[1, 1, 1], [1, 0, 0], [0, 0, 0]]
    assert mask("B", 3).tolist() == [[1, 1, 1], [1, 1, 0], [0, 0, 0]]
    with pytest.raises(ValueError, match="kind must be A or B, got 'C'"):
        mask("C", 3)


def test_a_masked_kernel_is_its_two_stacks_put_together():
    """Section 2.2 of arXiv:1606.05328. Mutant killed: the strict vertical mask keeps its own row."""
    for kernel in (3, 5, 7):
        for kind in "AB":
            both = vertical_mask("A", kernel) + horizontal_mask(kind, kernel)
            assert (both == mask(kind, kernel)).all()


def test_sets_and_path_counts_agree_also_where_paths_leave_the_image():
    """In a corner a mask that goes down-left and up-right leads nowhere. Mutant killed: no `within`."""
    m = np.array([[0, 0, 1], [0, 0, 0], [1, 0, 0]], np.uint8)
    counts = np.zeros((4, 4), np.int64)
    counts[0, 0] = 1
    for _ in range(2):
        counts = spread(counts, m)
    cells = minkowski([support(m)] * 2, {(0, 0)}, lambda c: 0 <= c[0] < 4 and 0 <= c[1] < 4)
    assert cells == {(int(r), int(c)) for r, c in np.argwhere(counts)} == set()
