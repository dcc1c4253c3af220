"""Deep residual learning (arXiv:1512.03385): the block, what is added, and what the lab measures."""

import numpy as np
import pytest
import torch
from torch import nn

from engine.core.trace import Step, Trace
from engine.plumbing import resnet_lab as lab
from engine.plumbing.resnet import Block, ResNet, accuracy


def net_of(skip: bool, blocks: int = 4) -> ResNet:
    torch.manual_seed(0)
    return ResNet(4, blocks, skip)


@pytest.mark.parametrize("training", [True, False])
def test_a_block_is_the_basic_block_of_torchvision(training: bool) -> None:
    """conv1, bn1, relu, conv2, bn2, then out += identity, relu: composed here of torch's own modules, on the
    same weights, to 1e-6. Killed: the ReLU before the sum; no ReLU after it; no second norm; x / 2 added."""
    torch.manual_seed(0)
    block, x = Block(6, skip=True).train(training), torch.randn(5, 6, 8, 8)
    conv1, conv2 = (nn.Conv2d(6, 6, kernel_size=3, stride=1, padding=1, bias=False) for _ in range(2))
    bn1, bn2, relu = nn.BatchNorm2d(6), nn.BatchNorm2d(6), nn.ReLU()
    for mine, theirs in ((block.W1, conv1), (block.W2, conv2), (block.norm1, bn1), (block.norm2, bn2)):
        with torch.no_grad():
            mine.weight.uniform_(-1, 1)
        theirs.load_state_dict(mine.state_dict())
        theirs.train(training)
    out = bn2(conv2(relu(bn1(conv1(x)))))
    out += x
    assert torch.allclose(block(x), relu(out), atol=1e-6)


def test_a_block_that_makes_nothing_passes_its_input_on_and_a_plain_one_passes_nothing() -> None:
    """Exact. Killed: the plain block adds, too; the residual one does not."""
    x = torch.rand(2, 4, 8, 8)  # above 0, as behind a ReLU
    for skip, wanted in ((True, x), (False, torch.zeros_like(x))):
        block = Block(4, skip)
        nn.init.zeros_(block.norm2.weight)
        assert torch.equal(block(x), wanted)


def test_plain_and_residual_nets_start_from_the_same_weights() -> None:
    """Killed: a seed that depends on the kind; a layer that only one of them has."""
    one, two = (lab.restore(lab.SPEC(kind=kind, blocks=3), None).state_dict() for kind in lab.KINDS)
    assert one.keys() == two.keys()
    assert all(torch.equal(one[name], two[name]) for name in one)


def test_a_block_that_is_left_out_is_as_one_that_makes_nothing() -> None:
    """In a residual net; and nothing else moves. Killed: the block before it left out; all from it on."""
    net, x = net_of(True).eval(), torch.rand(3, 1, 8, 8)
    without = net(x, {2})
    assert not torch.allclose(without, net(x), atol=1e-4)
    nn.init.zeros_(net.blocks[2].norm2.weight)  # type: ignore[arg-type]
    nn.init.zeros_(net.blocks[2].norm2.bias)  # type: ignore[arg-type]
    assert torch.allclose(without, net(x), atol=1e-6)


def test_to_look_at_a_net_leaves_it_as_it_was() -> None:
    """And a score is a percentage. Killed: scored in training mode; left in eval mode; a share."""
    net, x = net_of(True).train(), torch.rand(50, 1, 8, 8)
    before = {name: value.clone() for name, value in net.state_dict().items()}
    net.eval()
    y = net(x).argmax(1)
    net.train()
    assert accuracy(net, x, y) == 100
    assert net.training
    assert all(torch.equal(before[name], value) for name, value in net.state_dict().items())


def test_the_probe_tells_each_block_and_those_that_are_asked() -> None:
    """Killed: the whole in place of those asked; each counted from the end; the digits for learning."""
    net = lab.restore(lab.SPEC(kind="residual", blocks=3), None)
    found = lab.without(net, {"off": [1]})
    x, y = lab.coded(lab.digits().test_x, lab.digits().test_y)
    assert found["whole"].item() == accuracy(net, x, y)
    assert found["asked"].item() == found["each"][1] == accuracy(net, x, y, {1})
    assert found["each"][0] == accuracy(net, x, y, {0})


def test_a_block_that_is_not_there_is_refused_by_number() -> None:
    """Killed: each bound left out; a truth value taken for a number."""
    net = net_of(True)
    for off, words in (
        ([4], r"\[0, 3\], got 4"),
        ([-1], "got -1"),
        ("12", "must list"),
        ([True], "must list"),
    ):
        with pytest.raises(ValueError, match=words):
            lab.without(net, {"off": off})


def trace_of(end: float) -> Trace:
    """A loss of 9, and of `end` in the last tenth of 20 steps."""
    trace = Trace(total=20)
    for step in range(1, 21):
        trace.add(Step(step, 20, {"loss": 9.0 if step <= 18 else end}))
    return trace


def test_the_end_is_the_mean_of_the_last_tenth_and_the_claims_want_room() -> None:
    """Killed: the last step; the last fifth; residual and plain exchanged; deep and shallow exchanged."""
    trace = trace_of(0.5)
    trace.add(Step(21, 21, {"loss": 0.8}))
    assert lab.end_loss(trace) == pytest.approx(0.65)
    assert lab.loss_at(trace, 18) == 9
    assert lab.falls_behind({"plain": trace_of(1.5), "residual": trace_of(0.2)}).holds
    assert not lab.falls_behind({"plain": trace_of(0.5), "residual": trace_of(0.2)}).holds
    assert lab.deeper_is_worse({"deep": trace_of(1.5), "shallow": trace_of(0.5)}).holds
    assert not lab.deeper_is_worse({"deep": trace_of(0.5), "shallow": trace_of(1.5)}).holds


def test_what_is_scored_was_never_learned() -> None:
    """Killed: digits for learning among those that are scored."""
    learned, kept = lab.split(lab.SPEC())
    assert len(kept) == 397
    assert not {one.tobytes() for one in np.asarray(learned)} & {one.tobytes() for one in np.asarray(kept)}
