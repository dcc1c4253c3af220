"""Lab: half a digit is given, and many halves would go with it: twelve answers, beside a regression's one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.core.claims import Claim, check, last
from engine.core.inputs import Answer, Inputs
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, restored, shots
from engine.data.black_digits import black_digits
from engine.latent.conditional import CVAE, HALF, PRIORS, log_bernoulli
from engine.latent.vae import weighted

PAPERS = ("sohn2015",)
BATCH, MOMENTS = 64, 24
WEIGHED, ASKED = 100, 4  # draws of z for each kept half: to estimate log p(y|x), to compare with learned ones
SHOWN, ANSWERS = 184, 12  # which kept digit is drawn, and how many answers to its half
WALK, INK = 7, 15  # pictures in a row, from two of the prior's sigmas below its mean to two above; levels


@dataclass(frozen=True)
class ConditionalSpec(Spec):
    prior: str = param(PRIORS[0], "Prior", "What z is drawn from when it answers.", choices=PRIORS)
    d: int = param(4, "Numbers in z", "That tell one answer from another.", low=1, high=8)
    hidden: int = param(64, "Hidden units", "Of each hidden layer.", low=8, high=256)
    lr: float = param(2e-3, "Learning rate", "Step size of Adam.", low=1e-5, high=1.0, log=True)
    steps: int = param(1500, "Training steps", "Batches of 64 digits.", low=10, high=5000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def split(spec: ConditionalSpec) -> tuple[np.ndarray, np.ndarray]:
    """The digits that it learns from, and those that it is scored on."""
    return black_digits().learned.numpy(), black_digits().kept.numpy()


def restore(spec: ConditionalSpec, weights: State | None) -> CVAE:
    """The nets with these weights, or as they start from the seed."""
    return restored(spec.seed, weights, lambda: CVAE(spec.d, spec.hidden, spec.prior))


def halves(digits: Tensor) -> tuple[Tensor, Tensor]:
    """x and y of digits (B, 64)."""
    return digits[:, :HALF], digits[:, HALF:]


def run(spec: ConditionalSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains the three networks, and beside them the regression on the same batches; at each moment answers
    one half and scores all kept ones. `given["start"]` makes a fork."""
    rng = torch.Generator().manual_seed(spec.seed)
    learned, kept = (part.to(device) for part in black_digits()[:2])
    net = restore(spec, given.get("start")).to(device)
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr, fused=True)
    moments = Moments(spec.steps, MOMENTS)

    yield from shots(0, 0, watched(net, learned, kept, spec), net, half=True)
    for step in range(1, spec.steps + 1):
        x, y = halves(learned[torch.randint(len(learned), (BATCH,), generator=rng)])
        pixels, price = net.bound(x, y, torch.randn(BATCH, spec.d, generator=rng).to(device))
        alone = log_bernoulli(net.regression(x), y)  # shares no weight with the others
        loss = (price - pixels).mean() - alone.mean()
        adam.zero_grad()
        loss.backward()
        adam.step()
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, {})
        else:
            seen = watched(net, learned, kept, spec)
            yield Step(step, spec.steps, {name: float(one) for name, one in seen["score"].items()})
            yield from shots(moment, step, seen, net, half=True)


@torch.no_grad()
def watched(net: CVAE, learned: Tensor, kept: Tensor, spec: ConditionalSpec) -> dict[str, Arrays]:
    """seen: the half that is given, and its digit; twelve answers; grey ones: the regression's, and the mean
    of a hundred answers. score, in nats a kept half: cvae (log p(y|x), a hundred weighted draws), regression,
    mean (of a hundred answers, pixel by pixel), price (KL); in pixels, from what they draw to the nearest
    learned half: far, far_regression; far_real, from the kept halves themselves."""
    rng = torch.Generator().manual_seed(spec.seed + 1)  # the same draws at each moment
    x, y = halves(kept)
    noise = torch.randn(2, WEIGHED, len(kept), spec.d, generator=rng).to(kept.device)
    chance = net.draw(x, noise[1]).sigmoid()  # (100, B, 32)
    mean, alone = chance.mean(0), net.regression(x)
    dice = torch.rand(ASKED, len(kept), HALF, generator=rng).to(kept.device)
    drawn = (dice < chance[:ASKED]).float(), (dice < alone.sigmoid()).float(), y
    far, far_regression, far_real = (nearest(one, halves(learned)[1]).mean() for one in drawn)
    score = {
        "cvae": weighted(net.log_weights(x, y, noise[0]), WEIGHED).mean(),
        "regression": log_bernoulli(alone, y).mean(),
        "mean": log_bernoulli(mean.logit(1e-6), y).mean(),
        "price": net.bound(x, y, noise[0, 0])[1].mean(),
        "far": far, "far_regression": far_regression, "far_real": far_real,
    }  # fmt: skip
    grey = torch.stack([alone[SHOWN].sigmoid(), mean[SHOWN]])
    return {
        "seen": {
            "given": whole_digits(x[SHOWN], torch.stack([0 * y[SHOWN], y[SHOWN]])),
            "answers": whole_digits(x[SHOWN], chance[:ANSWERS, SHOWN]),
            "grey": whole_digits(x[SHOWN], grey),
        },
        "score": {name: np.array(round(one.item(), 4)) for name, one in score.items()},
    }


