"""Lab: twelve starts climb to twelve ends, on a mixture of Gaussians of known groups. Nothing is learned."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment

from engine.core.claims import Claim, at_least, last
from engine.core.params import Spec, param
from engine.core.trace import Event, State, Step, shots
from engine.latent.gaussian_mixture import assign, bound, place

PAPERS = ("blei2016",)
STARTS = 12
SPREAD = 6.0  # σ, of the groups' centres
NAT = 1.0  # an end so far below the best is another end
RING = np.linspace(0, 2 * np.pi, 25)
SIGMAS = 2  # the rings' radius: seven of eight points of a group lie in its ring


@dataclass(frozen=True)
class GaussianMixtureSpec(Spec):
    which: int = param(3, "Start", "Which of the twelve is shown.", low=1, high=STARTS)
    K: int = param(5, "Groups K", "Of the points, and of q.", low=2, high=5)
    n: int = param(250, "Points", "Drawn from the groups.", low=20, high=500)
    sweeps: int = param(20, "Sweeps", "Each updates all φ, then all centres.", low=1, high=40)
    seed: int = param(0, "Seed", "Of the points and of the starts.", low=0, high=2**31 - 1)


@dataclass(frozen=True)
class Groups:
    """Points of the model itself. mu (K, 2) the groups' centres, c (n,) each point's group, x (n, 2)."""

    mu: np.ndarray
    c: np.ndarray
    x: np.ndarray

    @classmethod
    def drawn(cls, spec: GaussianMixtureSpec) -> "Groups":
        draws = np.random.default_rng([spec.seed, 0])
        mu, c = draws.normal(0, SPREAD, (spec.K, 2)), draws.integers(spec.K, size=spec.n)
        return cls(mu, c, mu[c] + draws.normal(size=(spec.n, 2)))

    def right(self, phi: np.ndarray) -> float:
        """The share of points put with their own group, under the best naming of q's groups. phi (n, K)."""
        table = np.zeros((phi.shape[1],) * 2)
        np.add.at(table, (self.c, phi.argmax(1)), 1)
        return float(table[linear_sum_assignment(-table)].sum() / len(self.c))

    def known(self) -> float:
        """The same share for one who knows the centres: points of two groups overlap."""
        return self.right(assign(self.x, self.mu, np.zeros(len(self.mu))))


def restore(spec: GaussianMixtureSpec, weights: State | None) -> Groups:
    """The points: all there is."""
    return Groups.drawn(spec)


def run(spec: GaussianMixtureSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """A moment for each half sweep of all starts. On the CPU whatever the device.

    q of the start shown: m (K, 2), ring0, ring1, ... (25, 2) around each. ends: nats (bound) and right
    (share) of all starts. end: other, how many starts lie more than a nat below the best; of the best right,
    near (less the share known by the true centres) and lead (over the mean start).
    """
    world, total = restore(spec, None), 2 * spec.sweeps
    places = np.random.default_rng([spec.seed, 1])
    ms = [world.x[places.choice(spec.n, spec.K, replace=False)] for _ in range(STARTS)]
    s2s = [np.ones(spec.K)] * STARTS
    phis = [assign(world.x, m, s2) for m, s2 in zip(ms, s2s, strict=True)]
    best = world.known()
    for half in range(total + 1):
        for i in range(STARTS) if half else ():
            if half % 2:
                ms[i], s2s[i] = place(world.x, phis[i], SPREAD**2)
            else:
                phis[i] = assign(world.x, ms[i], s2s[i])
        nats = np.array([bound(world.x, *one, SPREAD**2) for one in zip(phis, ms, s2s, strict=True)])
        right = np.array([world.right(phi) for phi in phis])
        mine, top = spec.which - 1, int(nats.argmax())
        if half:
            yield Step(half, total, {"bound": float(nats[mine])})
        circle = SIGMAS * np.stack([np.cos(RING), np.sin(RING)], 1)
        yield from shots(half, half, {
            "q": {"m": ms[mine].copy(), **{f"ring{k}": short(circle + m) for k, m in enumerate(ms[mine])}},
            "ends": {"half": np.array([half]), "nats": short(nats), "right": short(right)},
            "end": {
                "other": np.array([(nats < nats[top] - NAT).sum()]), "right": right[[top]],
                "known": np.array([best]), "near": right[[top]] - best, "lead": right[[top]] - right.mean(),
            },
        })  # fmt: skip


def short(figures: np.ndarray) -> np.ndarray:
    """What a picture needs of them, in half the room."""
    return figures.astype(np.float32)


SPEC = GaussianMixtureSpec
split = None  # nothing is held back: all points are given to q
CLAIMS = (
    Claim(
        "Climbing from twelve starts, at least two end more than a nat below the best of them.",
        at_least(2, "{:.0f} of 12", "at least 2", last("end", "other")),
        "Fewer than two.",
    ),
    Claim(
        "The start with the highest bound puts as many points with their own group as one who knows the true "
        "centres, to 2 points in a hundred.",
        at_least(
            -0.02, "{:+.1%} apart ({:.1%} against {:.1%})", "no more than 2 in 100 fewer",
            last("end", "near", "right", "known"),
        ),
        "A best bound that names more than 2 points in a hundred wrongly, of those that can be named.",
    ),
    Claim(
        "That start puts at least 3 points in a hundred more with their own group than the twelve's mean.",
        at_least(0.03, "{:.1%} more", "at least 3 in 100 more", last("end", "lead")),
        "A mean start that is as good, to 3 points in a hundred.",
    ),
)  # fmt: skip
RECORDED = (GaussianMixtureSpec(),)
