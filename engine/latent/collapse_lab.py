"""Lab: a digit is redrawn from a code and from its own neighbours. How much is left for the code?"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from sklearn.svm import SVC
from torch import Tensor

from engine.autoregressive.sampling import sample
from engine.core.claims import Claim, Figures, Traces, Verdict, check
from engine.core.inputs import Answer, Inputs, whole
from engine.core.judges import recogniser
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, Trace, restored, shots
from engine.data.black_digits import black_digits, independent
from engine.data.digits import digits
from engine.latent.collapse import FIELDS, PIXELS, SIDE, LocalVAE, drawn, objective, warmth
from engine.latent.vae import kl

PAPERS = ("chen2016lossy", "bowman2015", "gulrajani2016", "kingma2016")
BATCH, MOMENTS, DRAWS = 64, 24, 4
SHOWN = 4  # kept digits that are drawn
REDRAWS = 12  # of one digit, when asked
RIGHT = 97.4  # % of the kept digits that the judge takes for what they are
SCORED = 1 << 32  # added to the seed for the noise of the score: it draws none of the training's


@dataclass(frozen=True)
class CollapseSpec(Spec):
    field: str = param("none", "Neighbours in view", "Pixels before it that the decoder sees.",
                       choices=tuple(FIELDS))  # fmt: skip
    code: bool = param(True, "Code", "Off: the decoder has its neighbours alone.")
    free: float = param(0.0, "Free bits", "Nats of each number of z that cost nothing.", low=0.0, high=2.0)
    warm: float = param(
        0.0, "Warm-up", "Share of training in which the KL's weight rises.", low=0.0, high=1.0
    )
    D: int = param(8, "Numbers in z", "Of the code.", low=1, high=16)
    lr: float = param(4e-3, "Learning rate", "Of Adam.", low=1e-5, high=1.0, log=True)
    steps: int = param(1200, "Training steps", "Batches of 64 digits.", low=10, high=10_000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def split(spec: CollapseSpec) -> tuple[np.ndarray, np.ndarray]:
    """The digits that it learns from, and those that it is scored on."""
    return black_digits().learned.numpy(), black_digits().kept.numpy()


def restore(spec: CollapseSpec, weights: State | None) -> LocalVAE:
    """The net with these weights, or as it starts from the seed."""
    return restored(spec.seed, weights, lambda: LocalVAE(spec.D, FIELDS[spec.field], spec.code))


@cache
def judge() -> SVC:
    """Says which digit a black one is; trained on the learned ones."""
    return recogniser(black_digits().learned.numpy().reshape(-1, SIDE, SIDE), digits().train_y)


@dataclass(frozen=True)
class Noise:
    """What the score draws, the same at every moment: for z, for codes of nobody, and for pixels; and whose
    neighbours are swapped in."""

    epsilon: Tensor  # (DRAWS, N, D)
    prior: Tensor  # (DRAWS, N, D)
    uniforms: Tensor  # (N, 8, 8)
    other: Tensor  # (DRAWS, N)


def noise_of(spec: CollapseSpec, n: int) -> Noise:
    """Of this run."""
    rng = torch.Generator().manual_seed(spec.seed + SCORED)
    epsilon, prior = (torch.randn(DRAWS, n, spec.D, generator=rng) for _ in range(2))
    uniforms = torch.rand(n, SIDE, SIDE, generator=rng)
    turns = torch.randint(1, n, (DRAWS, n), generator=rng)  # never its own
    return Noise(epsilon, prior, uniforms, (torch.arange(n) + turns) % n)


def run(spec: CollapseSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains; at each moment scores kept digits and redraws them. `given["start"]` makes a fork."""
    rng = torch.Generator().manual_seed(spec.seed)
    learned, kept = (x.to(device) for x in black_digits()[:2])
    noise = noise_of(spec, len(kept))
    net = restore(spec, given.get("start")).to(device)
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr)
    moments = Moments(spec.steps, MOMENTS)

    yield from shots(0, 0, watched(net, kept, noise), net, half=True)
    for step in range(1, spec.steps + 1):
        x = learned[torch.randint(len(learned), (BATCH,), generator=rng).to(device)]
        epsilon = torch.randn(BATCH, spec.D, generator=rng).to(device)
        loss = objective(net, x, epsilon, spec.free, warmth(step, spec.steps, spec.warm))
        adam.zero_grad()
        loss.backward()
        adam.step()
        if (moment := moments.at(step)) is not None:
            seen = watched(net, kept, noise)
            yield Step(step, spec.steps, {name: float(v) for name, v in seen["score"].items()})
            yield from shots(moment, step, seen, net, half=True)
        else:
            yield Step(step, spec.steps, {})


