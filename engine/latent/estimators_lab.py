"""Lab: three estimates of one gradient, against the exact one, over the temperature. Nothing is trained."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from engine.core.claims import Claim, Verdict
from engine.core.params import Spec, param
from engine.core.trace import Event, State, Step, Trace, shots
from engine.latent.estimators import bias_and_deviation, estimates, expected
from engine.latent.gumbel import TEMPERATURES, gumbels, nearest

PAPERS = ("jang2016", "maddison2016", "williams1992")
FACES, PIXELS = 6, 4  # of a die; that the faces draw
DRAWS, NOISE = 8000, 1 << 32  # gradients; added to the seed for their noise: it is none of the task's
WAYS = ("soft", "straight", "reinforce")


@dataclass(frozen=True)
class EstimatorsSpec(Spec):
    dice: int = param(4, "Dice", "Of six faces, thrown together.", low=1, high=4)
    seed: int = param(0, "Seed", "Of the dice, of what they draw, and of the noise.", low=0, high=9999)


class Task(nn.Module):
    """Dice that draw four pixels: each face has a patch, the patches of a throw are added up, and what is
    made small is the squared error to a target."""

    def __init__(self, dice: int, rng: torch.Generator):
        super().__init__()
        one = torch.float64
        self.patches = torch.randn(dice, FACES, PIXELS, generator=rng, dtype=one) / dice**0.5
        self.target = torch.randn(PIXELS, generator=rng, dtype=one)
        self.logits = torch.randn(dice, FACES, generator=rng, dtype=one)

    def forward(self, y: Tensor) -> Tensor:
        """Throws (B, N, K), soft or hard -> squared error (B,)."""
        drawn = torch.einsum("bnk,nkp->bp", y, self.patches)
        return (drawn - self.target).square().sum(1)


def restore(spec: EstimatorsSpec, weights: State | None) -> Task:
    """The dice and what they draw: all there is."""
    return Task(spec.dice, torch.Generator().manual_seed(spec.seed))


def run(spec: EstimatorsSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Moment i: temperature i. On the CPU whatever the device; the noise is the same at all temperatures.

    score: bias and deviation of the three estimates. gradient: exact, and their means, (N, K).
    """
    task, rng = restore(spec, None), torch.Generator().manual_seed(spec.seed + NOISE)
    g = gumbels((DRAWS, spec.dice, FACES), rng, torch.float64)
    logits = task.logits.clone().requires_grad_()
    mean = expected(task, logits)
    (exact,) = torch.autograd.grad(mean, logits)
    for i, tau in enumerate(TEMPERATURES):
        found = estimates(task, task.logits, g, tau, mean.item())
        scores = {way: bias_and_deviation(one, exact) for way, one in zip(WAYS, found, strict=True)}
        gradient = {"exact": exact} | dict(zip(WAYS, (one.mean(0) for one in found), strict=True))
        seen = {
            "score": {way: np.array(score, np.float32) for way, score in scores.items()},
            "gradient": {name: one.float().numpy() for name, one in gradient.items()},
        }
        figures = {f"{way}_bias": round(bias, 4) for way, (bias, _) in scores.items()}
        figures |= {f"{way}_deviation": round(deviation, 4) for way, (_, deviation) in scores.items()}
        yield Step(i + 1, len(TEMPERATURES), figures)
        yield from shots(i, i + 1, seen)


def score(trace: Trace, way: str, tau: float) -> tuple[float, float]:
    """Bias and deviation of one estimate at one temperature."""
    bias, deviation = trace.at("score", nearest(tau))[way]
    return float(bias), float(deviation)


def trades(traces: Mapping[str, Trace], way: str) -> Verdict:
    """Bias and deviation, cold and hot."""
    cold, hot = (score(traces["this"], way, tau) for tau in (0.25, 2.0))
    return Verdict(
        hot[0] >= 1.5 * cold[0] and hot[1] <= cold[1] / 3,
        f"near temperature 0.25 bias {cold[0]:.2f} and deviation {cold[1]:.2f}; near 2 {hot[0]:.2f} and "
        f"{hot[1]:.2f}",
        "hot: at least 1.5 times the bias, at most a third of the deviation",
    )


def scatters_less(traces: Mapping[str, Trace]) -> Verdict:
    """Deviation of Gumbel-softmax and of REINFORCE, with four dice."""
    four = traces["four dice"]
    soft, other = score(four, "soft", 0.5), score(four, "reinforce", 0.5)
    return Verdict(
        soft[1] <= other[1] / 2,
        f"deviation {soft[1]:.2f} of Gumbel-softmax near temperature 0.5, {other[1]:.2f} of REINFORCE; bias "
        f"{soft[0]:.2f} and {other[0]:.2f}",
        "at most half the deviation",
    )


SPEC = EstimatorsSpec
split = None  # exact: nothing is learned
CLAIMS = (
    Claim(
        "Near temperature 2, Gumbel-softmax has at least 1.5 times the bias that it has near 0.25, and at "
        "most a third of the deviation.",
        lambda traces: trades(traces, "soft"),
        "A task on which heat costs less bias, or saves less deviation.",
    ),
    Claim(
        "So has straight-through.",
        lambda traces: trades(traces, "straight"),
        "A task on which heat costs straight-through less bias, or saves less deviation.",
    ),
    Claim(
        "With four dice, Gumbel-softmax near temperature 0.5 deviates at most half as much as REINFORCE.",
        scatters_less,
        "Four dice with which it deviates more than half as much.",
        {"four dice": {"dice": 4}},
    ),
)
RECORDED = (EstimatorsSpec(), EstimatorsSpec(dice=1))
