"""Lab: a classifier learns to pull, from noised points or from clean ones alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from engine.core.claims import Claim, Figures, check, last
from engine.core.judges import floor, mmd
from engine.core.nets import Average
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, restored, shots
from engine.diffusion import maps
from engine.diffusion.ddpm import ancestral, newest_share
from engine.diffusion.guidance import CLASSES, FAR, NEAR, Classes
from engine.diffusion.guided_points import Pair
from engine.diffusion.measures import agreement
from engine.diffusion.schedule import linear

PAPERS = ("dhariwal2021",)
BATCH, SPREAD, MANY, DRAWN = 256, 0.35, 600, 200
REACH, ASPECT, GRID = 3.2, 0.76, (9, 12)
BINS = 8  # of the noise levels
MIDDLE = BINS // 2  # the bin that is drawn as arrows
LONG = 0.45  # arrows are cut at this length
CUT = (NEAR + FAR) / 2  # who stands below it is in the crowd


@dataclass(frozen=True)
class GuidedPointsSpec(Spec):
    noisy: bool = param(True, "Classifier sees noise", "In training; else clean points alone.")
    w: float = param(
        1.0, "Guidance w", "Of the samples: 0 no class, 1 the class as it is.", low=0.0, high=20.0
    )
    T: int = param(40, "Noise levels T", "Steps from noise to data.", low=8, high=100)
    hidden: int = param(64, "Width", "Units of each hidden layer, of both nets.", low=8, high=128)
    lr: float = param(3e-3, "Learning rate", "Step size of Adam.", low=1e-5, high=1.0, log=True)
    steps: int = param(1500, "Training steps", "Batches of 256 points.", low=10, high=10000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: GuidedPointsSpec, weights: State | None) -> Pair:
    """Both nets with these weights, or as they start from the seed."""
    return restored(spec.seed, weights, lambda: Pair(spec.hidden, linear(spec.T), spec.noisy))


def run(spec: GuidedPointsSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains on the CPU, where nets this small are fastest. `given["start"]` makes a fork."""
    rng = torch.Generator().manual_seed(spec.seed)
    pair, shown = restore(spec, given.get("start")), restore(spec, given.get("start"))
    of, watch = Classes(SPREAD), Watch(spec)
    average = Average(pair)
    shown = average.net
    adam = torch.optim.Adam(pair.parameters(), lr=spec.lr)
    moments = Moments(spec.steps, 12)

    yield from shots(0, 0, watch(shown), shown, half=True)
    for step in range(1, spec.steps + 1):
        which = torch.randint(2 * CLASSES, (BATCH,), generator=rng)
        x0 = of.means[which] + SPREAD * torch.randn(BATCH, 2, generator=rng)
        t = torch.randint(1, spec.T + 1, (BATCH,), generator=rng)
        eps = torch.randn(x0.shape, generator=rng)
        seen = pair.diffusion.q_sample(x0, t, eps) if spec.noisy else x0
        loss = pair.diffusion.losses(x0, t, eps).mean()
        error = cross_entropy(pair.says(seen, t), which // 2)
        adam.zero_grad()
        (loss + error).backward()  # they share no weight: each learns as if by itself
        adam.step()
        average.follow(pair, newest_share(step))
        figures = {"loss": round(loss.item(), 3), "error": round(error.item(), 3)}
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, figures)
        else:
            found = watch(shown)
            yield Step(step, spec.steps, figures | told(found))
            yield from shots(moment, step, found, shown, half=True)


def told(found: Mapping[str, Arrays]) -> dict[str, float]:
    """The figures of a moment."""
    pull, samples = found["pull"], found["samples"]
    return {"cosine": float(pull["cosine"][MIDDLE]), "long": float(pull["long"][MIDDLE])} | {
        name: float(samples[name]) for name in ("sure", "crowd", "mmd", "floor")
    }


def levels(T: int) -> list[int]:
    """The noise level in the middle of each bin, from little noise to much."""
    return [max(1, round((i + 0.5) * T / BINS)) for i in range(BINS)]


