"""Lab: digits become clouds in a plane, and the plane becomes digits. A VAE, or a plain auto-encoder."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import pad

from engine.core.claims import Claim, Traces, Verdict
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, Trace, restored, shots
from engine.data.black_digits import black_digits, independent
from engine.latent.vae import VAE, kl, weighted

PAPERS = ("kingma2013", "burda2015")
BATCH, MOMENTS = 64, 20
DRAWS = (1, 10, 100)  # of z for each digit
EACH = 6  # kept digits of each class whose clouds are shown
SIDE = 15  # tiles of the plane in a row
REACH = {True: 3.0, False: 8.0}  # how far the plane goes, with noise and without
INK = 15  # levels of a tile


@dataclass(frozen=True)
class VAESpec(Spec):
    noise: bool = param(True, "Noise", "Off: a plain auto-encoder, without sigma and without the KL.")
    D: int = param(2, "Numbers in z", "The plane shows the first two.", low=1, high=8)
    hidden: int = param(128, "Hidden units", "Of each hidden layer.", low=8, high=256)
    lr: float = param(2e-3, "Learning rate", "Step size of Adam.", low=1e-5, high=1.0, log=True)
    steps: int = param(1200, "Training steps", "Batches of 64 digits.", low=10, high=5000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: VAESpec, weights: State | None) -> VAE:
    """The net with these weights, or as it starts from the seed."""
    return restored(spec.seed, weights, lambda: VAE(spec.D, spec.hidden))


def split(spec: VAESpec) -> tuple[np.ndarray, np.ndarray]:
    """The digits that it learns from, and those that it is scored on."""
    return black_digits().learned.numpy(), black_digits().kept.numpy()


@cache
def shown() -> tuple[int, ...]:
    """Which kept digits are shown: the first few of each class, class by class."""
    labels = black_digits().labels
    return tuple(int(i) for label in range(10) for i in np.flatnonzero(labels == label)[:EACH])


def plane(D: int, reach: float) -> Tensor:
    """The places of the tiles, row by row from the upper left -> (SIDE * SIDE, D); further numbers are 0."""
    ends = torch.linspace(-reach, reach, SIDE)
    two = torch.stack([ends.repeat(SIDE), ends.flip(0).repeat_interleave(SIDE)], 1)
    return pad(two, (0, max(0, D - 2)))[:, :D]


def run(spec: VAESpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains; at each moment shows clouds, plane, and what the bound on kept digits is made of.

    `given["start"]` makes a fork.
    """
    rng = torch.Generator().manual_seed(spec.seed)
    train, test = (x.to(device) for x in black_digits()[:2])
    net = restore(spec, given.get("start")).to(device)
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr)
    moments = Moments(spec.steps, MOMENTS)

    yield from shots(0, 0, look(net, train, test, spec), net, half=True)
    for step in range(1, spec.steps + 1):
        x = train[torch.randint(len(train), (BATCH,), generator=rng)]
        epsilon = torch.randn(BATCH, spec.D, generator=rng).to(device)
        log_p, price = net.bound(x, epsilon if spec.noise else torch.zeros_like(epsilon))
        loss = (price.sum(1) * spec.noise - log_p).mean()  # with noise: minus the bound
        adam.zero_grad()
        loss.backward()
        adam.step()
        figures = {"loss": round(loss.item(), 3)}
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, figures)
        else:
            seen = look(net, train, test, spec)
            yield Step(
                step, spec.steps, figures | {k: float(v) for k, v in seen["score"].items() if not v.ndim}
            )
            yield from shots(moment, step, seen, net, half=True)


