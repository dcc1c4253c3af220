"""Five ways to tell a place (arXiv:1706.03762, 1803.02155, 2104.09864): what each can know, and the bench."""

import numpy as np
import pytest
import torch

from engine.attention import positions_asked as asked
from engine.attention import positions_lab as lab
from engine.attention import relative
from engine.attention.positions import ENCODINGS, Reader, V
from engine.core.trace import Snapshot, Trace


def net_of(encoding: str, clip: int = 3) -> Reader:
    torch.manual_seed(0)
    return Reader(encoding, 256, clip, 1e4)


def test_relative_attention_is_that_with_a_vector_laid_out_for_every_pair() -> None:
    """Eqs. 3 and 4 by einsum, to 1e-10. Killed: j - i turned round; the place's part not divided; a^V left
    out; clipped on one side only."""
    torch.manual_seed(0)
    q, k, v = torch.randn(3, 2, 4, 9, 6).double()
    a_K, a_V = torch.randn(2, 7, 6).double()
    t = torch.arange(9)
    pair = relative.pairs(t, t, 3)
    laid_K, laid_V = (
        a[torch.tensor([[min(max(j - i, -3), 3) + 3 for j in range(9)] for i in range(9)])]
        for a in (a_K, a_V)
    )
    e = (torch.einsum("bhid,bhjd->bhij", q, k) + torch.einsum("bhid,ijd->bhij", q, laid_K)) / 6**0.5
    assert torch.allclose(relative.scores(q, k, a_K, pair), e, atol=1e-10)
    alpha = e.softmax(-1)
    z = torch.einsum("bhij,bhjd->bhid", alpha, v) + torch.einsum("bhij,ijd->bhid", alpha, laid_V)
    assert torch.allclose(relative.read(alpha, v, a_V, pair), z, atol=1e-10)


def test_only_relative_and_rotary_places_are_the_same_wherever_a_text_begins() -> None:
    """Killed: rotary keys that are not turned; a learned vector added beside relative ones."""
    x, t = torch.randint(V, (4, 20)), torch.arange(20.0)
    for name in ENCODINGS:
        net = net_of(name)
        same = torch.allclose(net(x, t), net(x, t + 100), atol=1e-4)
        assert same == (name in ("none", "relative", "rotary"))


def test_without_places_the_order_before_is_unknown_and_beyond_the_clip_it_is_too() -> None:
    """The last output, the letters before it in another order. Killed: a clip one
    too far; one too near."""
    x = torch.randint(V, (4, 20))
    x[:, 10] = (x[:, 3] + 1) % V  # so that order matters where it is known
    mixed = x.clone()
    mixed[:, [3, 10]] = x[:, [10, 3]]
    for name in ENCODINGS:
        net = net_of(name)
        same = torch.allclose(net(x)[:, -1], net(mixed)[:, -1], atol=1e-5)
        assert same == (name in ("none", "relative"))  # both lie beyond the clip of 3
    near = x.clone()
    near[:, [17, 18]] = x[:, [18, 17]]
    assert not torch.allclose(net_of("relative")(x)[:, -1], net_of("relative")(near)[:, -1], atol=1e-4)
    assert torch.allclose(net_of("relative", 1)(x)[:, -1], net_of("relative", 1)(near)[:, -1], atol=1e-5)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_no_output_sees_ahead_and_some_outputs_are_those_of_all(encoding: str) -> None:
    """Killed: a mask that is one place late; queries that are not picked by their places."""
    net, x = net_of(encoding), torch.randint(V, (3, 24))
    other = x.clone()
    other[:, 12:] = (x[:, 12:] + 1) % V
    assert torch.allclose(net(x)[:, :12], net(other)[:, :12], atol=1e-5)
    some = torch.tensor([5, 11, 23])
    assert torch.allclose(net(x, asked=some), net(x)[:, some], atol=1e-5)


def test_between_two_learned_places_stands_the_line_and_whole_places_are_exact() -> None:
    """Killed: the nearer of the two; the place after in full."""
    where = net_of("learned").where
    rows = where.added(torch.tensor([4.0, 4.25, 5.0]))
    assert torch.allclose(rows[1], 0.75 * rows[0] + 0.25 * rows[2], atol=1e-6)


