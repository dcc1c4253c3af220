"""RNN encoder-decoder (arXiv:1406.1078): the gated unit, maxout, and a decoder that is told one vector."""

import torch
from torch import nn

from engine.attention.fixed_vector import RNNencdec
from engine.attention.recurrent import Encoder, GatedUnit, Maxout


def test_the_gated_unit_is_eqs_5_to_8_element_by_element():
    """Killed: z and r exchanged; (1 - z) on the proposed state; the reset after the product with U."""
    torch.manual_seed(0)
    unit = GatedUnit(3, 4).double()
    x, s = torch.randn(2, 3).double(), torch.randn(2, 4).double()
    found = unit(x, s)
    W, U = unit.W.weight, unit.U.weight
    W_z, W_r = unit.W_zr.weight.chunk(2)
    b_z, b_r = unit.W_zr.bias.chunk(2)
    U_z, U_r = unit.U_zr.weight.chunk(2)
    for b in range(2):
        r = torch.stack([(W_r[j] @ x[b] + b_r[j] + U_r[j] @ s[b]).sigmoid() for j in range(4)])
        for j in range(4):
            z = (W_z[j] @ x[b] + b_z[j] + U_z[j] @ s[b]).sigmoid()
            proposed = torch.tanh(
                W[j] @ x[b] + unit.W.bias[j] + sum(U[j, k] * r[k] * s[b, k] for k in range(4))
            )
            assert torch.isclose(found[b, j], (1 - z) * s[b, j] + z * proposed)


def test_where_u_is_diagonal_the_unit_is_torchs_gru_cell_with_its_update_gate_turned_round():
    """The only difference is where r stands, and there it makes none. Killed: z and r exchanged."""
    torch.manual_seed(0)
    unit, cell = GatedUnit(3, 4), nn.GRUCell(3, 4)
    unit.U.weight.data = torch.diag(torch.randn(4))
    (W_z, W_r), (b_z, b_r), (U_z, U_r) = (
        part.chunk(2) for part in (unit.W_zr.weight, unit.W_zr.bias, unit.U_zr.weight)
    )
    cell.weight_ih.data = torch.cat([W_r, -W_z, unit.W.weight])  # torch's order: reset, update, new
    cell.weight_hh.data = torch.cat([U_r, -U_z, unit.U.weight])
    cell.bias_ih.data = torch.cat([b_r, -b_z, unit.W.bias])
    cell.bias_hh.data.zero_()
    x, s = torch.randn(5, 3), torch.randn(5, 4)
    assert torch.allclose(unit(x, s), cell(x, s), atol=1e-6)


def test_maxout_takes_the_larger_of_each_pair():
    """Killed: pairs of outputs far apart (a transposed view); the mean."""
    torch.manual_seed(0)
    layer, x = Maxout(3, 2), torch.randn(4, 3)
    t = layer.linear(x)
    assert torch.equal(layer(x), torch.stack([t[:, :2].max(1).values, t[:, 2:].max(1).values], 1))


def test_padding_changes_no_annotation_and_the_leftward_reader_starts_at_the_end_of_its_text():
    """Killed: the leftward reader turned round in the padded length; the last state taken from padding."""
    torch.manual_seed(0)
    for both in (True, False):
        encoder = Encoder(9, 4, 5, both)
        alone, end = encoder(torch.tensor([[3, 4, 5]]))
        padded, ends = encoder(torch.tensor([[3, 4, 5, 0, 0], [6, 7, 8, 2, 3]]))
        assert torch.allclose(padded[:1, :3], alone, atol=1e-6)
        assert torch.allclose(ends[:1], end, atol=1e-6)
    backwards = Encoder(9, 4, 5, True)
    only = backwards.leftward(backwards.E(torch.tensor([[5, 4, 3]])))[0]
    assert torch.allclose(backwards(torch.tensor([[3, 4, 5]]))[0][0, :, 5:], only[0].flip(0), atol=1e-6)


def test_two_texts_with_the_same_vector_are_translated_alike():
    """All that the decoder learns is c. Killed: a decoder that starts from the encoder's last state."""
    torch.manual_seed(0)
    net = RNNencdec(9, 5, 8)
    net.V.weight.data.zero_()
    y = torch.tensor([[1, 2, 3], [1, 2, 3]])
    logits, alpha = net(torch.tensor([[3, 4, 5], [8, 7, 6]]), y)
    assert torch.allclose(logits[0], logits[1], atol=1e-6)
    assert not alpha.any()


def test_a_logit_depends_on_the_text_and_on_what_was_written_before_it_only():
    """Killed: y itself fed in its own step."""
    torch.manual_seed(0)
    net = RNNencdec(9, 5, 8)
    x, y = torch.tensor([[3, 4, 5]]), torch.tensor([[1, 2, 3]])
    other = y.clone()
    other[0, 1] = 4
    a, b = net(x, y)[0], net(x, other)[0]
    assert torch.equal(a[0, :2], b[0, :2])
    assert not torch.allclose(a[0, 2], b[0, 2])
    assert not torch.allclose(a, net(torch.tensor([[3, 4, 6]]), y)[0])
