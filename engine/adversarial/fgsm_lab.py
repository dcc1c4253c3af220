"""Lab: digits that are moved against a net, each pixel by epsilon; and nets that learn from such digits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor, nn

from engine.adversarial.fgsm import NETS, fgsm, mixed, random_signs, reader, right, sign, small_steps
from engine.core.claims import Claim, check, late
from engine.core.inputs import Answer, Inputs, real, whole
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, restored, shots
from engine.data.digits import SIDE, digits

PAPERS = ("goodfellow2014fgsm", "szegedy2013", "kurakin2016")
BATCH, MOMENTS = 64, 20
NOTHING, OWN, NOISE = AGAINST = ("nothing", "its own sign", "random signs")
MOST = 0.3  # the largest epsilon that is drawn
GRID = np.linspace(0, MOST, 7)  # of the curves
FINE = np.linspace(0, MOST, 31)  # under the finger
STRANGER = 10_000  # added to the seed of the other net
PLACES, WAYS = 31, 6  # of a slice: places along a side, random directions


@dataclass(frozen=True)
class FGSMSpec(Spec):
    net: str = param("convolutions", "Net", "What reads the digits.", choices=NETS)
    against: str = param(
        NOTHING, "Trained against", "What is added to the second half of the loss.", choices=AGAINST
    )
    epsilon: float = param(
        0.2, "Size ε", "How far each pixel moves, in training and in scores; paper is 0, ink 1.",
        low=0.0, high=0.5,
    )  # fmt: skip
    alpha: float = param(
        0.5, "Clean share α", "The share of the loss on digits as they are.", low=0.0, high=1.0
    )
    lr: float = param(3e-3, "Learning rate", "Step size of Adam.", low=1e-5, high=1.0, log=True)
    steps: int = param(500, "Training steps", "Batches of 64 digits.", low=10, high=3000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: FGSMSpec, weights: State | None) -> nn.Sequential:
    """The net with these weights, or as it starts from the seed."""
    return restored(spec.seed, weights, lambda: reader(spec.net))


def split(spec: FGSMSpec) -> tuple[np.ndarray, np.ndarray]:
    """The digits that it learns from, and those that it is scored on."""
    return digits().train_x, digits().test_x


def coded(x: np.ndarray) -> Tensor:
    """Levels 0..16 (N, 8, 8) -> (N, 1, 8, 8) in [0, 1]."""
    return torch.from_numpy(np.asarray(x, np.float32) / 16)[:, None]


@cache
def shown() -> tuple[int, ...]:
    """The kept digits that the film shows: the first 0, 1, 2, 3, 4 and 7."""
    labels = digits().test_y
    return tuple(int(np.flatnonzero(labels == label)[0]) for label in (0, 1, 2, 3, 4, 7))


def run(spec: FGSMSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains; at each moment reads kept digits, as they are and attacked. Beside it learns a stranger: a net
    of the same kind, with other weights and batches, whose adversarial examples are read, too.

    `given["start"]` makes a fork.
    """
    rng, coins = (torch.Generator().manual_seed(spec.seed + more) for more in (0, 1))
    d = digits()
    x, new_x = (coded(part).to(device) for part in (d.train_x, d.test_x))
    y, new_y = (torch.from_numpy(part.copy()).to(device) for part in (d.train_y, d.test_y))
    net = restore(spec, given.get("start")).to(device)
    stranger = restore(spec.but(seed=(spec.seed + STRANGER // 2) % STRANGER), None).to(device)
    adam, other = (torch.optim.Adam(one.parameters(), lr=spec.lr) for one in (net, stranger))
    moments = Moments(spec.steps, MOMENTS)

    yield from shots(0, 0, look(net, stranger, new_x, new_y, spec)[1], net, half=True)
    for step in range(1, spec.steps + 1):
        some, others = (torch.randint(len(x), (BATCH,), generator=rng).to(device) for _ in range(2))
        here, there = x[some], y[some]
        if spec.against == OWN:
            moved = fgsm(net, here, there, spec.epsilon)
        elif spec.against == NOISE:
            moved = (here + spec.epsilon * random_signs(here, coins)).clamp(0, 1)
        else:
            moved = here
        loss = mixed(net, here, moved, there, spec.alpha)
        adam.zero_grad()
        loss.backward()
        adam.step()
        its_loss = mixed(stranger, x[others], x[others], y[others], 1.0)
        other.zero_grad()
        its_loss.backward()
        other.step()
        figures = {"loss": round(loss.item(), 4)}
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, figures)
        else:
            scores, seen = look(net, stranger, new_x, new_y, spec)
            yield Step(step, spec.steps, figures | scores)
            yield from shots(moment, step, seen, net, half=True)


def look(
    net: nn.Module, stranger: nn.Module, x: Tensor, y: Tensor, spec: FGSMSpec
) -> tuple[dict[str, float], dict[str, Arrays]]:
    """Percent of kept digits that are read: clean; with random signs; by FGSM; by several small steps; by
    FGSM against the stranger. And along GRID; and six of them as they are attacked now."""
    coins = random_signs(x, torch.Generator().manual_seed(spec.seed + 2))  # the same at each moment
    worst = sign(net, x, y)
    ways = {"fgsm": worst, "noise": coins, "stranger": sign(stranger, x, y)}
    scores = {name: right(net, (x + spec.epsilon * way).clamp(0, 1), y) for name, way in ways.items()}
    scores |= {"clean": right(net, x, y), "small": right(net, small_steps(net, x, y, spec.epsilon), y)}
    along = {
        name: np.array([right(net, (x + float(e) * ways[name]).clamp(0, 1), y) for e in GRID], np.float32)
        for name in ("fgsm", "noise")
    }
    six = list(shown())
    moved = (x[six] + spec.epsilon * worst[six]).clamp(0, 1)
    seen = {
        "x": (100 * moved[:, 0]).round().cpu().numpy().astype(np.uint8),
        "sign": (worst[six, 0] + 1).cpu().numpy().astype(np.uint8),  # 0, 1, 2: down, not at all, up
    }
    return {name: round(v, 3) for name, v in scores.items()}, {"curve": along, "attacked": seen}


def picture(net: nn.Module, inputs: Inputs) -> tuple[Tensor, Tensor]:
    """The picture (1, 1, 8, 8) that is asked about, and its label (1,): -1 stands for what the net reads."""
    x = np.asarray(inputs.get("x"))
    if x.shape != (SIDE, SIDE) or x.dtype.kind not in "uif" or not (x.min() >= 0 and x.max() <= 16):
        raise ValueError(f"x must be {SIDE} x {SIDE} levels in [0, 16], got an array of {x.shape}")
    coded_x = coded(x[None])
    label = whole(inputs, "label", -1, 9)
    with torch.no_grad():
        return coded_x, net(coded_x).argmax(1) if label < 0 else torch.tensor([label])


def chances(net: nn.Module, x: Tensor) -> np.ndarray:
    """What the net gives each class: (N, 1, 8, 8) -> (N, 10)."""
    with torch.no_grad():
        return net(x).softmax(1).numpy()


def attack(net: nn.Module, inputs: Inputs) -> Answer:
    """{"x", "label", "seed"} -> the sign of the gradient and random signs (8, 8), and for each epsilon of
    FINE the pictures and chances with each of them; the label."""
    x, y = picture(net, inputs)
    rng = torch.Generator().manual_seed(whole(inputs, "seed", 0, 9999))
    ways = {"sign": sign(net, x, y), "random": random_signs(x, rng)}
    found: Answer = {"label": y.numpy()}
    for name, way in ways.items():
        moved = torch.cat([(x + float(e) * way).clamp(0, 1) for e in FINE])
        found |= {name: way[0, 0].numpy(), f"{name}_x": moved[:, 0].numpy(), f"{name}_p": chances(net, moved)}
    return found


def cut(net: nn.Module, inputs: Inputs) -> Answer:
    """{"x", "label", "seed", "across", "up"} -> slices through the picture: to the right the sign of the
    gradient, upwards random signs, WAYS of them. What is read at each place, and how sure of the label it is
    (WAYS, PLACES, PLACES), the uppermost row first; the picture at (across, up) and its chances."""
    x, y = picture(net, inputs)
    rng = torch.Generator().manual_seed(whole(inputs, "seed", 0, 9999))
    a, b = (real(inputs, name, -MOST, MOST) for name in ("across", "up"))
    worst, ways = sign(net, x, y), random_signs(x.expand(WAYS, -1, -1, -1), rng)
    ends = torch.linspace(-MOST, MOST, PLACES)
    right_, up = ends.repeat(PLACES), ends.flip(0).repeat_interleave(PLACES)
    plane = right_[:, None, None, None] * worst  # (PLACES ** 2, 1, 8, 8)
    p = np.stack([chances(net, (x + plane + up[:, None, None, None] * way).clamp(0, 1)) for way in ways])
    here = (x + a * worst + b * ways).clamp(0, 1)
    return {
        "label": y.numpy(), "read": p.argmax(2).reshape(-1, PLACES, PLACES),
        "sure": p[:, :, int(y)].reshape(-1, PLACES, PLACES), "here": here[:, 0].numpy(),
        "p": chances(net, here),
    }  # fmt: skip


SPEC = FGSMSpec
PROBES = {"attack": attack, "cut": cut}
PLAIN, TRAINED, NOISED = ({"against": one} for one in AGAINST)
SAME = (
    "Same weights at the start, same digits and steps; a step against the net's own sign takes one gradient "
    "more."
)


def fooled(run: str):
    """Far worse by the sign of the gradient than by random signs."""
    return check(
        lambda clean, noise, fgsm: clean - fgsm >= 80 and clean - noise <= 10,
        "{0:.0f}% of kept digits read; with random signs {1:.0f}%, with the gradient's sign {2:.0f}%",
        "random signs cost 10 points at most, the gradient's sign 80 at least",
        late("clean", "noise", "fgsm", runs=(run,)),
    )


CLAIMS = (
    Claim(
        "Moved along the sign of the gradient, most kept digits are lost; as far along random signs, few.",
        fooled("plain"),
        "Random signs that cost more than 10 points, or the gradient's sign less than 80.",
        {"plain": PLAIN},
    ),
    Claim(
        "A linear net is fooled as thoroughly: no hidden layer is needed for it.",
        fooled("linear"),
        "A linear net that loses less than 80 points to the gradient's sign, or more than 10 to random ones.",
        {"linear": PLAIN | {"net": "linear"}},
    ),
    Claim(
        "What was made against another net fools this one far more than noise of the same size.",
        check(
            lambda noise, stranger: noise - stranger >= 65,
            "{0:.0f}% of kept digits read with random signs, {1:.0f}% with signs of the other net's gradient",
            "at least 65 points fewer",
            late("noise", "stranger", runs=("plain",)),
        ),
        "Examples made against another net that cost less than 65 points more than random signs.",
        {"plain": PLAIN},
    ),
    Claim(
        "Training on its own adversarial examples teaches a net to read them.",
        check(
            lambda plain, trained: trained - plain >= 42,
            "{0:.0f}% of attacked kept digits read before, {1:.0f}% after such training",
            "at least 42 points more",
            late("fgsm", runs=("plain", "trained")),
        ),
        "A gain of less than 42 points.",
        {"plain": PLAIN, "trained": TRAINED},
        beside=SAME,
    ),
    Claim(
        "Training on noise of the same size teaches it far less.",
        check(
            lambda noised, trained: trained - noised >= 40,
            "{0:.0f}% of attacked kept digits read after training on random signs, {1:.0f}% on its own",
            "at least 40 points fewer",
            late("fgsm", runs=("noised", "trained")),
        ),
        "A net trained on noise that comes within 40 points.",
        {"noised": NOISED, "trained": TRAINED},
        beside=SAME,
    ),
    Claim(
        "On clean digits such training costs little or nothing.",
        check(
            lambda plain, trained: plain - trained <= 2,
            "{0:.1f}% of clean kept digits read without, {1:.1f}% with such training",
            "2 points fewer at most",
            late("clean", runs=("plain", "trained")),
        ),
        "A loss of more than 2 points on clean kept digits.",
        {"plain": PLAIN, "trained": TRAINED},
        beside=SAME,
    ),
    Claim(
        "Several small steps, no farther in all, find more than the one step that the net has learned from.",
        check(
            lambda fgsm, small: fgsm - small >= 7,
            "trained net: {0:.0f}% read after one step of ε, {1:.0f}% after ten small ones",
            "at least 7 points fewer",
            late("fgsm", "small", runs=("trained",)),
        ),
        "Small steps that cost less than 7 points more.",
        {"trained": TRAINED},
    ),
)
RECORDED = (
    *(FGSMSpec(against=one) for one in AGAINST),
    FGSMSpec(net="linear"),
    FGSMSpec(net="hidden layers"),
)
