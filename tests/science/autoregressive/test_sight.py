"""PixelRNN and Image GPT: what is heard of, by sets; LSTM and GPT by references; what the labs measure."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
import torch
from sklearn.linear_model import Ridge
from transformers import ImageGPTConfig, ImageGPTModel

from engine.autoregressive import image_gpt_lab, pixelrnn_lab
from engine.autoregressive.image_gpt import ImageGPT, read, ridge, write
from engine.autoregressive.pixelrnn import KINDS, DiagonalBiLSTM, RowLSTM, lstm, skew, unskew
from engine.autoregressive.sight import ALL, SIDE, past, seen, turn
from engine.data.digits import digits

Cell = tuple[int, int]
Hears = Callable[[int, int], frozenset[Cell]]


def inside(cells: list[Cell]) -> list[Cell]:
    return [(r, c) for r, c in cells if 0 <= r < SIDE and 0 <= c < SIDE]


def of(below: Hears, cells: list[Cell]) -> frozenset[Cell]:
    return frozenset().union(*(below(*cell) for cell in inside(cells)))


def first(r: int, c: int) -> frozenset[Cell]:
    """A 3 x 3 convolution with mask A."""
    return frozenset(inside([(r - 1, c - 1), (r - 1, c), (r - 1, c + 1), (r, c - 1)]))


def row_lstm(below: Hears) -> Hears:
    """The pixel and its left neighbour, and the states of three in the row above."""

    @cache
    def state(r: int, c: int) -> frozenset[Cell]:
        return of(below, [(r, c - 1), (r, c)]) | of(state, [(r - 1, c - 1), (r - 1, c), (r - 1, c + 1)])

    return state


def diagonal(below: Hears, down: int) -> Hears:
    """From the left: itself, above, before. From the right the same, taken `down` rows higher."""

    @cache
    def left(r: int, c: int) -> frozenset[Cell]:
        return below(r, c) | of(left, [(r - 1, c), (r, c - 1)])

    @cache
    def right(r: int, c: int) -> frozenset[Cell]:
        return below(r, c) | of(right, [(r - 1, c), (r, c + 1)])

    return lambda r, c: below(r, c) | left(r, c) | of(right, [(r - down, c)])


def convolution(below: Hears) -> Hears:
    """A residual block: one 3 x 3 convolution with mask B."""
    return lambda r, c: of(below, [(r - 1, c - 1), (r - 1, c), (r - 1, c + 1), (r, c - 1), (r, c)])


@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("cell", [(7, 5), (0, 0), (5, SIDE - 1)])
def test_what_is_heard_of_is_what_the_connections_let_through(layers: int, cell: Cell) -> None:
    """To the pixel, each of the four; the first pixel hears of nothing. Killed: mask A in the K^is of a Row
    LSTM; its state one pixel wide; the state above left out of a diagonal; the Transformer's places moved."""
    ways = {KINDS[0]: convolution, KINDS[1]: row_lstm, KINDS[2]: lambda one: diagonal(one, 1)}
    for kind in ALL:
        below: Hears = first
        for _ in range(layers):
            below = ways[kind](below) if kind in ways else below
        wanted = below(*cell) if kind in ways else past(*cell)
        assert {(int(r), int(c)) for r, c in np.argwhere(seen(kind, *cell, layers))} == set(wanted), kind


def test_not_moved_down_it_hears_of_later_pixels() -> None:
    """The pixel itself and all after it in its row. Killed: the switch that does nothing."""
    heard = {(int(r), int(c)) for r, c in np.argwhere(seen(KINDS[2], 7, 5, 1, False))}
    assert heard == diagonal(first, 0)(7, 5)
    assert heard - past(7, 5) == {(7, c) for c in range(5, SIDE - 1)}


def test_an_lstm_step_is_torchs() -> None:
    """With gates in torch's order, to 1e-6. Killed: g through a sigmoid; the gates f and i exchanged."""
    cell, draws = torch.nn.LSTMCell(5, 4), torch.Generator().manual_seed(0)
    x, h, c = (torch.randn(3, n, generator=draws) for n in (5, 4, 4))
    gates = x @ cell.weight_ih.T + cell.bias_ih + h @ cell.weight_hh.T + cell.bias_hh
    i, f, g, o = gates.chunk(4, 1)
    got = lstm(torch.cat([o, f, i, g], 1)[..., None], c[..., None])
    for mine, theirs in zip(got, cell(x, (h, c)), strict=True):
        assert torch.allclose(mine[..., 0], theirs, atol=1e-6)


def test_one_column_and_one_row_are_torchs_lstm() -> None:
    """A Row LSTM goes down a column as an LSTM along a sequence; a Diagonal one treats both sides of a row
    alike. Killed: rows read from below; the right one not turned back."""
    torch.manual_seed(0)
    row = RowLSTM(3, 4, 1)
    x = torch.randn(1, 3, 6, 1)
    h = c = torch.zeros(4)
    for i in range(6):
        gates = row.K_is(x)[0, :, i, 0] + row.K_ss.weight[:, :, 0] @ h
        o, f, i_, g = gates.chunk(4)
        c = f.sigmoid() * c + i_.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
    assert torch.allclose(row(x)[0, :, -1, 0], h, atol=1e-6)
    both = DiagonalBiLSTM(3, 4, shifted=False)
    x = torch.randn(1, 3, 1, 5)
    together = both(x)[0, :, 0]
    assert not torch.allclose(together[:, 0], together[:, -1])
    swapped = DiagonalBiLSTM(3, 4, shifted=False)
    swapped.K_is = torch.nn.ModuleList(reversed(list(both.K_is)))
    swapped.K_ss.weight.data = both.K_ss.weight.data.view(2, 16, 4, 2).flip(0).reshape(32, 4, 2)
    assert torch.allclose(swapped(x.flip(3))[0, :, 0].flip(1), together, atol=1e-6)


