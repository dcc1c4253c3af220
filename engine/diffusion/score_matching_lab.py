"""Lab: a net learns the score by taking noise out of points, and walkers find the data by it."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from engine.core.claims import Claim, Verdict, check, last
from engine.core.judges import floor, mmd
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, Trace, restored, shots
from engine.data.landscapes import LANDSCAPES
from engine.diffusion import maps
from engine.diffusion.langevin import annealed, geometric
from engine.diffusion.measures import agreement
from engine.diffusion.score_matching import ScoreNet, losses
from engine.diffusion.worlds import landscape

PAPERS = ("song2019ncsn", "vincent2011")
DATA, BATCH, MOMENTS = 4096, 512, 16
WALKERS, SHOWN = 300, 90
FIRST, LAST = 5.0, 0.1  # the largest and the smallest noise scale
EPS, STEPS = 0.3, 160  # of the walk: eps in squares of the scale, steps shared by all scales
LIKELY = 0.01  # of the highest density: a place is likely above, rare below
BINS = (1e-1, 1e-2, 1e-4, 1e-8, 0.0)  # the same in five steps: each bin's lower end
COSINE, RATIO, GAIN = 0.95, 2.0, 0.1


@dataclass(frozen=True)
class ScoreMatchingSpec(Spec):
    shape: str = param("grid", "Data", "Where the Gaussians stand.", choices=tuple(LANDSCAPES))
    modes: int = param(4, "Modes", "How many Gaussians.", low=1, high=24)
    spread: float = param(0.2, "Width", "Standard deviation of each.", low=0.1, high=0.6)
    scales: int = param(8, "Scales", "Noise scales from 5 down to 0.1; 1 is the last alone.", low=1, high=12)
    hidden: int = param(64, "Width of the net", "Units in each of three layers.", low=8, high=256)
    lr: float = param(8e-3, "Learning rate", "Of Adam; it falls to 0.", low=1e-5, high=1.0, log=True)
    steps: int = param(3000, "Training steps", "Batches of 512 points.", low=10, high=10000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def sigmas(spec: ScoreMatchingSpec) -> Tensor:
    """The noise scales, falling -> (L,)."""
    return geometric(FIRST if spec.scales > 1 else LAST, LAST, spec.scales)


def restore(spec: ScoreMatchingSpec, weights: State | None) -> ScoreNet:
    """The net with these weights, or as it starts from the seed."""
    return restored(spec.seed, weights, lambda: ScoreNet(2, spec.hidden))


def run(spec: ScoreMatchingSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains; at each moment shows the field at every scale, its error, and samples by annealed Langevin."""
    rng = torch.Generator().manual_seed(spec.seed)
    mixture, levels = landscape(spec.shape, spec.modes, spec.spread, 0.0), sigmas(spec)
    data = mixture.draw(DATA, rng)
    watch = Watch(spec)
    net = restore(spec, given.get("start")).to(device)
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr)
    moments = Moments(spec.steps, MOMENTS)

    yield from shots(0, 0, watch(net, device), net)
    for step in range(1, spec.steps + 1):
        adam.param_groups[0]["lr"] = spec.lr * (1 - (step - 1) / spec.steps)
        x = data[torch.randint(DATA, (BATCH,), generator=rng)]
        sigma = levels[torch.randint(len(levels), (BATCH,), generator=rng)]
        z = torch.randn(x.shape, generator=rng)
        loss = losses(net, x.to(device), sigma.to(device), z.to(device)).mean()
        adam.zero_grad()
        loss.backward()
        adam.step()
        yield Step(step, spec.steps, {"loss": loss.item()})
        if (moment := moments.at(step)) is not None:
            yield from shots(moment, step, watch(net, device), net)


