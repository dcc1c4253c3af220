"""Lab: the same noise home with fresh noise at each step, or with none, in many steps or few. Exact."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from engine.core.claims import Claim, at_least, check, last, latest
from engine.core.inputs import Answer, Inputs
from engine.core.params import Spec, param
from engine.core.trace import Event, State, Step, shots
from engine.diffusion import few
from engine.diffusion.ddim import levels, sample
from engine.diffusion.few import MANY, NOISES, T
from engine.diffusion.karras import MOST, denoiser, solve
from engine.diffusion.karras import levels as grid
from engine.diffusion.mixture import Mixture
from engine.diffusion.worlds import line

PAPERS = ("song2020ddim",)
COUNTS = (1, 2, 4, 8, 16, 32, 80)  # evaluations at which ways home are compared
FEWER = 1000  # noises whose clumps are counted
FATES = 6  # runs of the DDPM from the reader's noise
EIGHT = COUNTS.index(8)


@dataclass(frozen=True)
class DDIMSpec(Spec):
    steps: int = param(
        T, "DDPM, DDIM steps", "From noise to data; each asks the denoiser once.", low=1, high=T
    )
    eta: float = param(
        0.0, "η of DDIM", "Fresh noise of the middle lane: 0 none, 1 a DDPM's.", low=0.0, high=1.0
    )
    x: float = param(0.8, "The noise", "Where the thick paths start.", low=-2.5, high=2.5)
    spread: float = param(0.2, "Width", "Standard deviation of each clump of data.", low=0.1, high=0.5)
    seed: int = param(0, "Seed", "Same seed, same fresh noise.", low=0, high=9999)


@dataclass(frozen=True)
class Ways:
    """The data, and the ways of the noises that are drawn."""

    spec: DDIMSpec
    data: Mixture

    def home(self, eta: float, x: Tensor, steps: int, seed: int) -> Tensor:
        """x (N, 1) in `steps` steps -> (steps + 1, N, 1)."""
        return sample(few.exact(self.data), x, steps, eta, torch.Generator().manual_seed(seed))

    def drawn(self) -> dict[str, Tensor]:
        """The paths of both lanes (S, paths): the reader's noise and NOISES; for the DDPM the reader's alone,
        FATES times.
        """
        spec = self.spec
        x = torch.tensor([spec.x, *NOISES])[:, None]
        again = torch.full((FATES, 1), spec.x)
        found = {"ddim": self.home(spec.eta, x, spec.steps, spec.seed),
                 "ddpm": self.home(1.0, again, spec.steps, spec.seed + 1)}  # fmt: skip
        return {name: path[:, :, 0] for name, path in found.items()}


def restore(spec: DDIMSpec, weights: State | None) -> Ways:
    """The data: all there is to restore, for nothing is trained."""
    return Ways(spec, line(spec.spread))


def run(spec: DDIMSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Moments go from noise to data. On the CPU whatever the device: half a second.

    lanes: where all paths are. quality: how far MANY ends lie from as many draws of the data, at COUNTS
    evaluations; floor: how far two sets of draws do. kept: of FEWER noises, the share that ends on the clump
    to which DDIM brings them in T steps; twice: that two DDPMs bring to one clump; chance: by chance.
    """
    ways = restore(spec, None)
    of, paths = ways.data, ways.drawn()
    noise, home, quality = _known(spec.spread, spec.seed)

    def ends(eta: float, seed: int) -> Tensor:
        return few.clump(of, ways.home(eta, noise, spec.steps, spec.seed + seed)[-1])

    kept, twice = (ends(spec.eta, 2) == home).float().mean(), (ends(1.0, 3) == ends(1.0, 4)).float().mean()
    figures = {"kept": float(kept), "twice": float(twice), "chance": float(of.weights.square().sum())}
    for moment in range(spec.steps + 1):
        far = 1 - levels(T, spec.steps)[moment] / T
        if moment:
            yield Step(moment, spec.steps, {"time": 1 - far} | (figures if moment == spec.steps else {}))
        lanes = {name: path[moment].numpy().clip(-9, 9) for name, path in paths.items()}
        yield from shots(moment, moment, {"lanes": lanes | {"at": np.array([far], np.float32)},
                                          "quality": quality})  # fmt: skip


@lru_cache(maxsize=32)
def _known(spread: float, seed: int) -> tuple[Tensor, Tensor, dict[str, np.ndarray]]:
    """What steps and eta do not change: FEWER noises, the clumps that DDIM brings them to in T steps, and the
    distances of DDIM, of DDPM and of Heun's steps, which ask twice each (at one evaluation: DDIM's step).
    """
    ways, rng = restore(DDIMSpec(spread=spread), None), torch.Generator().manual_seed(seed + 10_000)
    noise, real, other = torch.randn(MANY, 1, generator=rng), *(ways.data.draw(MANY, rng) for _ in "12")
    ends = {(eta, n): ways.home(eta, noise, n, seed)[-1] for eta in (0.0, 1.0) for n in COUNTS}
    found = {
        name: [few.apart(ends[eta, n], real) for n in COUNTS] for name, eta in (("ddim", 0.0), ("ddpm", 1.0))
    }
    denoise, x = denoiser(ways.data), MOST * noise
    heun = [few.apart(solve(denoise, x, grid(n // 2 + 1).flip(0))[-1], real) for n in COUNTS[1:]]
    found |= {"heun": [found["ddim"][0], *heun], "floor": [few.apart(real, other)] * len(COUNTS)}
    home = few.clump(ways.data, ends[0.0, T])[:FEWER]
    return noise[:FEWER], home, {name: np.array(v, np.float32) for name, v in found.items()}


def _probe_ways(model: Ways, inputs: Inputs) -> Answer:
    """{} -> the paths of the lanes, (paths, S), and where they are on their way, "at" (S,); "river"."""
    at = 1 - np.array(levels(T, model.spec.steps)) / T
    paths = {name: path.T.numpy().clip(-9, 9) for name, path in model.drawn().items()}
    long = model.home(0.0, torch.tensor([[model.spec.x]]), T, 0)[:, :, 0].T.numpy()
    return paths | {"at": at, "river": few.river(model.data), "long": long}


SPEC = DDIMSpec
split = None  # exact: nothing is learned
PROBES = {"ways": _probe_ways}
CLAIMS = (
    Claim(
        "In 8 steps DDIM brings more than three in four noises to the clump that it brings them to in 80.",
        at_least(0.75, "{:.1%} of 1,000 noises; by chance {:.1%}", "75% at least",
                 latest("kept", "chance", runs=("few",))),
        "A quarter of the noises or more on another clump.",
        {"few": {"steps": 8, "eta": 0.0}},
    ),
    Claim(
        "A DDPM forgets the noise that it began with: twice the same, and the clumps agree by chance.",
        check(lambda twice, chance: abs(twice - chance) < 0.05, "{:.1%} agree, {:.1%} would by chance",
              "within 5% of chance", latest("twice", "chance", runs=("long",))),
        "Two runs from one noise that agree more often than two that begin anywhere.",
        {"long": {"steps": T}},
    ),
    Claim(
        "In 8 steps DDIM lands nearer to the data than a DDPM.",
        check(lambda ddim, ddpm, floor: ddim < 0.85 * ddpm,
              "{:.3f} from the data, DDPM {:.3f}, two sets of data {:.3f}", "less than 0.85 of the DDPM's",
              last("quality", "ddim", "ddpm", "floor", of=lambda array: array[EIGHT])),
        "DDIM as far from the data in 8 steps as a DDPM, or nearly.",
    ),
)  # fmt: skip
RECORDED = (DDIMSpec(),)
