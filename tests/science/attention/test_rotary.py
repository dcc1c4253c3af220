"""Rotary positions (arXiv:2104.09864) and the sinusoids they come from: what turns, and what stays."""

import pytest
import torch
from transformers.models.llama.modeling_llama import apply_rotary_pos_emb

from engine.attention import rotary, rotary_lab, transformer
from engine.core.trace import traced

P = torch.arange(40.0)


def test_turned_queries_and_keys_are_those_of_transformers_in_another_order() -> None:
    """LLaMA's pairs are halves of the vector; to 1e-5. Killed: the other way round; halves not
    reordered."""
    torch.manual_seed(0)
    q, k = torch.randn(2, 3, 40, 12), torch.randn(2, 3, 40, 12)
    angles = rotary.angles(P, 12).repeat(1, 2)[None]  # (1, T, d): each angle twice, half by half
    order = rotary.halves(12)
    theirs = apply_rotary_pos_emb(q[..., order], k[..., order], angles.cos(), angles.sin())
    for mine, other in zip((q, k), theirs, strict=True):
        assert torch.allclose(rotary.turn(mine, P)[..., order], other, atol=1e-5)
    assert not torch.allclose(rotary.turn(q, P), theirs[0], atol=0.1)


def test_a_match_depends_on_the_distance_alone_and_no_vector_changes_its_length() -> None:
    """Eq. 16, at places 0, 7 and 500, to 1e-4. Killed: keys that are not turned; the distance with the other
    sign; cosines alone."""
    torch.manual_seed(0)
    q, k = torch.randn(12), torch.randn(12)
    by_distance = rotary.by_distance(q, k, 9)
    for n in (0.0, 7.0, 500.0):
        for far in (0, 3, 9):
            turned = rotary.turn(q[None], torch.tensor([n + far])), rotary.turn(k[None], torch.tensor([n]))
            assert (turned[0] @ turned[1].T).item() == pytest.approx(by_distance[far].item(), abs=1e-4)
            assert turned[0].norm().item() == pytest.approx(q.norm().item(), rel=1e-6)
    assert by_distance[0] == pytest.approx((q @ k).item(), abs=1e-6)


def test_one_matrix_moves_every_sinusoid_on_and_their_product_knows_no_place() -> None:
    """PE(p + k) = M PE(p), to 1e-5; and PE itself is the Transformer's. Killed: the matrix turned round;
    cosine before sine; hands of base^(-i/d)."""
    PE = rotary.sinusoids(P, 32)
    assert torch.allclose(PE, transformer.positions(40, 32), atol=1e-5)
    assert torch.allclose(PE[:-7] @ rotary.onward(7, 32).T, PE[7:], atol=1e-5)
    products = (PE[:-7] * PE[7:]).sum(1)
    assert products.std() < 1e-4
    assert products[0] < PE[0].square().sum() - 1


def test_the_walk_keeps_the_turned_match_loses_the_added_one_and_the_claim_can_fail() -> None:
    """Killed: the query at the key's place; sinusoids of length 0; ranges of distances exchanged."""
    spec = rotary_lab.SPEC(distance=5)
    trace, two = traced(rotary_lab.run(spec, torch.device("cpu"), {})), rotary_lab.restore(spec, None)
    turned, added = (torch.tensor(trace.scalars[name][1]) for name in ("turned", "added"))
    assert turned.std() < 1e-5
    assert turned[0].item() == pytest.approx(rotary.by_distance(two.q, two.k, 5)[5].item(), abs=1e-5)
    assert added.std() > 0.1
    assert rotary_lab.falls({"this": trace}).holds
    fast = traced(rotary_lab.run(spec.but(base=10.0), torch.device("cpu"), {}))
    assert not rotary_lab.falls({"this": fast}).holds
