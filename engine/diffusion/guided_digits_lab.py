"""Lab: one net with a class and without, and digits guided ever harder by the difference."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.core import judges
from engine.core.claims import Claim, Figures, check, last
from engine.core.inputs import Answer, Inputs, whole
from engine.core.nets import Average
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, restored, shots
from engine.data.digits import digits
from engine.diffusion.ddpm import DDPM, newest_share
from engine.diffusion.ddpm_digits import SIDE, levels, scaled
from engine.diffusion.guided_digits import KINDS, ClassNet, drawn, left_out
from engine.diffusion.schedule import cosine

PAPERS = ("ho2022guidance", "salimans2022progressive")
BATCH, BLOCKS = 128, 2
W = (0.0, 1.0, 2.0, 3.0, 5.0, 9.0, 17.0)
SHOWN = (0.0, 1.0, 3.0, 9.0, 17.0)  # those whose digits are shown, a row each
MANY = 200  # digits for each w, as many of each class
SWEEP = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 20.0, 40.0, 100.0)  # of one noise


@dataclass(frozen=True)
class GuidedDigitsSpec(Spec):
    drop: float = param(0.15, "Class left out", "Of this share of the batch.", low=0.0, high=0.9)
    T: int = param(50, "Noise levels T", "Steps from noise to digit.", low=4, high=100)
    hidden: int = param(96, "Width", "Units of the residual stream.", low=8, high=192)
    lr: float = param(3e-3, "Learning rate", "Step size of Adam.", low=1e-5, high=1.0, log=True)
    steps: int = param(3000, "Training steps", "Batches of 128 digits.", low=10, high=12000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: GuidedDigitsSpec, weights: State | None) -> ClassNet:
    """The net with these weights, or as it starts from the seed."""
    return restored(spec.seed, weights, lambda: ClassNet(spec.hidden, BLOCKS, spec.T))


def run(spec: GuidedDigitsSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains on the CPU, where nets this small are fastest. `given["start"]` makes a fork."""
    rng = torch.Generator().manual_seed(spec.seed)
    net = restore(spec, given.get("start"))
    of = DDPM(net, cosine(spec.T), "v")
    average, watch = Average(net), Watch(spec)
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr)
    train, labels = scaled(watch.train), watch.labels
    moments = Moments(spec.steps, 9)  # a moment is 1400 digits

    yield from shots(0, 0, watch(average.net), average.net, half=True)
    for step in range(1, spec.steps + 1):
        i = torch.randint(len(train), (BATCH,), generator=rng)
        t = torch.randint(1, spec.T + 1, (BATCH,), generator=rng)
        x0, c = train[i], left_out(labels[i], spec.drop, rng)
        eps = torch.randn(x0.shape, generator=rng)
        loss = (net(of.q_sample(x0, t, eps), t, c) - of.target(x0, t, eps)).square().mean()
        adam.zero_grad()
        loss.backward()
        adam.step()
        average.follow(net, newest_share(step))
        figures = {"loss": round(loss.item(), 3)}
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, figures)
        else:
            seen = watch(average.net)
            told = {f"{name}{w:g}": (100 if name == "right" else 1) * float(seen["path"][name][W.index(w)])
                    for w in (1.0, 3.0, 9.0) for name in ("right", "near", "spread")}  # fmt: skip
            yield Step(step, spec.steps, figures | told)
            yield from shots(moment, step, seen, average.net, half=True)


def split(spec: GuidedDigitsSpec) -> tuple[np.ndarray, np.ndarray]:
    """The digits that it learns from, and those that samples are compared with."""
    return digits().train_x, digits().test_x


def near(x: Tensor, c: Tensor, among: Tensor, kinds: Tensor) -> Tensor:
    """Distance of each x (N, 64) to the nearest of `among` (M, 64) of its own class -> (N,)."""
    far = torch.cdist(x, among)
    return far.masked_fill(c[:, None] != kinds[None], torch.inf).min(1).values


def spread(x: Tensor, c: Tensor) -> float:
    """The standard deviation of a pixel within a class, the mean over pixels and classes."""
    return float(torch.stack([x[c == k].std(0, correction=0).mean() for k in range(KINDS)]).mean())


