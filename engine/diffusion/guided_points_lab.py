"""Lab: a classifier learns to pull, from noised points or from clean ones alone. The rest is exact."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from engine.core.claims import Claim, Figures, check, last
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, restored, shots
from engine.diffusion import maps
from engine.diffusion.ddpm import DDPM, ancestral
from engine.diffusion.guidance import CLASSES, COUNTS, CUT, Classes, Guided
from engine.diffusion.guided_points import Classifier
from engine.diffusion.measures import agreement
from engine.diffusion.schedule import linear

PAPERS = ("dhariwal2021",)
BATCH, SPREAD, MANY, DRAWN = 256, 0.35, 600, 200
REACH, ASPECT, GRID = 3.2, 0.76, (9, 12)
BINS = 8  # noise levels at which the pull is looked at
MIDDLE = BINS // 2  # the one that is drawn as arrows
LONG = 0.45  # arrows are cut at this length


@dataclass(frozen=True)
class GuidedPointsSpec(Spec):
    noisy: bool = param(True, "Classifier sees noise", "In training; else clean points alone.")
    w: float = param(1.0, "Guidance w", COUNTS, low=0.0, high=20.0)
    T: int = param(40, "Noise levels T", "Steps from noise to data.", low=8, high=100)
    hidden: int = param(64, "Width", "Units of each of two hidden layers.", low=4, high=128)
    lr: float = param(3e-3, "Learning rate", "Step size of Adam.", low=1e-5, high=1.0, log=True)
    steps: int = param(2000, "Training steps", "Batches of 256 points.", low=10, high=10000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: GuidedPointsSpec, weights: State | None) -> Classifier:
    """The classifier with these weights, or as it starts from the seed."""
    return restored(spec.seed, weights, lambda: Classifier(spec.hidden, spec.T, spec.noisy))


def run(spec: GuidedPointsSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains on the CPU, where nets this small are fastest. `given["start"]` makes a fork."""
    rng = torch.Generator().manual_seed(spec.seed)
    net, watch = restore(spec, given.get("start")), Watch(spec)
    of, alpha_bar = Classes(SPREAD), linear(spec.T).float()
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr)
    moments = Moments(spec.steps, 16)

    yield from shots(0, 0, watch(net), net, half=True)
    for step in range(1, spec.steps + 1):
        which = torch.randint(2 * CLASSES, (BATCH,), generator=rng)
        x = of.means[which] + SPREAD * torch.randn(BATCH, 2, generator=rng)
        t = torch.randint(1, spec.T + 1, (BATCH,), generator=rng)
        if spec.noisy:
            ab = alpha_bar[t][:, None]
            x = ab.sqrt() * x + (1 - ab).sqrt() * torch.randn(x.shape, generator=rng)
        loss = cross_entropy(net(x, t), which // 2)
        adam.zero_grad()
        loss.backward()
        adam.step()
        figures = {"loss": round(loss.item(), 3)}
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, figures)
        else:
            seen = watch(net)
            figures |= {name: float(seen["pull"][name][MIDDLE]) for name in ("cosine", "long")}
            yield Step(step, spec.steps, figures | {"percent": 100 * float(seen["samples"]["crowd"][0])})
            yield from shots(moment, step, seen, net, half=True)


def levels(T: int) -> list[int]:
    """The noise levels at which the pull is looked at, from little noise to much."""
    return [max(1, round((i + 0.5) * T / BINS)) for i in range(BINS)]


class Watch:
    """Call it with a classifier: snapshots by name. Points that it is scored on are drawn anew.

    Over points of all classes, at each of the levels (BINS,): pull.cosine, with the exact pull; pull.long,
    how many times as long it is (root mean squares). field: pulls at the middle level on a grid, times the
    noise's scale, cut at LONG. samples: points that the exact score and w times this pull lead to.
    """

    def __init__(self, spec: GuidedPointsSpec):
        rng = torch.Generator().manual_seed(spec.seed + 10_000)
        self.w, self.alpha_bar, self.of = spec.w, linear(spec.T).float(), Classes(SPREAD)
        self.noise, self.seed = torch.randn(MANY, 2, generator=rng), spec.seed + 20_000
        clean, self.levels, self.places = self.of.all.draw(MANY, rng), levels(spec.T), []
        for t in self.levels:
            ab = self.alpha_bar[t]
            self.places.append(ab.sqrt() * clean + (1 - ab).sqrt() * torch.randn(clean.shape, generator=rng))
        self.grid = maps.cells(GRID, REACH, ASPECT)

    @torch.no_grad()
    def __call__(self, net: Classifier) -> dict[str, Arrays]:
        model = DDPM(Guided(self.of, self.alpha_bar, self.w, net.pull), self.alpha_bar)
        x = ancestral(model, self.noise, torch.Generator().manual_seed(self.seed))[-1]
        cosine, long, everywhere = [], [], torch.ones(MANY, dtype=torch.bool)
        for t, at in zip(self.levels, self.places, strict=True):
            said, exact = self._both(net, at, t)
            cosine.append(agreement(said, exact, everywhere))
            long.append(min(float((said.square().mean() / exact.square().mean()).sqrt()), 9999.0))
        said, exact = self._both(net, self.grid, middle := self.levels[MIDDLE])
        noise = (1 - self.alpha_bar[middle]).sqrt()
        crowd = np.array([float((x[:, 1] < CUT).float().mean())], np.float32)
        return {
            "samples": {"x": maps.places(x[:DRAWN].nan_to_num(99)), "crowd": crowd},
            "pull": {"cosine": np.array(cosine, np.float32), "long": np.array(long, np.float32)},
            "field": {"learned": _cut(noise * said), "exact": _cut(noise * exact)},
        }

    def _both(self, net: Classifier, x: Tensor, t: int) -> tuple[Tensor, Tensor]:
        return net.pull(x, torch.full((len(x),), t)), self.of.at(self.alpha_bar[t]).pull(x)


def _cut(field: Tensor) -> np.ndarray:
    long = field.norm(dim=1, keepdim=True).clamp(min=1e-9)
    return (field * (LONG / long).clamp(max=1)).numpy().round(3).astype(np.float32)


def _seen(name: str, *runs: str) -> Figures:
    return last("pull", name, runs=runs, of=lambda array: array[MIDDLE])


SPEC = GuidedPointsSpec
split = None  # points are drawn anew at each step, and to be scored on
ARMS = {"noised": {"noisy": True}, "clean": {"noisy": False}}
CLAIMS = (
    Claim(
        "A classifier that has seen noise pulls nearly as a perfect one does, also in the middle of the "
        "noise.",
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
        "One that has seen clean points alone is far too sure there: its pull is over five times as long.",
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