class Watch:
    """Call it with both nets: snapshots by name. Points that they are scored on are drawn anew.

    Over points of all classes, at each of the levels (BINS,): pull.cosine, of the classifier's pull with the
    exact one; pull.long, how many times as long it is (root mean squares); sum.cosine, of both arrows
    together. field: pulls at the middle level on a grid, times the noise's scale, cut at LONG.
    """

    def __init__(self, spec: GuidedPointsSpec):
        rng = torch.Generator().manual_seed(spec.seed + 10_000)
        self.w, self.alpha_bar, self.of = spec.w, linear(spec.T).float(), Classes(SPREAD)
        self.noise, self.seed = torch.randn(MANY, 2, generator=rng), spec.seed + 20_000
        self.held = self.of.asked.draw(MANY, rng)
        self.levels = levels(spec.T)
        clean = self.of.all.draw(MANY, rng)
        self.places = []
        for t in self.levels:
            ab = self.alpha_bar[t]
            self.places.append(ab.sqrt() * clean + (1 - ab).sqrt() * torch.randn(clean.shape, generator=rng))
        self.grid = maps.cells(GRID, REACH, ASPECT)

    @torch.no_grad()
    def __call__(self, pair: Pair) -> dict[str, Arrays]:
        x = ancestral(pair.guided(self.w), self.noise, torch.Generator().manual_seed(self.seed))[-1]
        x = x.nan_to_num(99).clamp(-99, 99)  # a training that went wrong throws them anywhere
        pull, long, both = [], [], []
        everywhere = torch.ones(MANY, dtype=torch.bool)
        for t, at in zip(self.levels, self.places, strict=True):
            now, level = self.of.at(self.alpha_bar[t]), torch.full((MANY,), t)
            said, noise = pair.pull(at, level), now.all.noise
            net = -pair.diffusion.net(at, level) / noise
            exact = now.pull(at)
            pull.append(agreement(said, exact, everywhere))
            long.append(min(float(said.square().mean().sqrt() / exact.square().mean().sqrt()), 9999.0))
            both.append(agreement(net + self.w * said, now.all.score(at) + self.w * exact, everywhere))
        middle = self.levels[MIDDLE]
        said = pair.pull(self.grid, torch.full((len(self.grid),), middle))
        now = self.of.at(self.alpha_bar[middle])
        end = self.of.at(1.0)
        return {
            "samples": {
                "x": maps.places(x[:DRAWN]),
                "sure": _figure(float(end.log_class(x).exp().mean())),
                "crowd": _figure(float((x[:, 1] < CUT).float().mean())),
                "mmd": _figure(mmd(x, self.held)), "floor": _figure(floor(self.held)),
            },
            "pull": {"cosine": np.array(pull, np.float32), "long": np.array(long, np.float32),
                     "level": np.array(self.levels, np.float32) / len(self.alpha_bar[1:])},
            "sum": {"cosine": np.array(both, np.float32)},
            "field": {"learned": _cut(now.all.noise * said),
                      "exact": _cut(now.all.noise * now.pull(self.grid))},
        }  # fmt: skip


def _figure(value: float) -> np.ndarray:
    return np.array(value if np.isfinite(value) else 0, np.float32)


def _cut(field: Tensor) -> np.ndarray:
    long = field.norm(dim=1, keepdim=True).clamp(min=1e-9)
    return (field * (LONG / long).clamp(max=1)).numpy().round(3).astype(np.float32)


def _middle(array: np.ndarray) -> float:
    return float(array[MIDDLE])


SPEC = GuidedPointsSpec
split = None  # points are drawn anew at each step, and to be scored on
ARMS = {"noised": {"noisy": True}, "clean": {"noisy": False}}


def _seen(name: str, *runs: str) -> Figures:
    return last("pull", name, runs=runs, of=_middle)


CLAIMS = (
    Claim(
        "A classifier that has seen noise pulls as a perfect one does, also in the middle of the noise.",
        check(
            lambda cosine, long: cosine > 0.95 and 0.7 < long < 1.4,
            "cosine {:.3f} with the exact pull, {:.2f} times as long",
            "over 0.95, 0.7 to 1.4 times",
            _seen("cosine", "noised"),
            _seen("long", "noised"),
        ),
        "A gradient in the middle of the noise that points elsewhere, or is too long or too short by half.",
        {"noised": {"noisy": True}},
    ),
    Claim(
        "One that has seen clean points alone is far too sure there: its pull is many times too long.",
        check(
            lambda clean, noised: clean > 5 * noised,
            "{:.1f} times as long as the exact pull; having seen noise, {:.2f} times",
            "5 times longer at least",
            _seen("long", "clean", "noised"),
        ),
        "A pull of less than five times the length that seeing noise teaches.",
        ARMS,
    ),
)
RECORDED = (GuidedPointsSpec(), GuidedPointsSpec(noisy=False))
