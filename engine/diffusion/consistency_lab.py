"""Lab: a net learns where each path of the ODE ends, and goes there in one step. The teacher is exact."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.core.claims import Claim, at_most, check, late
from engine.core.inputs import Answer, Inputs, real
from engine.core.nets import Average
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, restored, shots
from engine.diffusion import few
from engine.diffusion.consistency import Consistency, losses, sample
from engine.diffusion.few import MANY, NOISES
from engine.diffusion.karras import MOST, SOLVERS, denoiser, levels, solve
from engine.diffusion.worlds import line

PAPERS = ("song2023consistency", "karras2022edm")
BATCH, SPREAD = 256, 0.2
RIVALS = (1, 16)  # steps of DDIM that one step is compared with
PATHS, ON = (-1.35, -0.62, -0.1, 0.42, 1.3), 14  # noises whose paths are watched; points on each
JUMPS = (1, 2, 4)  # steps of multistep sampling
STAIRS = np.linspace(-2.6, 2.6, 105, dtype=np.float32)  # noises whose ends are drawn


@dataclass(frozen=True)
class ConsistencySpec(Spec):
    boundary: bool = param(True, "f(x, ε) = x", "Built in by c_skip and c_out; else the bare net.")
    solver: str = param("Heun", "Teacher's step", "Heun asks the denoiser twice.", choices=tuple(SOLVERS))
    N: int = param(18, "Levels N", "Of noise, on each path.", low=4, high=80)
    mu: float = param(0.95, "Decay μ", "How much the target keeps of its weights.", low=0.0, high=0.999)
    hidden: int = param(64, "Width", "Units of each of three hidden layers.", low=4, high=128)
    lr: float = param(2e-3, "Learning rate", "Step size of Adam.", low=1e-5, high=1.0, log=True)
    steps: int = param(3000, "Training steps", "Batches of 256 points.", low=10, high=10000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: ConsistencySpec, weights: State | None) -> Consistency:
    """The net with these weights, or as it starts from the seed."""
    return restored(spec.seed, weights, lambda: Consistency(1, spec.hidden, spec.boundary))


def run(spec: ConsistencySpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains on the CPU, where nets this small are fastest. `given["start"]` makes a fork."""
    rng = torch.Generator().manual_seed(spec.seed)
    net, watch = restore(spec, given.get("start")), Watch(spec)
    target, of, t = Average(net), line(SPREAD), levels(spec.N)[:, None]
    denoise = denoiser(of)
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr)
    moments = Moments(spec.steps, 40)

    yield from shots(0, 0, watch(target.net)[0], target.net, half=True)
    for step in range(1, spec.steps + 1):
        x0, z = of.draw(BATCH, rng), torch.randn(BATCH, 1, generator=rng)
        n = torch.randint(spec.N - 1, (BATCH,), generator=rng)
        loss = losses(net, target.net, denoise, spec.solver, x0, t[n + 1], t[n], z).mean()
        adam.zero_grad()
        loss.backward()
        adam.step()
        target.follow(net, 1 - spec.mu)
        figures = {"loss": round(loss.item(), 4)}
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, figures)
        else:
            seen, said = watch(target.net)
            yield Step(step, spec.steps, figures | said)
            yield from shots(moment, step, seen, target.net, half=True)


def strings(N: int = ON) -> tuple[Tensor, Tensor]:
    """PATHS of the exact ODE at N levels from noise to data: t (N,), x (N, paths)."""
    t, long = levels(N).flip(0), levels(20 * (N - 1) + 1).flip(0)
    return t, solve(denoiser(line(SPREAD)), MOST * torch.tensor(PATHS)[:, None], long)[::20, :, 0]