@torch.no_grad()
def redraws(net: LocalVAE, z: Tensor, uniforms: Tensor) -> Tensor:
    """A picture from each code, pixel by pixel: (n, D), (n, 8, 8) -> (n, 64) of 0 and 1."""
    images, _ = sample(net.pixelwise(z), uniforms)
    return images.flatten(1).to(z.dtype)


@torch.no_grad()
def watched(net: LocalVAE, x: Tensor, noise: Noise) -> dict[str, Arrays]:
    """-> score, in nats a kept digit (bound; rec; kl; code: lost with a code drawn from the prior; near: lost
    with another kept digit's neighbours) and the share redrawn as the same digit; pipes: code and near by row
    of the picture (8,); kl by number of z (D,); seen: kept digits in and out."""
    to = x.device
    mu, log_var = net.encode(x)
    price = kl(mu, log_var).mean(0)
    rows = {name: torch.zeros(PIXELS, device=to) for name in ("own", "code", "near")}
    for epsilon, prior, other in zip(noise.epsilon, noise.prior, noise.other, strict=True):
        z = drawn(mu, log_var, epsilon.to(to))
        for name, found in (
            ("own", net.surprise(x, z)),
            ("code", net.surprise(x, prior.to(to))),
            ("near", net.surprise(x, z, x[other.to(to)])),
        ):
            rows[name] += found.mean(0) / DRAWS
    lost = {name: (rows[name] - rows["own"]).view(SIDE, SIDE).sum(1) for name in ("code", "near")}
    out = redraws(net, drawn(mu, log_var, noise.epsilon[0].to(to)), noise.uniforms.to(to)).cpu()
    same = np.mean(judge().predict(out.numpy()) == black_digits().labels)
    rec = rows["own"].sum()
    score = {"bound": -rec - price.sum(), "rec": rec, "kl": price.sum(), "code": lost["code"].sum(),
             "near": lost["near"].sum()}  # fmt: skip
    both = torch.cat([x[:SHOWN].cpu(), out[:SHOWN]])
    return {
        "score": {name: np.array(round(v.item(), 3)) for name, v in score.items()}
        | {"same": np.array(round(100 * float(same), 1))},
        "pipes": {name: v.cpu().numpy().round(3) for name, v in lost.items()},
        "price": {"each": price.cpu().numpy().round(3)},
        "seen": {"both": both.numpy().astype(np.uint8).reshape(-1, SIDE, SIDE)},
    }


@torch.no_grad()
def redrawn(net: LocalVAE, inputs: Inputs) -> Answer:
    """{"digit"}: a kept digit redrawn from draws of its code, the same noise for any net -> digit (8, 8),
    out (REDRAWS, 8, 8), took: for which digit the judge takes each, label: which it is."""
    kept, labels = black_digits().kept, black_digits().labels
    which = whole(inputs, "digit", 0, len(kept) - 1)
    rng = torch.Generator().manual_seed(which)
    mu, log_var = net.encode(kept[which].expand(REDRAWS, PIXELS))
    z = drawn(mu, log_var, torch.randn(REDRAWS, net.D, generator=rng))
    out = redraws(net, z, torch.rand(REDRAWS, SIDE, SIDE, generator=rng)).numpy()
    return {
        "digit": kept[which].view(SIDE, SIDE).numpy(),
        "out": out.reshape(-1, SIDE, SIDE),
        "took": judge().predict(out),
        "label": np.array(labels[which]),
    }


def end(trace: Trace, name: str) -> float:
    """One figure of the score: the mean of the last two moments."""
    last = range(max(0, len(trace.moments) - 2), len(trace.moments) or 1)  # none: a KeyError
    return float(np.mean([trace.at("score", moment)[name] for moment in last]))


def fewer(traces: Traces, some: str, most: float, better: float) -> Verdict:
    """What the code costs with some neighbours in view beside none, and what the bound gains."""
    kl, bound = ({run: end(traces[run], name) for run in ("none", some)} for name in ("kl", "bound"))
    return Verdict(
        kl[some] <= most * kl["none"] and bound[some] - bound["none"] >= better,
        f"the code costs {kl[some]:.2f} nats, {kl['none']:.2f} with none in view; bound {bound[some]:.2f}, "
        f"{bound['none']:.2f} with none; independent pixels {independent():.2f}",
        f"at most {most:g} times as many nats, a bound at least {better:g} nats higher",
    )


