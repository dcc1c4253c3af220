"""Lab: Sarsa and Q-learning as twins in one world, on the same random numbers, each with its own walk."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import torch

from engine.core.claims import Claim, Traces, check, late
from engine.core.params import Spec, param
from engine.core.trace import Event, Moments, State, Step, shots
from engine.reward.bellman import backup, value_iteration
from engine.reward.grids import (
    CLIFF,
    DESCRIBED,
    GOAL,
    PATTERN,
    THE_CLIFF,
    WALL,
    World,
    cross,
    length,
    placed,
    way,
    world,
)
from engine.reward.temporal_difference import expected_sarsa, explore, q_learning, sarsa, update

PAPERS = ("rummery1994", "watkins1992", "sutton2018")
STEP, FALL, PRIZE = -1.0, -100.0, 20.0
LONGEST = 400  # steps of an episode, at most
RECENT = 50  # episodes that figures and trails are taken over
EVERY, SWEEPS = 10, 2000
RULES = ("Sarsa", "expected Sarsa")


@dataclass(frozen=True)
class TemporalDifferenceSpec(Spec):
    rule: str = param("Sarsa", "Beside Q-learning", "Expected Sarsa takes the mean over its next moves.",
                      choices=RULES)  # fmt: skip
    epsilon: float = param(0.1, "Exploration ε", "How often a move is made at random.", low=0.0, high=1.0)
    alpha: float = param(0.1, "Step size α", "How far a value moves towards its target.", low=0.01, high=1.0)
    gamma: float = param(0.95, "Discount γ", "As above.", low=0.0, high=1.0)
    episodes: int = param(1000, "Episodes", "Walks from start to goal.", low=10, high=2000)
    grid: str = param(THE_CLIFF, "World", "Rows parted by /: . free, # wall, x cliff, S start, G goal.",
                      pattern=PATTERN, described=DESCRIBED)  # fmt: skip
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


@dataclass
class Twin:
    """One learner: its table, its random numbers, and what it has been through."""

    rule: str
    Q: list[list[float]]
    rng: np.random.Generator
    earned: list[float] = field(default_factory=list)
    fell: list[int] = field(default_factory=list)
    seen: list[np.ndarray] = field(default_factory=list)  # visits (n,) of an episode


def made(spec: TemporalDifferenceSpec) -> World:
    """The world that both walk in."""
    return world(spec.grid, STEP, FALL, PRIZE)


def restore(spec: TemporalDifferenceSpec, weights: State | None) -> None:
    """Tables are in the snapshots."""


def episode(twin: Twin, here: World, spec: TemporalDifferenceSpec) -> None:
    """One walk from start to goal, or LONGEST steps; the table learns at each step."""
    draws = iter(twin.rng.random((LONGEST + 1, 3)).tolist())
    seen, earned, fell = np.zeros(len(here.cells), int), 0.0, 0
    S = here.start
    A = explore(twin.Q[S], spec.epsilon, next(draws))
    for draw in draws:
        seen[S] += 1
        to = here.move(S, A)
        off, done = here.cells[to] == CLIFF, here.cells[to] == GOAL
        after = here.start if off else S if here.cells[to] == WALL else to
        R = FALL if off else STEP + PRIZE * done
        q = twin.Q[after]
        if twin.rule == "Sarsa":
            chosen = explore(q, spec.epsilon, draw)  # before it learns: this is the A' of its target
            update(twin.Q[S], A, sarsa(R, spec.gamma, q, chosen), spec.alpha)
        else:
            target = (
                q_learning(R, spec.gamma, q)
                if twin.rule == "Q-learning"
                else expected_sarsa(R, spec.gamma, q, spec.epsilon)
            )
            update(twin.Q[S], A, target, spec.alpha)
            chosen = explore(q, spec.epsilon, draw)
        earned, fell, S, A = earned + R, fell + off, after, chosen
        if done:
            break
    twin.earned.append(earned)
    twin.fell.append(fell)
    twin.seen = [*twin.seen[1 - RECENT :], seen]


def run(spec: TemporalDifferenceSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Both walk, episode by episode. On the CPU whatever the device.

    The other twin stands above; Q-learning's world is mirrored below, so that the cliff lies between them.
    table: cross (6 rows, 3 columns), tiles of values. way: x, y (2, n + 1) of the best walks, moves (2,), 0
    for none. walked: visits (2 rows, columns) an episode, of the last 50. score: start (2,), what each table
    says the start is worth, exact: at best; best: what the best walk earns. Figures: earned and falls an
    episode, of the last 50; of the other twin (upper) and of Q-learning (q).
    """
    here = made(spec)
    v = value_iteration(here.P, here.r, spec.gamma, SWEEPS)[-1]
    exact = way(here, backup(here.P, here.r, v, spec.gamma))
    moves = length(here, exact)
    best = moves * STEP + PRIZE if moves else 0.0
    n = len(here.cells)
    twins = [
        Twin(rule, [[0.0] * 4 for _ in range(n)], np.random.default_rng(spec.seed))
        for rule in (spec.rule, "Q-learning")
    ]
    moments = Moments(spec.episodes, 40)

    def look() -> dict[str, dict[str, np.ndarray]]:
        q = np.array([one.Q for one in twins]).transpose(0, 2, 1)  # (2, 4, n)
        ways = [way(here, table) for table in q]
        visits = [np.mean(one.seen, 0) if one.seen else np.zeros(n) for one in twins]
        tiles, maps = [cross(here, one) for one in q], [one.reshape(here.rows, -1) for one in visits]
        (x, y), (below_x, below_y) = placed(here, ways[0]), placed(here, ways[1], mirrored=True)
        return {
            "table": {"cross": np.concatenate([tiles[0], tiles[1][::-1]]).astype(np.float32)},
            "way": {"x": np.array([x, below_x], np.float32),
                    "y": np.array([y + here.rows, below_y], np.float32),
                    "moves": np.array([length(here, one) for one in ways])},
            "walked": {"visits": np.concatenate([maps[0], maps[1][::-1]]).astype(np.float32)},
            "score": {"start": q[:, :, here.start].max(1), "exact": v[[here.start]],
                      "best": np.array([best])},
        }  # fmt: skip

    yield from shots(0, 0, look())
    for number in range(1, spec.episodes + 1):
        for twin in twins:
            episode(twin, here, spec)
        moment = moments.at(number)
        if moment is not None or number % EVERY == 0:
            figures = {
                f"{what}_{name}": float(np.mean(of[-RECENT:]))
                for twin, name in zip(twins, ("upper", "q"), strict=True)
                for what, of in (("earned", twin.earned), ("falls", twin.fell))
            }
            seen = look()
            upper, q = map(float, seen["way"]["moves"])
            yield Step(number, spec.episodes, figures | {"moves_upper": upper, "moves_q": q})
            if moment is not None:
                yield from shots(moment, number, seen)


