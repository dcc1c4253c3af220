"""VQ-VAE (arXiv:1711.00937): the nearest code, the copied gradient, the running averages; and a reference."""

import numpy as np
import pytest
import torch
from vector_quantize_pytorch import VectorQuantize

from engine.codes.vqvae import VQVAE, Codebook, from_weights, straight_through

K, D = 12, 5


def book_of(seed: int, k: int = K, d: int = D) -> Codebook:
    torch.manual_seed(seed)
    return Codebook(k, d)


def outputs(seed: int, n: int = 200, d: int = D) -> torch.Tensor:
    return torch.randn(n, d, generator=torch.Generator().manual_seed(seed))


def reference(book: Codebook, gamma: float) -> VectorQuantize:
    """vector-quantize-pytorch on the same codebook and averages, in training mode, reviving nothing."""
    other = VectorQuantize(
        dim=D, codebook_size=len(book.e), decay=gamma, commitment_weight=1.0, threshold_ema_dead_code=0,
        kmeans_init=False, use_cosine_sim=False, rotation_trick=False,
    )  # fmt: skip
    inside = other._codebook
    inside.embed.data.copy_(book.e.detach()[None])
    inside.embed_avg.data.copy_(book.m[None])
    inside.cluster_size.data.copy_(book.N[None])
    return other.train()


def test_the_nearest_code_is_the_nearest_by_euclid():
    """Eq. 1. Killed: the largest product in place of the smallest distance; a missing factor 2."""
    book, z_e = book_of(0), outputs(1)
    assert torch.equal(book.nearest(z_e), torch.cdist(z_e, book.e).argmin(1))


@pytest.mark.parametrize("eps", [1e-5, 1e-2])
def test_indices_and_averages_of_ten_batches_are_those_of_vector_quantize_pytorch(eps: float):
    """Appendix A.1 with the authors' smoothing. Killed: gamma and 1 - gamma exchanged; smoothing of N kept in
    N itself; sums of outputs in place of their running average."""
    book, gamma = book_of(0), 0.9
    other = reference(book, gamma)
    other._codebook.eps = eps
    for batch in range(10):
        z_e = outputs(batch)
        k = book.nearest(z_e)
        _, indices, _ = other(z_e[None])
        assert torch.equal(k, indices[0])
        book.follow(z_e, k, gamma, eps)
        assert torch.allclose(book.e, other._codebook.embed[0], atol=1e-5)


def test_the_straight_through_gradient_and_commitment_are_those_of_vector_quantize_pytorch():
    """Section 3.2. Killed: no detach (z_e then gets no gradient); commitment that also moves the codes."""
    book = book_of(3)
    other, z_e = reference(book, 0.9).eval(), outputs(4).requires_grad_()
    weights = outputs(5)
    z_q = straight_through(z_e, book.e[book.nearest(z_e)])
    (g,) = torch.autograd.grad((z_q * weights).sum(), z_e)
    assert torch.equal(g, weights)  # bit for bit: the gradient at z_q
    theirs = other.train()(z_e[None], freeze_codebook=True)
    (h,) = torch.autograd.grad((theirs[0][0] * weights).sum(), z_e, retain_graph=True)
    assert torch.equal(g, h)
    assert torch.allclose(theirs[0][0], z_q, atol=1e-6)
    ours = torch.nn.functional.mse_loss(z_e, book.e[book.nearest(z_e)].detach())
    assert torch.allclose(theirs[2].sum(), ours, atol=1e-6)


def test_each_of_the_three_terms_moves_what_the_paper_says_and_nothing_else():
    """Eq. 3. Killed: sg left out of the codebook's term; sg left out of the commitment; e_k not detached in
    the copy, so that the reconstruction reaches the codes."""
    torch.manual_seed(0)
    net = VQVAE(K, D, channels=6)
    p = net(torch.rand(3, 8, 8))
    parts = {"encoder": net.encoder[0].weight, "code": net.codebook.e, "decoder": net.decoder[0].weight}

    def moved(term: torch.Tensor) -> set[str]:
        found = torch.autograd.grad(term, list(parts.values()), retain_graph=True, allow_unused=True)
        return {name for name, g in zip(parts, found, strict=True) if g is not None and g.abs().max() > 0}

    assert moved(p.reconstruction()) == {"encoder", "decoder"}
    assert moved(p.codebook()) == {"code"}
    assert moved(p.commitment()) == {"encoder"}


