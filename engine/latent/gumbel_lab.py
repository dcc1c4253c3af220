"""Lab: throws of a die with three faces, softened by a temperature. Nothing is trained."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import torch

from engine.core.claims import Claim, Verdict
from engine.core.params import Spec, param
from engine.core.trace import Event, State, Step, Trace, shots
from engine.latent.gumbel import TEMPERATURES, gumbels, nearest, soften

PAPERS = ("jang2016", "maddison2016")
SHOWN, MANY = 200, 20_000  # dots in the triangle; throws that are counted


@dataclass(frozen=True)
class GumbelSpec(Spec):
    a: float = param(5.0, "Weight of A", "A's share of all weights is its chance.", low=0.01, high=10.0)
    b: float = param(3.0, "Weight of B", "B's share of all weights is its chance.", low=0.01, high=10.0)
    c: float = param(2.0, "Weight of C", "C's share of all weights is its chance.", low=0.01, high=10.0)
    seed: int = param(0, "Seed", "Of the noise.", low=0, high=9999)


def restore(spec: GumbelSpec, weights: State | None) -> None:
    """There is no net."""


def run(spec: GumbelSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Moment i: temperature i. On the CPU whatever the device; the noise is the same at all temperatures.

    throws: y (n, 3), softened; the share of draws in which each face is the largest; its chance pi; the mean
    of y; and the mean of what the largest face has.
    """
    log_pi = torch.tensor([spec.a, spec.b, spec.c], dtype=torch.float64).log().log_softmax(0)
    g = gumbels((MANY, 3), torch.Generator().manual_seed(spec.seed), torch.float64)
    for i, tau in enumerate(TEMPERATURES):
        y = soften(log_pi, g, tau)
        largest = torch.bincount(y.argmax(1), minlength=3) / MANY
        throws = {"y": y[:SHOWN], "largest": largest, "pi": log_pi.exp(), "mean": y.mean(0)}
        top = y.max(1).values.mean().item()
        yield Step(i + 1, len(TEMPERATURES), {"temperature": tau, "top": round(100 * top, 2)})
        yield from shots(i, i + 1, {"throws": {k: one.float().numpy().round(4) for k, one in throws.items()}})


def whole_then_mixed(traces: Mapping[str, Trace]) -> Verdict:
    """What the largest face has of a throw, on average, cold and hot."""
    tops = traces["this"].scalars["top"][1]
    cold, hot = tops[nearest(0.1)], tops[nearest(5)]
    return Verdict(
        cold >= 90 and hot <= 50,
        f"{cold:.1f}% at temperature 0.1, {hot:.1f}% at 5; evenly shared: 33.3%",
        "90% at least, then 50% at most",
    )


SPEC = GumbelSpec
split = None  # exact: nothing is learned
CLAIMS = (
    Claim(
        "At temperature 0.1 the largest face has at least 90% of a softened throw, on average; at 5 at most "
        "half.",
        whole_then_mixed,
        "Chances with which a cold throw is less whole, or a hot one less mixed.",
    ),
)
RECORDED = (GumbelSpec(),)
