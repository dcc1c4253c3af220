"""One step of training a PixelCNN, against a peer written plainly, and against this machine's own matmul.

On the CPU the clock counts this process's own seconds: what others do at the time troubles it less.
"""

import math
import time
from collections.abc import Callable, Iterator

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.autoregressive import pixelcnn_lab
from engine.autoregressive.masks import MaskedConv2d, mask
from engine.autoregressive.pixelcnn import LEVELS
from engine.autoregressive.pixelcnn_lab import BATCH, PixelCNNSpec
from engine.core.trace import Step
from engine.data.digits import SIDE, digits
from tests.benchmarks.table import Row, median, percentile, spread

SPECS = {
    "default": PixelCNNSpec(),
    "C=48": PixelCNNSpec(channels=48, layers=5),
    "C=96, 8 layers": PixelCNNSpec(channels=96, layers=8),
}
LARGE = 100_000  # weights from which the matmul rate is asked for
ROUNDS, BURST = 12, 4  # rounds of a few steps of each, in turns
SQUARE = 1024  # side of the matrices that are multiplied

Clock = Callable[[], float]


class PeerConv(nn.Conv2d):
    """A masked convolution as it is usually written: the full kernel, multiplied by its mask each time."""

    def __init__(self, c_in: int, c_out: int, m: np.ndarray):
        super().__init__(c_in, c_out, m.shape[0], padding=m.shape[0] // 2)
        self.mask: Tensor
        self.register_buffer("mask", torch.from_numpy(m.astype(np.float32)))

    def forward(self, input: Tensor) -> Tensor:
        return F.conv2d(input, self.weight * self.mask, self.bias, padding=self.padding)


class PeerBlock(nn.Module):
    """A residual block: 1x1, masked 3x3, 1x1."""

    def __init__(self, c: int):
        super().__init__()
        self.body = nn.Sequential(
            nn.ReLU(), nn.Conv2d(c, c // 2, 1), nn.ReLU(), PeerConv(c // 2, c // 2, mask("B", 3)),
            nn.ReLU(), nn.Conv2d(c // 2, c, 1),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        return x + self.body(x)


def peer(spec: PixelCNNSpec) -> nn.Sequential:
    """The same net as the lab's, with none of its care for speed."""
    c = spec.channels
    return nn.Sequential(
        PeerConv(1, c, mask(spec.first, spec.kernel)),
        *(PeerBlock(c) for _ in range(spec.layers - 1)),
        nn.ReLU(), nn.Conv2d(c, c, 1), nn.ReLU(), nn.Conv2d(c, LEVELS, 1),
    )  # fmt: skip


def taught(ours: nn.Module, theirs: nn.Module) -> None:
    """Copy our weights into the peer, so that both are the same net. Convolutions come in the same order."""
    pairs = zip(convolutions(ours), convolutions(theirs), strict=True)
    with torch.no_grad():
        for a, b in pairs:
            b.weight.zero_()
            top, left = (a.corner[0] + a.h, a.corner[1] + a.h) if isinstance(a, MaskedConv2d) else (0, 0)
            b.weight[:, :, top : top + a.kernel_size[0], left : left + a.kernel_size[1]] = a.weight
            assert a.bias is not None
            assert b.bias is not None
            b.bias.copy_(a.bias)


def convolutions(net: nn.Module) -> list[nn.Conv2d]:
    """All convolutions of a net, in the order in which they were made."""
    return [m for m in net.modules() if isinstance(m, nn.Conv2d)]


def flops(net: nn.Module) -> float:
    """Of one step, forward and backward: 2 a weight and pixel, three times. Masked zeros count."""
    return 3 * 2.0 * BATCH * SIDE * SIDE * sum(c.weight.numel() for c in convolutions(net))


def our_steps(spec: PixelCNNSpec, device: torch.device, clock: Clock) -> Iterator[float]:
    """Seconds of each step of the lab's own training, as its generator does it, moments left out."""
    events = pixelcnn_lab.run(spec.but(steps=3000), device, {})
    at_step = False
    while True:
        began = clock()
        event = next(events)
        took = clock() - began
        plain = isinstance(event, Step) and "test" not in event.scalars
        if plain and at_step:  # from the end of one step to the end of the next
            yield took
        at_step = plain


def peer_steps(net: nn.Module, lr: float, device: torch.device, clock: Clock) -> Iterator[float]:
    """Seconds of each step of the peer's training, on the same digits."""
    x = torch.from_numpy(digits().train_x.astype(np.int64)).to(device)
    rng = torch.Generator().manual_seed(0)
    adam = torch.optim.Adam(net.parameters(), lr=lr)
    while True:
        began = clock()
        batch = x[torch.randint(len(x), (BATCH,), generator=rng)]
        logits = net(batch[:, None].float() / (LEVELS - 1))
        loss = F.cross_entropy(logits, batch) / math.log(2)
        adam.zero_grad()
        loss.backward()
        adam.step()
        loss.item()
        yield clock() - began


def products(device: torch.device, clock: Clock) -> Iterator[float]:
    """Floating point operations a second of one product of large matrices, again and again."""
    a, b = torch.rand(2, SQUARE, SQUARE, device=device)
    wait: Callable[[], None] = torch.cuda.synchronize if device.type == "cuda" else lambda: None
    while True:
        wait()
        began = clock()
        torch.mm(a, b)
        wait()
        yield 2 * SQUARE**3 / (clock() - began)


def table() -> list[Row]:
    """A step of each net, on one thread of the CPU and on CUDA where there is one."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        devices = [torch.device("cpu")] + [torch.device("cuda")] * torch.cuda.is_available()
        return [row for device in devices for name in SPECS for row in _of(name, device)]
    finally:
        torch.set_num_threads(threads)


def _of(name: str, device: torch.device) -> list[Row]:
    spec, where = SPECS[name], f"{name}, {device.type}"
    with torch.random.fork_rng():
        theirs = peer(spec).to(device)
    ours = pixelcnn_lab.restore(spec, None).to(device)
    taught(ours, theirs)
    x = torch.from_numpy(digits().test_x[:BATCH].astype(np.int64)).to(device)
    with torch.no_grad():
        apart = (ours(x) - theirs(x[:, None].float() / (LEVELS - 1))).abs().max().item()
    weights = sum(c.weight.numel() for c in convolutions(theirs))
    clock = time.process_time if device.type == "cpu" else time.perf_counter
    mine, its = our_steps(spec, device, clock), peer_steps(theirs, spec.lr, device, clock)
    rates = products(device, clock)
    spent: tuple[list[float], list[float], list[float]] = ([], [], [])
    for _ in range(ROUNDS):
        for source, into in zip((mine, its, rates), spent, strict=True):
            into += [next(source) for _ in range(BURST)]
    step, other, rate = (values[BURST:] for values in spent)  # the first round warms up
    return [
        Row(f"a step, {where} ({weights:,} weights)", 1e3 * median(step), "ms", beside=1e3 * median(other),
            most_ratio=1.0,
            note=f"peer {1e3 * median(other):.1f} ms; {spread(step)}; logits differ {apart:.0e}"),
        Row(f"its rate, {where}", flops(theirs) / median(step) / 1e9, "GFLOP/s", beside=median(rate) / 1e9,
            least_ratio=0.5 if weights > LARGE else None,
            note=f"matmul {median(rate) / 1e9:.0f}, at its best {percentile(rate, 1) / 1e9:.0f} GFLOP/s"),
    ]  # fmt: skip