def nearest(drawn: Tensor, known: Tensor) -> Tensor:
    """To the nearest of known halves, in pixels that differ: drawn (..., 32), known (N, 32) -> (...)."""
    flat = drawn.flatten(0, -2)
    apart = flat @ (1 - known.T) + (1 - flat) @ known.T
    return apart.min(1).values.view(drawn.shape[:-1])


def whole_digits(x: Tensor, y: Tensor) -> np.ndarray:
    """Half x (32,) over each lower half y (..., 32), in [0, 1] -> levels (..., 8, 8)."""
    both = torch.cat([x.expand_as(y), y], -1)
    return (INK * both).round().cpu().numpy().astype(np.uint8).reshape(*y.shape[:-1], 8, 8)


@torch.no_grad()
def answered(net: CVAE, inputs: Inputs) -> Answer:
    """{"half": (4, 8) of 0 and 1} -> answers (8, 12, 8, 8), regression (1, 8, 8), walk (d * 7, 8, 8), a row
    for each number of z; levels 0..15; apart: pixels in which two drawn answers differ, on average."""
    half = np.asarray(inputs.get("half"))
    if half.shape != (4, 8) or not np.isin(half, (0, 1)).all():
        raise ValueError(f"half must be (4, 8) pixels of 0 and 1, got {str(inputs.get('half'))[:60]}")
    x = torch.tensor(half.reshape(1, HALF), dtype=torch.float32)
    rng = torch.Generator().manual_seed(0)
    chance = net.draw(x, torch.randn(WEIGHED, 1, net.d, generator=rng)).sigmoid()[:, 0]
    epsilon = torch.linspace(-2, 2, WALK)[:, None] * torch.eye(net.d)[:, None]  # (d, WALK, d)
    steps = net.draw(x, epsilon.view(-1, 1, net.d)).sigmoid()[:, 0]
    p = chance.mean(0)  # two draws differ in a pixel with chance 2 p (1 - p), whichever their z
    return {
        "answers": whole_digits(x[0], chance[: 8 * ANSWERS].view(8, ANSWERS, HALF)),
        "regression": whole_digits(x[0], net.regression(x).sigmoid()),
        "walk": whole_digits(x[0], steps),
        "apart": np.array(float((2 * p * (1 - p)).sum())),
    }


SPEC = ConditionalSpec
PROBES = {"answered": answered}
SEES, FIXED = ({"prior": prior} for prior in PRIORS)
ONE = {"sees": SEES}
CLAIMS = (
    Claim(
        "The CVAE finds the lower half of a kept digit at least 1 nat likelier than a regression with as "
        "large a generator does, with a hundred weighted draws.",
        check(lambda cvae, one: cvae >= one + 1, "{:.2f} nats a kept half, regression {:.2f}",
              "at least 1 nat more", last("score", "cvae", "regression", runs=("sees",))),
        "A regression that comes within 1 nat.",
        ONE,
    ),
    Claim(
        "What it draws lies at least 0.4 pixels nearer to a learned half than what the regression draws.",
        check(lambda far, one: far <= one - 0.4, "{:.2f} pixels from a learned half, regression {:.2f}",
              "at least 0.4 pixels nearer", last("score", "far", "far_regression", runs=("sees",))),
        "A regression whose draws lie within 0.4 pixels as near.",
        ONE,
    ),
    Claim(
        "The mean of a hundred of its answers is, pixel by pixel, within 0.4 nats as good as the regression.",
        check(lambda mean, one: abs(mean - one) <= 0.4, "{:.2f} nats a kept half for the mean, regression "
              "{:.2f}", "0.4 nats apart at most", last("score", "mean", "regression", runs=("sees",))),
        "A mean more than 0.4 nats better or worse.",
        ONE,
    ),
    Claim(
        "With a prior that sees the half, what it draws lies at least 0.1 pixels nearer to a learned half "
        "than with N(0, I).",
        check(lambda sees, fixed: sees <= fixed - 0.1, "{:.2f} pixels, {:.2f} with N(0, I)",
              "at least 0.1 pixels nearer", last("score", "far", runs=("sees", "fixed"))),
        "A prior N(0, I) whose draws lie within 0.1 pixels as near.",
        {"sees": SEES, "fixed": FIXED},
        "With N(0, I) the prior network stands by and learns nothing.",
    ),
)  # fmt: skip
RECORDED = (ConditionalSpec(), ConditionalSpec(prior=PRIORS[1]))