class Watch:
    """What is looked at, the same at every moment: places, walkers, and the exact answers to compare with."""

    def __init__(self, spec: ScoreMatchingSpec):
        self.levels, self.seed = sigmas(spec).tolist(), spec.seed
        self.data = landscape(spec.shape, spec.modes, spec.spread, 0.0)
        self.noised = [self.data.at(1.0, sigma) for sigma in self.levels]
        self.spreads = [math.hypot(1.0, sigma) for sigma in self.levels]  # what the pictures divide places by
        rng = torch.Generator().manual_seed(spec.seed)
        fresh = self.noised[-1]
        noise = fresh.noise * torch.randn(WALKERS, 2, generator=rng)
        self.truth = self.data.draw(WALKERS, rng) + noise

    def _field(self, score: Callable[[Tensor], Tensor], i: int) -> Tensor:
        return maps.arrows(score, self.noised[i].variance ** 0.5, self.spreads[i])

    @torch.no_grad()
    def __call__(self, net: ScoreNet, device: torch.device) -> dict[str, Arrays]:
        """The snapshots of one moment."""

        def score(x: Tensor, sigma: float) -> Tensor:
            return net(x.to(device), torch.full((len(x),), sigma, device=device)).cpu()

        learned, error, likely, rare, bins = [], [], [], [], []
        for i, p in enumerate(self.noised):
            said = self._field(lambda x, i=i: score(x, self.levels[i]), i)
            exact = self._field(p.score, i)
            learned.append(maps.kept(said))
            error.append(maps.kept(said - exact))
            x = self.spreads[i] * maps.cells(maps.DENSITY)
            ratio = torch.exp((log := p.log_density(x).double()) - log.max())
            fields = score(x, self.levels[i]), p.score(x)
            likely.append(agreement(*fields, ratio > LIKELY))
            rare.append(agreement(*fields, ratio <= LIKELY))
            within = [(ratio > low) & (ratio <= high) for low, high in pairwise((0.0, *BINS[-2::-1], 1.0))]
            bins = [agreement(*fields, there) for there in within[::-1]]  # of the smallest scale: the last
        rng = torch.Generator().manual_seed(self.seed)
        x, steps = FIRST * torch.randn(WALKERS, 2, generator=rng), STEPS // len(self.levels)
        path = annealed(score, x, torch.tensor(self.levels), EPS * LAST**2, steps, rng)[steps::steps]
        shown = [maps.places(x[:SHOWN], c) for x, c in zip(path, self.spreads, strict=True)]
        ends = path[-1].nan_to_num(1e3, 1e3, -1e3)
        found = {"mmd": mmd(ends, self.truth), "floor": floor(self.truth)}
        cosines = {"likely": likely, "rare": rare, "by_density": bins}
        return {
            "field": {"learned": np.stack(learned), "error": np.stack(error)},
            "samples": {"x": np.stack(shown)},
            "cosine": {name: np.array(v, np.float32).round(4) for name, v in cosines.items()},
            "quality": {name: np.array(v, np.float32) for name, v in found.items()},
        }

    def exact(self) -> dict[str, np.ndarray]:
        """What needs no training: "density" (L, rows, columns) and "score" (L, rows, columns, 2)."""
        ink = [maps.density(p, c) for p, c in zip(self.noised, self.spreads, strict=True)]
        fields = [maps.kept(self._field(p.score, i)) for i, p in enumerate(self.noised)]
        return {"density": np.stack(ink), "score": np.stack(fields)}


def _points_the_same_way(traces: Mapping[str, Trace]) -> Verdict:
    cosines = traces["this"].last("cosine")["likely"]
    return Verdict(
        bool(cosines.min() > COSINE),
        f"cosine {cosines.min():.3f} at the worst of {len(cosines)} scales",
        f"above {COSINE} where the density is over {LIKELY:.0%} of its highest",
    )


SPEC = ScoreMatchingSpec
split = None  # measured against the exact score, at fresh draws
CLAIMS = (
    Claim(
        "The learned score points where the exact one does.",
        _points_the_same_way,
        "A noise scale at which the two fields disagree where the noised data are.",
    ),
    Claim(
        "Walkers that follow the learned score find the data.",
        check(
            lambda found, least: found < RATIO * least,
            "MMD {:.4f}, floor {:.4f}",
            f"below {RATIO:g} floors",
            last("quality", "mmd", "floor"),
        ),
        "Samples whose discrepancy from exact draws is far above that of two exact draws.",
    ),
    Claim(
        "One small noise alone teaches far less where data are rarest.",
        check(
            lambda many, one: many - one > GAIN,
            "cosine {:.2f} with eight scales, {:.2f} with the smallest alone, where data are rarest",
            f"more than {GAIN} apart",
            last("cosine", "by_density", runs=("many", "one"), of=lambda bins: bins[-1]),
        ),
        "A net trained at the smallest scale alone whose cosine there is nearly that of one trained at all.",
        {"many": {"scales": 8}, "one": {"scales": 1}},
    ),
)
RECORDED = (ScoreMatchingSpec(), ScoreMatchingSpec(scales=1))
