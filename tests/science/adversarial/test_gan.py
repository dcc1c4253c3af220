"""Generative adversarial nets (arXiv:1406.2661), the data whose spots are counted, and what the lab shows."""

import math

import pytest
import torch
from torch import nn

from engine.adversarial import gan_lab as lab
from engine.adversarial.gan import (
    LOSSES,
    NON_SATURATING,
    SATURATING,
    Game,
    V,
    loss_G,
    players,
    pull,
    slopes,
    turn_D,
    turn_G,
)  # fmt: skip
from engine.adversarial.gan_alone import AHEAD, D_ALONE, G_ALONE, TRAINED, TURNS, UNTRAINED, alone
from engine.adversarial.gan_watch import ACROSS, COLUMNS, LONGEST, ROWS, UP, seen
from engine.adversarial.spots import DRAWN, GRID, RING, spots
from engine.core.trace import Step

CPU = torch.device("cpu")


def game(seed: int = 0) -> Game:
    torch.manual_seed(seed)
    return Game(16, 16)


def test_v_and_both_losses_are_those_of_binary_cross_entropy() -> None:
    """torch's BCEWithLogits with labels 1 and 0, to 1e-6, and finite where D is sure. Killed: a plus for a
    minus in V; the labels exchanged; the two losses exchanged; sigmoid and log one after the other."""
    torch.manual_seed(0)
    real, fake = 6 * torch.randn(500, 1), 6 * torch.randn(500, 1)
    bce = nn.BCEWithLogitsLoss()
    one, none = torch.ones_like(real), torch.zeros_like(real)
    assert V(real, fake).item() == pytest.approx(-(bce(real, one) + bce(fake, none)).item(), abs=1e-6)
    assert loss_G(fake, NON_SATURATING).mean().item() == pytest.approx(bce(fake, one).item(), abs=1e-6)
    assert loss_G(fake, SATURATING).mean().item() == pytest.approx(-bce(fake, none).item(), abs=1e-6)
    assert torch.isfinite(torch.stack([loss_G(torch.tensor([-300.0, 300.0]), one) for one in LOSSES])).all()


def test_the_best_free_discriminator_is_p_over_p_plus_q_and_v_is_2_jsd_minus_log_4() -> None:
    """Proposition 1 and theorem 1 with a logit free at each of three places, by gradient steps up V, from
    counts of 10 data and 10 fakes. Killed: the mean over both together; a fake counted as data."""
    p, q = torch.tensor([[5, 3, 2], [1, 3, 6]], dtype=torch.float64) / 10
    data, fakes = (torch.repeat_interleave(torch.arange(3), (10 * one).round().long()) for one in (p, q))
    logit = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    up = torch.optim.SGD([logit], lr=5.0)
    for _ in range(300):
        up.zero_grad()
        (-V(logit[data], logit[fakes])).backward()
        up.step()
    assert torch.allclose(logit.sigmoid(), p / (p + q), atol=1e-6)
    m = (p + q) / 2
    jsd = ((p * (p / m).log()).sum() + (q * (q / m).log()).sum()) / 2
    assert V(logit[data], logit[fakes]).item() == pytest.approx((2 * jsd).item() - math.log(4), abs=1e-9)


def test_a_pull_is_minus_the_slope_of_a_fakes_own_loss_and_the_two_differ_by_d_over_1_minus_d() -> None:
    """Central differences in double. Killed: a plus; a mean over fakes in place of the sum; the ratio turned
    round, which is what the exchanged losses have."""
    D, x, h = game().D.double(), torch.randn(7, 2).double(), 1e-6
    for loss in LOSSES:
        found = pull(D, x, loss)
        for i in range(2):
            step = torch.zeros(2).double()
            step[i] = h
            slope = (loss_G(D(x + step), loss) - loss_G(D(x - step), loss))[:, 0] / (2 * h)
            assert torch.allclose(found[:, i], -slope, atol=1e-7)
    d = D(x).sigmoid()
    assert torch.allclose(pull(D, x, SATURATING), pull(D, x, NON_SATURATING) * d / (1 - d), atol=1e-10)


