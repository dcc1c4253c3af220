"""Lab: two digits told apart by one line, at ever more pixels: what noise does, and what the sign does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.adversarial.logistic import deviation, fit, gradient, worst
from engine.core.claims import Claim, Traces, Verdict
from engine.core.params import Spec, param
from engine.core.trace import Event, State, Step, shots
from engine.data.digits import SIDE, digits

PAPERS = ("goodfellow2014fgsm",)
PAIRS = ("3 and 7", "4 and 9", "3 and 5", "1 and 8")
SIDES = (2, 4, 8, 16)  # pixels a side
DRAWS, BINS = 2000, 41
EDGES = np.linspace(-1, 1, BINS + 1)  # of a shift, as a share of the worst
SHARE = 2 / 3  # of the learned digits, another draw for each seed


@dataclass(frozen=True)
class LogisticSpec(Spec):
    pair: str = param("3 and 7", "Digits", "Which two are told apart.", choices=PAIRS)
    epsilon: float = param(0.2, "Size ε", "How far each pixel moves; paper is 0, ink 1.", low=0.0, high=0.5)
    decay: float = param(1e-3, "Weight decay", "Holds the weights small.", low=1e-5, high=1.0, log=True)
    seed: int = param(0, "Seed", "Draws the digits that are learned, and the noise.", low=0, high=9999)


def restore(spec: LogisticSpec, weights: State | None) -> None:
    """Nothing is kept: the line is found anew each time, at once."""


def of_pair(spec: LogisticSpec) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Learned and kept digits of the pair, levels (N, 8, 8), each with y: 1 for the first of the two, -1."""
    d, (a, b) = digits(), (int(spec.pair[0]), int(spec.pair[-1]))
    parts = []
    for x, label in ((d.train_x, d.train_y), (d.test_x, d.test_y)):
        some = np.isin(label, (a, b))
        parts.append((x[some], np.where(label[some] == a, 1, -1)))
    (x, y), kept = parts
    drawn = np.random.default_rng(spec.seed).permutation(len(x))[: int(SHARE * len(x))]
    return (x[drawn], y[drawn]), kept


def split(spec: LogisticSpec) -> tuple[np.ndarray, np.ndarray]:
    """The digits that it learns from, and those that it is scored on."""
    learned, kept = of_pair(spec)
    return learned[0], kept[0]


def pixels(x: np.ndarray, side: int) -> np.ndarray:
    """Levels (N, 8, 8) -> (N, side * side) in [0, 1]: means of blocks, or each pixel cut into equal ones."""
    x = x / 16
    if side < SIDE:
        k = SIDE // side
        x = x.reshape(-1, side, k, side, k).mean((2, 4))
    return x.repeat(max(1, side // SIDE), 1).repeat(max(1, side // SIDE), 2).reshape(len(x), -1)


def run(spec: LogisticSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """A line for each number of pixels, on the CPU whatever the device.

    right: percent of kept digits, clean, under random signs, under the worst. shift: how the margin moves by
    random signs, DRAWS of them, as shares of the worst: percent of draws a bin. size: in units of epsilon
    times the mean of |w|: the worst, which is n, and one standard deviation of noise.
    """
    (x, y), (new_x, new_y) = of_pair(spec)
    one = int(np.flatnonzero(new_y < 0)[0])
    for moment, side in enumerate(SIDES):
        n, rng = side * side, np.random.default_rng(spec.seed + 1)
        w, b = fit(pixels(x, side), y, spec.decay)
        seen = pixels(new_x, side)
        margin, falls = new_y * (seen @ w + b), worst(w, spec.epsilon)
        signs = rng.choice([-1.0, 1.0], (DRAWS, n))
        share = signs @ w / np.abs(w).sum()
        read = {
            "clean": 100 * (margin > 0).mean(),
            "noise": 100 * (margin + falls * share[:, None] > 0).mean(),
            "worst": 100 * (margin - falls > 0).mean(),
        }
        mean = spec.epsilon * np.abs(w).mean() or 1.0  # at epsilon 0 nothing moves
        sizes = {"worst": falls / mean, "noise": deviation(w, spec.epsilon) / mean}
        figures = {**read, "ratio": float(np.abs(w).sum() / np.sqrt(w @ w)), "n": float(n), "falls": falls}
        yield Step(side, SIDES[-1], {name: round(float(v), 4) for name, v in figures.items()})
        down = np.sign(gradient(w, b, seen[one : one + 1], new_y[one : one + 1]))[0]
        views = [seen[one], seen[one] + spec.epsilon * down, seen[one] + spec.epsilon * signs[0]]
        scale = np.abs(w).max()
        yield from shots(moment, side, {
            "seen": {"x": np.stack([_wide(v, side) for v in views]), "w": _wide(w / scale, side)[None]},
            "shift": {"share": 100 * np.histogram(share, EDGES)[0] / DRAWS},
            "size": {k: np.array([v]) for k, v in sizes.items()},
            "right": {k: np.array([v]) for k, v in read.items()},
        })  # fmt: skip


def _wide(x: np.ndarray, side: int) -> np.ndarray:
    """A picture (n,) at the largest side, so that all moments have one shape; in hundredths."""
    k = SIDES[-1] // side
    return (100 * x.reshape(side, side).repeat(k, 0).repeat(k, 1)).round().astype(np.float32)


def figure(trace: Traces, name: str, side: int) -> float:
    """A figure of the run at this many pixels a side."""
    steps, values = trace["this"].scalars[name]
    return values[steps.index(side)]


def noise_fades(traces: Traces) -> Verdict:
    """What noise and the worst cost, at 4 pixels and at 64."""
    costs = {
        name: [figure(traces, "clean", side) - figure(traces, name, side) for side in (2, 8)]
        for name in ("noise", "worst")
    }
    (few, many), (w_few, w_many) = costs["noise"], costs["worst"]
    return Verdict(
        few >= 15 and many <= 5 and min(w_few, w_many) >= 40,
        f"noise costs {few:.0f} points at 4 pixels, {many:.1f} at 64; the worst {w_few:.0f} and {w_many:.0f}",
        "noise 15 at least, then 5 at most; the worst signs 40 at least at both",
    )


def farther_than_noise(traces: Traces) -> Verdict:
    """The worst shift in standard deviations of noise."""
    few, many = (figure(traces, "ratio", side) for side in (2, 8))
    return Verdict(
        many >= 2.5 * few,
        f"the worst is {few:.2f} standard deviations of noise at 4 pixels (2 is the most there can be), "
        f"{many:.2f} at 64 (8)",
        "at least 2.5 times as many at 64",
    )


SPEC = LogisticSpec
CLAIMS = (
    Claim(
        "At 64 pixels noise costs a line hardly anything that it costs at 4; the worst signs of that size "
        "still cost 40 points and more.",
        noise_fades,
        "Noise that costs at 64 pixels more than 5 points, or the worst signs that cost less than 40.",
    ),
    Claim(
        "From 4 pixels to 64 the worst shift grows at least 2.5 times, in standard deviations of noise.",
        farther_than_noise,
        "A line at 64 pixels whose worst shift is less than 2.5 times that of 4, so counted.",
    ),
)
RECORDED = (LogisticSpec(),)
