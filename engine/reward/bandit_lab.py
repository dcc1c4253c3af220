"""Lab: three arms, many learners. The gradient's estimate with a baseline and without, on the same draws."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.core.claims import Claim, at_most, check, latest
from engine.core.params import Spec, param
from engine.core.trace import Event, Moments, State, Step, shots
from engine.reward.bandit import drawn, estimate, exact, softmax, variance

PAPERS = ("williams1992", "sutton2018")
LEARNERS, SHOWN, CLOUD, DRAWS = 1000, 80, 200, 20  # of each kind: all, in the picture; dots; of a mean


@dataclass(frozen=True)
class BanditSpec(Spec):
    level: float = param(
        10.0, "The arms earn about", "The best 1 more, the worst 1 less.", low=-20.0, high=20.0
    )
    share: float = param(1.0, "Baseline: share of V", "1 subtracts all that the policy earns on average.",
                         low=0.0, high=3.0)  # fmt: skip
    spread: float = param(1.0, "Noise of a reward", "Its standard deviation.", low=0.0, high=5.0)
    n: int = param(1, "Draws an update", "More draws, less noise.", low=1, high=50)
    lr: float = param(
        0.1, "Step size", "How far the logits go along an estimate.", low=0.001, high=2.0, log=True
    )
    steps: int = param(200, "Updates", "Of each learner.", low=10, high=1000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: BanditSpec, weights: State | None) -> None:
    """Logits are in the snapshots."""


def earned(spec: BanditSpec) -> np.ndarray:
    """What each arm earns on average: (3,), the last is the best."""
    return spec.level + np.array([-1.0, 0.0, 1.0])


def run(spec: BanditSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """A thousand learners of each kind, on the same random numbers. On the CPU whatever the device.

    at: pi (2, SHOWN, 3) of some, without a baseline and with. cloud, at even chances: gradient (2, CLOUD, 3),
    the mean of DRAWS single estimates each; exact (3,); variance (2,) of one estimate, in closed form.
    Figures: worse_without, worse_with, % of learners whose likeliest arm is not the best; sure_*, the
    mean of the likeliest arm's chance, in %.
    """
    rng, q, moments = np.random.default_rng(spec.seed), earned(spec), Moments(spec.steps, 25)
    even, many = np.full((CLOUD, 3), 1 / 3), rng.random((CLOUD, DRAWS))
    arms = drawn(even, many)
    rewards, V = q[arms] + spec.spread * rng.normal(size=arms.shape), float(q.mean())
    shares = (0.0, spec.share)
    cloud = {
        "gradient": np.stack([estimate(even, arms, rewards, np.full((CLOUD, 1), s * V)) for s in shares]),
        "exact": exact(even[0], q),
        "variance": np.array([variance(even[0], q, spec.spread, s * V) for s in shares]),
    }
    theta = np.zeros((2, LEARNERS, 3))

    def look() -> dict[str, dict[str, np.ndarray]]:
        pi = softmax(theta[:, :SHOWN]).astype(np.float16)
        return {"at": {"pi": pi}, "cloud": {k: v.astype(np.float32) for k, v in cloud.items()}}

    yield from shots(0, 0, look())
    for step in range(1, spec.steps + 1):
        u, noise = rng.random((LEARNERS, spec.n)), spec.spread * rng.normal(size=(LEARNERS, spec.n))
        for kind, share in enumerate(shares):
            pi = softmax(theta[kind])
            a = drawn(pi, u)
            b = share * (pi * q).sum(1, keepdims=True)
            theta[kind] += spec.lr * estimate(pi, a, q[a] + noise, b)
        pi = softmax(theta)  # (2, LEARNERS, 3)
        worse, sure = 100 * (pi.argmax(2) != 2).mean(1), 100 * pi.max(2).mean(1)
        yield Step(step, spec.steps, {
            "worse_without": float(worse[0]), "worse_with": float(worse[1]),
            "sure_without": float(sure[0]), "sure_with": float(sure[1]),
        })  # fmt: skip
        if (moment := moments.at(step)) is not None:
            yield from shots(moment, step, look())


SPEC = BanditSpec
split = None  # what is learned is a bandit, and it is scored in it
SHOW = {"level": 10.0, "share": 1.0, "spread": 1.0, "n": 1, "lr": 0.1, "steps": 200}
CLAIMS = (
    Claim(
        "Arms earn 9, 10 and 11. Without a baseline at least 40% of a thousand learners end with a worse arm "
        "for their likeliest; with one 2% at most.",
        check(lambda without, with_: without >= 40 and with_ <= 2,
              "{:.1f}% without a baseline, {:.1f}% with one", "40% or more, 2% or less",
              latest("worse_without", "worse_with", runs=("both",))),
        "Fewer learners without a baseline, or more with one, after 200 updates.",
        {"both": SHOW},
    ),
    Claim(
        "It is the level that does it: where arms earn -1, 0 and 1, at most 2% end on a worse arm without a "
        "baseline.",
        at_most(2, "{:.1f}% without a baseline", "2% or less", latest("worse_without", runs=("none",))),
        "More learners on a worse arm.",
        {"none": SHOW | {"level": 0.0}},
    ),
)  # fmt: skip
RECORDED = (BanditSpec(),)