def ended(name: str, *runs: str) -> Figures:
    """One figure of the score of each of these runs, at its end."""
    return lambda traces: [end(traces[run], name) for run in runs]


def kept_up(traces: Traces, remedy: str, more: float, least: float, most: float) -> Verdict:
    """What a remedy adds to the code, and to the bound: at least `least`, at most `most`."""
    kl, bound = (end(traces[remedy], name) - end(traces["plain"], name) for name in ("kl", "bound"))
    return Verdict(
        kl >= more and least <= bound <= most,
        f"{kl:+.2f} nats in the code, {bound:+.2f} in the bound; without it {end(traces['plain'], 'kl'):.2f} "
        f"and {end(traces['plain'], 'bound'):.2f}",
        f"at least {more:g} nats more in the code, and in the bound "
        + (f"{-most:g} less, at least" if most < 0 else f"{-least:g} less, at most"),
    )


SPEC = CollapseSpec
PROBES = {"redrawn": redrawn}
PLAIN = {"free": 0.0, "warm": 0.0, "code": True}
NONE, SOME, ALL = (PLAIN | {"field": name} for name in ("none", "5 x 5", "all before"))
WEIGHTS = "The kernel has fewer weights where less is in view, 5% of all at most."
CLAIMS = (
    Claim(
        "With the 12 pixels before it in a square of 5 x 5 in view, the code costs at most 0.7 times as many "
        "nats as with none, and the bound is at least 1 nat higher.",
        lambda traces: fewer(traces, "5 x 5", 0.7, 1.0),
        "A code that costs more than 0.7 times as much, or a bound less than 1 nat higher.",
        {"none": NONE, "5 x 5": SOME},
        WEIGHTS,
    ),
    Claim(
        "With every pixel before it in view, the code costs at most 0.7 times as many nats as with none, and "
        "the bound is at least 1.2 nats higher.",
        lambda traces: fewer(traces, "all before", 0.7, 1.2),
        "A code that costs more than 0.7 times as much, or a bound less than 1.2 nats higher.",
        {"none": NONE, "all before": ALL},
        WEIGHTS,
    ),
    Claim(
        "Redrawn from its code, a kept digit is taken for the same digit less often with every pixel before "
        "in view than with none: by at least 10 in 100.",
        check(lambda none, every: none - every >= 10,
              f"{{1:.0f}}% with all before in view, {{0:.0f}}% with none; real ones {RIGHT:.0f}%",
              "at least 10 points fewer", ended("same", "none", "all before")),
        "A share of the same digit less than 10 points below.",
        {"none": NONE, "all before": ALL},
        WEIGHTS,
    ),
    Claim(
        "With every pixel before in view a code still pays: the bound is at least 0.35 nats above that of "
        "the same decoder without one.",
        check(lambda coded, alone: coded - alone >= 0.35,
              f"bound {{:.2f}} nats with a code, {{:.2f}} without; independent pixels {independent():.2f}",
              "at least 0.35 nats higher with it", ended("bound", "code", "no code")),
        "A decoder without a code less than 0.35 nats below.",
        {"code": ALL, "no code": ALL | {"code": False}},
    ),
    Claim(
        "With every pixel before in view, a price that rises over half of the training leaves at least 0.25 "
        "nats more in the code, and the bound at most 0.45 nats lower.",
        lambda traces: kept_up(traces, "warm-up", 0.25, -0.45, math.inf),
        "Less than 0.25 nats more in the code, or a bound more than 0.45 nats lower.",
        {"plain": ALL, "warm-up": ALL | {"warm": 0.5}},
    ),
    Claim(
        "With every pixel before in view, free bits of half a nat a number leave at least 1.2 nats more in "
        "the code, at a bound at least 0.5 nats lower.",
        lambda traces: kept_up(traces, "free bits", 1.2, -math.inf, -0.5),
        "Less than 1.2 nats more in the code, or a bound less than 0.5 nats lower.",
        {"plain": ALL, "free bits": ALL | {"free": 0.5}},
    ),
)  # fmt: skip
RECORDED = (
    *(CollapseSpec(field=name) for name in FIELDS),
    CollapseSpec(field="all before", free=0.5),
    CollapseSpec(field="all before", warm=0.5),
    CollapseSpec(field="all before", code=False),
)
