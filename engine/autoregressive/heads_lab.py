"""Lab: three nets of equal size read the same eight-bit pixels, each with another way to say which level."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from engine.autoregressive.checks import lately
from engine.autoregressive.heads import HEADS, LEVELS, HeadedPixelCNN
from engine.core.claims import Claim, Verdict
from engine.core.params import Spec, param
from engine.core.trace import Event, Moments, State, Step, Trace, restored, shots
from engine.data.photos import photos

PAPERS = ("oord2016pixelrnn", "salimans2017pixelcnnpp")
BATCH, WEIGHTS, FEW = 32, 8000, 50
PEAKS, FEWEST, WORST = 0.4, 0.4, 1.5  # bits
FINE = 2000  # probabilities are kept to 1/2000: smaller recordings


@dataclass(frozen=True)
class HeadsSpec(Spec):
    patches: int = param(
        1680, "Patches", "How many 8 x 8 patches of the photographs it learns from.", low=10, high=1680
    )
    layers: int = param(4, "Layers", "The first convolution, then residual blocks.", low=1, high=6)
    channels: int = param(24, "Channels", "Feature maps of each layer.", low=4, high=48)
    lr: float = param(
        3e-3, "Learning rate", "Of Adam; falls to zero in a straight line.", low=1e-5, high=1.0, log=True
    )
    steps: int = param(
        400, "Training steps", "Batches of 32 patches, the same for all three.", low=10, high=2000
    )
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: HeadsSpec, weights: State | None) -> nn.ModuleDict:
    """The three nets with these weights, or as they start from the seed."""
    nets = nn.ModuleDict()
    for head in HEADS:
        shape = head, spec.layers, spec.channels, WEIGHTS
        nets[head] = restored(spec.seed, None, lambda shape=shape: HeadedPixelCNN(*shape))
    if weights is not None:
        nets.load_state_dict(dict(weights))
    return nets.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def edge(x: np.ndarray) -> tuple[int, int, int]:
    """A pixel between unlike neighbours that is like one of them: (patch, row, column), off the border.

    Of the pixels within 8 levels of the one above or the one to the left, where these two differ most.
    """
    wide = x.astype(np.int64)
    here, above, left = wide[:, 1:, 1:], wide[:, :-1, 1:], wide[:, 1:, :-1]
    like = np.minimum(abs(here - above), abs(here - left)) <= 8
    patch, row, col = np.unravel_index((abs(above - left) * like).argmax(), here.shape)
    return int(patch), int(row) + 1, int(col) + 1


class Watch:
    """What is shown at each moment: scores on test patches, and what each net says of two pixels."""

    def __init__(self, device: torch.device):
        train, test = photos()
        self.test = torch.from_numpy(test.astype(np.int64)).to(device)
        counts = np.bincount(train.reshape(-1), minlength=LEVELS)  # a first pixel is as likely anywhere
        self.histogram = counts / train.size
        smoothed = (counts + 1) / (train.size + LEVELS)
        self.blind = np.asarray(-np.log2(smoothed[test[:, 0, 0]]).mean(), np.float32)
        self.patch, self.row, self.col = edge(test)

    @torch.no_grad()
    def __call__(self, nets: nn.ModuleDict) -> dict[str, dict[str, np.ndarray]]:
        """-> score: bits of all pixels and of the first, and what a histogram of all levels costs there;
        first and pixel: p (3, 256) of every head."""
        score, first, pixel = {"first_histogram": self.blind}, [], []
        for name in HEADS:
            net = _net(nets, name)
            bits = net.bits(self.test)
            p = net.log_p(self.test[self.patch : self.patch + 1])[0].exp()  # (H, W, 256)
            score[name] = np.asarray(bits.mean().item(), np.float32)
            score[f"first_{name}"] = np.asarray(bits[:, 0, 0].mean().item(), np.float32)
            first.append(p[0, 0])
            pixel.append(p[self.row, self.col])
        level = int(self.test[self.patch, self.row, self.col])
        histogram = np.broadcast_to(_kept(self.histogram), (3, LEVELS)).copy()
        return {
            "score": score,
            "first": {"p": _kept(torch.stack(first).cpu().numpy()), "truth": histogram},
            "pixel": {"p": _kept(torch.stack(pixel).cpu().numpy()), "level": np.full(3, level, np.int16)},
        }


def _kept(p: np.ndarray) -> np.ndarray:
    return (np.round(p * FINE) / FINE).astype(np.float16)


def run(spec: HeadsSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains all three on the same batches; at each moment shows scores and two pixels."""
    rng = torch.Generator().manual_seed(spec.seed)
    train = torch.from_numpy(photos()[0][: spec.patches].astype(np.int64)).to(device)
    watch, nets = Watch(device), restore(spec, given.get("start")).to(device)
    adam = torch.optim.Adam(nets.parameters(), lr=spec.lr)
    moments = Moments(spec.steps, 40)

    yield from shots(0, 0, watch(nets), nets, half=True)
    for step in range(1, spec.steps + 1):
        for group in adam.param_groups:
            group["lr"] = spec.lr * (1 - (step - 1) / spec.steps)
        x = train[torch.randint(len(train), (BATCH,), generator=rng)]
        losses = {name: _net(nets, name).bits(x).mean() for name in HEADS}
        adam.zero_grad()
        sum(losses.values(), torch.zeros((), device=device)).backward()  # no weight is in two of the nets
        adam.step()
        yield Step(step, spec.steps, {name: loss.item() for name, loss in losses.items()})
        if (moment := moments.at(step)) is not None:
            yield from shots(moment, step, watch(nets), nets, half=True)


