"""Lab: the largest of noisy guesses is too large. Q-learning and double Q-learning beside each other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.core.claims import Claim, Traces, check, late
from engine.core.params import Spec, param
from engine.core.trace import Event, Moments, State, Step, shots
from engine.reward.double_q import LEFT, Learners

PAPERS = ("hasselt2010", "sutton2018")
WALKERS = 1000


@dataclass(frozen=True)
class DoubleQSpec(Spec):
    K: int = param(10, "Moves at B", "Each ends the walk with a noisy reward.", low=2, high=20)
    mu: float = param(-0.1, "They earn, on average", "Below 0, right is the better move.", low=-1.0, high=0.5)
    epsilon: float = param(0.1, "Exploration ε", "How often a move is made at random.", low=0.0, high=1.0)
    alpha: float = param(0.1, "Step size α", "How far a guess moves towards its target.", low=0.01, high=1.0)
    episodes: int = param(300, "Episodes", "Walks of each of a thousand learners.", low=10, high=1000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: DoubleQSpec, weights: State | None) -> None:
    """Tables are in the snapshots."""


def run(spec: DoubleQSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """A thousand learners of each kind, on the same random numbers. On the CPU whatever the device.

    at_B: sorted (K,), each Q-learner's guesses from the largest down, the mean of all learners. Figures:
    left_q, left_double, in %; worth_q, worth_double: what left is thought to be worth, the mean of all.
    """
    rng = np.random.default_rng(spec.seed)
    kinds = {"q": Learners(WALKERS, spec.K, 1), "double": Learners(WALKERS, spec.K, 2)}
    moments = Moments(spec.episodes, 40)

    def look() -> dict[str, dict[str, np.ndarray]]:
        return {"at_B": {"sorted": np.sort(kinds["q"].B[0], 1)[:, ::-1].mean(0).astype(np.float32)}}

    yield from shots(0, 0, look())
    for episode in range(1, spec.episodes + 1):
        draws, coin = rng.random((WALKERS, 6)), rng.integers(0, 2, WALKERS)
        R = rng.normal(spec.mu, 1, WALKERS)
        said = {}
        for name, learners in kinds.items():
            a, b = learners.explore(spec.epsilon, draws)
            learners.learn(a, b, R, spec.alpha, coin)
            said[f"left_{name}"] = round(100 * float((a == LEFT).mean()), 2)
            said[f"worth_{name}"] = round(float(learners.A[:, :, LEFT].mean()), 5)
        yield Step(episode, spec.episodes, said)
        if (moment := moments.at(episode)) is not None:
            yield from shots(moment, episode, look())


def most(*names: str):
    """The largest value that figures of the steps ever had."""

    def read(traces: Traces) -> list[float]:
        return [max(traces["both"].scalars[name][1]) for name in names]

    return read


SPEC = DoubleQSpec
split = None  # what is learned is a world, and all are scored in it
SHOW = {"K": 10, "mu": -0.1, "epsilon": 0.1, "alpha": 0.1, "episodes": 300}
CLAIMS = (
    Claim(
        "Left is worth -0.1, and yet at its worst at least 85% of Q-learners go there; of double Q-learners "
        "never more than 60%.",
        check(lambda q, double: q >= 85 and double <= 60, "{:.0f}% of Q-learners, {:.0f}% of double ones",
              "85% or more, 60% or less", most("left_q", "left_double")),
        "Fewer Q-learners, or more double ones, at any episode.",
        {"both": SHOW},
    ),
    Claim(
        "At its worst Q-learning thinks left worth 0.08 or more, above right's 0; double Q-learning, 0.02 "
        "at most.",
        check(lambda q, double: q >= 0.08 and double <= 0.02,
              "{:+.3f} by Q-learning, {:+.3f} by double Q-learning; in truth -0.1",
              "0.08 or more, 0.02 or less", most("worth_q", "worth_double")),
        "A Q-learner's mean that stays below 0.08, or a double one's that rises above 0.02.",
        {"both": SHOW},
    ),
    Claim(
        "After 300 episodes Q-learners still go left at least 2.5 points more often than double ones.",
        check(lambda q, double: q - double >= 2.5, "{:.1f}% and {:.1f}%; exploring alone makes 5%",
              "at least 2.5 points apart", late("left_q", "left_double", runs=("both",), share=0.1)),
        "A smaller distance in the last tenth.",
        {"both": SHOW},
    ),
)  # fmt: skip
RECORDED = (DoubleQSpec(),)
