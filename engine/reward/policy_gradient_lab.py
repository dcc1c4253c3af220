"""Lab: an agent learns Pong from pixels, by REINFORCE or, where each batch is used more than once, by PPO."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.core.claims import Claim, Traces, at_least, check, late
from engine.core.params import Spec, param
from engine.core.trace import Event, Moments, State, Step, Trace, restored, shots
from engine.reward import ppo
from engine.reward.policy_gradient import Batch, Player, log_pi, longest, play
from engine.reward.pong import SIZE

PAPERS = ("karpathy2016pong", "williams1992", "schulman2017ppo", "schulman2015gae")
SHOTS, RECENT = 13, 10  # moments; batches that a share of points is taken over
TAPE, DOTS = 24, 120  # frames of a rally that are kept; frames of a batch whose ratios are
NEVER = 1e9  # frames, where half of the points were never won


@dataclass(frozen=True)
class PolicyGradientSpec(Spec):
    epochs: int = param(1, "Uses of a batch", "1 is REINFORCE; more is PPO, which uses each batch again.",
                        low=1, high=30)  # fmt: skip
    clip: bool = param(True, "Clip", "Off: nothing stops the ratios from being rewarded beyond 1 ± ε.")
    epsilon: float = param(0.2, "Clip range ε", "How far a ratio is rewarded for moving.", low=0.01, high=0.9)
    lr: float = param(0.03, "Learning rate", "Step size of Adam.", low=1e-4, high=0.3, log=True)
    gamma: float = param(0.99, "Discount γ", "How much a point counts one frame earlier.", low=0.0, high=1.0)
    lam: float = param(1.0, "λ of GAE", "1: the return minus V; 0: one step and V.", low=0.0, high=1.0)
    baseline: bool = param(True, "Baseline V", "Off: returns are compared with their mean alone.")
    hidden: int = param(20, "Hidden units", "Each sees the whole court.", low=2, high=48)
    rallies: int = param(64, "Rallies a batch", "Played at once.", low=4, high=256)
    steps: int = param(300, "Batches", "Each is played by the newest net.", low=20, high=600)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: PolicyGradientSpec, weights: State | None) -> Player:
    """The net with these weights, or as it starts from the seed."""
    return restored(spec.seed, weights, lambda: Player(spec.hidden))


def advantages(batch: Batch, V: torch.Tensor, spec: PolicyGradientSpec) -> tuple[torch.Tensor, torch.Tensor]:
    """A of each frame, not yet standardised, and the returns that V learns. (n,), (n,)."""
    values = torch.zeros_like(batch.rewards)
    if spec.baseline:
        values[batch.rally, batch.time] = V
    A = ppo.gae(batch.rewards, values, batch.real, spec.gamma, spec.lam)
    return A[batch.rally, batch.time], (A + values)[batch.rally, batch.time]


def run(spec: PolicyGradientSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Plays a batch, learns from it, and plays the next. On the CPU whatever the device: the net is small.

    net: w (hidden, SIZE, SIZE), b, out (hidden,), c (1,): what p(up) is made of. rally, of the batch before:
    the end of the longest that was won and of the longest lost: places (2, TAPE, 4), frames (2,), up,
    p, V, A (2, TAPE), reward (2,). batch: ratio and A (DOTS,) after its last use. Figures: won, % of the
    points in the last ten batches; frames, so far; long, frames a rally; kl, of a batch's uses; outside, % of
    ratios beyond 1 ± epsilon; largest, of its ratios. `given["start"]` makes a fork.
    """
    rng, net = np.random.default_rng(spec.seed), restore(spec, given.get("start"))
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr)
    moments, won, frames = Moments(spec.steps, SHOTS), [], 0
    for step in range(1, spec.steps + 1):
        batch = play(net, spec.rallies, rng)
        with torch.no_grad():
            logit, V = net(batch.x)
        old = log_pi(logit, batch.up)
        raw, returns = advantages(batch, V, spec)
        A = ppo.standard(raw, torch.ones_like(raw))
        if step == 1:
            yield from shots(0, 0, look(net, batch, V, raw, torch.ones_like(A), A), net, half=True)
        for _ in range(spec.epochs):
            logit, V_now = net(batch.x)
            new = log_pi(logit, batch.up)
            gain = ppo.clipped(new, old, A, spec.epsilon) if spec.clip else (new - old).exp() * A
            loss = -gain.mean() + 0.5 * ppo.value_loss(V_now, returns).mean()
            adam.zero_grad()
            loss.backward()
            adam.step()
        with torch.no_grad():
            new = log_pi(net(batch.x)[0], batch.up)
        ratio = (new - old).exp()
        frames += len(batch.up)
        won = [*won, float((batch.rewards.sum(1) > 0).float().mean())][-RECENT:]
        yield Step(step, spec.steps, {
            "won": 100 * float(np.mean(won)), "frames": float(frames), "long": len(batch.up) / spec.rallies,
            "kl": float(ppo.approx_kl(new, old).mean()), "largest": float(ratio.max()),
            "outside": 100 * float(((ratio - 1).abs() > spec.epsilon).float().mean()),
        })  # fmt: skip
        if (moment := moments.at(step)) is not None:
            yield from shots(moment, step, look(net, batch, V, raw, ratio, A), net, half=True)


