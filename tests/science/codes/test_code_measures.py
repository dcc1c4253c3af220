"""Usage, perplexity, faces, the copied gradient; the plane where codes follow points; what probes refuse."""

import math

import numpy as np
import pytest
import torch

from engine.codes import measures, probes, theatre, vqvae_lab
from engine.codes.images import SETS, images, stacked
from engine.codes.rate import rates
from engine.codes.vqvae import VQVAE, Codebook


def net_of(K: int = 10) -> VQVAE:
    torch.manual_seed(0)
    return VQVAE(K, 4, channels=6)


@pytest.mark.parametrize(
    ("counts", "wanted"), [([5, 5, 5, 5], 4), ([7, 0, 0], 1), ([4, 4, 0, 0, 0], 2), ([2, 1, 1], 2**1.5)]
)
def test_perplexity_is_how_many_codes_used_evenly_would_say_as_much(counts: list[int], wanted: float):
    """Killed: bits in the exponent of e; unused codes as 0 log 0, not a number."""
    assert measures.perplexity(torch.tensor(counts)) == pytest.approx(wanted)
    most, bits = rates(torch.tensor(counts))
    assert most == pytest.approx(math.log2(len(counts)))
    assert bits == pytest.approx(math.log2(wanted))


def test_a_face_is_the_mean_of_what_the_code_owns():
    """Two cells of code 1, none of code 0. Killed: the sum; rows and columns exchanged."""
    x = torch.zeros(1, 8, 8)
    x[0, 0:4, 4:8] = 1  # upper right cell
    x[0, 4:8, 0:4] = 0.5
    k = torch.tensor([[[2, 1], [1, 2]]])
    face = measures.faces(x, k, 3)
    assert face[0].abs().max() == 0
    assert torch.allclose(face[1, 1:5, 1:5], torch.tensor(0.75))
    assert torch.equal(measures.patches(x)[0, 0, 1], torch.ones(4, 4))


def test_the_gradient_at_the_encoder_is_the_decoders_to_the_bit_and_none_reaches_a_code():
    """Section 3.2. Killed: `straight_through` without detach; beta left out of the pull."""
    net, x = net_of(), torch.rand(16, 16, generator=torch.Generator().manual_seed(0))
    seen = measures.copied(net, x, (2, 1), beta=0.5)
    assert torch.equal(seen["at_z_e"], seen["at_z_q"])
    assert seen["at_z_q"].abs().max() > 0
    assert float(seen["code"]) == float(seen["difference"]) == 0
    pull = 0.5 * 2 * (seen["z_e"] - seen["e_k"]) / (16 * 4)
    assert torch.allclose(seen["commitment"], pull, atol=1e-7)


def test_the_plane_keeps_the_angle_between_the_step_and_the_code():
    """Killed: the gradient itself in place of the step down; a sine of the wrong leg."""
    seen = {"z_e": torch.zeros(3), "e_k": torch.tensor([0.0, 2, 0]), "at_z_q": torch.tensor([3.0, -4, 0])}
    assert torch.allclose(measures.plane(seen), torch.tensor([0.8, 0.6]))


@pytest.mark.parametrize("points", ["islands", "ring", "spiral"])
def test_in_the_plane_the_averages_end_at_the_mean_of_what_a_code_owns(points: str):
    """Killed: a step of the wrong sign; half of the batch counted."""
    z_e = theatre.points(points, 0)
    assert z_e.abs().max() <= theatre.REACH
    torch.manual_seed(1)
    book = Codebook(8, 2)
    book.start_from(z_e, torch.Generator().manual_seed(0))
    steps = list(theatre.follow(book, z_e, 280, 300, 0.9, 0.0, torch.Generator().manual_seed(0)))
    k = book.nearest(z_e)
    for j in range(8):
        assert (book.e[j] - z_e[k == j].mean(0)).norm() < 0.25
    last = steps[-1]
    assert torch.allclose(last.N[1], 0.9 * last.N[0] + 0.1 * last.n, atol=1e-4)
    assert torch.allclose(last.m[1], 0.9 * last.m[0] + 0.1 * last.sums, atol=1e-3)


