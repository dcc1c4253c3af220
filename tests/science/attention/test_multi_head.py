"""Attention Is All You Need, section 3.2: attention, heads, masks, against torch's own."""

import math

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from engine.attention.multi_head import MultiHead, attention, weights_of

D, H = 24, 4


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def heads() -> MultiHead:
    torch.manual_seed(0)
    net = MultiHead(D, H).double()
    nn.init.normal_(net.project.bias)
    nn.init.normal_(net.out.bias)
    return net


def theirs(ours: MultiHead) -> nn.MultiheadAttention:
    other = nn.MultiheadAttention(D, H, batch_first=True, dtype=torch.float64)
    weights = {"in_proj_weight": ours.project.weight, "in_proj_bias": ours.project.bias}
    weights |= {"out_proj.weight": ours.out.weight, "out_proj.bias": ours.out.bias}
    other.load_state_dict(weights)
    return other


def test_eq_1_is_torchs_scaled_dot_product_attention_with_and_without_a_mask():
    """Killed: the scores divided by d_k; the softmax over the queries; the mask turned round."""
    q, k, v = (torch.randn(2, 3, n, 8, generator=rng(n), dtype=torch.float64) for n in (5, 7, 7))
    may = torch.rand(5, 7, generator=rng()) < 0.6
    may[:, 0] = True
    for mask in (None, may):
        want = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        assert torch.allclose(weights_of(q, k, mask) @ v, want, atol=1e-12)
        assert torch.allclose(attention(q, k, v, mask), want, atol=1e-12)


def test_eq_1_by_hand_for_one_query():
    """Killed: the divisor left out; q + k in the place of q k."""
    q, k = torch.tensor([[3.0, 4.0]]), torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    e = [math.exp(s / math.sqrt(2)) for s in (3, 4)]
    assert torch.allclose(weights_of(q, k), torch.tensor([e]) / sum(e))
    e = [math.exp(s / 5) for s in (3, 4)]
    assert torch.allclose(weights_of(q, k, divisor=5), torch.tensor([e]) / sum(e))


@pytest.mark.parametrize("crossed", [False, True])
def test_multi_head_attention_is_torchs_on_the_same_weights(crossed: bool):
    """Values, maps and gradients. Killed: heads joined in the wrong order; keys and values exchanged."""
    ours = heads()
    other = theirs(ours)
    x = torch.randn(3, 5, D, generator=rng(), dtype=torch.float64, requires_grad=True)
    memory = torch.randn(3, 7, D, generator=rng(1), dtype=torch.float64) if crossed else None
    seen = []
    out = ours(x, memory, None, lambda weights, vectors: seen.append(weights) or weights)
    answers = x if memory is None else memory
    want, maps = other(x, answers, answers, average_attn_weights=False)
    assert torch.allclose(out, want, atol=1e-10)
    assert torch.allclose(seen[0], maps, atol=1e-10)
    assert torch.allclose(ours(x, memory), want, atol=1e-10), "with nobody watching, the same"
    mine = torch.autograd.grad(out.square().sum(), ours.project.weight)[0]
    assert torch.allclose(mine, torch.autograd.grad(want.square().sum(), other.in_proj_weight)[0], atol=1e-8)


def test_a_masked_key_gets_no_mass_at_all_and_rows_sum_to_one():
    """Killed: masking with -10 in the place of -inf; masking after the softmax."""
    q, k = (torch.randn(4, 6, 8, generator=rng(n)) * 9 for n in (0, 1))
    may = torch.ones(6, 6, dtype=torch.bool).tril()
    weights = weights_of(q, k, may)
    assert (weights[:, ~may] == 0).all()
    assert torch.allclose(weights.sum(-1), torch.ones(4, 6))


def test_a_head_whose_weights_are_zero_adds_nothing_and_the_others_stay():
    """Concat before W^O. Killed: the mean of the heads in the place of their concatenation."""
    net, x = heads(), torch.randn(1, 5, D, generator=rng(), dtype=torch.float64)

    def only(kept: set[int]) -> torch.Tensor:
        on = torch.tensor([float(h in kept) for h in range(H)])[:, None, None]
        return net(x, None, None, lambda weights, vectors: weights * on) - net.out.bias

    assert torch.allclose(only(set()), torch.zeros(1, 5, D, dtype=torch.float64))
    assert torch.allclose(only({0}) + only({1, 2, 3}), only({0, 1, 2, 3}), atol=1e-10)
    assert not torch.allclose(only({0}), only({1}))


def test_heads_that_do_not_divide_the_width_are_refused_by_name():
    """Killed: the check left out."""
    with pytest.raises(ValueError, match=r"h must divide d_model, got 5 heads and 24 dimensions"):
        MultiHead(24, 5)