@torch.no_grad()
def look(net: VAE, train: Tensor, test: Tensor, spec: VAESpec) -> dict[str, Arrays]:
    """Clouds of kept digits (mu, sigma in the plane), the decoded plane, and the score on kept digits, in
    nats: kept (what training lowers, on 100 draws), draw (its part for the picture), price (KL; each: by
    number of z), learned (as kept, on learned digits), spread of mu, sigma; ten, hundred: kept by weighted
    draws."""
    rng = torch.Generator().manual_seed(spec.seed + 1)  # the same draws at each moment
    mu, log_var = net.encode(test)
    here = list(shown())
    flat = [pad(part[here], (0, max(0, 2 - spec.D)))[:, :2] for part in (mu, (0.5 * log_var).exp())]
    tiles = net.decode(plane(spec.D, REACH[spec.noise]).to(test.device)).sigmoid().view(-1, 8, 8)
    score = {"spread": mu.square().mean().sqrt()}
    if spec.noise:
        epsilon = torch.randn(DRAWS[-1], len(test), spec.D, generator=rng).to(test.device)
        log_w = net.log_weights(test, epsilon)
        one, ten, hundred = (-weighted(log_w, k).mean() for k in DRAWS)
        price = kl(mu, log_var).mean(0)
        log_p, cost = net.bound(train, torch.randn(len(train), spec.D, generator=rng).to(test.device))
        score |= {"kept": one, "price": price.sum(), "draw": one - price.sum(), "each": price,
                  "learned": (cost.sum(1) - log_p).mean(), "ten": ten, "hundred": hundred,
                  "sigma": (0.5 * log_var).exp().mean()}  # fmt: skip
    else:
        rec, learned = (-net.log_p(x, net.encode(x)[0]).mean() for x in (test, train))
        score |= {"kept": rec, "draw": rec, "learned": learned}
    return {
        "clouds": {"mu": _half(flat[0]), "sigma": _half(flat[1] * spec.noise)},
        "plane": {"x": (tiles * INK).round().cpu().numpy().astype(np.uint8)},
        "score": {
            name: np.asarray(value.cpu().numpy().round(4), np.float32) for name, value in score.items()
        },
    }


def _half(x: Tensor) -> np.ndarray:
    return x.cpu().numpy().clip(-6e4, 6e4).round(3).astype(np.float16)


def end(trace: Trace, name: str, at: int | None = None) -> float:
    """One figure of the score: the mean of the last two moments."""
    last = range(max(0, len(trace.moments) - 2), len(trace.moments) or 1)  # none: a KeyError
    found = [np.atleast_1d(trace.at("score", moment)[name])[at or 0] for moment in last]
    return float(np.mean(found))


ABOVE, TIGHTER, WIDER, USED = 4.0, 0.3, 2.5, 1.0
BESIDE = "Both start from the same weights; what the plain auto-encoder makes of sigma is not used."


def beats_pixels(traces: Traces) -> Verdict:
    """The bound on kept digits beside pixels that know nothing of each other."""
    bound, plain = -end(traces["VAE"], "kept"), independent()
    return Verdict(
        bound - plain >= ABOVE,
        f"bound {bound:.2f} nats a kept digit; each pixel by itself {plain:.2f}",
        f"at least {ABOVE:g} nats above",
    )


def tighter(traces: Traces) -> Verdict:
    """The bound with one draw of z, ten, a hundred."""
    one, ten, hundred = (-end(traces["VAE"], name) for name in ("kept", "ten", "hundred"))
    return Verdict(
        hundred - one >= TIGHTER,
        f"{one:.2f} nats with one draw, {ten:.2f} with ten, {hundred:.2f} with a hundred",
        f"at least {TIGHTER:g} nats higher with a hundred",
    )


def spreads(traces: Traces) -> Verdict:
    """How far from 0 the encoder puts digits, with and without noise."""
    with_, without = end(traces["VAE"], "spread"), end(traces["plain"], "spread")
    return Verdict(
        without >= WIDER * with_,
        f"{without:.2f} without noise, {with_:.2f} with; 1 for draws of N(0, I)",
        f"at least {WIDER:g} times as far without",
    )


def both_used(traces: Traces) -> Verdict:
    """The KL of each number of z."""
    first, second = (end(traces["VAE"], "each", i) for i in range(2))
    return Verdict(
        min(first, second) >= USED,
        f"{first:.2f} and {second:.2f} nats a kept digit",
        f"at least {USED:g} each",
    )


SPEC = VAESpec
SHOW = {"noise": True, "D": 2}
CLAIMS = (
    Claim(
        "A VAE with two numbers a digit beats pixels that know nothing of each other: on kept digits its "
        "bound lies 4 nats above their likelihood.",
        beats_pixels,
        "A bound on kept digits less than 4 nats above.",
        {"VAE": SHOW},
    ),
    Claim(
        "With a hundred weighted draws of z the bound on kept digits comes out at least 0.3 nats higher than "
        "with one.",
        tighter,
        "A bound that a hundred draws raise by less than 0.3 nats.",
        {"VAE": SHOW},
    ),
    Claim(
        "Without noise and KL the encoder puts kept digits at least 2.5 times as far from 0, by the root "
        "mean square of mu.",
        spreads,
        "A plain auto-encoder that keeps them within 2.5 times the VAE's.",
        {"VAE": SHOW, "plain": SHOW | {"noise": False}},
        BESIDE,
    ),
    Claim(
        "Both numbers of z are used: each costs at least one nat of KL for a kept digit.",
        both_used,
        "A number of z whose KL stays under one nat.",
        {"VAE": SHOW},
    ),
)
RECORDED = (VAESpec(), VAESpec(noise=False))