def test_one_step_of_the_averages_is_the_one_worked_out_by_hand():
    """Eqs. 6 to 8: two outputs win code 0, none wins code 1. Killed: counts divided by the batch; the mean of
    outputs in place of their sum; a code that wins nothing moved to the origin."""
    book = book_of(0, 2, 2)
    e = torch.tensor([[1.0, 0.0], [-5.0, 0.0]])
    book.e.data.copy_(e)
    book.m.copy_(e)
    z_e = torch.tensor([[2.0, 1.0], [4.0, -3.0]])
    book.follow(z_e, book.nearest(z_e), 0.75)
    N = 0.75 * 1 + 0.25 * 2
    m = torch.tensor([0.75 * 1 + 0.25 * 6, 0.25 * -2])
    assert torch.allclose(book.N, torch.tensor([N, 0.75]), atol=1e-6)
    assert torch.allclose(book.e[0], m / N, atol=1e-6)
    assert torch.allclose(book.e[1], e[1], atol=1e-6)


def test_for_fixed_assignments_the_codes_become_the_means_of_what_they_own():
    """gamma^n -> 0. Killed: N that does not decay."""
    book, z_e = book_of(0), outputs(7, 600)
    k = book.nearest(z_e)
    for _ in range(1000):
        book.follow(z_e, k, 0.99)
    means = torch.stack([z_e[k == j].mean(0) for j in range(K)])
    assert ((book.e - means).norm(dim=1) < 1e-3 * means.norm(dim=1).clamp(min=0.1)).all()


def test_a_code_that_wins_nothing_never_moves_however_long():
    """Also when its count runs down to nothing. Killed: m / N without a guard (not a number)."""
    book = book_of(0)
    book.e.data[3] = book.m[3] = 1e3
    before = book.e[3].clone()
    for step in range(400):
        z_e = outputs(step % 7)
        book.follow(z_e, book.nearest(z_e), 0.5)
    assert torch.isfinite(book.e).all()
    assert torch.allclose(book.e[3], before, rtol=1e-4)


def test_a_restart_moves_dead_codes_onto_outputs_and_leaves_the_living():
    """Not in the paper. Killed: the comparison turned round; N and m not set with e."""
    book, z_e = book_of(0), outputs(8)
    book.N[:] = torch.linspace(0, 2, K)
    dead, before = book.N < 0.5, book.e.detach().clone()
    assert book.restart(z_e, 0.5, torch.Generator().manual_seed(0)) == int(dead.sum()) > 0
    assert torch.equal(book.e[~dead], before[~dead])
    assert (torch.cdist(book.e[dead], z_e).amin(1) < 1e-5).all()
    assert (book.N[dead] == 1).all()
    assert torch.equal(book.m[dead], book.e.detach()[dead])


def test_codes_that_start_on_data_stand_on_outputs_each_on_its_own():
    """Killed: drawn with replacement."""
    book, z_e = book_of(0), outputs(9, K)
    book.start_from(z_e, torch.Generator().manual_seed(0))
    assert sorted(book.nearest(z_e).tolist()) == list(range(K))


def test_more_codes_than_outputs_to_start_from_are_refused():
    """Killed: no refusal (some codes then stay where they were)."""
    with pytest.raises(ValueError, match=rf"at most the 5 outputs of the encoder, got {K}"):
        book_of(0).start_from(outputs(0, 5), torch.Generator())


@pytest.mark.parametrize("side", [8, 16, 32])
def test_a_grid_of_codes_says_all_that_is_kept(side: int):
    """Fig. 1: the decoder's picture is the same from z_q and from the indices. Killed: rows and
    columns exchanged in `indices`."""
    torch.manual_seed(1)
    net, x = VQVAE(K, D, channels=6), torch.rand(4, side, side)
    net.codebook.start_from(net.encode(x).flatten(0, 2), torch.Generator().manual_seed(0))
    k = net.indices(x)
    assert k.shape == (4, side // 4, side // 4)
    assert len(k.unique()) > 4
    assert torch.allclose(net.decode_indices(k), net(x).x_hat, atol=1e-5)


def test_a_changed_code_changes_only_pixels_near_its_cell():
    """Killed: a decoder that sees the whole grid; rows and columns exchanged in `decode`."""
    torch.manual_seed(1)
    net = VQVAE(K, D, channels=6)
    k = torch.randint(K, (1, 8, 8))
    other = k.clone()
    other[0, 0, 6] = (k[0, 0, 6] + 1) % K
    change = (net.decode_indices(other) - net.decode_indices(k)).abs()[0]
    assert change[:4, 24:28].max() > 0
    assert change[12:].max() == change[:, :16].max() == 0


def test_weights_say_for_themselves_how_large_the_net_is():
    """Killed: a fixed number of channels."""
    torch.manual_seed(2)
    net, x = VQVAE(7, 3, channels=10), torch.rand(1, 16, 16)
    assert np.array_equal(from_weights(net.state_dict()).indices(x).numpy(), net.indices(x).numpy())
