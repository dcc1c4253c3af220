"""Tied embeddings (arXiv:1608.05859): one table, whose gradient is the sum of the two."""

from itertools import islice

import pytest
import torch

from engine.words.tied_embeddings import LanguageModel, weights
from engine.words.tied_embeddings_lab import LENGTH, SPEC, Look, parted, restore, run, tokens

V, D = 30, 8


def pair() -> tuple[LanguageModel, LanguageModel, torch.Tensor]:
    """A tied and an untied net with the same numbers in every table, and a batch."""
    torch.manual_seed(0)
    tied, untied = LanguageModel(V, D, True), LanguageModel(V, D, False)
    untied.load_state_dict(tied.state_dict())
    return tied, untied, torch.randint(V, (4, 9), generator=torch.Generator().manual_seed(1))


def test_the_tied_gradient_is_the_sum_of_the_two_untied_ones():
    """Killed: an output table that is a detached copy of the input's."""
    tied, untied, x = pair()
    assert torch.equal(tied(x), untied(x))
    tied.loss(x).backward()
    untied.loss(x).backward()
    torch.testing.assert_close(tied.U.grad, untied.U.grad + untied.V.grad, atol=1e-6, rtol=0)


def test_tying_saves_exactly_one_table():
    """Killed: a tied table counted twice."""
    tied, untied, _ = pair()
    assert weights(untied) - weights(tied) == V * D
    assert tied.V is tied.U


def test_an_input_row_gets_a_gradient_only_where_its_word_is_read_and_an_output_row_always():
    """Killed: the maps' second and third row exchanged."""
    tied, untied, x = pair()
    tied.loss(x).backward()
    untied.loss(x).backward()
    read = torch.zeros(V, dtype=torch.bool)
    read[x[:, :-1].flatten()] = True
    assert torch.equal(untied.U.grad.norm(dim=1) > 0, read)
    assert (untied.V.grad.norm(dim=1) > 0).all()
    look = Look(torch.nn.ModuleDict({"tied": tied, "untied": untied}), torch.randint(V, (170,)))
    look.remember()
    seen = look.ring[-1]
    assert torch.equal(seen[1] > 0, read[look.rows])
    assert (seen[[0, 2]] > 0).all()


def test_the_perplexity_of_new_text_is_that_of_torch():
    """Killed: the words of a row predicted from themselves."""
    tied, _, x = pair()
    wanted = torch.nn.functional.cross_entropy(tied(x)[:, :-1].reshape(-1, V), x[:, 1:].reshape(-1))
    assert tied.loss(x).item() == pytest.approx(wanted.item(), abs=1e-5)


def test_the_lab_is_measured_on_rows_that_the_text_it_reads_does_not_hold():
    """Killed: a tenth read, the others kept; rows kept that are read elsewhere; nats for the perplexity."""
    spec = SPEC(words=100, steps=10)
    train, held = parted(spec)
    whole = tokens(spec.words)
    read, n = " ".join(map(str, train.tolist())), len(whole) // 10 // LENGTH
    rows = whole[len(train) :][: n * LENGTH].view(-1, LENGTH)
    wanted = [row for row in rows.tolist() if f" {' '.join(map(str, row))} " not in f" {read} "]
    assert held.tolist() == wanted
    assert 0 < len(rows) - len(held) < len(rows) / 2
    first = next(iter(run(spec, torch.device("cpu"), {})))
    score = {e.name: e.arrays for e in [first, *islice(run(spec, torch.device("cpu"), {}), 2)]}["score"]
    for name, net in restore(spec, None).items():
        with torch.no_grad():
            own = torch.nn.functional.cross_entropy(net(held[:, :-1]).transpose(1, 2), held[:, 1:])
        assert float(score[name]) == pytest.approx(own.exp().item(), rel=1e-4)


def test_both_nets_of_the_lab_start_alike():
    """Killed: two nets from one stream of chance."""
    nets = restore(SPEC(), None)
    assert torch.equal(nets["tied"].U, nets["untied"].U)
    assert not torch.equal(nets["untied"].U, nets["untied"].V)