def split(spec: HeadsSpec) -> tuple[np.ndarray, np.ndarray]:
    """The patches that it learns from, and those that it is scored on."""
    train, test = photos()
    return train[: spec.patches], test


def _net(nets: nn.ModuleDict, name: str) -> HeadedPixelCNN:
    net = nets[name]
    assert isinstance(net, HeadedPixelCNN)
    return net


def best(trace: Trace, name: str) -> float:
    """A score at the moment at which it is lowest: before a net has learned its few patches by heart."""
    return min(float(trace.at("score", moment)[name]) for moment in range(len(trace.moments)))


def _two_peaks_need_a_categorical(traces: Mapping[str, Trace]) -> Verdict:
    trace = traces["many"]
    categorical, one = (best(trace, f"first_{name}") for name in ("categorical", "Gaussian"))
    histogram = float(trace.last("score")["first_histogram"])
    return Verdict(
        categorical <= one - PEAKS and categorical < math.log2(LEVELS),
        f"{categorical:.2f} against {one:.2f} bits; a histogram {histogram:.2f}, a blind guess 8.00",
        f"at least {PEAKS} bits lower, and below a blind guess",
    )


def _a_mixture_needs_fewest(traces: Mapping[str, Trace]) -> Verdict:
    found = {name: lately(traces["many"], name) for name in HEADS}
    others = min(bits for name, bits in found.items() if name != "logistics")
    return Verdict(
        found["logistics"] <= others - FEWEST,
        ", ".join(f"{name} {bits:.2f}" for name, bits in found.items()) + " bits/dim",
        f"the mixture {FEWEST} bits/dim below both others",
    )


def _few_samples_cost_it_most(traces: Mapping[str, Trace]) -> Verdict:
    found = {name: lately(traces["few"], name) for name in HEADS}
    others = max(bits for name, bits in found.items() if name != "categorical")
    return Verdict(
        found["categorical"] >= others + WORST,
        ", ".join(f"{name} {bits:.2f}" for name, bits in found.items()) + " bits/dim",
        f"the categorical {WORST} bits/dim above both others",
    )


SPEC = HeadsSpec
CLAIMS = (
    Claim(
        "Of a first pixel, whose levels have several peaks, a categorical says more than a Gaussian, each at "
        "its best moment.",
        _two_peaks_need_a_categorical,
        "First pixels of held-out patches that cost a categorical less than 0.4 bits less, or 8 bits.",
        {"many": {"patches": 1680}},
    ),
    Claim(
        "Of all pixels of held-out patches, the mixture of logistics needs the fewest bits.",
        _a_mixture_needs_fewest,
        "Another head within 0.4 bits/dim of the mixture's, learnt from 1,680 patches.",
        {"many": {"patches": 1680}},
    ),
    Claim(
        "Learnt from 50 patches only, the categorical is by far the worst of the three.",
        _few_samples_cost_it_most,
        "A categorical within 1.5 bits/dim of the Gaussian or the mixture, on held-out patches.",
        {"few": {"patches": FEW}},
    ),
)
RECORDED = (HeadsSpec(), HeadsSpec(patches=FEW))
