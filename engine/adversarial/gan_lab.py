"""Lab: a generator and a discriminator on a plane, by turns; how many spots of the data are reached."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.adversarial.gan import LOSSES, NON_SATURATING, SATURATING, Game, players, turn_D, turn_G
from engine.adversarial.gan_alone import BATCH, alone
from engine.adversarial.gan_watch import COUNTED, fakes_of, seen
from engine.adversarial.spots import DATA, DRAWN, RING, spots
from engine.core.claims import Claim, at_least, at_most, check, late
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, restored, shots

PAPERS = ("goodfellow2014gan", "goodfellow2016")
LOG_4 = math.log(4)
MOMENTS, EVERY = 26, 10  # EVERY: rounds whose figures are told as one mean
SMILE = "03c00ff0381c300c64264422c423c003c003c8134c3267e633cc381c0ff003c0"


@dataclass(frozen=True)
class GANSpec(Spec):
    data: str = param(RING, "Data", "What is to be faked.", choices=DATA)
    loss: str = param(NON_SATURATING, "G lowers", "The loss of G, of each fake.", choices=LOSSES)
    k_D: int = param(1, "Steps of D, k_D", "In each round.", low=1, high=16)
    k_G: int = param(1, "Steps of G, k_G", "In each round.", low=1, high=16)
    hidden_D: int = param(64, "Width of D", "Units in each of two hidden layers.", low=2, high=128)
    hidden_G: int = param(64, "Width of G", "Units in each of two hidden layers.", low=2, high=128)
    faster: float = param(1.0, "G's rate, times D's", "8 puts G ahead.", low=0.1, high=20.0, log=True)
    lr: float = param(1e-3, "Learning rate of D", "Step size of Adam.", low=1e-5, high=0.1, log=True)
    steps: int = param(2000, "Rounds", "In each, D moves k_D times, then G k_G times.", low=10, high=6000)
    drawing: str = param(
        SMILE, "Drawing", "What is learned as drawn data: 16 x 16 cells, a bit each, row by row.",
        pattern=r"(?=.*[35-79a-f]|.*[1-9a-f].*[1-9a-f])[0-9a-f]{64}",
        described="64 hexadecimal digits, a bit for each of 256 cells, at least 2 of them painted",
    )  # fmt: skip
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: GANSpec, weights: State | None) -> Game:
    """Both nets with these weights, or as they start from the seed."""
    return restored(spec.seed, weights, lambda: Game(spec.hidden_G, spec.hidden_D))


def run(spec: GANSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains on the CPU, where nets this small are fastest. `given["start"]` makes a fork."""
    rng = torch.Generator().manual_seed(spec.seed)
    data, game = spots(spec.data, spec.drawing), restore(spec, given.get("start"))
    adam_D, adam_G = players(game, spec.lr, spec.faster)
    z = torch.randn(COUNTED, 2, generator=torch.Generator().manual_seed(spec.seed + 1))  # watched throughout
    moments, lately = Moments(spec.steps, MOMENTS), []
    loss, played = 0.0, (0.0, 0.0, 0.0)

    def look() -> tuple[dict[str, float], dict[str, Arrays]]:
        shares = data.shares(fakes := fakes_of(game, z))
        told = {"reached": float(data.reached(shares)), "quality": round(100 * float(shares.sum()), 1)}
        return told, {**seen(game, fakes, spec.loss), "spots": {"share": (100 * shares).numpy().astype("f2")}}

    yield from shots(0, 0, look()[1], game, half=True)
    for step in range(1, spec.steps + 1):
        for _ in range(spec.k_D):
            played = turn_D(game, adam_D, data.draw(BATCH, rng), torch.randn(BATCH, 2, generator=rng))
        for _ in range(spec.k_G):
            loss = turn_G(game, adam_G, torch.randn(BATCH, 2, generator=rng), spec.loss)
        lately.append((loss, *played))
        moment = moments.at(step)
        told: dict[str, float] = {}
        if moment is not None or step % EVERY == 0:
            loss, value, real, fake = np.mean(lately, 0)
            told = {"loss_G": loss, "V": value, "real": 100 * real, "fake": 100 * fake}
            told = {name: round(float(v), 3) for name, v in told.items()}
            lately.clear()
        if moment is None:
            yield Step(step, spec.steps, told)
        else:
            counted, views = look()
            yield Step(step, spec.steps, told | counted)
            yield from shots(moment, step, views, game, half=True)


SPEC = GANSpec
split = None  # points are drawn anew at each step, and counted on the density itself
PROBES = {"alone": alone}
PLAIN = {"data": RING, "loss": NON_SATURATING, "k_D": 1, "k_G": 1, "hidden_D": 64, "faster": 1.0}
EAGER, SMALL, FAST = PLAIN | {"k_G": 8}, PLAIN | {"hidden_D": 8}, PLAIN | {"faster": 8.0}
CLAIMS = (
    Claim(
        "A plain GAN does not collapse here: of the eight spots of the ring it reaches all.",
        at_least(7.5, "{:.2f} of 8 spots reached, mean of the last fifth", "at least 7.5",
                 late("reached", runs=("plain",))),
        "Fewer than 7.5 spots, on average over the last fifth of the rounds.",
        {"plain": PLAIN},
    ),
    Claim(
        "With eight steps of G for each of D's, G collapses: it reaches two spots or fewer.",
        at_most(2, "{:.2f} spots with eight steps, {:.2f} with one", "2 at most",
                late("reached", runs=("eager", "plain"))),
        "More than two spots, on average over the last fifth of the rounds.",
        {"plain": PLAIN, "eager": EAGER},
        beside="Same data, nets and rounds; G moves eight times as often.",
    ),
    Claim(
        "With a D of 8 units a layer in place of 64 G reaches three spots or fewer.",
        at_most(3, "{:.2f} spots with 8 units, {:.2f} with 64", "3 at most",
                late("reached", runs=("small", "plain"))),
        "More than three spots, on average over the last fifth of the rounds.",
        {"plain": PLAIN, "small": SMALL},
        beside="D's width is what differs, and so its weights: 105 in place of 4,417.",
    ),
    Claim(
        "Either loss of G reaches at least seven of the eight spots here.",
        check(lambda first, second: min(first, second) >= 7,
              "{:.2f} spots by log(1 − D), {:.2f} by −log D", "at least 7 by both",
              late("reached", runs=("saturating", "plain"))),
        "Fewer than seven by either, on average over the last fifth of the rounds.",
        {"plain": PLAIN, "saturating": PLAIN | {"loss": SATURATING}},
    ),
    Claim(
        "V does not tell: collapsed to two spots or fewer, the game is worth −log 4, as where it is solved.",
        check(lambda V, spots, *_: abs(V + LOG_4) <= 0.03 and spots <= 2,
              "V {0:.3f} with {1:.2f} spots; of a plain GAN {2:.3f} with {3:.2f}",
              "V within 0.03 of −1.386, 2 spots at most", late("V", "reached", runs=("eager", "plain"))),
        "A V that lies farther from −log 4, or more than two spots, on average over the last fifth.",
        {"plain": PLAIN, "eager": EAGER},
        beside="Same data, nets and rounds; G moves eight times as often.",
    ),
)  # fmt: skip
RECORDED = (
    GANSpec(), GANSpec(k_G=8), GANSpec(hidden_D=8), GANSpec(loss=SATURATING), GANSpec(data=DRAWN),
)  # fmt: skip
