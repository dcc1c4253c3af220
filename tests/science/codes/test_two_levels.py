"""VQ-VAE-2 (arXiv:1906.00446), stage 1: two levels of codes, and what is measured of each."""

from typing import cast

import numpy as np
import pytest
import torch
from torch import Tensor
from vector_quantize_pytorch import VectorQuantize

from engine.codes import two_levels_lab as lab
from engine.codes.kept_apart import WAYS, figures, matrix, overlap, so_far, stripes, table, ways
from engine.codes.two_levels import TwoLevels, from_weights, objective
from engine.codes.vqvae import Codebook
from engine.core.trace import Snapshot, Trace
from engine.data.striped_shapes import PERIOD, striped_shapes


def net_of(seed: int = 0) -> TwoLevels:
    torch.manual_seed(seed)
    return TwoLevels(12, 5, 16, 8, 8)


def some(n: int = 3, seed: int = 1) -> Tensor:
    return torch.rand(n, 32, 32, generator=torch.Generator().manual_seed(seed))


def codes(n: int = 3) -> tuple[Tensor, Tensor]:
    """Grids of codes that differ from picture to picture."""
    rng = torch.Generator().manual_seed(2)
    return torch.randint(12, (n, 4, 4), generator=rng), torch.randint(5, (n, 8, 8), generator=rng)


@pytest.mark.parametrize("which", ["top", "bottom"])
def test_each_level_takes_the_codes_of_vector_quantize_pytorch(which: str) -> None:
    """Indices, the copied values, the commitment, on either book. Killed: the bottom's codes from the top's
    book; the largest product for the smallest distance; commitment with the code not detached."""
    net, x = net_of(), some()
    level = net.encode(x)[which == "bottom"]
    book = cast(Codebook, getattr(net, which))
    other = VectorQuantize(
        dim=book.e.shape[1], codebook_size=len(book.e), commitment_weight=1.0, threshold_ema_dead_code=0,
        kmeans_init=False, rotation_trick=False,
    ).train()  # fmt: skip
    other._codebook.embed.data.copy_(book.e.detach()[None])
    flat = level.h.flatten(1, 2)
    z, k, commitment = other(flat, freeze_codebook=True)
    assert torch.equal(k, level.k.flatten(1))
    assert torch.allclose(z, level.z.permute(0, 2, 3, 1).flatten(1, 2), atol=1e-6)
    assert torch.allclose(commitment.sum(), level.commitment(), atol=1e-6)
    ours, theirs = (torch.autograd.grad(c.sum(), level.h, retain_graph=True)[0]
                    for c in (level.commitment(), commitment))  # fmt: skip
    assert torch.allclose(ours, theirs, atol=1e-7)
    assert torch.autograd.grad(level.commitment(), book.e, allow_unused=True)[0] is None


def test_the_bottom_is_chosen_when_the_top_is_known_and_the_top_never_by_the_bottom() -> None:
    """Algorithm 1. Killed: the bottom's vectors without D_t(e_t); the top's codes from what is joined."""
    net, x = net_of(), some()
    top, bottom = net.encode(x)
    with torch.no_grad():
        net.top.e.add_(1)
        other_top, other_bottom = net.encode(x)
    assert torch.equal(top.h, other_top.h)
    assert not torch.allclose(bottom.h, other_bottom.h, atol=1e-4)
    with torch.no_grad():
        net.top.e.sub_(1)
        net.bottom.e.add_(1)
    assert torch.equal(net.encode(x)[0].h, top.h)


def test_a_level_that_is_not_heard_learns_nothing_and_says_nothing() -> None:
    """Killed: the deaf decoder that hears it all the same; its commitment kept; a level of the wrong name."""
    net, x = net_of(), some()
    for alone, book in (("top", net.bottom), ("bottom", net.top)):
        before = net(x, alone)[0]
        with torch.no_grad():
            book.e.mul_(3)
        assert torch.equal(net(x, alone)[0], before)
        loss, lost, heard = objective(net, x, 0.25, alone)
        assert [one is getattr(net, alone) for one, _ in heard] == [True]
        assert torch.allclose(loss, lost + 0.25 * heard[0][1].commitment())
    assert len(objective(net, x, 0.25, "neither")[2]) == 2


def test_rows_give_the_top_columns_the_bottom_and_each_way_changes_one_level() -> None:
    """Its head stands above and on the left; the codes alone redraw a picture. Killed: rows and columns
    exchanged; heads in the corner; weights that come back in another place; the other picture's bottom called
    its top; the mean over one picture alone."""
    x = some()
    net = from_weights(net_of().state_dict())
    assert torch.allclose(net_of()(x)[0], net.decode_indices(*net.indices(x)), atol=1e-5)
    k_t, k_b = codes()
    with torch.no_grad():
        drawn = matrix(net, k_t, k_b)
        assert torch.allclose(drawn[1], net.decode_indices(k_t[:1], k_b[1:2])[0], atol=1e-5)
        whole = table(x, drawn)
        assert whole.shape == (134, 134)
        assert torch.equal(whole[:32, 68:100], x[1])
        assert torch.equal(whole[68:100, :32], x[1])
        assert torch.equal(whole[34:66, 68:100], drawn[1])
        found = ways(net, k_t, k_b)
        assert tuple(found) == WAYS
        assert torch.allclose(found["other_bottom"][0], drawn[1], atol=1e-5)
        assert torch.allclose(found["other_top"][0], net.decode_indices(k_t[1:2], k_b[:1])[0], atol=1e-5)
        assert torch.allclose(found["another"][2], found["both"][0], atol=1e-5)
        z_t, z_b = net.vectors(k_t, k_b)
        flat = z_b.mean((0, 2, 3))[None, :, None, None].expand_as(z_b)
        assert torch.allclose(found["mean_bottom"], net.decode(z_t, flat), atol=1e-5)


