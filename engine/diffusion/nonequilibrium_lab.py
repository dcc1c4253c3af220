"""Lab: the first diffusion model learns mean and variance of each step back, and pays for it in bits."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.core.claims import Claim, Verdict, check, last
from engine.core.judges import mmd
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, Trace, restored, shots
from engine.data.points import POINTS, points
from engine.diffusion import exact
from engine.diffusion import nonequilibrium as ne
from engine.diffusion.ddim import levels
from engine.diffusion.point_watch import WIDTHS, light, small
from engine.diffusion.schedule import linear

PAPERS = ("sohldickstein2015",)
BATCH, TRAIN, HELD, SHOWN, FRAMES = 256, 4096, 1500, 90, 10
BIT = math.log(2)


@dataclass(frozen=True)
class NonequilibriumSpec(Spec):
    data: str = param("swiss roll", "Data", "The density to learn.", choices=tuple(POINTS))
    T: int = param(40, "Steps T", "Of the way from data to noise, and back.", low=2, high=100)
    hidden: int = param(64, "Width", "Units in each of three hidden layers.", low=4, high=128)
    lr: float = param(3e-3, "Learning rate", "Step size of Adam.", low=1e-5, high=1.0, log=True)
    steps: int = param(2500, "Training steps", "Batches of 256 points.", low=10, high=20000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: NonequilibriumSpec, weights: State | None) -> ne.BumpNet:
    """The net with these weights, or as it starts from the seed."""
    return restored(spec.seed, weights, lambda: ne.BumpNet(2, spec.hidden, spec.T))


def frames(T: int) -> list[int]:
    """The levels of the pictures of a flow, from T to 0."""
    return levels(T, min(T, FRAMES))


class Watch:
    """What is looked at, at each moment: bits of each step, both ways, the drift, the learned variance."""

    def __init__(self, spec: NonequilibriumSpec, alpha_bar: Tensor):
        self.T, self.alpha_bar, self.seed = spec.T, alpha_bar, spec.seed + 10_000
        rng = torch.Generator().manual_seed(self.seed)
        held = torch.from_numpy(points(spec.data, 2 * HELD, self.seed))
        self.held, self.other = held[:HELD], held[HELD:]
        self.floor = mmd(self.other, self.held, WIDTHS)
        self.noise = torch.randn(HELD, 2, generator=rng)
        self.at = frames(spec.T)
        forward, x = [self.held[:SHOWN]], self.held[:SHOWN]
        for t in range(1, spec.T + 1):
            alpha = alpha_bar[t] / alpha_bar[t - 1]
            x = alpha.sqrt() * x + (1 - alpha).sqrt() * torch.randn(x.shape, generator=rng)
            forward.append(x)
        self.forward = torch.stack([forward[t] for t in self.at])
        across, down = exact.grid(exact.ROWS, exact.COLUMNS)
        self.places = torch.stack(torch.meshgrid(across, down, indexing="xy"), 2).view(-1, 2)
        spread = np.linalg.slogdet(2 * math.pi * math.e * np.cov(self.other.numpy().T))[1]
        self.gaussian = float(spread) / 2 / BIT  # bits a point of the best single Gaussian

    @torch.no_grad()
    def __call__(self, net: ne.BumpNet) -> dict[str, Arrays]:
        rng = torch.Generator().manual_seed(self.seed + 1)
        x, n = self.held, len(self.held)
        each, scales = [], []
        for t in range(1, self.T + 1):
            level, eps = torch.full((n,), t), torch.randn(x.shape, generator=rng)
            each.append(ne.term(net, x, level, eps, self.alpha_bar))
            ab = self.alpha_bar[t]
            variance = ne.reverse(net, ab.sqrt() * x + (1 - ab).sqrt() * eps, self.alpha_bar, level)[1]
            scales.append(float(variance.mean() / (1 - ab / self.alpha_bar[t - 1])))
        each.append(ne.prior_term(x, self.alpha_bar))
        terms = torch.stack(each) / BIT  # (T + 1, n)
        monte = ne.trajectory_cost(net, x, self.alpha_bar, rng) / BIT
        back = ne.sample(net, self.noise, self.alpha_bar, rng)
        drift = [self._drift(net, max(t, 1)) for t in self.at]
        return {
            "flow": {
                "t": np.asarray(self.at, np.uint8),
                "forward": small(self.forward, exact.REACH),
                "back": small(torch.stack([back[self.T - t, :SHOWN] for t in self.at]), exact.REACH),
                "drift": small(torch.stack(drift), 1.0),
            },
            "bound": {
                "terms": light(terms.mean(1).clamp(-99, 99).tolist()),
                "sum": light([min(float(terms.sum(0).mean()), 999.0)]),
                "monte": light([min(float(monte.mean()), 999.0)]),
                "error": light([min(float((monte - terms.sum(0)).std()) / math.sqrt(n), 99.0)]),
                "gaussian": light([self.gaussian]),
            },
            "variance": {"learned": light(scales), "least": light(self._least())},
            "samples": {
                "mmd": np.asarray(mmd(back[-1], self.held, WIDTHS), np.float32),
                "floor": np.asarray(self.floor, np.float32),
            },
        }

    def _drift(self, net: ne.BumpNet, t: int) -> Tensor:
        """f_mu(x, t) - x in units of sqrt(beta_t), on a grid; its length r is drawn as tanh(r)."""
        level = torch.full((len(self.places),), t)
        mean = ne.reverse(net, self.places, self.alpha_bar, level)[0]
        beta = 1 - self.alpha_bar[t] / self.alpha_bar[t - 1]
        drift = (mean - self.places) / beta.sqrt()
        length = drift.norm(dim=1, keepdim=True).clamp(min=1e-9)
        return (drift * length.tanh() / length).view(exact.ROWS, exact.COLUMNS, 2)

    def _least(self) -> list[float]:
        """beta_tilde_t / beta_t, the variance of a step back for someone who knows x_0."""
        ab = self.alpha_bar
        return ((1 - ab[:-1]) / (1 - ab[1:])).tolist()


def run(spec: NonequilibriumSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains on the CPU, where nets this small are fastest. `given["start"]` makes a fork."""
    rng = torch.Generator().manual_seed(spec.seed)
    train, alpha_bar = torch.from_numpy(points(spec.data, TRAIN, spec.seed)), linear(spec.T).float()
    net, watch = restore(spec, given.get("start")), Watch(spec, alpha_bar)
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr)
    moments = Moments(spec.steps, 12)

    yield from shots(0, 0, watch(net), net, half=True)
    for step in range(1, spec.steps + 1):
        for group in adam.param_groups:  # no averaged weights in 2015: the step size falls to a tenth instead
            group["lr"] = spec.lr * 0.1 ** (step / spec.steps)
        x0 = train[torch.randint(TRAIN, (BATCH,), generator=rng)]
        t = torch.randint(1, spec.T + 1, (BATCH,), generator=rng)
        loss = ne.term(net, x0, t, torch.randn(x0.shape, generator=rng), alpha_bar).mean() * spec.T / BIT
        adam.zero_grad()
        loss.backward()
        adam.step()
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, {"loss": round(loss.item(), 3)})
        else:
            seen = watch(net)
            yield Step(
                step, spec.steps, {"loss": round(loss.item(), 3), "bits": float(seen["bound"]["sum"][0])}
            )
            yield from shots(moment, step, seen, net, half=True)