def starts(traces: Traces) -> list[float]:
    """What the start is worth by Sarsa's table, by Q-learning's, and at best."""
    score = traces["twins"].last("score")
    return [*map(float, score["start"]), float(score["exact"][0])]


SPEC = TemporalDifferenceSpec
split = None  # what is learned is a world, and both are scored in it
SHOW = {"rule": "Sarsa", "epsilon": 0.1, "alpha": 0.1, "gamma": 0.95, "episodes": 1000, "grid": THE_CLIFF}
CLAIMS = (
    Claim(
        "Q-learning's best moves run along the cliff, 13 of them; Sarsa's keep a row away, 15.",
        check(lambda sarsa, q: (sarsa, q) == (15, 13), "Sarsa {:.0f} moves, Q-learning {:.0f}", "15 and 13",
              lambda traces: list(map(float, traces["twins"].last("way")["moves"]))),
        "Another length of either way.",
        {"twins": SHOW},
    ),
    Claim(
        "With one move in ten at random, Sarsa earns at least 15 more an episode, in the last fifth of them.",
        check(lambda sarsa, q: sarsa - q >= 15, "Sarsa {:.1f}, Q-learning {:.1f}", "at least 15 more",
              late("earned_upper", "earned_q", runs=("twins",))),
        "A smaller difference, or Q-learning ahead.",
        {"twins": SHOW},
    ),
    Claim(
        "In the last fifth Sarsa falls off the cliff at least 0.15 times an episode less often.",
        check(lambda sarsa, q: q - sarsa >= 0.15, "Sarsa {:.2f} falls an episode, Q-learning {:.2f}",
              "at least 0.15 fewer", late("falls_upper", "falls_q", runs=("twins",))),
        "A smaller difference.",
        {"twins": SHOW},
    ),
    Claim(
        "Q-learning's table says what the start is worth at best, to 0.1; Sarsa's says at least 3 less.",
        check(lambda sarsa, q, best: abs(q - best) <= 0.1 and best - sarsa >= 3,
              "Sarsa {:.2f}, Q-learning {:.2f}, at best {:.2f}", "within 0.1; at least 3 less", starts),
        "A table of Q-learning that is further off, or one of Sarsa that comes nearer than 3.",
        {"twins": SHOW},
    ),
)  # fmt: skip
RECORDED = (TemporalDifferenceSpec(), TemporalDifferenceSpec(epsilon=0.0))