def test_a_diagonal_stands_upright_and_is_laid_back() -> None:
    """Killed: a skew by one too many; rows that come back moved."""
    x = torch.arange(12.0).view(1, 1, 3, 4)
    slanted = skew(x)
    assert slanted.shape == (1, 1, 3, 6)
    for d in range(6):
        for r in range(3):
            assert slanted[0, 0, r, d] == (x[0, 0, r, d - r] if 0 <= d - r < 4 else 0)
    assert torch.equal(unskew(slanted), x)
    assert turn(KINDS[2]).max() == 2 * SIDE - 1
    assert (turn(KINDS[1])[3] == 4).all()


def test_image_gpt_is_that_of_transformers() -> None:
    """All hidden states on the same weights, to 1e-4. Killed: a norm that takes the mean away; another GELU;
    places left out; the input not added to the attention."""
    torch.manual_seed(0)
    mine = ImageGPT(5, 14, 16, 2, 2)
    for one in mine.parameters():
        one.data = 0.5 * torch.randn_like(one)
    theirs = ImageGPTModel(
        ImageGPTConfig(vocab_size=6, n_positions=14, n_embd=16, n_layer=2, n_head=2, layer_norm_epsilon=1e-5)
    ).eval()
    theirs.wte.weight.data, theirs.wpe.weight.data = mine.wte.weight.data, mine.wpe.weight.data
    theirs.ln_f.weight.data = mine.norm.weight.data
    for own, other in zip(mine.parts, theirs.h, strict=True):
        other.ln_1.weight.data, other.ln_2.weight.data = own.first.weight.data, own.second.weight.data
        pairs = ((own.attention.project, other.attn.c_attn), (own.attention.out, other.attn.c_proj),
                 (own.mlp[0], other.mlp.c_fc), (own.mlp[1], other.mlp.c_proj))  # fmt: skip
        for a, b in pairs:
            b.weight.data, b.bias.data = a.weight.data.T.contiguous(), a.bias.data
    x = torch.randint(5, (3, 12))
    with torch.no_grad():
        got = mine.depths(mine.wte(mine.shifted(x)))
        wanted = theirs(mine.shifted(x), output_hidden_states=True).hidden_states
        assert torch.allclose(mine.norm(got[-1]), wanted[-1], atol=1e-4)
        for a, b in zip(got[:-1], wanted, strict=False):
            assert torch.allclose(a, b, atol=1e-4)


def test_writing_with_kept_keys_is_asking_the_whole_net_each_time() -> None:
    """The same levels from the same dice; what is given stays. Killed: keys of a pixel forgotten; the
    places of later pixels; a die used twice."""
    torch.manual_seed(0)
    net = ImageGPT(4, 9, 16, 2, 2)
    net.head.weight.data *= 2
    given, dice = torch.tensor([[3, 1], [0, 2]]), torch.rand(2, 7)
    got = write(net, given, dice)
    x = torch.cat([given, torch.zeros(2, 7, dtype=torch.long)], 1)
    with torch.no_grad():
        for i in range(2, 9):
            p = net(x)[:, i].softmax(1)
            x[:, i] = (p.cumsum(1) <= dice[:, i - 2, None]).sum(1).clamp(max=3)
    assert torch.equal(got, x)


def test_the_linear_map_is_sklearns_ridge() -> None:
    """Killed: features not scaled; a penalty that does not grow with their number; no constant."""
    draws = np.random.default_rng(0)
    f = draws.normal(3, [1, 5, 0.2], (60, 3))
    y = (f @ [1, 0.5, 4] > np.median(f @ [1, 0.5, 4])).astype(int) + 1
    W, mean, spread = ridge(torch.tensor(f), torch.tensor(y), 0.01)
    scaled = (f - mean.numpy()) / spread.numpy()
    bare = Ridge(alpha=60 * 0.01, fit_intercept=False).fit(
        np.pad(scaled, ((0, 0), (0, 1)), constant_values=1), np.eye(10)[y]
    )
    assert W.numpy() == pytest.approx(bare.coef_.T, abs=1e-6)
    assert (read(torch.tensor(f), (W, mean, spread)).numpy() == y).mean() > 0.8


def test_the_labs_measure_what_they_say() -> None:
    """The judge has seen no digit that is completed, nor one that was learned; equal weights are equal to
    5 in a hundred. Killed: a judge of all digits; the lower half of the farthest; channels alike."""
    kept = image_gpt_lab.palette(digits().test_x)
    support = image_gpt_lab._judge().support_vectors_
    judged = {one.tobytes() for one in kept[image_gpt_lab.JUDGED :].astype(float)}
    assert all(one.tobytes() in judged for one in support)
    around = image_gpt_lab.around()
    assert around["other"] + 0.4 < around["nearest"] < around["real"]
    sizes = [pixelrnn_lab.restore(spec := pixelrnn_lab.SPEC(kind=kind), None).size() for kind in KINDS]
    assert max(sizes) <= 1.05 * min(sizes), spec