def test_a_share_counts_outputs_that_are_the_letter_so_far_back() -> None:
    """A net that always says b. Killed: the letter ahead; places without such a letter counted as right."""
    net = Reader("none", 64, 3, 1e4)
    net.out.weight.data.zero_()
    net.out.bias.data = torch.eye(V)[1]
    x = torch.tensor([[0, 1, 2, 1], [1, 1, 3, 3]])
    found = asked.shares(net, x, torch.tensor([1, 2, 3]), [1, 2])
    assert found.tolist() == [[0.5, 1.0, 0.0], [0.0, 0.5, 1.0]]


def test_the_table_is_the_end_of_each_length_and_pressed_by_1_is_not_pressed() -> None:
    """Killed: the block after the end; lengths out of order; the first letters without one back counted."""
    spec = lab.SPEC(encoding="relative", length=16)
    net, x = lab.restore(spec, None), asked.kept(16)
    seen = lab.watched(net, x, spec)
    for i, times in enumerate(asked.TIMES):
        n = 16 * times
        alone = asked.shares(net, x[:, :n], asked.ends(16, n), [3]).mean()
        assert seen["table"]["right"][0, i] == pytest.approx(float(alone), abs=1e-4)
    assert seen["pressed"]["same"][0] == seen["table"]["right"][0, 0]
    first = asked.shares(net, x, torch.tensor([3]), [3])  # of places 1 and 3 only this has one three back
    assert seen["blocks"]["right"][0] == pytest.approx(float(first), abs=1e-4)
    found = asked.press(net, {"length": 16, "times": 4, "back": 3})
    assert found["factors"][[0, -1]].tolist() == [1, 4]
    assert found["right"][-1, 3] == pytest.approx(seen["pressed"]["same"][2], abs=1e-4)
    assert found["right"][-1, 12] == pytest.approx(seen["pressed"]["farther"][2], abs=1e-4)


def test_a_stripe_is_what_its_vector_adds_to_a_match_and_other_nets_have_none() -> None:
    """Against e with and without it. Killed: not divided by sqrt(d); offsets ahead for those behind."""
    net, x = net_of("relative"), asked.kept(8)[:, :8]
    found = asked.stripes(net, {"length": 8})
    assert found["offset"].tolist() == [-3, -2, -1, 0]
    q = net.looks(x)[2].mean((0, 2), keepdim=True)
    alone = relative.scores(q, torch.zeros_like(q), net.where.a_K, torch.tensor([[1]]))  # a key of zeros
    assert found["score"][:, 1] == pytest.approx(alone.detach()[0, :, 0, 0].numpy(), abs=1e-5)
    with pytest.raises(ValueError, match="encoding must be relative"):
        asked.stripes(net_of("rotary"), {"length": 8})
    with pytest.raises(ValueError, match=r"times must be a whole number in \[2, 8\], got 9"):
        asked.press(net, {"length": 8, "times": 9, "back": 3})


def trace_of(*cells: float) -> Trace:
    """Three moments; the first must not count."""
    trace = Trace(total=2)
    for moment, right in enumerate(([[0.5] * 4], [cells], [cells])):
        trace.add(Snapshot(moment, moment, "table", {"right": np.array(right)}))
        trace.add(Snapshot(moment, moment, "pressed", {n: np.array(right[0]) for n in ("same", "farther")}))
    return trace


def test_claims_read_their_own_length_of_the_last_two_moments_and_can_fail() -> None:
    """Killed: all moments; the best of several for the worst; lengths exchanged."""
    good, half, bad = trace_of(1, 1, 0.9, 1), trace_of(1, 0.9, 0.2, 0.1), trace_of(1, 0.1, 0.1, 0.1)
    assert lab.percent(half, 4) == pytest.approx(20)
    both = {"relative": good, "none": bad, "rotary": half, "learned": bad, "sinusoidal": bad}
    assert lab.found_at(8, ("relative",), 95)(both).holds
    assert not lab.found_at(8, ("relative", "rotary"), 95)(both).holds
    assert lab.rotary_breaks(both).holds
    assert not lab.rotary_breaks({"rotary": good}).holds
    assert lab.lost_at_twice(both).holds
    assert not lab.lost_at_twice(both | {"learned": half}).holds
    assert lab.fast_hands_hold({"base 10": good, "base 10000": half}).holds
    assert not lab.fast_hands_hold({"base 10": half, "base 10000": half}).holds
    assert not lab.six_for_three({"rotary": good}).holds
    assert lab.clipped({"clip 8": good, "clip 3": trace_of(0.2, 0, 0, 0)}).holds
    assert not lab.clipped({"clip 8": good, "clip 3": good}).holds
