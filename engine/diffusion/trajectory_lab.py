"""Lab: one net learns to jump from any noise to any less, on the plane. The teacher is exact."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.core.claims import Claim, at_least, at_most, check, late
from engine.core.inputs import Answer, Inputs, whole
from engine.core.judges import floor, mmd
from engine.core.nets import Average
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, restored, shots
from engine.diffusion import few, maps
from engine.diffusion.karras import EPS, MOST, denoiser, levels, solve
from engine.diffusion.measures import agreement
from engine.diffusion.trajectory import Trajectory, drawn, losses, sample, score_losses
from engine.diffusion.worlds import landscape

PAPERS = ("kim2024ctm",)
BATCH, N, MODES, SPREAD, MU = 192, 18, 6, 0.2, 0.95
MANY, DRAWN = 600, 160  # of MANY the figures are taken, DRAWN are drawn
JUMPS = (1, 2, 4, 8)
RIVAL = 8  # steps of DDIM
FINE = 5  # steps of the exact ODE for each level of the ruler
GRID = (9, 12)


@dataclass(frozen=True)
class TrajectorySpec(Spec):
    score: float = param(0.3, "Score's weight", "Of the loss at s = t; 0 leaves it out.", low=0.0, high=10.0)
    hidden: int = param(96, "Width", "Units of each of three hidden layers.", low=4, high=192)
    lr: float = param(2e-3, "Learning rate", "Step size of Adam.", low=1e-5, high=1.0, log=True)
    steps: int = param(2000, "Training steps", "Batches of 192 points.", low=10, high=10000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: TrajectorySpec, weights: State | None) -> Trajectory:
    """The net with these weights, or as it starts from the seed."""
    return restored(spec.seed, weights, lambda: Trajectory(2, spec.hidden))


def run(spec: TrajectorySpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains on the CPU, where nets this small are fastest. `given["start"]` makes a fork."""
    rng = torch.Generator().manual_seed(spec.seed)
    net, watch = restore(spec, given.get("start")), Watch(spec)
    target, of, grid = Average(net), landscape("ring", MODES, SPREAD, 0.0), levels(N)
    denoise = denoiser(of)
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr)
    moments = Moments(spec.steps, 25)

    yield from shots(0, 0, watch(target.net)[0], target.net, half=True)
    for step in range(1, spec.steps + 1):
        x0, z, noise = of.draw(BATCH, rng), *torch.randn(2, BATCH, 2, generator=rng)
        at = grid[torch.randint(N, (BATCH,), generator=rng)][:, None]
        jumps = losses(net, target.net, denoise, grid, x0, drawn(BATCH, N, rng), z).mean()
        loss = jumps + spec.score * score_losses(net, x0, at, noise).mean()
        adam.zero_grad()
        loss.backward()
        adam.step()
        target.follow(net, 1 - MU)
        figures = {"loss": round(loss.item(), 4)}
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, figures)
        else:
            seen, said = watch(target.net)
            yield Step(step, spec.steps, figures | said)
            yield from shots(moment, step, seen, target.net, half=True)


