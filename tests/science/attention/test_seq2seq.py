"""Sequence to sequence learning (arXiv:1409.3215): the cell, the one vector, the reversed source."""

import numpy as np
import pytest
import torch
from torch import nn

from engine.attention import seq2seq, seq2seq_lab
from engine.attention.seq2seq import START, Seq2seq, V, lstm
from engine.core.trace import Snapshot, Trace


def net_of(backwards: bool = False, pipe: int = 6) -> Seq2seq:
    torch.manual_seed(0)
    return Seq2seq(10, pipe, backwards)


def test_a_step_of_the_gates_is_a_step_of_torchs_lstm():
    """To 1e-6, over five steps. Killed: forget and input gates exchanged; tanh of the cell left out."""
    torch.manual_seed(0)
    net, x = nn.LSTM(3, 4, batch_first=True), torch.randn(2, 5, 3)
    state, wanted = (torch.zeros(2, 4), torch.zeros(2, 4)), net(x)
    for t in range(5):
        state = lstm(x[:, t], state, net)
        assert torch.allclose(state[0], wanted[0][:, t], atol=1e-6)
    assert torch.allclose(state[1], wanted[1][1][0], atol=1e-6)


def test_written_letter_by_letter_the_logits_are_those_of_one_pass():
    """To 1e-5. Killed: the state of the step before; START left out of the pass."""
    net, x = net_of(), torch.randint(V, (7, 9))
    with torch.no_grad():
        said, logits = seq2seq.write(net, net.vector(net.X(x)), 9)
        assert (net(x, said)[:, :9] - logits).abs().max() < 1e-5
    assert START not in said


def test_all_that_is_written_comes_from_the_vector():
    """Two texts of one v are written alike. Killed: the writer that starts from the reader's own state."""
    net, x = net_of(), torch.randint(V, (2, 5))
    net.narrow.weight.data.zero_()
    logits = net(x, x[:1].repeat(2, 1))
    assert torch.allclose(logits[0], logits[1], atol=1e-6)


def test_a_reversed_source_is_the_same_reader_given_the_text_from_its_end():
    """And the answer is not reversed (section 3.3). Killed: both reversed; neither."""
    x = torch.tensor([[1, 2, 3, 4]])
    plain, back = net_of(), net_of(backwards=True)
    assert torch.allclose(back(x, x), plain(x.flip(1), x), atol=1e-6)
    assert not torch.allclose(back(x, x), plain(x, x), atol=1e-4)


def test_what_an_output_hears_is_how_fast_its_probability_changes_with_an_input():
    """Against finite differences in the direction of the gradient. Killed: rows and columns exchanged; the
    columns in the order of reading."""
    net, x = net_of(backwards=True).double(), torch.tensor([5, 2, 9, 0])
    heard = seq2seq.hears(net, x)
    for t, s in ((0, 3), (3, 0), (2, 1)):
        e = net.X(x)[None].detach().requires_grad_()
        g = torch.autograd.grad(net.teacher_forced(net.vector(e), x[None])[0, t].log_softmax(0)[x[t]], e)[0][
            0, s
        ]
        step = torch.zeros_like(e)
        step[0, s] = 1e-5 * g / g.norm()
        with torch.no_grad():
            up, down = (
                net.teacher_forced(net.vector(e + d), x[None])[0, t].log_softmax(0)[x[t]]
                for d in (step, -step)
            )
        assert float((up - down) / 2e-5) == pytest.approx(float(heard[t, s]), rel=1e-4)


def test_no_kept_text_is_learned_from_and_all_lengths_are():
    """Also where few texts exist: 16 of one letter. Killed: the texts drawn anew not looked at again."""
    spec = seq2seq_lab.SPEC(steps=300, longest=3)
    learned, scored = map(set, seq2seq_lab.split(spec))
    assert not learned & scored
    assert {len(one) for one in learned} == {1, 2, 3}
    assert {seq2seq_lab.EXAMPLE[:n] for n in seq2seq_lab.SHOWN} <= scored


def test_the_score_counts_letters_of_texts_as_they_are_written_by_the_net_itself():
    """A net that always writes b: right where the text has one. Killed: scored with the true letters before
    each; the share of right letters for that of wrong ones."""
    net, x = net_of(), torch.tensor([[1, 0], [1, 1]])
    net.out.weight.data.zero_()
    net.out.bias.data = torch.eye(V + 1)[1]
    assert seq2seq_lab.share(net, x).tolist() == [0, 0.5]
    told = seq2seq_lab.told(net, x[0])
    other, many = net_of(), torch.randint(V, (40, 6))
    other.Y.weight.data *= 30  # what it reads matters to it
    said = seq2seq.write(other, other.vector(other.X(many)), 6)[0]
    assert np.allclose(seq2seq_lab.share(other, many), (said != many).float().mean(0), atol=1e-4)
    assert (told["codes"].tolist(), told["wrong"].tolist()) == ([1, 1], [0, 1])
    assert (told["hears"].shape, told["v"].shape) == ((2, 2), (6, 1))


def trace_of(twelve: np.ndarray) -> Trace:
    trace = Trace(total=1)
    for moment in range(4):
        early = moment == 0  # must not count
        lost = {f"n{n}": np.full(n, 0.9 if early else 0.2) for n in seq2seq_lab.SCORED}
        trace.add(Snapshot(moment, moment, "lost", lost if early else {**lost, "n12": twelve}))
    return trace


def test_claims_read_the_last_three_moments_each_length_alike_and_never_texts_longer_than_learned():
    """Killed: all moments; 16 letters counted; halves exchanged."""
    trace = trace_of(np.repeat([0.2, 0.6], 6))
    assert seq2seq_lab.right(trace) == pytest.approx(100 * (0.8 * 3 + 0.6) / 4)
    verdict = seq2seq_lab.later_are_lost({"forwards": trace})
    assert verdict.holds
    assert verdict.measured.startswith("60% of the second half wrong, 20% of the first")
    assert not seq2seq_lab.later_are_lost({"forwards": trace_of(np.repeat([0.6, 0.2], 6))}).holds
    better = seq2seq_lab.more_right("from the end", "forwards", 5)
    assert better({"from the end": trace_of(np.zeros(12)), "forwards": trace}).holds
    assert not better({"from the end": trace, "forwards": trace_of(np.zeros(12))}).holds
