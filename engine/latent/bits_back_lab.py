"""Lab: a stripe told with a code or without one, by decoders that see more and more. Nothing is trained."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.core.claims import Claim, Traces, Verdict
from engine.core.params import Spec, param
from engine.core.trace import Event, State, Step, shots
from engine.latent.bits_back import information, with_code, without

PAPERS = ("chen2016lossy",)


@dataclass(frozen=True)
class BitsBackSpec(Spec):
    n: int = param(16, "Pixels", "Of the stripe.", low=2, high=24)
    epsilon: float = param(0.1, "Specks", "Chance that a pixel shows the other shade.", low=0.01, high=0.5)
    r: float = param(0.1, "Blindness", "Share of a blind guess in the encoder.", low=0.0, high=1.0)


def restore(spec: BitsBackSpec, weights: State | None) -> None:
    """There is no net."""


def run(spec: BitsBackSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Moment k: the decoder sees the k pixels before. On the CPU whatever the device.

    bars: without, given: nats a pixel, without a code and with it (n,). score: without, with_code: the whole
    stripe; price: of the code; least: entropy of the stripe; k.
    """
    price, given_code = with_code(spec.n, spec.epsilon, spec.r)
    whole, least = price + given_code.sum(), information(spec.n, spec.epsilon)
    for k in range(spec.n):
        alone = without(spec.n, k, spec.epsilon)
        score = {"without": alone.sum(), "with_code": whole, "price": price, "least": least,
                 "saved": alone.sum() - whole, "k": k}  # fmt: skip
        yield Step(k + 1, spec.n, {name: round(float(v), 4) for name, v in score.items()})
        bars = {"without": alone, "given": given_code}
        yield from shots(k, k + 1, {
            "bars": {name: v.round(4).astype(np.float32) for name, v in bars.items()},
            "score": {name: np.array(round(float(v), 4)) for name, v in score.items()},
        })  # fmt: skip


def pays_until(traces: Traces) -> Verdict:
    """What the code saves by decoders that see nothing, and everything before."""
    saved = traces["this"].scalars["saved"][1]
    return Verdict(
        saved[0] > 0 > saved[-1],
        f"{saved[0]:+.2f} nats without neighbours, {saved[-1]:+.2f} with all before in view",
        "more than 0, then less than 0",
    )


SPEC = BitsBackSpec
split = None  # exact: nothing is learned
CLAIMS = (
    Claim(
        "The code pays for a decoder that sees no neighbours, and costs more than it saves for one that "
        "sees all before.",
        pays_until,
        "A stripe and an encoder whose code pays at both ends, or at neither.",
    ),
)
RECORDED = (BitsBackSpec(),)
