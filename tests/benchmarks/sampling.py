"""Sampling pixel by pixel: what is known of the pixels before is kept, against the whole net each time."""

from collections.abc import Callable
from types import ModuleType

import torch

from engine.autoregressive import gated_pixelcnn_lab, pixelcnn_lab
from engine.autoregressive.sampling import Naive, Net, Stepper, sample
from engine.core.trace import traced
from engine.data.digits import SIDE, digits
from tests.benchmarks.table import Row, in_turns, median, spread

MANY = 64
FEW = (1, 16)  # the page writes 1 image, and watches 16 grow
ROUNDS = 7
LEARNT = 20  # steps of training, so that the logits compared are not all alike
CPU = torch.device("cpu")

NETS: dict[str, tuple[ModuleType, Callable[[torch.nn.Module], Net]]] = {
    "PixelCNN": (pixelcnn_lab, lambda net: net),  # type: ignore[arg-type, return-value]
    "Gated PixelCNN": (gated_pixelcnn_lab, lambda net: net.of(None)),  # type: ignore[operator]
}


def table() -> list[Row]:
    """Seconds for 64, 1 and 16 images of each net's default, both ways, and how far they differ."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return [row for name in NETS for row in _of(name)]
    finally:
        torch.set_num_threads(threads)


def _of(name: str) -> list[Row]:
    lab, of = NETS[name]
    net = of(lab.restore(lab.SPEC(), traced(lab.run(lab.SPEC().but(steps=LEARNT), CPU, {})).state))
    rows = []
    for n in (MANY, *FEW):
        uniforms = torch.rand(n, SIDE, SIDE, generator=torch.Generator().manual_seed(0))

        def kept(net=net, uniforms=uniforms, n=n) -> tuple[torch.Tensor, torch.Tensor]:
            with torch.no_grad():
                return sample(net.pixelwise(n, SIDE, SIDE), uniforms)

        def naive(net=net, uniforms=uniforms, n=n) -> tuple[torch.Tensor, torch.Tensor]:
            return sample(Naive(net, n, SIDE, SIDE), uniforms)

        in_turns(1, kept, naive)  # the first call of each pays for what torch prepares
        sparing, anew = in_turns(ROUNDS, kept, naive)
        rows.append(
            Row(
                f"{name}: {n} image{'s' * (n > 1)}, naive against kept",
                median(anew),
                "s",
                beside=median(sparing),
                least_ratio=5 if n == MANY else None,
                note=f"kept {median(sparing):.3f} s; {spread(sparing)}",
            )
        )
        if n == MANY:
            rows.append(
                Row(f"{name}: largest difference of a log-probability", apart(net), "nats", most=1e-5)
            )
    return rows


def apart(net: Net) -> float:
    """The largest difference between both ways over all pixels of 64 test digits, in nats.

    The digits are given, not drawn: else a rounding at the edge of two levels would make two pictures.
    """
    given = torch.from_numpy(digits().test_x[:MANY].astype("int64"))
    nothing_drawn, all_given = torch.zeros(given.shape), torch.ones(SIDE, SIDE, dtype=torch.bool)

    def told(stepper: Stepper) -> torch.Tensor:
        return sample(stepper, nothing_drawn, given=given, keep=all_given)[1].log()

    with torch.no_grad():
        kept = net.pixelwise(MANY, SIDE, SIDE)
    return (told(kept) - told(Naive(net, MANY, SIDE, SIDE))).abs().max().item()
