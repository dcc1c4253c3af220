"""Lab: a net in place of the table, in the cliff's world: DQN, with memory and target net as switches."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.core.claims import Claim, check, late
from engine.core.params import Spec, param
from engine.core.trace import Event, Moments, State, Step, restored, shots
from engine.reward.bellman import backup, value_iteration
from engine.reward.dqn import Memory, QNetwork, loss, phi, targets
from engine.reward.grids import CLIFF, GOAL, THE_CLIFF, WALL, cross, length, placed, way, world

PAPERS = ("mnih2013", "mnih2015", "sutton2018")
GAMMA, SCALE = 0.95, 20.0
BATCH, FIRST, LONGEST = 32, 200, 200  # steps: before it learns, of an episode
RANDOM, SHARE = 0.1, 0.5  # exploration ends at this; after this share of the steps
EVERY, RECENT = 50, 10  # steps between two looks; episodes that a figure is taken over


@dataclass(frozen=True)
class DQNSpec(Spec):
    replay: bool = param(True, "Replay", "Off: it learns from its last 32 steps, not from 32 of all so far.")
    target: bool = param(True, "Target net", "Off: targets come from the very net that learns.")
    sync: int = param(
        100, "Copied every", "Steps from one copy to the target net to the next.", low=1, high=1000
    )
    hidden: int = param(64, "Hidden units", "Of each of two layers.", low=8, high=128)
    lr: float = param(3e-3, "Learning rate", "Step size of Adam.", low=1e-5, high=0.1, log=True)
    steps: int = param(8000, "Steps", "Moves in the world; one batch each.", low=300, high=20000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


WORLD = world(THE_CLIFF)


def restore(spec: DQNSpec, weights: State | None) -> QNetwork:
    """The net with these weights, or as it starts from the seed."""
    return restored(spec.seed, weights, lambda: QNetwork(WORLD.rows + WORLD.columns, spec.hidden))


def run(spec: DQNSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Walks and learns. On the CPU whatever the device: a batch is 32 rows of 16 numbers.

    table: cross (3 rows, 3 columns), tiles of values. way: x, y (n + 1) of the best walk, moves. Figures:
    off, the root mean square of q - the exact q; over, the mean of max q - the exact v; both over cells where
    a step can begin; arrives: 100 where the best walk comes to the goal; earned, of the last ten episodes.
    `given["start"]` makes a fork.
    """
    rng = np.random.default_rng(spec.seed)
    v = value_iteration(WORLD.P, WORLD.r, GAMMA, 2000)[-1]
    exact, stood = backup(WORLD.P, WORLD.r, v, GAMMA), WORLD.stood
    net, seen = restore(spec, given.get("start")), phi(WORLD.rows, WORLD.columns)
    old, memory = copy.deepcopy(net), Memory.of(spec.steps)
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr)
    looks = EVERY * np.array(Moments(max(1, spec.steps // EVERY), 40).steps)
    moments = {min(int(step), spec.steps): i for i, step in enumerate(looks)}
    earned, so_far, S, length_ = [], 0.0, WORLD.start, 0

    def look() -> tuple[dict[str, dict[str, np.ndarray]], dict[str, float]]:
        with torch.no_grad():
            q = SCALE * net(seen).numpy().T  # (4, n)
        walked = way(WORLD, q)
        moves, (x, y) = length(WORLD, walked), placed(WORLD, walked)
        figures = {
            "off": float(np.sqrt(np.square(q - exact)[:, stood].mean())),
            "over": float((q.max(0) - v)[stood].mean()),
            "arrives": 100.0 * (moves > 0),
            "earned": float(np.mean(earned[-RECENT:] or [so_far])),
        }
        arrays = {
            "table": {"cross": cross(WORLD, q * stood).astype(np.float32)},
            "way": {"x": x.astype(np.float32), "y": y.astype(np.float32), "moves": np.array([moves])},
        }
        return arrays, figures

    yield from shots(0, 0, look()[0], net, half=True)
    for step in range(1, spec.steps + 1):
        epsilon = max(RANDOM, 1 - (1 - RANDOM) * step / (SHARE * spec.steps))
        draw, any_move = rng.random(), int(rng.integers(4))
        with torch.no_grad():
            A = any_move if draw < epsilon else int(net(seen[S]).argmax())
        to = WORLD.move(S, A)
        off, done = WORLD.cells[to] == CLIFF, WORLD.cells[to] == GOAL
        after = WORLD.start if off else S if WORLD.cells[to] == WALL else to
        R = -100.0 if off else -1.0 + 20.0 * done
        memory.keep(S, A, R / SCALE, after, done)
        so_far, length_, S = so_far + R, length_ + 1, after
        if done or length_ == LONGEST:
            earned, so_far, S, length_ = [*earned, so_far], 0.0, WORLD.start, 0
        chosen = rng.integers(
            0, step, BATCH
        )  # drawn with replay off, too: both arms walk by the same numbers
        if step > FIRST:
            states, moves, rewards, nexts, ends = memory.batch(
                chosen if spec.replay else np.arange(step - BATCH, step)
            )
            y = targets(old if spec.target else net, seen, rewards, nexts, ends, GAMMA)
            error = loss(net, seen, states, moves, y)
            adam.zero_grad()
            error.backward()
            adam.step()
            if step % spec.sync == 0:
                old.load_state_dict(net.state_dict())
        if step % EVERY == 0 or step == spec.steps:
            arrays, figures = look()
            yield Step(step, spec.steps, figures)
            if step in moments:
                yield from shots(moments[step], step, arrays, net, half=True)


SPEC = DQNSpec
split = None  # what is learned is a world, and it is scored in it
SHOW = {"replay": True, "target": True, "sync": 100, "hidden": 64, "lr": 3e-3, "steps": 8000}
CLAIMS = (
    Claim(
        "Without replay the net's values end further off the exact ones, by 1 at least (root mean square).",
        check(lambda with_, without: without - with_ >= 1,
              "{:.1f} off with replay, {:.1f} without; a fall is -100", "at least 1 further off",
              late("off", runs=("both", "without"))),
        "A smaller difference over the last fifth of the steps.",
        {"both": SHOW, "without": SHOW | {"replay": False}},
    ),
    Claim(
        "With both crutches they end within 2.5 of the exact ones.",
        check(lambda off: off <= 2.5, "{:.1f} off", "2.5 at most", late("off", runs=("both",))),
        "A net that is further off over the last fifth of the steps.",
        {"both": SHOW},
    ),
)  # fmt: skip
RECORDED = (DQNSpec(), DQNSpec(replay=False))
