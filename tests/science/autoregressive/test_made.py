"""MADE (Germain et al., 2015): what its masks let through, what it guesses, what its lab measures."""

import itertools

import numpy as np
import pytest
import torch
from sklearn.neighbors import NearestNeighbors

from engine.autoregressive import chain_watch, made_lab
from engine.autoregressive.made import MADE, degrees, led_by, masks
from engine.autoregressive.orders import bits, checked, counted, draw, order, places, unknown_last
from engine.data.black_digits import black_digits

SHUFFLED = torch.tensor([3, 0, 4, 1, 2])
ALL = torch.tensor(list(itertools.product((0.0, 1.0), repeat=5)), dtype=torch.double)


def net_of(o: torch.Tensor = SHUFFLED, layers: int = 2, strict: bool = True, agnostic: bool = False) -> MADE:
    """A small net far from zero in all of its weights."""
    torch.manual_seed(1)
    net = MADE(o, 14, layers, strict, agnostic).double()
    with torch.no_grad():
        for weight in net.parameters():
            weight.copy_(torch.randn_like(weight))
    return net


def hears(net: MADE, o: list[int]) -> np.ndarray:
    """Which pixels each guess hears of through hidden units, walking by the degrees alone: (D, D)."""
    rows = [[o.index(d) + 1 for d in range(5)]] + [getattr(net, f"m{i}").tolist() for i in range(net.depth)]
    found = np.zeros((5, 5), bool)
    for d, j in itertools.product(range(5), range(5)):
        reached = [rows[0][j]]
        for row in rows[1:]:
            reached = [m for m in row if any(m >= before for before in reached)]
        found[d, j] = any(rows[0][d] > m for m in reached)
    return found


def used(net: MADE) -> np.ndarray:
    """Which pixels each guess has a slope on, for any of all pictures: (D, D)."""
    x = ALL.clone().requires_grad_()
    sums = net(x).sum(0)
    return np.array([(torch.autograd.grad(one, x, retain_graph=True)[0] != 0).any(0).numpy() for one in sums])


@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("o", [[0, 1, 2, 3, 4], [3, 0, 4, 1, 2]])
def test_a_guess_hears_of_exactly_the_pixels_before_its_own(o: list[int], layers: int) -> None:
    """By slopes and by the order; without A, by walking the degrees. Killed: > in a hidden mask; >= in M^V;
    >= in M^A; the order for the places; a degree of D."""
    net = net_of(torch.tensor(o), layers)
    before = np.array([[o.index(j) < o.index(d) for j in range(5)] for d in range(5)])
    assert (used(net) == before).all()
    assert (net(ALL)[:, o[0]] == net.V.bias[o[0]]).all()  # the first sees nothing: a bare bias
    for weight in net.parameters():
        weight.data.abs_()  # every unit is awake
    net.A.data.zero_()
    assert (used(net) == hears(net, o)).all()
    assert all(int(m.min()) >= 1 and int(m.max()) <= 4 for m in degrees(5, 50, 3))


def test_the_logits_are_those_of_five_nets_written_out_unit_by_unit() -> None:
    """Sums over the connections that the degrees allow, in plain loops. Killed: U left out; U without its
    mask; the ReLU after the last layer; A without its mask."""
    net, x = net_of(), ALL[11]
    m = [places(SHUFFLED, 5).tolist(), net.m0.tolist(), net.m1.tolist()]
    h = x.tolist()
    for W, before, after in zip(net.W, m, m[1:], strict=False):
        h = [
            max(0.0, W.bias[k].item() + sum(W.weight[k, j].item() * h[j] + W.U[k, j].item()
                for j in range(len(h)) if after[k] >= before[j]))
            for k in range(len(after))
        ]  # fmt: skip
    wanted = [
        net.V.bias[d].item()
        + sum(net.V.weight[d, k].item() * h[k] for k in range(14) if m[0][d] > m[2][k])
        + sum(net.A[d, j].item() * x[j].item() for j in range(5) if m[0][d] > m[0][j])
        for d in range(5)
    ]
    assert torch.allclose(net(x[None])[0], torch.tensor(wanted).double(), atol=1e-9)


@pytest.mark.parametrize(("strict", "whole"), [(True, True), (False, False)])
def test_the_chances_of_all_pictures_sum_to_one_only_if_nothing_leaks(strict: bool, whole: bool) -> None:
    """In any order, to 1e-9. Killed: >= for > in M^V alone; natural logarithms; chances of 1 alone."""
    net = net_of(strict=strict)
    for o in (None, torch.tensor([4, 3, 2, 1, 0])):
        total = (-bits(net(ALL, o), ALL).sum(1)).exp2().sum().item()
        assert (abs(total - 1) < 1e-9) == whole


def test_counted_conditionals_multiply_to_the_counted_joint_in_all_24_orders() -> None:
    """Four pixels of the learned digits, to 1e-12: the chain rule is an identity. Killed: the order not
    heeded; conditions on nothing."""
    x = black_digits().learned[:, [19, 20, 27, 28]]
    joint = np.bincount((x @ torch.tensor([8.0, 4.0, 2.0, 1.0])).long(), minlength=16) / len(x)
    for o in itertools.permutations(range(4)):
        found = counted(x, torch.tensor(o))
        assert np.allclose(found.prod(1).numpy(), joint, atol=1e-12)
        assert np.isclose(found[15, 0], x[:, o[0]].mean())  # of all ones: the first of the order by itself
    assert np.isclose(counted(x[:2], torch.tensor([2, 0, 3, 1])).prod(1).sum(), 1)