@pytest.mark.parametrize("name", SETS)
def test_every_set_is_ink_of_sixteen_by_sixteen(name: str):
    """Killed: digits not doubled; ink above 1; test pictures that were trained on."""
    train, test = images(name)
    for part in (train, test):
        assert part.shape[1:] == (16, 16)
        assert 0 <= part.min() < part.max() == 1
    if name != "digits":  # drawn by a program: no two alike
        both = torch.cat([train, test]).flatten(1)
        assert len(torch.unique(both, dim=0)) == len(both)


@pytest.mark.parametrize(
    ("pictures", "said"),
    [
        ([], "got none"),
        ([np.zeros((8, 8)), np.zeros((16, 16))], r"one size, got \(8, 8\), \(16, 16\)"),
        ([np.zeros((16, 8))], r"must be square.*got \(16, 8\)"),
        ([np.zeros((10, 10))], r"multiple of 4 in \[4, 64\], got \(10, 10\)"),
        ([np.zeros((256, 256))], r"got \(256, 256\)"),
        ([np.full((8, 8), 2.0)], r"in \[0, 1\], got values from 2 to 2"),
        ([np.full((8, 8), np.nan)], "nan"),
    ],
)
def test_pictures_that_do_not_fit_are_refused_by_what_and_bound(pictures: list, said: str):
    """Killed: no refusal of unequal sizes; a comparison that nan passes."""
    with pytest.raises(ValueError, match=said):
        stacked(pictures)


def test_a_single_picture_is_enough():
    """Killed: a batch of one squeezed away."""
    one = np.random.default_rng(0).uniform(size=(16, 16))
    assert probes.encode(net_of(), {"x": one})["k"].shape == (1, 4, 4)


def test_a_killed_code_owns_nothing_and_a_revived_one_owns_something():
    """Killed: the killed code's distance left as it was; revived codes put where their codes are."""
    net = net_of()
    before = probes.without(net, {"data": "sprites"})
    most, dead = int(before["usage"].argmax()), np.flatnonzero(before["usage"] == 0).tolist()
    assert dead
    after = probes.without(net, {"data": "sprites", "killed": [most]})
    assert after["usage"][most] == 0
    assert after["usage"].sum() == before["usage"].sum()
    revived = probes.without(net, {"data": "sprites", "revived": dead})
    assert (revived["usage"] > 0).sum() > (before["usage"] > 0).sum()
    owned = probes.owned(net, {"data": "sprites", "code": most})
    assert owned["count"] == before["usage"][most]


def test_an_edited_grid_decodes_as_the_net_decodes_it():
    """Killed: the original code in place of the edited one."""
    net, k = net_of(), np.arange(16).reshape(4, 4) % 10
    found = probes.decode(net, {"k": k})["x_hat"]
    with torch.no_grad():
        assert np.allclose(found, net.decode_indices(torch.from_numpy(k)[None])[0].numpy(), atol=1e-6)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"killed": list(range(10))}, "at least one of the 10"),
        ({"killed": [10]}, r"in \[0, 9\], got 10"),
        ({"killed": ["<b>"]}, r"in \[0, 9\], got <b>"),
        ({"data": "photographs"}, "sprites, factors, digits, got photographs"),
    ],
)
def test_a_question_outside_its_bounds_is_refused(asked: dict, said: str):
    """Killed: a negative code taken from the end; any name of data taken."""
    with pytest.raises(ValueError, match=said):
        probes.without(net_of(), asked)
    with pytest.raises(ValueError, match=r"in \[0, 9\]"):
        probes.decode(net_of(), {"k": np.full((4, 4), -1)})


def test_without_commitment_a_run_still_ends_and_is_finite():
    """beta = 0 is allowed: its error says what it costs."""
    spec = vqvae_lab.SPEC(beta=0.0, steps=10)
    last = [e for e in vqvae_lab.run(spec, torch.device("cpu"), {}) if hasattr(e, "scalars")][-1]
    assert np.isfinite(list(last.scalars.values())).all()
