"""Lab: digits squeezed through a few dice, with three ways to get a gradient through a throw."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.core.claims import Claim, Traces, Verdict
from engine.core.inputs import Answer, Inputs, whole
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, Trace, restored, shots
from engine.data.black_digits import black_digits, independent
from engine.latent.categorical import ESTIMATORS, CategoricalVAE, bound, given, objective
from engine.latent.gumbel import gumbels, throw

PAPERS = ("jang2016", "maddison2016", "williams1992")
BATCH, MOMENTS, THROWS = 64, 24, 4
INK = 16  # the darkest level of a picture
SHOWN = 4  # kept digits that are drawn
COOLED = 10  # how many times colder at the end, where it is cooled
SCORED = 1 << 32  # added to the seed for the noise of the score: it draws none of the training's


@dataclass(frozen=True)
class CategoricalSpec(Spec):
    estimator: str = param("Gumbel-softmax", "Gradient", "How it gets through a throw.", choices=ESTIMATORS)
    temperature: float = param(0.5, "Temperature", "Of the softened throws; REINFORCE has none.", low=0.05,
                               high=10.0, log=True)  # fmt: skip
    cool: bool = param(False, "Cool down", "Ten times colder at the end than at the start.")
    dice: int = param(8, "Dice", "That a digit is squeezed into.", low=1, high=16)
    faces: int = param(8, "Faces", "Of each die.", low=2, high=16)
    lr: float = param(3e-3, "Learning rate", "Of Adam.", low=1e-5, high=1.0, log=True)
    steps: int = param(1500, "Training steps", "Batches of 64 digits.", low=10, high=10_000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def split(spec: CategoricalSpec) -> tuple[np.ndarray, np.ndarray]:
    """The digits that it learns from, and those that it is scored on."""
    return black_digits().learned.numpy(), black_digits().kept.numpy()


def restore(spec: CategoricalSpec, weights: State | None) -> CategoricalVAE:
    """The net with these weights, or as it starts from the seed."""
    return restored(spec.seed, weights, lambda: CategoricalVAE(spec.dice, spec.faces))


def heat(spec: CategoricalSpec, step: int) -> float:
    """The temperature at a step, the first being 0."""
    return spec.temperature / COOLED ** (step / spec.steps) if spec.cool else spec.temperature


def run(spec: CategoricalSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains; at each moment scores kept digits with thrown dice, and draws some. `given["start"]` makes a
    fork."""
    rng = torch.Generator().manual_seed(spec.seed)
    learned, kept = (x.to(device) for x in black_digits()[:2])
    noise = gumbels(
        (THROWS, len(kept), spec.dice, spec.faces), torch.Generator().manual_seed(spec.seed + SCORED)
    )
    noise = noise.to(device)
    net = restore(spec, given.get("start")).to(device)
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr)
    moments, baseline = Moments(spec.steps, MOMENTS), None

    yield from shots(0, 0, watched(net, kept, noise, heat(spec, 0), spec.estimator), net, half=True)
    for step in range(1, spec.steps + 1):
        x = learned[torch.randint(len(learned), (BATCH,), generator=rng).to(device)]
        g = gumbels((BATCH, spec.dice, spec.faces), rng).to(device)
        tau = heat(spec, step - 1)
        loss, baseline = objective(net, x, g, tau, spec.estimator, baseline)
        adam.zero_grad()
        loss.backward()
        adam.step()
        if (moment := moments.at(step)) is not None:
            seen = watched(net, kept, noise, tau, spec.estimator)
            yield Step(step, spec.steps, {name: float(one) for name, one in seen["score"].items()})
            yield from shots(moment, step, seen, net, half=True)
        else:
            yield Step(step, spec.steps, {})


@torch.no_grad()
def watched(net: CategoricalVAE, x: Tensor, noise: Tensor, tau: float, estimator: str) -> dict[str, Arrays]:
    """-> score (nats a kept digit: bound, with thrown dice; training, with what the decoder is given in
    training; kl; and the temperature), seen (digits in and out, levels 0 to 16), dice of the first of them
    (pi; given, as in training)."""
    log_pi = net.log_pi(x)
    real = bound(net, x, noise)
    soft = bound(net, x, noise, tau) if estimator == ESTIMATORS[0] else real
    out = net.decode(throw(log_pi[:SHOWN], noise[0, :SHOWN])).sigmoid()
    first = given(log_pi[:1], noise[0, :1], tau, estimator)[0]
    cost = (log_pi.exp() * log_pi).sum((1, 2)).mean() + net.N * np.log(net.K)
    score = {"bound": real.mean(), "training": soft.mean(), "kl": cost, "temperature": torch.tensor(tau)}
    both = torch.cat([x[:SHOWN], out])
    return {
        "score": {name: np.array(round(one.item(), 3)) for name, one in score.items()},
        "seen": {"both": (INK * both).round().cpu().numpy().astype(np.uint8).reshape(-1, 8, 8)},
        "dice": {
            "pi": log_pi[0].exp().cpu().numpy().round(3),
            "given": first.cpu().numpy().round(3),
        },
    }