class Watch:
    """Call it with a net: snapshots by name. What is measured is what is shown, grey levels cut to 0..16.

    path, one for each of W: right, what share is taken for the digit asked for; near, the median
    distance to the nearest learned digit of the class; spread, within a class. real: the same of kept digits.
    """

    def __init__(self, spec: GuidedDigitsSpec):
        rng = torch.Generator().manual_seed(spec.seed + 10_000)
        data = digits()
        self.train, self.labels = torch.from_numpy(data.train_x.copy()), torch.from_numpy(data.train_y.copy())
        self.learned, self.alpha_bar = scaled(self.train), cosine(spec.T)
        self.c = torch.arange(MANY) % KINDS
        self.noise = torch.randn(MANY, SIDE * SIDE, generator=rng)
        self.real = self.measured(torch.from_numpy(data.test_x.copy()), torch.from_numpy(data.test_y.copy()))

    def measured(self, images: Tensor, c: Tensor) -> dict[str, float]:
        """Of images (N, 8, 8) asked for as classes c (N,)."""
        x, said = scaled(images), judges.which_digit(images.numpy())
        return {
            "right": float((said == c.numpy()).mean()),
            "near": float(near(x, c, self.learned, self.labels).median()),
            "spread": spread(x, c),
        }

    def __call__(self, net: ClassNet) -> dict[str, Arrays]:
        w = torch.tensor(W).repeat_interleave(MANY)
        k = len(W)
        x = drawn(net, self.alpha_bar, self.c.repeat(k), w, self.noise.repeat(k, 1)).nan_to_num(0)
        images = levels(x).view(k, MANY, SIDE, SIDE)
        found = [self.measured(one, self.c) for one in images]
        rows = [images[W.index(one), :KINDS] for one in SHOWN]
        return {
            "digits": {"x": torch.cat(rows).numpy()},
            "path": {name: np.array([one[name] for one in found], np.float32) for name in self.real},
            "real": {name: np.array([value], np.float32) for name, value in self.real.items()},
        }


def _probe_sweep(net: ClassNet, inputs: Inputs) -> Answer:
    """{"seed"} -> w (S,), x (S, 10, 8, 8), one digit of each class, from the same noises; said (S, 10), a
    judge's classes; beyond (S,), the share of pixels darker than ink or lighter than paper by 5 % of all."""
    rng = torch.Generator().manual_seed(whole(inputs, "seed", 0, 9999))
    s, noise = len(SWEEP), torch.randn(KINDS, SIDE * SIDE, generator=rng)
    w, c = torch.tensor(SWEEP).repeat_interleave(KINDS), torch.arange(KINDS).repeat(s)
    x = drawn(net, cosine(net.T), c, w, noise.repeat(s, 1)).nan_to_num(0)
    images = levels(x).numpy()
    return {
        "w": np.array(SWEEP), "x": images.reshape(s, KINDS, SIDE, SIDE),
        "said": judges.which_digit(images).reshape(s, KINDS),
        "beyond": (x.abs() > 1.1).float().view(s, -1).mean(1).numpy(),
    }  # fmt: skip


def _at(w: float) -> Callable[[np.ndarray], float]:
    return lambda array: float(array[W.index(w)])


def _path(name: str, *ws: float) -> list[Figures]:
    return [last("path", name, of=_at(w)) for w in ws]


SPEC = GuidedDigitsSpec
PROBES = {"sweep": _probe_sweep}
CLAIMS = (
    Claim(
        "At least 10 in a hundred more digits at w = 3 than at w = 1 are the digit that was asked for.",
        check(
            lambda one, three: three > one + 0.1,
            "{1:.0%} at w = 3, {0:.0%} at w = 1",
            "10 points more",
            *_path("right", 1.0, 3.0),
        ),
        "A reader of digits that finds, of 200, fewer than ten points more of them right.",
    ),
    Claim(
        "And at w = 3 the spread within a class is at least 5% smaller than at w = 1.",
        check(
            lambda one, three: three < 0.95 * one,
            "{1:.3f} within a class at w = 3, {0:.3f} at w = 1",
            "5% less",
            *_path("spread", 1.0, 3.0),
        ),
        "A standard deviation within a class less than 5% below that at w = 1.",
    ),
    Claim(
        "From w = 1 to 3 they come nearer to learned digits by 0.1 at least, and from 3 to 9 they go away by "
        "as much.",
        check(
            lambda one, three, nine: three < one - 0.1 and nine > three + 0.1,
            "{:.2f}, {:.2f}, {:.2f} to the nearest learned digit at w = 1, 3, 9",
            "0.1 nearer, then 0.1 farther",
            *_path("near", 1.0, 3.0, 9.0),
        ),
        "A distance that goes on falling, or rises from the start.",
    ),
)
RECORDED = (GuidedDigitsSpec(),)
