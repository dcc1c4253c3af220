"""Lab: one query, random keys, and the divisor that keeps the softmax from saturating. Nothing is trained."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.attention.dot_product import Journey, drawn, journey, saturation
from engine.core.claims import Claim, Verdict
from engine.core.params import Spec, param
from engine.core.trace import Event, State, Step, Trace, shots

PAPERS = ("vaswani2017",)
WIDTHS = (4, 8, 16, 32, 64, 128, 256)  # of d_k, on the curve


@dataclass(frozen=True)
class DotProductSpec(Spec):
    d_k: int = param(64, "Width d_k", "Components of the query and of each key.", choices=WIDTHS)
    keys: int = param(64, "Keys", "How many the query is compared with.", low=2, high=128)
    seed: int = param(0, "Seed", "Of query, keys and values.", low=0, high=9999)


def restore(spec: DotProductSpec, weights: State | None) -> Journey:
    """The journey of one random query: all there is, for nothing is trained."""
    return journey(*drawn(spec.d_k, spec.keys, spec.seed))


def run(spec: DotProductSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Moment i is the i-th divisor, from 1 to d_k. On the CPU whatever the device: a few milliseconds."""
    way = restore(spec, None)
    curve = [saturation(d_k, spec.keys, spec.seed) for d_k in WIDTHS]
    whole = math.log(spec.keys)  # what a softmax keeps that prefers nothing
    widths = {
        "variance": np.array([one.variance for one in curve], np.float32),
        "kept": np.array([[nats / whole for nats in one.entropy] for one in curve], np.float32),
        "slope": np.array([one.slope for one in curve], np.float32),
    }
    for i, divisor in enumerate(way.divisors.tolist()):
        kept = float(way.entropy[i]) / whole
        yield Step(
            i + 1, len(way.divisors), {"divisor": divisor, "entropy": float(way.entropy[i]), "kept": kept}
        )
        query = {"scores": way.scores.numpy(), "weights": way.weights[i].numpy()}
        yield from shots(i, i + 1, {"query": query, "widths": widths})


def _at(trace: Trace, name: str) -> np.ndarray:
    """The row of the curve at d_k = 64."""
    return trace.last("widths")[name][WIDTHS.index(64)]


def _variance_is_d_k(traces: Mapping[str, Trace]) -> Verdict:
    found = traces["this"].last("widths")["variance"] / np.array(WIDTHS)
    return Verdict(
        bool((abs(found - 1) < 0.1).all()),
        f"variance / d_k from {found.min():.2f} to {found.max():.2f}",
        "0.90 to 1.10 for d_k of 4 to 256",
    )


def _softmax_saturates(traces: Mapping[str, Trace]) -> Verdict:
    plain, divided = _at(traces["this"], "kept")
    many = len(traces["this"].last("query")["weights"]) >= 32
    return Verdict(
        bool(plain < 0.3 * divided) if many else None,
        f"at d_k = 64 it keeps {plain:.0%} of its entropy, {divided:.0%} with the divisor",
        "without, less than 0.3 of what it keeps with it; 32 keys or more",
    )


def _gradient_dies(traces: Mapping[str, Trace]) -> Verdict:
    plain, divided = _at(traces["this"], "slope")
    many = len(traces["this"].last("query")["weights"]) >= 32
    return Verdict(
        bool(divided > 3 * plain) if many else None,
        f"sum of p (1 - p) {plain:.2f}, {divided:.2f} with the divisor",
        "at least three times as much with it; 32 keys or more",
    )


SPEC = DotProductSpec
split = None  # exact: nothing is learned
PROBES = {"journey": lambda way, inputs: {name: part.numpy() for name, part in way._asdict().items()}}
CLAIMS = (
    Claim(
        "The product q · k of random vectors has variance d_k.",
        _variance_is_d_k,
        "A width whose products vary by more than a tenth more or less.",
    ),
    Claim(
        "Without the divisor the softmax saturates.",
        _softmax_saturates,
        "A softmax over the bare products that keeps 0.3 of the entropy it has with the divisor.",
    ),
    Claim(
        "Where the softmax saturates, its gradient vanishes.",
        _gradient_dies,
        "Bare products whose softmax passes on a third of the gradient that the divided ones pass on.",
    ),
)
RECORDED = (DotProductSpec(),)
