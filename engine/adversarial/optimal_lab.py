"""Lab: a generator on a line, moved past the data; the best discriminator follows. Nothing is learned."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.adversarial.optimal import JSD, KL, V, best_D, log_normal, orbit
from engine.core.claims import Claim, Traces, Verdict
from engine.core.inputs import Answer, Inputs, real
from engine.core.params import Spec, param
from engine.core.trace import Event, State, Step, shots

PAPERS = ("goodfellow2014gan", "goodfellow2016", "salimans2016")
ONE, TWO = DATA = ("one hill", "two hills")
PLACES = np.linspace(-6, 6, 61).round(2)  # of the generator's middle
THIN = slice(500, 1501, 5)  # places of the line from -10 to 10, for the picture
STEPS = 60  # of an orbit


@dataclass(frozen=True)
class OptimalSpec(Spec):
    data: str = param(ONE, "Data", "N(0, 1), or two narrower hills at -2 and 2.", choices=DATA)
    sigma: float = param(1.0, "Width of G", "Standard deviation of what G makes.", low=0.3, high=3.0)
    target: float = param(
        1.0, "D's target for data", "1 in 2014; below 1: one-sided label smoothing.", low=0.5, high=1.0
    )


def restore(spec: OptimalSpec, weights: State | None) -> None:
    """Nothing is kept: all is exact."""


def log_p(data: str) -> np.ndarray:
    """The log density of the data."""
    if data == ONE:
        return log_normal(0, 1)
    return np.logaddexp(log_normal(-2, 0.6), log_normal(2, 0.6)) - np.log(2)


def run(spec: OptimalSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """A moment for each place of G. On the CPU whatever the device.

    line: p, q and D* along THIN. Figures: V against D* (with a target of 1), JSD, KL(p || q), KL(q || p).
    """
    p = log_p(spec.data)
    for moment, mu in enumerate(PLACES):
        q = log_normal(float(mu), spec.sigma)
        D = best_D(p, q, spec.target)
        told = {"V": V(p, q), "jsd": JSD(p, q), "kl": KL(p, q), "reverse": KL(q, p), "mu": float(mu)}
        yield Step(moment + 1, len(PLACES), {name: round(v, 6) for name, v in told.items()})
        line = {"p": np.exp(p), "q": np.exp(q), "D": D}
        yield from shots(moment, moment + 1, {
            "line": {name: one[THIN].astype(np.float32) for name, one in line.items()}
        })  # fmt: skip


def orbits(model: None, inputs: Inputs) -> Answer:
    """{"eta"}: both ways (STEPS + 1, 2) of the game x y, and how far each is from the middle."""
    eta = real(inputs, "eta", 0.0, 2.5)
    ways = {name: orbit(eta, STEPS, name == "alternating") for name in ("both", "alternating")}
    return ways | {f"{name}_r": np.hypot(*way.T) for name, way in ways.items()}


def smallest(traces: Traces) -> Verdict:
    """Where V against the best D is smallest."""
    trace = traces["this"]
    values = np.array(trace.scalars["V"][1])
    best = int(values.argmin())
    gap = float(np.abs(trace.at("line", best)["D"] - 0.5).max())
    return Verdict(
        bool(values[best] <= -np.log(4) + 1e-3 and gap < 0.01),
        f"smallest V {values[best]:.4f} with G at {PLACES[best]:g}; there D* is at most {gap:.3f} from ½",
        "−log 4 = −1.3863 to 0.001, and D* within 0.01 of ½",
    )


def flat(traces: Traces) -> Verdict:
    """How steep JSD and KL are where G starts, far from the data."""
    figures = traces["this"].scalars
    jsd, kl = (abs(figures[name][1][5] - figures[name][1][0]) / (PLACES[5] - PLACES[0])
               for name in ("jsd", "kl"))  # fmt: skip
    return Verdict(
        bool(jsd <= 0.05 * kl and jsd <= 0.05),
        f"from −6 to −5 JSD falls by {jsd:.3f} nats, KL by {kl:.2f}",
        "JSD by 0.05 at most, and by a twentieth of KL at most",
    )


SPEC = OptimalSpec
split = None  # exact: nothing is learned
PROBES = {"orbits": orbits}
CLAIMS = (
    Claim(
        "Where V is smallest it is −log 4, and the best D says ½ everywhere.",
        smallest,
        "A smallest V above −log 4, as of a G that can never match the data.",
    ),
    Claim(
        "Far from the data JSD has hardly a slope left where KL is steep.",
        flat,
        "A JSD that falls from −6 to −5 by more than 0.05 nats, or by more than a twentieth of what KL does.",
    ),
)
RECORDED = (OptimalSpec(),)