def test_what_is_drawn_has_the_net_s_own_chances_and_keeps_what_is_known() -> None:
    """20,000 draws of five pixels, one known, within 5 standard errors. Killed: the dice turned round; known
    pixels drawn; pixels drawn in another order than they are said; x changed in place."""
    net, known = net_of(), torch.tensor([0.0, 0, 0, 0, 1])
    rng = torch.Generator().manual_seed(0)
    x = torch.ones(20_000, 5).double()
    dice = torch.rand(20_000, 5, generator=rng).double()
    drawn = draw(net, SHUFFLED, x, known, dice)
    assert (drawn[:, 4] == 1).all()
    assert (x == 1).all()
    p = (-(bits(net(ALL), ALL) * (1 - known)).sum(1)).exp2().detach() * ALL[:, 4]
    seen = np.bincount((drawn @ torch.tensor([16.0, 8, 4, 2, 1]).double()).long(), minlength=32) / 20_000
    assert (np.abs(seen - p.numpy()) <= 5 * (p * (1 - p) / 20_000).sqrt().numpy() + 1e-12).all()


def test_what_leads_to_a_guess_is_what_a_walk_backwards_finds() -> None:
    """Killed: all kept connections lit; connections of a unit that leads nowhere."""
    torch.manual_seed(3)
    m = [torch.arange(6) + 1, *degrees(6, 7, 2)]
    *kept, _ = masks(m)
    for d in range(6):
        lit, leads = led_by(kept, d), {d}
        for mask, edges in zip(reversed(kept), reversed(lit), strict=True):
            wanted = {(a, b) for a in leads for b in range(mask.shape[1]) if mask[a, b]}
            assert set(map(tuple, edges.nonzero().tolist())) == wanted
            leads = {b for _, b in wanted}


def test_a_net_of_any_order_sees_all_that_is_known_and_one_of_rows_what_is_above() -> None:
    """Killed: the unknown said first; the order of rows for both; the unknown last for both."""
    half = torch.arange(64) < 32
    kept = black_digits().kept[:40]
    other = kept.clone()
    other[:, 32:] = 1 - other[:, 32:]
    costs = {}
    for name in ("any", "rows"):
        net = made_lab.restore(made_lab.SPEC(order=name, hidden=32), None)
        with torch.no_grad():
            net.A.normal_()
        o = net.order_for(half)
        costs[name] = [bits(net(x, o), kept)[:, half].sum(1) for x in (kept, other)]
    assert torch.equal(*costs["rows"])
    assert (costs["any"][0] != costs["any"][1]).all()
    assert unknown_last(half).tolist() == [*range(32, 64), *range(32)]


def test_the_score_is_what_its_words_say() -> None:
    """On kept digits, in bits a digit; to the nearest learned digit in pixels. Killed: the score of learned
    digits; a mean over pixels; the nearest kept digit; bits of the other half."""
    spec = made_lab.SPEC(hidden=16)
    net = made_lab.restore(spec, None)
    score = made_lab.seen(net, spec)["score"]
    learned, kept = (torch.from_numpy(part) for part in made_lab.split(spec))
    p = net(kept).sigmoid().detach().numpy()
    cost = -np.log2(np.where(kept.numpy() > 0, p, 1 - p)).reshape(-1, 2, 32).sum(-1)
    assert np.isclose(score["kept"], cost.sum(1).mean(), atol=1e-3)
    assert np.allclose([score["upper"], score["lower"]], cost.mean(0), atol=1e-3)
    near = NearestNeighbors(n_neighbors=1, metric="hamming").fit(learned.numpy())
    apart, _ = near.kneighbors(kept.numpy())
    assert np.isclose(score["far_real"], 64 * apart.mean(), atol=1e-3)
    p = learned.numpy().mean(0)
    alone = -np.log2(np.where(kept.numpy() > 0, p + 1e-9, 1 - p + 1e-9))
    assert abs(score["alone"] - alone.sum(1).mean()) < 0.5


def test_what_is_no_order_and_no_picture_is_refused_by_name() -> None:
    """Killed: an order that says one pixel twice; a single pixel; grey levels."""
    with pytest.raises(ValueError, match="order must list each of 0 to 4 once"):
        checked(torch.tensor([0, 1, 2, 3, 3]), 5)
    with pytest.raises(ValueError, match="order must list"):
        net_of()(ALL, torch.tensor([0, 1]))
    with pytest.raises(ValueError, match="D must be at least 2"):
        degrees(1, 4, 1)
    for bad in (np.full((8, 8), 7), np.zeros((4, 8)), None, "x"):
        with pytest.raises(ValueError, match="x must be 8 x 8 pixels of 0 and 1"):
            chain_watch.grid({"x": bad}, "x")
    assert [len(set(order(name, 0).tolist())) for name in ("rows", "columns", "random")] == [64] * 3
