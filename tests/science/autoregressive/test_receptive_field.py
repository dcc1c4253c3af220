"""The receptive field of arXiv:1601.06759 and the blind spot of arXiv:1606.05328, against closed forms."""

import numpy as np
import pytest
import torch

from engine.autoregressive.masks import mask
from engine.autoregressive.receptive_field import SIZE, Gated, Plain, fields, opinion, painted, product

PIXELS = [(13, 10), (20, 20), (5, 0), (0, 20)]


def wedge(row: int, col: int, L: int, h: int) -> set[tuple[int, int]]:
    """What L layers of kernel 2h + 1 see: to the right only h for each row that they went up."""
    above = {(row - a, col + b) for a in range(1, h * L + 1) for b in range(-h * L, h * min(a, L) + 1)}
    seen = above | {(row, col - b) for b in range(1, h * L + 1)}
    return {(r, c) for r, c in seen if 0 <= r < SIZE and 0 <= c < SIZE}


def cells(grid: np.ndarray) -> set[tuple[int, int]]:
    return {(int(r), int(c)) for r, c in np.argwhere(grid)}


@pytest.mark.parametrize("pixel", PIXELS)
@pytest.mark.parametrize("kernel", [3, 5])
def test_the_gradient_field_of_masks_a_and_b_is_the_wedge_exactly(kernel: int, pixel: tuple[int, int]):
    """At every depth to 8. Mutants killed: mask B without the pixel; one channel and one input only."""
    for L, field in enumerate(fields(8, kernel, "A", False, *pixel, seed=0), start=1):
        assert (
            cells(field.gradient != 0)
            == cells(field.analytic)
            == cells(field.paths)
            == wedge(*pixel, L, kernel // 2)
        )


def test_the_field_has_the_sizes_of_the_curriculum_and_the_blind_spot_l_times_l_minus_1_over_2():
    """Mutant killed: causal window of L - 1 rows."""
    found = fields(8, 3, "A", False, 13, 10, seed=1)
    assert [int(found[L - 1].analytic.sum()) for L in (1, 2, 3, 5, 8)] == [4, 11, 21, 50, 116]
    assert [int(f.blind.sum()) for f in found] == [L * (L - 1) // 2 for L in range(1, 9)]


@pytest.mark.parametrize("h", [1, 2, 3])
def test_a_larger_kernel_has_a_blind_spot_h_times_as_large_and_two_stacks_have_none(h: int):
    """Mutant killed: `gated_set` one column short."""
    plain = fields(6, 2 * h + 1, "A", False, 13, 10, seed=0)
    assert [f.blind_plane for f in plain] == [h * L * (L - 1) // 2 for L in range(1, 7)]
    gated = fields(6, 2 * h + 1, "A", True, 13, 10, seed=0)
    assert [f.blind_plane for f in gated] == [0] * 6
    assert all(f.blind.sum() == 0 for f in gated)


@pytest.mark.parametrize("pixel", PIXELS)
@pytest.mark.parametrize("kernel", [3, 5])
def test_two_stacks_see_the_whole_window_exactly(kernel: int, pixel: tuple[int, int]):
    """(2hL + 1) hL pixels above, hL to the left. Mutants killed: no link; a vertical stack not strict."""
    h = kernel // 2
    for L, field in enumerate(fields(8, kernel, "A", True, *pixel, seed=0), start=1):
        above = {(pixel[0] - a, pixel[1] + b) for a in range(1, h * L + 1) for b in range(-h * L, h * L + 1)}
        window = above | {(pixel[0], pixel[1] - b) for b in range(1, h * L + 1)}
        want = {(r, c) for r, c in window if 0 <= r < SIZE and 0 <= c < SIZE}
        assert cells(field.gradient != 0) == cells(field.analytic) == cells(field.paths) == want
        assert cells(field.vertical) == {(r, c) for r, c in want if r < pixel[0]}
        assert cells(field.horizontal) == {(r, c) for r, c in want if r == pixel[0]}


def test_path_counts_are_the_gradients_of_a_linear_net_of_ones():
    """Mutant killed: the first mask used in the last place."""
    L, (row, col) = 5, (13, 10)
    net = Plain(mask("A", 5), mask("B", 5), L, channels=1).double()
    x = torch.zeros(1, 1, SIZE, SIZE, dtype=torch.float64, requires_grad=True)
    y = x
    for conv in net.convs:
        torch.nn.init.ones_(conv.weight)  # type: ignore[arg-type]
        y = conv(y)
    (ones,) = torch.autograd.grad(y[0, 0, row, col], x)
    field = fields(L, 5, "A", False, row, col, seed=0)[-1]
    assert (ones[0, 0].numpy() == field.paths).all()
    assert [int(level.sum()) for level in field.levels[:3]] == [
        1,
        13,
        169,
    ]  # mask B of size 5 shows 13 pixels


def test_path_counts_of_two_stacks_are_the_gradients_of_a_net_of_ones():
    """On positive inputs no ReLU is off. Mutant killed: the link in the last layer only."""
    net = Gated("A", 3, 4, channels=1).double()
    for name, weight in net.named_parameters():
        torch.nn.init.constant_(weight, float("weight" in name))
    x = torch.ones(1, 1, SIZE, SIZE, dtype=torch.float64, requires_grad=True)
    for out, field in zip(net.depths(x), fields(4, 3, "A", True, 13, 10, seed=0), strict=True):
        (ones,) = torch.autograd.grad(out[0, 0, 13, 10], x, retain_graph=True)
        assert (ones[0, 0].numpy() == field.paths).all()


def test_mask_b_in_the_first_layer_shows_the_pixel_itself_and_nothing_else_that_is_new():
    """Mutant killed: `leak` counts only pixels after the output pixel."""
    for gated in (False, True):
        for honest, leaking in zip(
            fields(4, 3, "A", gated, 13, 10, seed=0), fields(4, 3, "B", gated, 13, 10, seed=0), strict=True
        ):
            assert honest.leak.sum() == 0
            assert cells(leaking.leak) == {(13, 10)} == cells(leaking.analytic) - cells(honest.analytic)


def test_a_painted_mask_that_looks_ahead_is_seen_to_leak():
    """All of 3 x 3: the field is the full square. Mutant killed: painted rows read from below."""
    field = fields(2, 3, "A", True, 13, 10, seed=0, own=painted("111/111/111"))[-1]
    square = {(r, c) for r in range(11, 16) for c in range(8, 13)}
    assert cells(field.gradient != 0) == cells(field.analytic) == square
    below = fields(1, 3, "A", False, 13, 10, seed=0, own=painted("000/000/010"))[-1]
    assert cells(below.gradient != 0) == {(14, 10)} == cells(below.leak)


def test_what_is_said_of_a_painted_mask():
    """Mutant killed: the first layer judged as a later one."""
    assert opinion(painted("111/100/000"), first=True)[2].startswith("This is mask A")
    assert opinion(painted("111/110/000"), first=False)[2].startswith("This is mask B")
    assert (
        opinion(painted("111/110/000"), first=True)[2]
        == "It leaks: it shows the pixel that is to be predicted."
    )
    leaks, hides, words = opinion(painted("110/111/000"), first=True)
    assert cells(leaks) == {(1, 1), (1, 2)}
    assert cells(hides) == {(0, 2)}
    assert "1 pixel of the future" in words
    assert "hides 1 of the 4" in opinion(painted("110/100/000"), first=True)[2]


@pytest.mark.parametrize("text", ["", "11/11", "111/111", "111/1a1/000", "1111/1111/1111/1111", "111/11/000"])
def test_a_mask_that_is_no_odd_square_is_refused(text: str):
    """Mutant killed: no check of the row's length."""
    with pytest.raises(ValueError, match="a mask must be"):
        painted(text)


def test_the_product_in_numbers_is_the_sum_over_what_the_mask_shows():
    """Mutant killed: the sum taken before the mask."""
    patch, weights = np.arange(9).reshape(3, 3), np.full((3, 3), 2)
    done = product(patch, mask("A", 3), weights)
    assert done["terms"].tolist() == [[0, 2, 4], [6, 0, 0], [0, 0, 0]]
    assert done["sum"] == 12