def test_a_turn_moves_its_own_player_and_the_right_way() -> None:
    """Killed: G's step through D's weights; D's step that moves G; a step down V; a G that goes up."""
    both, z = game(), torch.randn(64, 2)
    x = spots(RING, "").draw(64, torch.Generator().manual_seed(0))
    down_D, down_G = (torch.optim.SGD(one.parameters(), lr=0.01) for one in (both.D, both.G))
    before = {name: value.clone() for name, value in both.state_dict().items()}
    first, real, fake = turn_D(both, down_D, x, z)
    assert turn_D(both, down_D, x, z)[0] > first
    assert (real, fake) == pytest.approx((0.5, 0.5), abs=0.2)
    moved = {name for name, value in both.state_dict().items() if not torch.equal(value, before[name])}
    assert moved
    assert all(name.startswith("D.") for name in moved)
    for loss in LOSSES:
        before = {name: value.clone() for name, value in both.state_dict().items()}
        first = turn_G(both, down_G, z, loss)
        assert turn_G(both, down_G, z, loss) < first
        moved = {name for name, value in both.state_dict().items() if not torch.equal(value, before[name])}
        assert moved
        assert all(name.startswith("G.") for name in moved)
    adam_D, adam_G = players(both, 0.01, 8.0)
    assert (adam_D.param_groups[0]["lr"], adam_G.param_groups[0]["lr"]) == (0.01, 0.08)


def test_where_d_is_sure_the_loss_of_eq_1_hardly_slopes() -> None:
    """The two gradients of all of G's weights, where D says nearly the same of all fakes: their ratio is
    D / (1 - D) to 2%. Killed: the order of the losses; the norm of D's weights."""
    both = game()
    with torch.no_grad():
        last = both.D[-1]
        assert isinstance(last, nn.Linear)
        last.weight.mul_(0.02)
        last.bias.fill_(-4.0)
    z = torch.randn(256, 2)
    first, second = slopes(both, z)
    assert first / second == pytest.approx(math.exp(-4.0), rel=0.02)
    loss_G(both.D(both.G(z)), NON_SATURATING).mean().backward()
    of_G = torch.cat([one.grad.flatten() for one in both.G.parameters() if one.grad is not None])
    assert second == pytest.approx(of_G.norm().item(), rel=1e-5)


def test_spots_are_drawn_and_counted_as_they_lie() -> None:
    """Of a Gaussian on the plane 1 - exp(-4.5) lie within three standard deviations. Killed: a spot's share
    of those on spots, not of all; two deviations; a reached spot for one fake; rows upside down; the round
    distance for square cells."""
    rng, n = torch.Generator().manual_seed(0), 40_000
    for data, count in ((RING, 8), (GRID, 25)):
        there = spots(data, "")
        shares = there.shares(there.draw(n, rng))
        assert len(shares) == there.reached(shares) == count
        assert float(shares.sum()) == pytest.approx(1 - math.exp(-4.5), abs=5 * (0.011 / n) ** 0.5)
    ring = spots(RING, "")
    heap = torch.cat([ring.centres[:1].expand(985, 2), ring.centres[3:4].expand(15, 2)])
    assert ring.reached(ring.shares(heap)) == 2
    heap = torch.cat([ring.centres[:1].expand(988, 2), ring.centres[3:4].expand(12, 2)])
    assert ring.reached(ring.shares(heap)) == 1  # 1.2% is less than a tenth of an eighth
    assert float(ring.shares(heap + 9).sum()) == 0
    corner = spots(DRAWN, "c" + "0" * 63)  # the two cells at the upper left
    assert (corner.centres[:, 1] > 2).all()
    assert (corner.centres[:, 0] < -1.7).all()
    assert float(corner.shares(corner.draw(999, rng)).sum()) == pytest.approx(1)


