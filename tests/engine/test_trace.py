"""What is kept of a training: moments, events, traces."""

import numpy as np
import pytest
import torch

from engine.core.trace import Moments, Snapshot, Step, Trace, Weights, seeded, traced, weights_of


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


def test_weights_are_copies():
    net = torch.nn.Linear(2, 2)
    event = weights_of(0, 0, net)
    before = event.state["weight"].clone()
    with torch.no_grad():
        net.weight.add_(1)
    assert torch.equal(event.state["weight"], before)


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
