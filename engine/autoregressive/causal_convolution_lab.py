"""Lab: which samples an output of stacked convolutions hears of, by gradient. Exact; nothing is trained."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.autoregressive.causal_convolution import heard, stack
from engine.core.claims import Claim, Traces, Verdict
from engine.core.params import Spec, param
from engine.core.trace import Event, State, Step, shots

PAPERS = ("oord2016wavenet",)
SAMPLES = 48  # that are drawn
GROWS = {"times 2": 2, "times 3": 3, "not at all": 1}
PADDINGS = ("left", "left, shifted", "both sides")


@dataclass(frozen=True)
class CausalConvolutionSpec(Spec):
    layers: int = param(4, "Layers", "Convolutions, one on the other.", low=1, high=6)
    grows: str = param("times 2", "Dilation grows", "From layer to layer, from 1 on.", choices=tuple(GROWS))
    kernel: int = param(2, "Kernel", "How many values each unit reads.", choices=(2, 3))
    padding: str = param(
        "left", "Zeros added", "Left: t guesses t + 1; shifted: t; both sides: a leak.", choices=PADDINGS
    )
    seed: int = param(0, "Seed", "Of the weights whose gradient is taken.", low=0, high=9999)

    @property
    def dilations(self) -> list[int]:
        """Of each layer, from the input up."""
        return [GROWS[self.grows] ** i for i in range(self.layers)]


def restore(spec: CausalConvolutionSpec, weights: State | None) -> np.ndarray:
    """Slopes of each output by each value of each level (SAMPLES, layers + 1, SAMPLES): all there is."""
    rng = torch.Generator().manual_seed(spec.seed)
    x = torch.randn(1, SAMPLES, generator=rng, dtype=torch.float64).requires_grad_()
    ws = [torch.randn(spec.kernel, generator=rng, dtype=torch.float64) for _ in range(spec.layers)]
    levels = stack(x, ws, spec.dilations, spec.padding)
    return torch.stack([heard(levels, t) for t in range(SAMPLES)]).numpy()


def run(spec: CausalConvolutionSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Moment t is output t: what of each level reaches it (layers + 1, SAMPLES), the input first."""
    for t, slopes in enumerate(restore(spec, None)):
        reached, found = (slopes != 0).astype(np.uint8), np.flatnonzero(slopes[0])
        yield Step(t + 1, SAMPLES, {"heard": float(len(found)), "ahead": float((found > t).sum())})
        yield from shots(t, t + 1, {"tree": {"reached": reached, "slope": slopes[0].astype(np.float32)}})


def fields(traces: Traces) -> list[np.ndarray]:
    """The samples that each output hears of, as offsets from it: 0 is its own, -1 the one before."""
    trace = traces["this"]
    return [np.flatnonzero(trace.at("tree", t)["reached"][0]) - t for t in range(len(trace.moments))]


def nothing_ahead(traces: Traces) -> Verdict:
    """Outputs that hear of a later sample."""
    ahead = [field.max(initial=-1) for field in fields(traces)]
    late = sum(one > 0 for one in ahead)
    far = f", up to {max(ahead)} samples ahead" * bool(late)
    return Verdict(not late, f"{late} of {len(ahead)} outputs do{far}", "none")


def no_gaps(traces: Traces) -> Verdict:
    """Samples that are left out between the oldest and the newest that an output hears of."""
    gaps = max(int(np.ptp(one)) + 1 - len(one) for one in fields(traces) if len(one))
    return Verdict(gaps == 0, f"at most {gaps} left out for an output", "0 for each output")


SPEC = CausalConvolutionSpec
split = None  # exact: nothing is learned
CLAIMS = (
    Claim("No output hears of a sample that comes after it.", nothing_ahead,
          "An output with a slope by a later sample, as with zeros on both sides."),
    Claim("Dilation skips no sample between the oldest and the newest that an output hears of.", no_gaps,
          "A sample between them without a slope, as where dilations grow threefold under a kernel of 2."),
)  # fmt: skip
RECORDED = (CausalConvolutionSpec(),)
