"""A DDPM of digits: its net, the judge of what it draws, and what may be asked of trained models."""

import numpy as np
import pytest
import torch

from engine.core.trace import seeded
from engine.diffusion import ddpm_digits_lab, ddpm_lab, digit_probes, exact, point_probes
from engine.diffusion.ddpm import DDPM
from engine.diffusion.ddpm_digits import DigitNet, levels, scaled
from engine.diffusion.digit_probes import DRAWN
from engine.diffusion.schedule import cosine, linear

ASK = {"seed": 1, "data": "eight Gaussians", "drawing": "", "data_seed": 0}


def recall(T: int = 30) -> DDPM:
    """The exact denoiser of two images: a ring and its reverse."""
    two = torch.stack([torch.ones(64), -torch.ones(64)])
    two[:, 20:44] *= -1

    def net(x, t):
        signal, noise = model.levels(t, x)
        near = torch.softmax(-torch.cdist(x, signal[0] * two).square() / (2 * noise[0] ** 2), 1)
        return near @ two

    model = DDPM(net, cosine(T), "x0")
    return model


def test_levels_are_read_back_from_what_a_net_is_fed():
    """All 17. Killed: a middle of 8.5; no cut, so that 1.2 wraps round."""
    images = torch.arange(17).repeat(4)[:64].view(1, 8, 8)
    x = scaled(images)
    assert x.min() == -1
    assert x.max() == 1
    assert torch.equal(levels(x), images.to(torch.uint8))
    assert levels(torch.full((64,), 1.2)).unique().item() == 16
    assert levels(torch.full((64,), -9.0)).unique().item() == 0


def test_each_block_begins_as_the_identity_and_t_has_a_say_once_trained():
    """Killed: the last layer of a block not at zero; a net that is not told t."""
    with seeded(0):
        net = DigitNet(16, 2, 50)
    x, early, late = torch.randn(5, 64), torch.full((5,), 1), torch.full((5,), 50)
    assert torch.allclose(net(x, early), net.outwards(net.norm(net.inwards(x))), atol=1e-6)
    for block in net.blocks:
        torch.nn.init.normal_(block.second.weight)
    assert (net(x, early) - net(x, late)).abs().max() > 0.01


def test_three_ways_start_from_the_same_noises_and_end_in_digits():
    """Killed: noise of its own for each way; a short way told at wrong levels."""
    answer = digit_probes.ways(recall(), {"seed": 3, "steps": 5})
    at = answer["t"].tolist()
    assert at[0] == 30
    assert at[-1] == 0
    for name in ("ddpm", "ddim", "few"):
        assert answer[f"{name}.x"].shape == (len(at), DRAWN, 8, 8)
        assert np.array_equal(answer[f"{name}.x"][0], answer["ddim.x"][0])
        assert np.array_equal(answer[f"{name}.x"][-1], answer[f"{name}.x0"][-1])
        assert set(np.unique(answer[f"{name}.x"][-1])) <= {0, 16}
    moved = [not np.array_equal(a, b) for a, b in zip(answer["few.x"][1:], answer["few.x"], strict=False)]
    assert sum(moved) == 5
    assert np.array_equal(answer["few.x"][-1], answer["ddim.x"][-1])  # the same two images


def test_a_guess_is_told_beside_the_x_t_that_it_is_made_of():
    """A net that says t / T. Killed: x_0 of the level before."""
    model = DDPM(lambda x, t: (t / 30)[:, None].expand_as(x), cosine(30), "x0")
    answer = digit_probes.ways(model, {"seed": 3, "steps": 30})
    wanted = [int(levels(torch.full((64,), t / 30))[0, 0]) for t in answer["t"][:-1].tolist()]
    for name in ("ddpm", "ddim", "few"):
        assert answer[f"{name}.x0"][:-1, 0, 0, 0].tolist() == wanted


def test_one_x_t_has_many_futures_and_at_0_none_but_itself():
    """Killed: the path read from its end; one noise for all futures."""
    asked = {"seed": 0, "which": 2}
    early, late = (digit_probes.branches(recall(), {**asked, "share": s}) for s in (1.0, 0.0))
    assert int(early["t"]) == 30
    assert len(np.unique(early["futures"].reshape(12, 64), axis=0)) >= 2
    assert (late["futures"] == late["x"]).all()
    assert np.array_equal(late["x"], late["x0"])
    assert set(np.unique(late["x"])) == {0, 16}


