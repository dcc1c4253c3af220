"""What is kept of a training: moments, events, traces."""

import numpy as np
import pytest
import torch

from engine.core.trace import Moments, Snapshot, Step, Trace, Weights, restored, seeded, shots, traced


@pytest.mark.parametrize("total", [1, 2, 10, 59, 400, 3000])
def test_moments_begin_at_zero_end_at_the_end_and_are_dense_at_the_start(total):
    moments = Moments(total)
    assert moments.steps[0] == 0
    assert moments.steps[-1] == total
    assert list(moments.steps) == sorted(set(moments.steps))
    assert len(moments.steps) <= 61
    assert sum(step <= total / 4 for step in moments.steps) >= len(moments.steps) // 4
    assert [moments.at(step) for step in moments.steps] == list(range(len(moments.steps)))
    assert moments.at(total + 1) is None


def test_a_trace_keeps_what_it_is_told():
    events = [
        Snapshot(0, 0, "x", {"a": np.zeros(2)}),
        Weights(0, 0, {"w": torch.zeros(1)}),
        Step(1, 2, {"loss": 3.0}),
        Step(2, 2, {"loss": 1.0, "test": 2.0}),
        Snapshot(1, 2, "x", {"a": np.ones(2)}),
    ]
    trace = traced(iter(events))
    assert trace.finished
    assert trace.total == 2
    assert trace.scalars == {"loss": ([1, 2], [3.0, 1.0]), "test": ([2], [2.0])}
    assert trace.moments == [0, 2]
    assert trace.names == ("x",)
    assert trace.last("x")["a"].tolist() == trace.at("x", 1)["a"].tolist() == [1, 1]
    assert trace.latest("loss") == 1.0
    with pytest.raises(KeyError):
        trace.at("x", 2)
    with pytest.raises(KeyError):
        Trace().latest("loss")


def test_a_moment_is_its_snapshots_in_order_then_its_weights_as_copies():
    """Killed: weights that are views of the net; weights first; half precision for whole."""
    net, seen = torch.nn.Linear(2, 2), {"b": {"x": np.zeros(1)}, "a": {"x": np.ones(1)}}
    *named, event = shots(3, 7, seen, net)
    assert named == [Snapshot(3, 7, "b", seen["b"]), Snapshot(3, 7, "a", seen["a"])]
    before = net.weight.detach().clone()
    with torch.no_grad():
        net.weight.add_(1)
    assert (event.moment, event.step, event.state["weight"].dtype) == (3, 7, torch.float32)
    assert torch.equal(event.state["weight"], before)
    assert not event.state["weight"].requires_grad


def test_weights_may_be_halved_be_a_plain_state_or_be_none():
    """Killed: `half` not looked at; a state that is kept as it is given."""
    table = {"r": torch.tensor([0.1])}
    (halved,), (whole,) = shots(0, 0, {}, table, half=True), shots(0, 0, {}, table)
    table["r"][0] = 5.0
    assert halved.state["r"].dtype == torch.float16
    assert whole.state["r"].tolist() == pytest.approx([0.1])
    assert list(shots(0, 0, {"a": {}})) == [Snapshot(0, 0, "a", {})]


def test_a_net_is_restored_with_its_weights_or_as_it_starts_from_its_seed():
    """Killed: built outside `seeded`; weights that are not loaded."""
    one, two = (restored(3, None, lambda: torch.nn.Linear(4, 4)) for _ in range(2))
    other = restored(4, None, lambda: torch.nn.Linear(4, 4))
    assert torch.equal(one.weight, two.weight)
    assert not torch.equal(one.weight, other.weight)
    assert torch.equal(restored(3, other.state_dict(), lambda: torch.nn.Linear(4, 4)).weight, other.weight)


def test_a_seeded_net_is_the_same_and_leaves_the_global_generator_alone():
    state = torch.random.get_rng_state()
    with seeded(3):
        one = torch.nn.Linear(4, 4).weight
    with seeded(3):
        two = torch.nn.Linear(4, 4).weight
    with seeded(4):
        three = torch.nn.Linear(4, 4).weight
    assert torch.equal(one, two)
    assert not torch.equal(one, three)
    assert torch.equal(state, torch.random.get_rng_state())
