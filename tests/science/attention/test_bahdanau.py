"""Attention by Bahdanau et al. (arXiv:1409.0473), against a definition of its own; and what a row is."""

import torch
from torch import Tensor

from engine.attention.bahdanau import RNNsearch


def net_of(seed: int = 0) -> RNNsearch:
    torch.manual_seed(seed)
    return RNNsearch(9, 5, 6, embed=4).double()


X = torch.tensor([[3, 4, 5, 6, 0], [8, 7, 6, 5, 4]])
Y = torch.tensor([[1, 2, 3, 4], [0, 4, 2, 1]])


def by_hand(net: RNNsearch, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Appendix A, one text, one character, one annotation at a time. -> logits (T, K), alpha (T, S)."""
    h, leftward = net.encoder(x[None])
    h, s = h[0], torch.tanh(net.W_s.weight @ leftward[0] + net.W_s.bias)
    logits, rows, before = [], [], net.start
    for target in y:
        energies = []
        for j in range(len(x)):
            inside = torch.tanh(net.W_a.weight @ s + net.U_a.weight @ h[j])
            energies.append(
                sum(net.v_a.weight[0, k] * inside[k] for k in range(len(inside))).exp() * (x[j] > 0)
            )
        alpha = torch.stack(energies) / sum(energies)
        c = torch.einsum("j,jn->n", alpha, h)
        read = torch.cat([net.E.weight[before], c])
        t = net.t.linear.weight @ torch.cat([s, read]) + net.t.linear.bias
        t = torch.maximum(t[0::2], t[1::2])
        logits.append(net.W_o.weight @ t + net.W_o.bias)
        rows.append(alpha)
        s = net.unit(read[None], s[None])[0]
        before = int(target)
    return torch.stack(logits), torch.stack(rows)


def test_logits_weights_and_gradients_are_those_of_the_equations_written_out():
    """Killed: the state after the step asks (s_i for s_{i-1}); tanh left out;
    t_i made of s_i; padding that takes weight."""
    net = net_of()
    logits, alpha = net(X, Y)
    wanted = [by_hand(net, x, y) for x, y in zip(X, Y, strict=True)]
    for b in range(2):
        assert torch.allclose(alpha[b], wanted[b][1], atol=1e-10)
        assert torch.allclose(logits[b], wanted[b][0], atol=1e-10)
    mine = torch.autograd.grad(net.loss(X, Y), list(net.parameters()))
    nll = [-z.log_softmax(1)[torch.arange(4), y].mean() for (z, _), y in zip(wanted, Y, strict=True)]
    theirs = torch.autograd.grad(sum(nll) / 2, list(net.parameters()))
    for a, b in zip(mine, theirs, strict=True):
        assert torch.allclose(a, b, atol=1e-9)


def test_a_row_is_an_average_whose_weights_sum_to_one_and_padding_gets_exactly_nothing():
    """Killed: softmax over the batch; padding that is not masked."""
    alpha = net_of()(X, Y)[1]
    assert torch.allclose(alpha.sum(2), torch.ones(2, 4).double(), atol=1e-12)
    assert (alpha >= 0).all()
    assert (alpha[0, :, 4] == 0).all()


def test_a_text_is_translated_alike_alone_and_beside_a_longer_one():
    """Killed: the leftward reader that starts in the padding."""
    net = net_of()
    alone, beside = net(X[:1, :4], Y[:1]), net(X, Y)
    assert torch.allclose(alone[0], beside[0][:1], atol=1e-10)
    assert torch.allclose(alone[1], beside[1][:1, :, :4], atol=1e-10)


def test_a_forced_row_takes_the_place_of_alpha_and_rows_of_zeros_leave_it():
    """Killed: a forced row that is mixed with alpha; forcing that reaches the other texts of a batch."""
    net = net_of()
    memory, state = net.begin(X)
    own = net.step(memory, state, Y[:, 0])
    forced = torch.zeros(2, 5).double()
    forced[0, 2] = 1
    logits, alpha, after = net.step(memory, state, Y[:, 0], forced)
    assert torch.equal(alpha[0], forced[0])
    assert torch.allclose(alpha[1], own[1][1])
    assert torch.allclose(logits[1], own[0][1])
    assert not torch.allclose(logits[0], own[0][0])
    c = memory.h[0, 2]
    read = torch.cat([net.E(Y[0, 0]), c])[None]
    assert torch.allclose(after[0][:1], net.unit(read, state[0][:1]))


def test_one_annotation_read_from_both_ends_hears_of_the_whole_text():
    """Section 3.2. Killed: a leftward reader that is left out of the annotations."""
    net = net_of()
    changed = X.clone()
    changed[1, 4] = 3
    first, second = (net.begin(x)[0].h[1, 0] for x in (X, changed))
    assert not torch.allclose(first, second)