def test_silhouettes_do_not_see_stripes_and_stripes_do_not_see_silhouettes() -> None:
    """Exact pictures: the same disc with other stripes, without any, and no disc. Killed: no smoothing; the
    rim counted; energy in place of what is the picture's own; lost summed."""
    row, col = np.mgrid[:32, :32]
    inside = torch.tensor((row - 16) ** 2 + (col - 16) ** 2 < 100)[None]
    waves = (torch.tensor(np.sin(2 * np.pi * at / PERIOD)).float() for at in (row, col))
    down, across = ((0.625 + 0.375 * wave) * inside for wave in waves)
    plain = 0.625 * inside.float()
    assert min(overlap(across, down)[0], overlap(plain, down)[0]) > 0.85
    assert overlap(torch.zeros_like(down), down)[0] == 0
    assert float(stripes(down, down, inside)) == pytest.approx(1)
    assert abs(float(stripes(across, down, inside))) < 0.05
    assert abs(float(stripes(plain, down, inside))) < 0.02
    half = plain + 0.5 * (down - plain)
    assert float(stripes(half, down, inside)) == pytest.approx(0.5, abs=0.02)
    assert figures(half, down, inside)[0] == pytest.approx(float(((half - down) ** 2).mean()), rel=1e-5)


def test_a_picture_being_written_ends_as_its_codes_say_and_begins_the_same_for_all() -> None:
    """Killed: the bottom first; one code too few; the mean of the book not weighed by its use."""
    net = net_of()
    with torch.no_grad():
        net.bottom.N.copy_(torch.arange(5.0))
        k_t, k_b = codes()
        drawn = so_far(net, k_t, k_b)
        assert torch.allclose(drawn[-1], net.decode_indices(k_t, k_b), atol=1e-5)
        assert torch.allclose(drawn[0, 0], drawn[0, 1], atol=1e-6)
        mean = (net.bottom.N[:, None] * net.bottom.e).sum(0) / net.bottom.N.sum()
        after_top = net.decode(net.vectors(k_t, k_b)[0], mean[None, :, None, None].expand(3, -1, 8, 8))
        assert torch.allclose(drawn[16], after_top, atol=1e-5)


def test_pictures_are_striped_inside_their_silhouette_and_kept_ones_are_new() -> None:
    """Killed: stripes on the paper; the kept among the learned; stripes tied to the shape."""
    learned, kept = striped_shapes()
    assert kept.x[~kept.inside].mean() < 0.02 < kept.x[kept.inside].std()
    both = np.concatenate([learned.x, kept.x]).reshape(len(learned.x) + len(kept.x), -1)
    assert len(np.unique(both, axis=0)) == len(both)
    counts = np.zeros((3, 4))
    np.add.at(counts, tuple(learned.factors.T), 1)
    assert counts.min() > 0.8 * counts.mean()


def test_codes_put_in_are_the_rows_and_a_wrong_question_is_refused() -> None:
    """Killed: columns put into rows; the diagonal counted; a number beyond the pictures."""
    net, x, rng = net_of(), lab.pictures()[1][:3], torch.Generator().manual_seed(0)
    with torch.no_grad():  # codes that tell pictures apart
        for book, level in zip((net.top, net.bottom), net.encode(x), strict=True):
            book.start_from(level.h.flatten(0, 2), rng)
        for layer in (0, 2, 4):  # and pictures that tell codes apart
            cast(Tensor, net.D[layer].weight).mul_(20)
    found = lab.swap(net, {"pictures": [0, 1, 2]})
    with torch.no_grad():
        k_t, k_b = net.indices(x)
        drawn = net.decode_indices(k_t, k_b).repeat(3, 1, 1), matrix(net, k_t, k_b)
    first, last = (lab.ink(table(x, one)).astype(int) for one in drawn)
    assert np.abs(last - first).max() > 3
    assert np.abs(found["tables"][[0, -1]] - np.stack([first, last])).max() <= 1
    off = [1, 2, 3, 5, 6, 7]  # of nine, row after row
    mean = stripes(drawn[1][off], x.repeat(3, 1, 1)[off], lab.pictures()[2][:3].repeat(3, 1, 1)[off])
    assert found["stripes"][-1] == pytest.approx(100 * float(mean), rel=1e-4)
    with pytest.raises(ValueError, match=r"pictures must be a whole number in \[0, 99\], got 100"):
        lab.swap(net, {"pictures": [0, 1, 100]})
    with pytest.raises(ValueError, match="pictures must be 3 numbers"):
        lab.swap(net, {"pictures": [0, 1]})


def test_the_claims_compare_the_arms_that_they_name() -> None:
    """Killed: the arm where the bottom was first judged by the one where the top was; stripes not asked; the
    error of its own codes taken off."""

    def arm(**figures: dict[str, float]) -> Trace:
        trace = Trace(finished=True)
        for name, found in figures.items():
            trace.add(Snapshot(0, 0, name, {way: np.array(one) for way, one in found.items()}))
        return trace

    top = arm(
        silhouette={"other_bottom": 80, "other_top": 25, "another": 24},
        lost={"both": 0.01, "other_top": 0.05, "other_bottom": 0.029},
        stripes={"other_bottom": 21, "another": 0},
    )
    bottom = arm(silhouette={"other_bottom": 24, "other_top": 90})
    assert not lab.divided({"top": top}).holds
    assert not lab.dearer({"top": top}).holds  # 0.021 more
    assert lab.other_way({"top": top, "bottom": bottom}).holds
    assert not lab.other_way({"top": bottom, "bottom": top}).holds