def look(net: Player, batch: Batch, V: torch.Tensor, raw: torch.Tensor, ratio: torch.Tensor, A: torch.Tensor):
    """What is kept of a moment."""
    W1, b1, W2, b2 = (one.detach().numpy().astype(np.float16) for one in net.parameters())
    tapes = [longest(batch, won, TAPE) for won in (True, False)]

    def tape(of: np.ndarray) -> np.ndarray:
        rows = np.zeros((2, TAPE, *of.shape[1:]), np.float16)
        for row, which in zip(rows, tapes, strict=True):
            row[: len(which)] = of[which]
        return rows

    dots = np.linspace(0, len(A) - 1, DOTS).astype(int)
    return {
        "net": {"w": W1.reshape(-1, SIZE, SIZE), "b": b1, "out": W2[0], "c": b2[:1]},
        "rally": {
            "places": tape(batch.places), "up": tape(batch.up.numpy()), "p": tape(batch.p.numpy()),
            "V": tape(V.numpy()), "A": tape(raw.numpy()),
            "frames": np.array([len(one) for one in tapes]),
            "reward": np.array([batch.rewards[batch.rally[one[-1]]].sum() for one in tapes], np.float32),
        },
        "batch": {"ratio": ratio[dots].numpy(), "A": A[dots].numpy()},
    }  # fmt: skip


def reaches(trace: Trace, share: float) -> float:
    """Frames played until `share` % of the points of ten batches were won; NEVER, if they were not."""
    won, frames = np.array(trace.scalars["won"][1]), trace.scalars["frames"][1]
    over = np.flatnonzero(won[RECENT - 1 :] >= share)
    return frames[over[0] + RECENT - 1] if len(over) else NEVER


def until(share: float, *runs: str):
    """Thousands of frames until so many points are won, run by run."""

    def read(traces: Traces) -> list[float]:
        return [reaches(traces[run], share) / 1000 for run in runs]

    return read


def opening(run: str):
    """% of the points of the first ten batches."""
    return lambda traces: [traces[run].scalars["won"][1][min(RECENT, traces[run].total) - 1]]


SPEC = PolicyGradientSpec
split = None  # what is learned is a game, and it is scored in play
SHOW = {"epochs": 1, "clip": True, "epsilon": 0.2, "lr": 0.03, "gamma": 0.99, "lam": 1.0, "baseline": True,
        "hidden": 20, "rallies": 64, "steps": 300}  # fmt: skip
MANY = SHOW | {"epochs": 20, "steps": 150}
CLAIMS = (
    Claim(
        "REINFORCE, from pixels and points alone, wins 85% of the points or more in its last batches.",
        check(lambda end, begin: end >= 85, "{:.0f}% of the points, {:.0f}% in the first ten batches",
              "85% or more", late("won", runs=("once",), share=0.1), opening("once")),
        "Fewer points in the last tenth of the batches.",
        {"once": SHOW},
    ),
    Claim(
        "With the same step size, using each batch five times wins half of the points after 0.6 times "
        "as many frames at most.",
        check(lambda once, five: five <= 0.6 * once,
              "{:.0f} thousand frames once, {:.0f} thousand five times", "0.6 times at most",
              until(50, "once", "five")),
        "More frames until half of the points of ten batches are won.",
        {"once": SHOW, "five": SHOW | {"epochs": 5}},
    ),
    Claim(
        "Used twenty times, batches move the policy further without clipping: 1.4 times the KL at least.",
        check(lambda on, off: off >= 1.4 * on, "{:.2f} nats a frame with clipping, {:.2f} without",
              "1.4 times as much or more", late("kl", runs=("on", "off"), share=1.0)),
        "A smaller factor, in the mean of all batches.",
        {"on": MANY, "off": MANY | {"clip": False}},
    ),
    Claim(
        "And without clipping they end with fewer points won: 10 of a hundred fewer at least.",
        check(lambda on, off: on - off >= 10, "{:.0f}% with clipping, {:.0f}% without", "at least 10 fewer",
              late("won", runs=("on", "off"))),
        "A smaller difference in the last fifth.",
        {"on": MANY, "off": MANY | {"clip": False}},
    ),
    Claim(
        "Clipping does not bound the ratios: after twenty uses 3% or more lie outside.",
        at_least(3, "{:.1f}% outside 1 ± 0.2", "3% or more", late("outside", runs=("on",), share=0.5)),
        "Fewer ratios outside, in the mean of the second half.",
        {"on": MANY},
    ),
)  # fmt: skip
RECORDED = (PolicyGradientSpec(), PolicyGradientSpec(epochs=5), PolicyGradientSpec(epochs=20, steps=150),
            PolicyGradientSpec(epochs=20, steps=150, clip=False))  # fmt: skip