def _figures(trace: Trace) -> dict[str, float]:
    return {name: float(a[0]) for name, a in trace.last("bound").items() if a.shape == (1,)}


def split(spec: NonequilibriumSpec) -> tuple[np.ndarray, Tensor]:
    """The points that it learns from, and those that it is scored on."""
    watch = Watch(spec, linear(spec.T).float())
    return points(spec.data, TRAIN, spec.seed), torch.cat([watch.held, watch.other])


def _variance_lies_between(traces: Mapping[str, Trace]) -> Verdict:
    found = {name: a.astype(float)[1:] for name, a in traces["this"].last("variance").items()}  # t = 2 ... T
    below, above = (found["learned"] - found["least"]).min(), found["learned"].max()
    return Verdict(
        bool(below > -0.05 and above < 1.15),
        f"at least {below:+.2f} above the posterior's, at most {above:.2f}, in units of β",
        "from the posterior's to β, within 0.05 and 0.15",
    )


def _the_last_steps_cost_most(traces: Mapping[str, Trace]) -> Verdict:
    terms = traces["this"].last("bound")["terms"].astype(float)[1:-1]  # t = 2 ... T
    share = terms[: len(terms) // 4].sum() / terms.sum()
    return Verdict(bool(share > 0.5), f"the quarter nearest the data: {share:.0%}", "over 50% of the bits")


SPEC = NonequilibriumSpec
CLAIMS = (
    Claim(
        "The bound is a sum over steps: what each costs adds up to what whole trajectories cost.",
        check(
            lambda terms, monte, error: abs(terms - monte) < 4 * error and error < 0.1,
            "{:.2f} against {:.2f} bits, standard error {:.2f}",
            "closer than four standard errors",
            last("bound", "sum", "monte", "error"),
        ),
        "A sum that differs from trajectories drawn step by step by four standard errors.",
    ),
    Claim(
        "The chain predicts points better than one Gaussian.",
        check(
            lambda bound, gaussian: bound < gaussian - 1,
            "{:.2f} bits a point, one Gaussian {:.2f}",
            "at least 1 bit less",
            last("bound", "sum", "gaussian"),
        ),
        "A bound within 1 bit of the entropy of a Gaussian fitted to the data.",
    ),
    Claim(
        "The learned variance lies between the posterior's and β.",
        _variance_lies_between,
        "A step whose mean variance lies clearly below β̃ or above β.",
    ),
    Claim(
        "The steps nearest the data cost most bits.",
        _the_last_steps_cost_most,
        "Half of the bits, or more, spent in the three quarters far from the data.",
    ),
    Claim(
        "Few large steps cost more than many small ones.",
        check(
            lambda few, many: few > many + 0.3,
            "{:.2f} bits with 3 steps, {:.2f} with 40",
            "0.3 bits more",
            last("bound", "sum", runs=("few", "many")),
        ),
        "A bound with three steps within 0.3 bits of that with forty.",
        {"many": {"T": 40}, "few": {"T": 3}},
    ),
)
RECORDED = (NonequilibriumSpec(),)