class Watch:
    """Call it with a net: snapshots by name, and figures. Its noises and its data are drawn for it alone.

    strings.guess (paths, ON): where it says that a path ends, asked at ON points of it. stairs.learned: where
    each noise of STAIRS ends. many.ends (3,): how far MANY ends of JUMPS steps lie from as many draws of the
    data. one: of one step; ddim1, ddim16: of DDIM's; floor: of other draws; apart: how far the guesses along
    a path spread, on average; miss: how far one step ends from the ODE's end, on average.
    """

    def __init__(self, spec: ConsistencySpec):
        rng, of = torch.Generator().manual_seed(spec.seed + 10_000), line(SPREAD)
        self.noise = MOST * torch.randn(MANY, 1, generator=rng)
        self.real, other = of.draw(MANY, rng), of.draw(MANY, rng)
        self.floor, self.seed = few.apart(self.real, other), spec.seed + 20_000
        denoise = denoiser(of)
        self.ends = solve(denoise, self.noise, levels(81).flip(0))[-1]
        self.ddim = {
            f"ddim{n}": few.apart(solve(denoise, self.noise, levels(n + 1).flip(0), "Euler")[-1], self.real)
            for n in RIVALS
        }
        t, x = strings()
        self.t, self.x = t.repeat(len(PATHS))[:, None], x.T.reshape(-1, 1)

    @torch.no_grad()
    def __call__(self, net: Consistency) -> tuple[dict[str, Arrays], dict[str, float]]:
        rng = torch.Generator().manual_seed(self.seed)
        guess = net(self.x, self.t).reshape(len(PATHS), ON).nan_to_num(99).clamp(-99, 99)
        stairs = net(MOST * torch.from_numpy(STAIRS)[:, None], torch.full((len(STAIRS), 1), MOST))[:, 0]
        ends = [sample(net, self.noise, levels(n + 1).flip(0)[:-1], rng) for n in JUMPS]
        many = [min(few.apart(x.nan_to_num(99), self.real), 99.0) for x in ends]
        miss = min(float((ends[0] - self.ends).nan_to_num(99).abs().mean()), 99.0)
        figures = {
            "one": many[0],
            "floor": self.floor,
            "apart": float(guess.std(1).mean()),
            "miss": miss,
            **self.ddim,
        }
        seen = {
            "strings": {"guess": guess.numpy().round(3)},
            "stairs": {"learned": stairs.nan_to_num(99).clamp(-99, 99).numpy().round(3)},
            "many": {"ends": np.array(many, np.float32)},
        }
        return seen, {name: round(value, 4) for name, value in figures.items()}


def _probe_ends(model: Consistency, inputs: Inputs) -> Answer:
    """{"x": a noise, drawn} -> where one step ends from it and from NOISES, "ends" (paths,)."""
    x = few.units(MOST) * torch.tensor([[real(inputs, "x", -3, 3)], *([one] for one in NOISES)])
    with torch.no_grad():
        return {"ends": model(x, torch.full_like(x, MOST))[:, 0].nan_to_num(99).clamp(-9, 9).numpy()}


SPEC = ConsistencySpec
split = None  # points are drawn anew at each step, and to be scored on
PROBES = {"ends": _probe_ends}
BUILT = {"built": {"boundary": True}}  # what is claimed of the paper's net is read off it
CLAIMS = (
    Claim(
        "With f(x, ε) = x built in, one step lands nearer to the data than 16 steps of DDIM.",
        check(lambda one, ddim, *_: one < 0.8 * ddim,
              "{:.3f} from the data; DDIM {:.3f} in 16 steps, {:.2f} in one; two sets of data {:.3f}",
              "less than 0.8 of DDIM's in 16", late("one", "ddim16", "ddim1", "floor", runs=("built",))),
        "One step about as far from the data as 16 of DDIM, or farther.",
        BUILT,
    ),
    Claim(
        "Guesses made from all points of one path come together.",
        at_most(0.04, "they spread by {:.3f} at the end; clumps lie 1.8 apart, each 0.2 wide", "0.04 at most",
                late("apart", runs=("built",))),
        "Guesses along a path that spread by a fifth of a clump's width.",
        BUILT,
    ),
    Claim(
        "Without f(x, ε) = x built in, one step does not come to the data.",
        check(lambda free, one, _: free > 4 * one,
              "{:.2f} from the data without it, {:.3f} with it; two sets of data {:.3f}",
              "over 4 times as far", late("one", runs=("free", "built")), late("floor")),
        "Ends without it at most four times as far from the data.",
        BUILT | {"free": {"boundary": False}},
    ),
    Claim(
        "A better teacher's step makes a better student: Heun's against one of DDIM's.",
        check(lambda euler, heun: euler > 2 * heun,
              "one step ends {:.3f} from the end of the ODE after Euler's steps, which are DDIM's; {:.3f} "
              "after Heun's", "Euler's over twice as far", late("miss", runs=("euler", "heun"))),
        "A student of Euler's steps that ends at most twice as far from the ODE's ends.",
        {"euler": {"solver": "Euler"}, "heun": {"solver": "Heun"}},
        beside="Heun's step asks the exact denoiser twice, Euler's once; the student learns as many steps.",
    ),
)  # fmt: skip
RECORDED = (ConsistencySpec(), ConsistencySpec(boundary=False))
