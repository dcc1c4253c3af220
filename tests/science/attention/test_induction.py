"""In-context Learning and Induction Heads: the score, smeared keys, the texts and what they cost at least."""

import math
from itertools import product

import torch

from engine.attention.induction import AttentionOnly, Smear, continued
from engine.attention.maps import follows, induction_score, previous_score
from engine.attention.multi_head import weights_of
from engine.data import letters
from engine.data.letters import least_loss, repeated


def test_an_induction_head_looks_at_what_followed_earlier_copies_of_its_symbol():
    """By loops. Killed: the copy itself in the place of its successor; keys after the query."""
    x = torch.tensor([3, 1, 4, 1, 5, 1, 3, 4])
    found = follows(x)
    for q, k in product(range(8), range(8)):
        assert bool(found[q, k]) == (1 <= k <= q and x[k - 1] == x[q])


def test_a_head_that_only_looks_there_scores_one_and_a_flat_one_the_share_of_such_keys():
    """Killed: queries without an earlier copy counted; the sum in the place of the mean."""
    x = repeated(3, 24, 5, 9, torch.Generator().manual_seed(0))[0]
    wanted = follows(x).double()
    perfect = wanted / wanted.sum(-1, keepdim=True).clamp(min=1)
    flat = torch.ones(24, 24, dtype=torch.float64).tril()
    flat = (flat / flat.sum(-1, keepdim=True)).expand(3, 24, 24)
    scores = induction_score(torch.stack([perfect, flat], 1), x)
    again = wanted.any(-1)
    share = ((flat * wanted).sum(-1))[again].mean()
    assert torch.allclose(scores, torch.stack([torch.tensor(1.0, dtype=torch.float64), share]))
    assert float(previous_score(torch.eye(4)[None, None])) == 0
    assert float(previous_score(torch.eye(4).roll(-1, 1)[None, None])) == 1


def test_smeared_keys_mix_each_key_with_the_one_before():
    """Killed: the key after; the shares exchanged."""
    smear = Smear(2)
    with torch.no_grad():
        smear.a.copy_(torch.tensor([0.0, math.log(3)])[:, None, None])
    k = torch.arange(12.0).view(1, 2, 3, 2)
    out = smear(k)
    assert torch.equal(out[:, :, 0], k[:, :, 0])
    assert torch.allclose(out[0, 0, 1], (k[0, 0, 1] + k[0, 0, 0]) / 2)
    assert torch.allclose(out[0, 1, 2], 0.75 * k[0, 1, 2] + 0.25 * k[0, 1, 1])


def test_the_net_is_attention_after_attention_on_the_residual_stream():
    """Killed: the residual link left out; the first layer's norm used for both."""
    torch.manual_seed(0)
    net = AttentionOnly(24, 16).double()
    for norm in net.norms:
        torch.nn.init.normal_(norm.weight)  # at first all norms are alike
    x = torch.randint(24, (2, 10))
    z = net.embedding(x) * math.sqrt(32) + net.pe[:10]
    for layer, norm in zip(net.stack, net.norms, strict=False):
        q, k, v = layer.split(layer.project(norm(z)))
        z = z + layer.join(weights_of(q, k, torch.ones(10, 10, dtype=torch.bool).tril()) @ v)
    assert torch.allclose(net(x), net.out(net.norms[-1](z)))
    assert torch.allclose(net(x, lambda n, weights, vectors: weights), net(x)), "watched or not"
    assert torch.equal(continued(net, x, 3)[:, :10], x)


def test_the_period_is_random_and_no_symbol_comes_twice_within_it():
    """Trap: with one period, counting steps is enough. Killed: one period for the whole batch."""
    texts, periods = repeated(200, 33, 5, 12, torch.Generator().manual_seed(0))
    assert set(periods.flatten().tolist()) == set(range(5, 13))
    for text, period in zip(texts.tolist(), periods.flatten().tolist(), strict=True):
        assert len(set(text[:period])) == period
        assert text[period:] == text[:-period]


def test_the_least_loss_is_the_entropy_of_all_texts_counted_out(monkeypatch):
    """Four symbols, periods 2 and 3, length 5: every text with its probability. Killed: the first symbol
    charged; the periods' own entropy forgotten."""
    monkeypatch.setattr(letters, "SYMBOLS", "abcd")
    found: dict[tuple[int, ...], float] = {}
    for period in (2, 3):
        segments = [s for s in product(range(4), repeat=period) if len(set(s)) == period]
        for segment in segments:
            text = tuple(segment[i % period] for i in range(5))
            found[text] = found.get(text, 0) + 0.5 / len(segments)
    entropy = -sum(p * math.log(p) for p in found.values())
    assert abs(least_loss(5, 2, 3) - (entropy - math.log(4)) / 4) < 1e-12