@torch.no_grad()
def turned(net: CategoricalVAE, inputs: Inputs) -> Answer:
    """{"digit"}: its likeliest throw, and each die turned to each face -> digit (8, 8) and out (N, K, 8, 8),
    both in [0, 1]; face (N,) that was likeliest; pi (N, K)."""
    kept = black_digits().kept
    x = kept[whole(inputs, "digit", 0, len(kept) - 1)][None]
    log_pi = net.log_pi(x)[0]
    face = log_pi.argmax(1)
    one = torch.eye(net.K)
    z = one[face].repeat(net.N, net.K, 1, 1)  # (N, K, N, K)
    for die in range(net.N):
        z[die, :, die] = one
    out = net.decode(z.flatten(0, 1)).sigmoid().view(net.N, net.K, 8, 8)
    return {
        "digit": x.view(8, 8).numpy(),
        "out": out.numpy(),
        "face": face.numpy(),
        "pi": log_pi.exp().numpy(),
    }


def end(trace: Trace) -> float:
    """The newest bound with thrown dice, in nats a kept digit."""
    return float(trace.last("score")["bound"])


def beats(traces: Traces, better: str, worse: str, by: float) -> Verdict:
    """Whether one bound lies so many nats above another."""
    one, two = end(traces[better]), end(traces[worse])
    return Verdict(
        one - two >= by,
        f"{one:.2f} nats a kept digit {better}, {two:.2f} {worse}; independent pixels {independent():.2f}",
        f"at least {by:g} nats more",
    )


def too_hot(traces: Traces) -> Verdict:
    """The bound with thrown dice against independent pixels."""
    trace = traces["at 3"]
    thrown, soft = end(trace), float(trace.last("score")["training"])
    return Verdict(
        thrown <= independent() - 1,
        f"{thrown:.2f} nats a kept digit with thrown dice, {soft:.2f} with softened ones; independent pixels "
        f"{independent():.2f}",
        "at least 1 nat below independent pixels",
    )


SPEC = CategoricalSpec
PROBES = {"turned": turned}
WARM = {"temperature": 0.5, "cool": False}
ARMS = {name: {"estimator": name} | WARM for name in ESTIMATORS}
HOT = {"estimator": "Gumbel-softmax", "temperature": 3.0}
SAME = "The temperature is 0.5 in both; REINFORCE makes no use of it."
CLAIMS = (
    Claim(
        "In as many steps, Gumbel-softmax comes to a bound at least 1.5 nats above that of REINFORCE with "
        "the running mean as its baseline.",
        lambda traces: beats(traces, "Gumbel-softmax", "REINFORCE", 1.5),
        "REINFORCE less than 1.5 nats behind.",
        {name: ARMS[name] for name in ("Gumbel-softmax", "REINFORCE")},
        SAME,
    ),
    Claim(
        "So does straight-through.",
        lambda traces: beats(traces, "straight-through", "REINFORCE", 1.5),
        "REINFORCE less than 1.5 nats behind straight-through.",
        {name: ARMS[name] for name in ("straight-through", "REINFORCE")},
        SAME,
    ),
    Claim(
        "Trained at temperature 3, a net by Gumbel-softmax is, with thrown dice, at least 1 nat worse than "
        "pixels that know nothing of each other.",
        too_hot,
        "A net trained at temperature 3 whose thrown dice come within 1 nat of independent pixels.",
        {"at 3": HOT | {"cool": False}},
    ),
    Claim(
        "Cooled from 3 to 0.3 in training, Gumbel-softmax comes to a bound at least 5 nats above the one "
        "held at 3.",
        lambda traces: beats(traces, "cooled", "held at 3", 5),
        "A cooled net less than 5 nats above one held at 3.",
        {"cooled": HOT | {"cool": True}, "held at 3": HOT | {"cool": False}},
    ),
)
RECORDED = (
    CategoricalSpec(),
    *(CategoricalSpec(estimator=name) for name in ESTIMATORS[1:]),
    CategoricalSpec(temperature=3.0),
    CategoricalSpec(temperature=3.0, cool=True),
)
