"""What maps show: rollout, heads off, other maps; and the probes that the page asks."""

import numpy as np
import pytest
import torch

from engine.attention import letter_probes as probes
from engine.attention import transformer_lab as lab
from engine.attention.dot_product import drawn, journey, saturation
from engine.attention.maps import OneEach, Seen, apart, flat, mirrored, rollout
from engine.attention.transformer import Transformer
from engine.data.letters import PAD, TOKENS, words


def net_of() -> Transformer:
    torch.manual_seed(0)
    return Transformer(TOKENS, PAD, 32, 16, 2, 2, 64).eval()


def test_rollout_is_the_product_of_maps_that_keep_half_of_the_stream():
    """Abnar & Zuidema, eq. 1, by hand. Killed: the layers in the other order; the residual link left out."""
    one = torch.tensor([[[1.0, 0.0], [0.5, 0.5]], [[1.0, 0.0], [0.1, 0.9]]])
    two = torch.tensor([[[0.0, 1.0], [1.0, 0.0]]])
    a1 = np.array([[1.0, 0.0], [0.15, 0.85]])
    a2 = np.array([[0.5, 0.5], [0.5, 0.5]])
    assert np.allclose(rollout([one, two]).numpy(), a2 @ a1)
    assert torch.allclose(rollout([one, two]).sum(-1), torch.ones(2))


def test_a_head_switched_off_is_a_head_whose_part_of_w_o_is_zero():
    """Killed: the head of the other layer switched off; its weights halved."""
    net, (source, y, _) = net_of(), words(4, 3, 8, "reverse", torch.Generator().manual_seed(0))
    off = net(source, y, Seen([("cross", 1, 1)]))
    with torch.no_grad():
        net.decoder[1].cross.out.weight[:, 8:] = 0  # head 2 of 2: columns 8 to 15
    assert torch.allclose(off, net(source, y), atol=1e-6)


def test_one_each_changes_one_head_of_each_text_and_no_other():
    """Killed: the change made in every text of the batch."""
    net, (source, y, _) = net_of(), words(1, 8, 8, "reverse", torch.Generator().manual_seed(0))
    heads = probes.heads_of(net)
    each = OneEach(heads, "flat")
    with torch.no_grad():
        together = net(source.expand(len(heads), -1), y.expand(len(heads), -1), each)
        for b, (kind, n, h) in enumerate(heads):

            def see(k, layer, weights, vectors, kind=kind, n=n, h=h):
                if (k, layer) == (kind, n):
                    weights = weights.clone()
                    weights[:, h] = flat(weights[:, h])
                return weights

            assert torch.allclose(together[b], net(source, y, see)[0], atol=1e-5)
    assert set(each.moved) == set(heads)


def test_flat_and_mirrored_maps_stay_within_what_may_be_looked_at():
    """Killed: mirrored over all keys, the masked ones too."""
    row = torch.tensor([[0.7, 0.2, 0.1, 0.0], [1.0, 0.0, 0.0, 0.0]])
    assert torch.allclose(flat(row), torch.tensor([[1 / 3, 1 / 3, 1 / 3, 0], [1, 0, 0, 0]]))
    assert torch.allclose(mirrored(row), torch.tensor([[0.1, 0.2, 0.7, 0], [1, 0, 0, 0]]))
    assert torch.allclose(apart(row, mirrored(row)), torch.tensor([0.6, 0.0]))


def test_a_journey_is_eq_1_at_every_divisor():
    """Killed: the divisor's square; values blended with the weights of another divisor."""
    q, k, v = drawn(16, 5, 0)
    way = journey(q, k, v)
    assert way.divisors[[0, 20, 40]].tolist() == pytest.approx([1, 4, 16])
    for i, by in enumerate(way.divisors.tolist()):
        e = np.exp((k @ q).numpy() / by - float((k @ q).max()) / by)
        p = e / e.sum()
        assert np.allclose(way.weights[i].numpy(), p, atol=1e-5)
        assert np.allclose(way.sums[i].numpy(), p @ v.numpy(), atol=1e-4)
        assert float(way.entropy[i]) == pytest.approx(-(p * np.log(np.maximum(p, 1e-30))).sum(), abs=1e-4)


def test_the_product_of_random_vectors_has_variance_d_k_and_its_softmax_saturates():
    """Footnote 4. Killed: the standard deviation for the variance; both softmaxes divided."""
    for d_k in (16, 64):
        found = saturation(d_k, 64, 0)
        error = 5 * d_k * (2 / d_k / 500) ** 0.5  # of the mean of |q|^2 over 500 queries
        assert abs(found.variance - d_k) < error
        assert found.entropy[0] < found.entropy[1]
    assert saturation(64, 64, 0).entropy[0] < 0.3 * saturation(64, 64, 0).entropy[1]


BAD = [
    ({"text": ""}, "must have 1 to 16 letters, got none"),
    ({"text": "a" * 17}, "must have 1 to 16 letters, got 17 letters"),
    ({"text": "flamingz"}, "letter 8 must be one of a to p, got 'z'"),
    ({"text": "a<b"}, "letter 2 must be one of a to p, got '<'"),
    ({"text": None}, "must have 1 to 16 letters"),
    ({"task": "shout"}, "task must be one of reverse, copy, sort, got shout"),
    ({"off": [("cross", 9, 0)]}, "off must hold heads of this net"),
    ({"head": ("cross", 0, 7)}, "head must be one of this net"),
    ({"query": 9}, r"query must be a whole number in \[0, 8\], got 9"),
]


@pytest.mark.parametrize(("change", "said"), BAD)
def test_what_cannot_be_read_is_refused_by_name_bound_and_value(change: dict, said: str):
    """Killed: the length unchecked; the place of the letter counted from 0."""
    good = {"text": "flamingo", "task": "reverse", "head": ("cross", 1, 0), "query": 2}
    ask = probes.journey if change.keys() & {"head", "query"} else probes.read
    with pytest.raises(ValueError, match=said):
        ask(net_of(), good | change)


def test_the_probes_answer_for_the_shortest_and_the_longest_word():
    """Killed: maps of the last but one letter; `twins` over padding."""
    net = lab.restore(lab.SPEC(), None)
    for text in ("a", "abcdefghijklmnop"):
        n = len(text) + 1
        read = probes.read(net, {"text": text, "task": "reverse", "off": [("encoder", 0, 1)]})
        assert all(read[kind].shape == (8, n, n) for kind in ("encoder", "decoder", "cross"))
        assert np.allclose(read["cross"].sum(-1), 1, atol=1e-5)
        assert read["rollout"].shape == (n, n)
        twins = probes.twins(net, {"text": text, "task": "reverse"})
        assert twins["maps"].shape == (24, n, n)
        assert twins["changed"].shape == (24, 2, n, n)
        assert (twins["moved"] <= 1).all()
        assert (
            len(
                probes.journey(net, {"text": text, "task": "copy", "head": ("cross", 1, 2), "query": 0})[
                    "scores"
                ]
            )
            == n
        )