def test_a_dropped_noise_starts_where_it_was_dropped_on_all_three_ways():
    """Killed: the way read from the data; eta = 1 without its noise."""
    model = ddpm_lab.restore(ddpm_lab.DDPMSpec(T=20), None)
    ways = point_probes.drop(model, {"x": 0.5, "y": -1.25, "seed": 0})
    assert list(ways) == ["DDPM", "DDIM", "eta = 1"]
    for way in ways.values():
        assert way.shape == (21, 2)
        assert way[0].tolist() == [0.5, -1.25]
    again = point_probes.drop(model, {"x": 0.5, "y": -1.25, "seed": 1})
    assert np.array_equal(again["DDIM"], ways["DDIM"])
    assert not np.array_equal(again["eta = 1"], ways["eta = 1"])


def test_many_noises_take_the_same_start_on_both_ways():
    """Killed: the long way read at other levels."""
    model = ddpm_lab.restore(ddpm_lab.DDPMSpec(T=20), None)
    answer = point_probes.flow(model, {"steps": 20, "eta": 0.0, "seed": 0})
    assert np.allclose(answer["x"], answer["all"], atol=1e-5)
    answer = point_probes.flow(model, {"steps": 4, "eta": 0.0, "seed": 0})
    assert answer["t"].tolist() == [20, 15, 10, 5, 0]
    assert np.array_equal(answer["x"][0], answer["all"][0])
    assert not np.allclose(answer["x"][-1], answer["all"][-1], atol=1e-3)


def test_the_best_guess_at_T_is_the_mean_and_the_factor_is_what_divides():
    """Killed: the factor without its root; the best guess at the level before."""
    answer = point_probes.guess(ddpm_lab.restore(ddpm_lab.DDPMSpec(), None), ASK)
    assert answer["t"][0] == 100
    assert answer["factor"][0] == pytest.approx(np.exp(5.025), rel=1e-3)
    assert np.abs(answer["best"][0]).max() < 0.05
    t = int(answer["t"][12])
    ab = float(linear(100)[t])
    known = exact.mixture("eight Gaussians", exact.training_set("eight Gaussians", "", 0)).at(
        ab**0.5, (1 - ab) ** 0.5
    )
    wanted = known.x0(torch.from_numpy(answer["x"][12]))
    assert np.abs(answer["best"][12] - wanted.numpy()).max() < 1e-3


@pytest.mark.parametrize(
    ("probe", "inputs", "said"),
    [
        ("drop", {"x": 9.0, "y": 0, "seed": 0}, r"x must be a number in \[-5, 5\], got 9.0"),
        ("drop", {"x": float("nan"), "y": 0, "seed": 0}, "x must be a number"),
        ("drop", {"x": 0, "y": "0", "seed": 0}, "y must be a number"),
        ("drop", {"x": 0, "y": 0}, "seed must be a whole number"),
        ("flow", {"steps": 21, "eta": 0, "seed": 0}, r"steps must be a whole number in \[1, 20\], got 21"),
        ("flow", {"steps": True, "eta": 0, "seed": 0}, "steps must be a whole number"),
        ("flow", {"steps": 5, "eta": 1.5, "seed": 0}, r"eta must be a number in \[0, 1\], got 1.5"),
        ("guess", {**ASK, "data": "<b>"}, "data must be one of eight Gaussians, .* got <b>"),
        ("guess", {**ASK, "data": "drawn", "drawing": "0" * 64}, "at least 2 painted cells"),
        ("guess", {**ASK, "data_seed": -1}, "data_seed must be"),
    ],
)
def test_what_points_cannot_be_asked_is_refused_by_name_bound_and_value(probe: str, inputs: dict, said: str):
    """Killed: each check, by leaving it out."""
    model = ddpm_lab.restore(ddpm_lab.DDPMSpec(T=20), None)
    with pytest.raises(ValueError, match=said):
        ddpm_lab.PROBES[probe](model, inputs)


@pytest.mark.parametrize(
    ("probe", "inputs", "said"),
    [
        ("ways", {"seed": 0, "steps": 0}, r"steps must be a whole number in \[1, 30\], got 0"),
        (
            "futures",
            {"seed": 0, "which": 8, "share": 0.5},
            r"which must be a whole number in \[0, 7\], got 8",
        ),
        ("futures", {"seed": 0, "which": 0, "share": -0.1}, r"share must be a number in \[0, 1\], got -0.1"),
    ],
)
def test_what_digits_cannot_be_asked_is_refused_by_name_bound_and_value(probe: str, inputs: dict, said: str):
    """Killed: each check, by leaving it out."""
    with pytest.raises(ValueError, match=said):
        ddpm_digits_lab.PROBES[probe](recall(), inputs)
