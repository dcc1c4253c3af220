"""Attention by Luong et al. (arXiv:1508.04025): three scores, two windows, input feeding."""

import pytest
import torch

from engine.attention.luong import SCORES, Attentional
from engine.attention.recurrent import Memory

X = torch.tensor([[3, 4, 5, 6, 0], [8, 7, 6, 5, 4]])
Y = torch.tensor([[1, 2, 3, 4], [0, 4, 2, 1]])


def net_of(**changes) -> Attentional:
    torch.manual_seed(0)
    return Attentional(9, 5, **{"hidden": 6, "embed": 4, **changes}).double()


def score_by_hand(net: Attentional, h_t: torch.Tensor, h_s: torch.Tensor) -> torch.Tensor:
    """Section 3.1, one source state: h_t (n,), h_s (n,) -> one number."""
    if net.score_name == "dot":
        return sum(a * b for a, b in zip(h_t, h_s, strict=True))
    if net.score_name == "general":
        return torch.einsum("i,ij,j->", h_t, net.W_a.weight, h_s)
    W = torch.cat([net.W_t.weight, net.W_a.weight], 1)  # one matrix over [h_t; h_s]
    return net.v_a.weight[0] @ torch.tanh(W @ torch.cat([h_t, h_s]))


@pytest.mark.parametrize("score", SCORES)
def test_weights_contexts_and_gradients_are_those_of_the_equations_written_out(score):
    """Eqs. 5 to 7. Killed: h_{t-1} asks; W_a transposed; [h_t; c_t] for [c_t; h_t]; tanh left out of eq. 5;
    h_t fed in the place of h~_t."""
    net = net_of(score=score)
    logits, alpha = net(X, Y)
    total = []
    for b in range(2):
        n = int((X[b] > 0).sum())
        h_s, h = net.encoder(X[b : b + 1, :n])
        h_s, fed, before = h_s[0], torch.zeros(1, 6).double(), net.start
        for t in range(4):
            h = net.cell(torch.cat([net.E.weight[before][None], fed], 1), h)
            scores = torch.stack([score_by_hand(net, h[0], one) for one in h_s])
            a = scores.exp() / scores.exp().sum()
            c = sum(a[j] * h_s[j] for j in range(n))
            fed = torch.tanh(net.W_c.weight @ torch.cat([c, h[0]]))[None]
            z = net.W_y(fed)[0]
            assert torch.allclose(alpha[b, t, :n], a, atol=1e-10)
            assert (alpha[b, t, n:] == 0).all()
            assert torch.allclose(logits[b, t], z, atol=1e-10)
            before = int(Y[b, t])
            total.append(-z.log_softmax(0)[before])
    mine = torch.autograd.grad(net.loss(X, Y), list(net.parameters()))
    theirs = torch.autograd.grad(torch.stack(total).mean(), list(net.parameters()))
    for one, other in zip(mine, theirs, strict=True):
        assert torch.allclose(one, other, atol=1e-9)


def test_general_with_the_unit_matrix_is_dot():
    """Killed: keys that are not multiplied by W_a (general is dot for any matrix)."""
    general, dot = net_of(score="general"), net_of(score="dot")
    dot.load_state_dict({k: v for k, v in general.state_dict().items() if k != "W_a.weight"})
    assert not torch.allclose(general(X, Y)[1], dot(X, Y)[1], atol=1e-3)
    general.W_a.weight.data = torch.eye(6).double()
    assert torch.allclose(general(X, Y)[1], dot(X, Y)[1], atol=1e-6)
    assert torch.allclose(general(X, Y)[0], dot(X, Y)[0], atol=1e-6)


@pytest.mark.parametrize("window", ["local-p", "local-m"])
def test_a_window_that_grows_wide_is_global_attention(window):
    """Killed: sigma that stays when D grows; a window without edges."""
    wide = net_of(window=window, D=1e6)
    whole = net_of()
    whole.load_state_dict({k: v for k, v in wide.state_dict().items() if k in whole.state_dict()})
    assert torch.allclose(wide(X, Y)[1], whole(X, Y)[1], atol=1e-4)
    narrow = net_of(window=window, D=1)
    narrow.load_state_dict(wide.state_dict())
    assert not torch.allclose(narrow(X, Y)[1], whole(X, Y)[1], atol=1e-2)


def test_a_predicted_window_is_eqs_9_and_10():
    """Killed: S of the padded text; sigma = D; the window's edge left open."""
    net = net_of(window="local-p", D=2)
    memory, (_, _, t) = net.begin(X)
    h_t = torch.randn(2, 6, generator=torch.Generator().manual_seed(1)).double()
    a_t = net.align(memory, h_t, t)
    for b, S in enumerate([4, 5]):
        p = S * torch.sigmoid(net.v_p.weight[0] @ torch.tanh(net.W_p.weight @ h_t[b]))
        inside = [s for s in range(S) if abs(s - p) <= 2]
        align = torch.stack([score_by_hand(net, h_t[b], memory.h[b, s]) for s in inside]).softmax(0)
        for s in range(5):
            wanted = align[inside.index(s)] * torch.exp(-((s - p) ** 2) / 2) if s in inside else 0 * p
            assert torch.isclose(a_t[b, s], wanted, atol=1e-10)


def test_a_monotonic_window_moves_with_the_output_and_stays_inside_the_text():
    """p_t = t. Killed: p_t = 0; a window that leaves the text (its row would be no number)."""
    net = net_of(window="local-m", D=1)
    alpha = net(X, torch.cat([Y, Y, Y], 1))[1]
    assert torch.isfinite(alpha).all()
    for t in range(12):
        for b, S in enumerate([4, 5]):
            at = min(t, S - 1)
            inside = torch.tensor([abs(s - at) <= 1 and s < S for s in range(5)])
            assert ((alpha[b, t] > 0) == inside).all()


def test_without_input_feeding_a_step_hears_nothing_of_what_attention_found():
    """Section 3.3. Killed: zeros fed in the place of h~_t."""
    for feeding in (True, False):
        net = net_of(feeding=feeding)
        memory, state = net.begin(X)
        other = Memory(memory.h * 3, memory.keys, memory.pad)  # attention finds something else
        states = []
        for seen in (memory, other):
            after = net.step(seen, state, Y[:, 0])[2]
            states.append(net.step(memory, after, Y[:, 1])[2][0])
        assert torch.allclose(*states) != feeding


def test_scaling_the_states_sharpens_the_row():
    """Why the next paper divides by the root of d. Killed: softmax of the scores' signs."""
    net = net_of(score="dot")
    memory, (h, _, t) = net.begin(X)
    entropies = []
    for scale in (1, 3, 10):
        a = net.align(memory, h * scale, t)
        entropies.append(-(a * a.clamp(min=1e-12).log2()).sum(1))
    assert (entropies[0] > entropies[1]).all()
    assert (entropies[1] > entropies[2]).all()


def test_the_base_system_looks_back_at_nothing_and_unknown_names_are_refused():
    """Killed: a base system that is fed a source state; any name taken."""
    net = net_of(score=None)
    assert not net(X, Y)[1].any()
    memory, state = net.begin(X)
    blind = Memory(memory.h * 0, memory.keys * 0, memory.pad)
    assert torch.equal(net.step(blind, state, Y[:, 0])[0], net.step(memory, state, Y[:, 0])[0])
    with pytest.raises(ValueError, match="score must be in"):
        net_of(score="cosine")