def test_what_is_seen_lies_where_it_is_drawn() -> None:
    """Killed: the lower row first; x and y exchanged; strokes of any length; a mesh of one direction."""
    both = game()
    both.D, both.G = nn.Sequential(nn.Linear(2, 1)), nn.Sequential(nn.Identity())
    with torch.no_grad():
        layer = both.D[0]
        assert isinstance(layer, nn.Linear)
        layer.weight.copy_(torch.tensor([[0.0, 50.0]]))
        layer.bias.zero_()
    fakes = torch.tensor([[1.0, -0.01], [-2.0, 0.5]])
    views = seen(both, fakes, NON_SATURATING)
    field = views["field"]["D"]
    assert field.shape == (ROWS, COLUMNS)
    assert COLUMNS / ROWS == ACROSS / UP
    assert (field[: ROWS // 2] > 250).all()
    assert (field[ROWS // 2 :] < 5).all()
    x, y = views["pull"]["x"] / 100, views["pull"]["y"] / 100
    assert (x[:, 1] == x[:, 0]).all()
    slope = 50 / (1 + math.exp(-0.5))  # of −log D, 0.01 below the edge
    assert y[0, 1] - y[0, 0] == pytest.approx(LONGEST * slope / (1 + slope), abs=0.011)
    assert y[1, 1] - y[1, 0] == pytest.approx(0, abs=0.011)
    mesh_x, mesh_y = views["mesh"]["x"], views["mesh"]["y"]
    half = len(mesh_x) // 2
    assert (mesh_x[:half] == mesh_x[:half, :1]).all()
    assert (mesh_y[half:] == mesh_y[half:, :1]).all()


def asked(who: str, start_as: str, **more: object) -> dict:
    return {"player": who, "start": start_as, "data": RING, "drawing": "", "loss": NON_SATURATING,
            "lr": 1e-3, "seed": 0} | more  # fmt: skip


def test_who_stands_still_does_not_move_and_by_turns_d_moves_first() -> None:
    """And the trained nets are left as they are. Killed: the other player's turn; G first; the given nets
    trained further; a start that is always fresh."""
    both = game()
    before = {name: value.clone() for name, value in both.state_dict().items()}
    found = alone(both, asked(D_ALONE, TRAINED))
    assert (found["x"] == found["x"][0]).all()
    assert (found["field"][1] != found["field"][0]).any()
    assert found["V"][-1] > found["V"][0]
    found = alone(both, asked(G_ALONE, TRAINED))
    assert (found["field"] == found["field"][0]).all()
    assert found["fake"][-1] > found["fake"][0]
    fresh = alone(both, asked(TURNS, UNTRAINED))
    assert (fresh["places"][0] == fresh["places"][1]).all()
    assert (fresh["places"][1] != fresh["places"][2]).any()
    assert (fresh["D"][0] != fresh["D"][1]).any()
    assert (fresh["places"][0] != found["places"][0]).any()
    assert alone(both, asked(TURNS, AHEAD))["fake"][0] < 0.3 < fresh["fake"][0]
    assert all(torch.equal(value, before[name]) for name, value in both.state_dict().items())


@pytest.mark.parametrize("name", ["player", "start", "data", "loss", "lr", "seed"])
def test_what_is_asked_is_refused_by_name(name: str) -> None:
    """Killed: a choice that is not looked at."""
    with pytest.raises(ValueError, match=f"^{name} must be"):
        alone(game(), asked(D_ALONE, TRAINED, **{name: "nobody"}))


def test_a_round_is_k_d_steps_of_d_and_k_g_of_g_and_is_told_as_a_mean(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Killed: k_D for k_G; G first; the last round told for the mean of ten."""
    turns: list[str] = []

    def of_D(*_: object) -> tuple[float, float, float]:
        turns.append("D")
        return float(len(turns)), 0.5, 0.5

    monkeypatch.setattr(lab, "turn_D", of_D)
    monkeypatch.setattr(lab, "turn_G", lambda *_: turns.append("G") or 0.25)
    spec = lab.SPEC(k_D=2, k_G=3, steps=200)
    steps = [one for one in lab.run(spec, CPU, {}) if isinstance(one, Step)]
    assert turns[:10] == ["D", "D", "G", "G", "G"] * 2
    assert len(steps) == 200
    told, before = [one for one in steps if one.scalars], 0
    for one in told:  # the last word of D in round r is the 5 r - 3rd turn of all
        rounds = range(before + 1, one.step + 1)
        assert one.scalars["V"] == pytest.approx(sum(5 * r - 3 for r in rounds) / len(rounds), abs=1e-3)
        assert (one.scalars["loss_G"], one.scalars["real"]) == (0.25, 50)
        before = one.step
    assert {"reached", "quality"} <= set(told[-1].scalars)