class Watch:
    """Call it with a net: snapshots by name, and figures. Its noises and its data are drawn for it alone.

    ends.x (DRAWN, 2): where one jump ends; ends.exact: where the ODE does.
    many.plain, many.fresh (4,): squared MMD to the data of JUMPS jumps, with gamma 0 and 1. one, eight,
    fresh: of 1 and of 8 jumps; ddim8, floor: of DDIM's ends, of other data. cosine: of the arrow at s = t
    with the score, over four levels; twice: how far two jumps end from one, in widths of a clump.
    """

    def __init__(self, spec: TrajectorySpec):
        rng = torch.Generator().manual_seed(spec.seed + 10_000)
        of = landscape("ring", MODES, SPREAD, 0.0)
        self.denoise, self.seed = denoiser(of), spec.seed + 20_000
        self.noise = MOST * torch.randn(MANY, 2, generator=rng)
        self.real = of.draw(MANY, rng)
        self.ends = solve(self.denoise, self.noise, levels(81).flip(0))[-1]
        ddim = solve(self.denoise, self.noise, levels(RIVAL + 1).flip(0), "Euler")[-1]
        self.known = {"ddim8": mmd(ddim, self.real), "floor": floor(self.real)}
        self.rules = {name: [value] for name, value in self.known.items()}
        middle = levels(N)[4:14:3]
        self.at = middle.repeat_interleave(MANY // 4)[:, None]
        self.x = self.real[: len(self.at)] + self.at * torch.randn(len(self.at), 2, generator=rng)

    @torch.no_grad()
    def __call__(self, net: Trajectory) -> tuple[dict[str, Arrays], dict[str, float]]:
        many, first = {}, torch.zeros(0)
        for name, gamma in (("fresh", 1.0), ("plain", 0.0)):
            rng = torch.Generator().manual_seed(self.seed)
            ways = [sample(net, self.noise, levels(n + 1).flip(0), gamma, rng) for n in JUMPS]
            many[name], first = [min(mmd(x.nan_to_num(99), self.real), 9.0) for x in ways], ways[0]
        t, u, s = self.at, self.at / 2, torch.full_like(self.at, EPS)
        said, score = net.g(self.x, t, t) - self.x, self.denoise(self.x, t) - self.x
        twice = (net(net(self.x, t, u), u, s) - net(self.x, t, s)).norm(dim=1).nan_to_num(99).mean()
        everywhere = torch.ones(len(t), dtype=torch.bool)
        figures = {
            "one": many["plain"][0],
            "eight": many["plain"][-1],
            "fresh": many["fresh"][-1],
            "cosine": agreement(said, score, everywhere),
            "twice": min(float(twice) / SPREAD, 99.0),
        }
        seen = {
            "ends": {"x": maps.places(first[:DRAWN].nan_to_num(99)), "exact": maps.places(self.ends[:DRAWN])},
            "many": {name: np.array(v, np.float32) for name, v in (many | self.rules).items()},
        }
        return seen, {name: round(value, 5) for name, value in (figures | self.known).items()}


def _probe_jump(model: Trajectory, inputs: Inputs) -> Answer:
    """{"t", "s": numbers of levels, 0 little noise to N - 1, s <= t, "seed"} -> of DRAWN points of p_t:
    "x", "jumped", "exact" (n, 2); of a grid: "heading", "truth" (cells, 2), where the net and the ODE head;
    "density" of p_t, "below" of p_s (rows, columns); "off" (): how far jumps end from the ODE, on average.
    """
    high = whole(inputs, "t", 1, N - 1)
    low, of = whole(inputs, "s", 0, high), landscape("ring", MODES, SPREAD, 0.0)
    rng = torch.Generator().manual_seed(whole(inputs, "seed", 0, 9999))
    grid, denoise = levels(N), denoiser(of)
    fine = levels(FINE * (N - 1) + 1)[FINE * low : FINE * high + 1].flip(0)
    t, s = grid[high], grid[low]
    cells = maps.cells(GRID) * few.units(t)
    x = torch.cat([of.draw(DRAWN, rng) + t * torch.randn(DRAWN, 2, generator=rng), cells])
    exact = solve(denoise, x, fine)[-1]
    truth = denoise(x, t) if low == high else x + (exact - x) / (1 - s / t)
    with torch.no_grad():
        at = [one.expand(len(x), 1) for one in (t, s)]
        jumped, heading = model(x, *at), model.g(x, *at)
    found = {"x": x / few.units(t), "jumped": jumped / few.units(s), "exact": exact / few.units(s)}
    field = {"heading": heading - x, "truth": truth - x}
    return (
        {name: value[:DRAWN].nan_to_num(99).numpy() for name, value in found.items()}
        | {name: _cut(value[DRAWN:] / few.units(t)) for name, value in field.items()}
        | {name: maps.density(of.at(1.0, float(v)), float(few.units(v))) for name, v in
           (("density", t), ("below", s))}
        | {"off": (jumped - exact)[:DRAWN].norm(dim=1).mean().numpy() / few.units(s).numpy()}
    )  # fmt: skip


def _cut(field: Tensor) -> np.ndarray:
    """Arrows of 0.5 at most."""
    long = field.norm(dim=1, keepdim=True).clamp(min=1e-9)
    return (0.4 * field * (1.25 / long).clamp(max=1)).nan_to_num(0).numpy()


SPEC = TrajectorySpec
split = None  # points are drawn anew at each step, and to be scored on
PROBES = {"jump": _probe_jump}
CLAIMS = (
    Claim(
        "At s = t the net's arrows lie along the score.",
        at_least(0.9, "cosine {:.3f} with the exact score, at four noise levels", "0.9 at least",
                 late("cosine")),
        "A cosine with the exact score below 0.9.",
    ),
    Claim(
        "One jump lands nearer to the data than 8 steps of DDIM, which ask the teacher itself.",
        check(lambda one, ddim, floor: one < 0.8 * ddim,
              "squared MMD {:.4f}, DDIM {:.4f}, two sets of data {:.4f}", "less than 0.8 of DDIM's",
              late("one", "ddim8", "floor")),
        "One jump about as far from the data as 8 steps of DDIM.",
    ),
    Claim(
        "Eight jumps without fresh noise land nearer to the data than one.",
        check(lambda eight, one, floor: eight < 0.9 * one,
              "squared MMD {:.4f} after 8, {:.4f} after one, two sets of data {:.4f}",
              "less than 0.9 of one jump's", late("eight", "one", "floor")),
        "Eight jumps about as far from the data as one, or farther.",
    ),
    Claim(
        "Two jumps end where one does.",
        at_most(0.25, "{:.2f} widths of a clump apart on average", "a quarter of a width at most",
                late("twice")),
        "Ends farther apart than a quarter of a clump's width.",
    ),
)  # fmt: skip
RECORDED = (TrajectorySpec(),)
