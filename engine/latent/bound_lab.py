"""Lab: one q, moved downhill towards a posterior that is known, by either KL. Nothing is learned."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.core.claims import Claim, Traces, Verdict
from engine.core.params import Spec, param
from engine.core.trace import Event, State, Step, shots
from engine.latent.bound import World, Z, log_normal

PAPERS = ("kingma2013", "blei2016")
SHAPE = ("KL(q‖p)", "KL(p‖q)")
LOW, HIGH = 0.1, 3.0  # of sigma
EDGE = 4.0  # of mu
MOVES, EVERY, RATE = 160, 4, 0.3
ACROSS, UP = torch.linspace(-EDGE, EDGE, 41).double(), torch.linspace(HIGH, LOW, 30).double()  # of the map
DRAWS = 40  # places of q, for the picture
THIN = slice(1250, 1751, 5)  # places from -5 to 5, for the picture


@dataclass(frozen=True)
class BoundSpec(Spec):
    mu: float = param(0.6, "q: centre", "Where q starts.", low=-EDGE, high=EDGE)
    sigma: float = param(0.3, "q: width", "Its standard deviation at the start.", low=LOW, high=HIGH)
    lowers: str = param(SHAPE[0], "q moves to lower", "Which KL goes down.", choices=SHAPE)
    a: float = param(2.0, "Halves at ±a", "Of the prior; at 0 it is one Gaussian.", low=0.0, high=3.0)
    x: float = param(0.2, "Observation x", "What is seen: z with noise.", low=-3.0, high=3.0)
    s: float = param(1.0, "Noise s", "Standard deviation of x around z.", low=0.2, high=2.0)


def restore(spec: BoundSpec, weights: State | None) -> World:
    """The model at this observation: all there is."""
    return World(spec.x, spec.a, spec.s)


def run(spec: BoundSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Gradient descent on mu and log sigma, from where q starts. On the CPU whatever the device.

    ratio: p(z|x) / q(z) and its log at DRAWS places of q; mean: of all such logs; drop: from 0 to it.
    bars: surprise -log p(x), gap KL(q || p(z|x)), and their sum, minus the bound; spans: the same as ends of
    lines. curve: q and posterior. map: the KL that is lowered, by centre and width, on a log scale, 0 to 255.
    """
    world = restore(spec, None)
    lowered = world.gap if spec.lowers == SHAPE[0] else world.forward
    mu = torch.tensor(spec.mu, dtype=torch.float64, requires_grad=True)
    log_sigma = torch.tensor(math.log(spec.sigma), dtype=torch.float64, requires_grad=True)
    posterior = world.log_posterior()[THIN].exp().numpy().astype(np.float32)
    steep = world.landscape(ACROSS, UP, spec.lowers == SHAPE[1]).clamp(0.1, 30).log10()
    steep = (255 * (steep + 1) / 2.5).round().numpy().astype(np.uint8)
    total = MOVES // EVERY
    for move in range(MOVES + 1):
        loss = lowered(mu, log_sigma.exp())
        if move % EVERY == 0:
            moment = move // EVERY
            with torch.no_grad():
                sigma = log_sigma.exp()
                bound, gap, forward = (f(mu, sigma).item() for f in (world.bound, world.gap, world.forward))
                q = log_normal(Z, mu, sigma)[THIN].exp().numpy().astype(np.float32)
                ratio, log_ratio = (one.numpy().astype(np.float32) for one in world.ratios(mu, sigma, DRAWS))
            if moment:
                yield Step(moment, total, {"gap": gap, "forward": forward, "bound": bound, "mu": mu.item(),
                                           "sigma": sigma.item()})  # fmt: skip
            evidence = world.log_evidence.item()
            yield from shots(moment, moment, {
                "bars": {"nats": np.array([-evidence, gap, -bound])},
                "spans": {"x": np.array([[0, -evidence], [-evidence, -bound], [0, -bound]])},
                "map": {"steep": steep},
                "q": {"mu": np.array([mu.item()]), "sigma": np.array([sigma.item()])},
                "ratio": {"is": ratio, "log": log_ratio, "mean": np.array([-gap]),
                          "drop": np.array([0.0, -gap])},
                "other": {"forward": np.array([forward])},
                "curve": {"q": q, "p": posterior},
            })  # fmt: skip
        by_mu, by_sigma = torch.autograd.grad(loss, (mu, log_sigma))
        with torch.no_grad():
            # in units of the bell whose log is taken, and no farther than q is wide: no start is thrown off
            width = log_sigma.exp()
            unit = width if lowered == world.forward else world.sigma
            mu -= (RATE * unit**2 * by_mu).clamp(-width, width)
            log_sigma -= (RATE * by_sigma).clamp(-0.2, 0.2)


def ends_apart(traces: Traces) -> Verdict:
    """Where q ends by each KL: its distance from the nearer mode, and its width."""
    found = {}
    for name in ("mode", "cover"):
        last = traces[name].last("q")
        found[name] = float(last["mu"][0]), float(last["sigma"][0])
    (m, narrow), (centre, wide) = found["mode"], found["cover"]
    return Verdict(
        wide >= 2 * narrow,
        f"width {narrow:.2f} at {m:+.2f} by KL(q‖p), {wide:.2f} at {centre:+.2f} by KL(p‖q)",
        "at least twice as wide by KL(p‖q)",
    )


SPEC = BoundSpec
split = None  # exact: nothing is learned
SAME = {"mu": 0.6, "sigma": 0.3, "a": 2.0, "x": 0.2, "s": 1.0}
CLAIMS = (
    Claim(
        "From one start, before two modes, KL(q‖p) leaves q on one of them, and KL(p‖q) makes it at least "
        "twice as wide.",
        ends_apart,
        "A q as narrow by KL(p‖q), to a factor of two.",
        {"mode": SAME | {"lowers": SHAPE[0]}, "cover": SAME | {"lowers": SHAPE[1]}},
    ),
)
RECORDED = (BoundSpec(),)
