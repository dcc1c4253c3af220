"""Figures of what learns: twins at the cliff, a guess too large, a net; equations and their symbols."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.captions import Caption, minus
from app.figures.marks import at, over
from app.figures.panels import Panel, Title
from app.figures.panels import heat as grid
from app.figures.pipeline import Box
from app.figures.plot import Axis, plot
from engine.core.trace import Trace
from engine.reward import dqn_lab, temporal_difference_lab
from engine.reward.bellman import backup, value_iteration
from engine.reward.grids import cross, length, placed, way
from pages.value.world import ground

EQUATION = r"q(s, a) = r(s, a) + \gamma \sum_{s'} p(s' \mid s, a) \max_{a'} q(s', a')"
PLAIN = (
    ("Value iteration: each cell takes the worth of its best move, sweep by sweep.",
     r"v_{k+1}(s) = \max_a \left[ r(s, a) + \gamma \sum_{s'} p(s' \mid s, a) v_k(s') \right]"),
    ("For a policy π it is a set of linear equations, and a linear solve finds its end at once.",
     r"(I - \gamma P_\pi) v = r_\pi"),
    ("Without p and r there are steps: a value moves a little, by α, towards what one step has shown.",
     r"Q(S, A) \leftarrow Q(S, A) + \alpha \left[ \text{target} - Q(S, A) \right]"),
    ("Sarsa's target counts the next move as it will be made; Q-learning's as if it were the best.",
     r"R + \gamma Q(S', A') \qquad\text{or}\qquad R + \gamma \max_{a} Q(S', a)"),
    ("Double Q-learning: one table picks the move, the other says what it is worth.",
     r"R + \gamma Q_B(S', \operatorname{argmax}_a Q_A(S', a))"),
    ("DQN: a net for the table. Its target comes from an older copy of it, with weights θ⁻.",
     r"\left( R + \gamma \max_{a} Q(S', a; \theta^-) - Q(S, A; \theta) \right)^2"),
)  # fmt: skip
ROOM = (
    "At A, right ends the walk with 0; left leads to B, whose moves end it with a draw around one mean, "
    "standard deviation 1."
)
NOW = marks.rules(over(), "line", axis="x")


def twins(spec: Any) -> Sequence[Panel]:
    """Two tables with the cliff between them, what they earn, how often they fall."""
    here = temporal_difference_lab.made(spec)
    v = value_iteration(here.P, here.r, spec.gamma, temporal_difference_lab.SWEEPS)[-1]
    moves = length(here, way(here, backup(here.P, here.r, v, spec.gamma)))
    best = temporal_difference_lab.PRIZE + moves * temporal_difference_lab.STEP
    ways = [
        marks.line(at("way.x", row=0), at("way.y", row=0), "code", width=3.4),
        marks.line(at("way.x", row=1), at("way.y", row=1), "past", width=3.4),
    ]
    title: Title = [
        (spec.rule, "code"),
        (" above; ", None),
        ("Q-learning", "past"),
        (" below, mirrored", None),
    ]
    level = [marks.rules(best, "truth", label="the best way: {value}", must=True, dash=(2, 3))] * bool(moves)
    x, recent = Axis("episode"), "mean of 50 episodes"
    return [
        ground(here, title, "table.cross", ways, twice=True, width=1.25),
        plot([*level, *_both("earned", spec.rule), NOW], [("Earned an episode: higher is better", None)], x,
             Axis(recent, low=-120, high=30, ticks={-100: "−100", -50: "−50", 0: "0"})),
        plot([*_both("falls", spec.rule), NOW], [("Falls an episode: lower is better", None)], x,
             Axis(recent, low=0, high=1, ticks={0: "0", 0.5: "0.5", 1: "1"}), width=0.9),
    ]  # fmt: skip


def _both(figure: str, rule: str) -> list[marks.Mark]:
    return [
        marks.line(over(), over(f"{figure}_upper"), "code", label=rule, width=2.2),
        marks.line(over(), over(f"{figure}_q"), "past", label="Q-learning", width=2.2),
    ]


def twins_said(spec: Any) -> Caption:
    """What both have come to."""
    got = (
        f"{spec.rule}'s best way takes {{moves_upper:.0f}} moves, Q-learning's {{moves_q:.0f}} (0: it does "
        f"not arrive). Of the last 50 episodes {spec.rule} earned {{earned_upper:.1f}} each and fell "
        "{falls_upper:.2f} times, Q-learning {earned_q:.1f} and {falls_q:.2f} times"
    )
    return Caption(
        "Nobody knows the world yet: all values are 0, and both begin with the same random numbers.",
        f"After {{step}} episodes {got}.",
        f"At the end {got}.",
    )


def bias(spec: Any) -> Sequence[Panel]:
    """One learner's guesses for the moves at B, what left is thought worth, how many go left."""
    names = [str(k + 1) for k in range(spec.K)]
    guesses = [
        marks.bars(
            "at_B.sorted", "past", gap=0.15, names=names, say="number {name}: thought worth {value:2}"
        ),
        marks.rules(spec.mu, "truth", dash=(2, 3)),
    ]
    told: Title = [("Guesses at B, sorted", "past"), ("; ", None), (f"truth {minus(spec.mu, 'g')}", "truth")]
    worth = [
        marks.rules(spec.mu, "truth", label="left is worth {value}", must=True, below=True, dash=(2, 3)),
        marks.rules(0.0, "soft", label="right: 0", must=True, dash=(2, 3)),
        *_kinds("worth"),
    ]
    left = [
        marks.rules(
            50 * spec.epsilon, "truth", label="exploring alone: {value}", must=True, below=True, dash=(2, 3)
        ),
        *_kinds("left"),
    ]
    return [
        plot(guesses, told, Axis("from the largest down", names=names),
             Axis("mean of 1000 learners", low=-0.5, high=0.5, ticks={-0.5: "−0.5", 0: "0", 0.5: "0.5"}),
             width=0.9),
        plot(worth, [("What going left seems worth", None)], Axis("episode"),
             Axis("mean of 1000 learners", low=-0.3, high=0.2, ticks={-0.2: "−0.2", 0: "0", 0.2: "0.2"})),
        plot(left, [("How many go left: lower is better", None)], Axis("episode"),
             Axis("% of 1000 learners", low=0, high=100, ticks={0: "0", 50: "50", 100: "100"})),
    ]  # fmt: skip


def _kinds(figure: str) -> list[marks.Mark]:
    return [
        marks.line(over(), over(f"{figure}_q"), "past", label="Q-learning", width=2.2),
        marks.line(over(), over(f"{figure}_double"), "model", label="double Q-learning", width=2.2),
        NOW,
    ]


def bias_said(spec: Any) -> Caption:
    """What the largest of noisy guesses does."""
    got = (
        "{left_q:.0f}% of Q-learners go left and {left_double:.0f}% of double Q-learners. Left seems worth "
        f"{{worth_q:.3f}} to Q-learners, {{worth_double:.3f}} to double ones; it is {minus(spec.mu, 'g')}"
    )
    return Caption(
        f"{ROOM} Nothing is learned yet: left and right are a coin's throw.",
        f"After {{step}} episodes {got}.",
        f"{ROOM} At the end {got}.",
    )


def net(spec: Any) -> Sequence[Panel]:
    """The net's values, the exact ones, how far apart they are."""
    world = dqn_lab.WORLD
    v = value_iteration(world.P, world.r, dqn_lab.GAMMA, 2000)[-1]
    exact = backup(world.P, world.r, v, dqn_lab.GAMMA)
    x, y = placed(world, way(world, exact))
    drawn = [marks.line("way.x", "way.y", "ink", width=3.2)]
    known = [marks.line(x.tolist(), y.tolist(), "truth", width=3.2)]
    nothing = float(np.sqrt(np.square(exact[:, world.stood]).mean()))
    off = [
        marks.rules(nothing, "soft", label="if all were 0", must=True, below=True, dash=(2, 3)),
        marks.line(over(), over("off"), "model", width=2.2),
        NOW,
    ]
    tiles = cross(world, exact * world.stood).astype(np.float32)
    mine: Title = [("The net's values", "model"), (" and its best way", None)]
    return [
        ground(world, mine, "table.cross", drawn, width=1.3),
        ground(world, [("The exact ones", "truth")], tiles, known, width=1.3),
        plot(off, [("How far off: lower is better", None)], Axis("step"),
             Axis("root mean square", low=0, high=30, ticks={0: "0", 10: "10", 20: "20", 30: "30"})),
    ]  # fmt: skip


def net_said(spec: Any) -> Caption:
    """What the net has come to."""
    got = (
        "the net's values are {off:.1f} off (root mean square over cells and moves; −100 stands among them), "
        "it rates best moves {over:.1f} above their worth, on average. Its last ten episodes earned "
        "{earned:.0f} each, with exploration (the best way earns 7)"
    )
    return Caption(
        "An untrained net: its values are about 0 everywhere.",
        f"After {{step}} steps {got}.",
        f"At the end {got}.",
    )


def pipeline(trace: Trace, spec: Any) -> tuple[Box, ...]:
    """From a world to a way."""
    facts = trace.last("facts")
    moves = int(trace.last("way")["moves"][0])
    return (
        Box("world", "A world of cells goes in: walls, cliff, goal, and what a step earns.", "r, p",
            f"{spec.grid.count('/') + 1} x {len(spec.grid.split('/')[0])} cells", text="S … G"),
        Box("four values", "Each move of each cell gets a value: what it earns, plus γ times what the "
            "cell is worth that it leads to.", "q(s, a)", "4 a cell", text=f"r + {spec.gamma:g} v",
            hue="model"),
        Box("the best", "A cell is worth its best move.", "v(s)", "1 a cell", text="max", hue="truth"),
        Box("sweeps", "All cells are updated from each other, sweep by sweep, until nothing moves. A learner "
            "that does not know the world walks, and updates the cell it stands on.", "k",
            f"{int(facts['sweeps'][0])} sweeps", text=f"{int(facts['sweeps'][0])}", hue="past"),
        Box("way", "Taking the best move in each cell is the best way.", "π", f"{moves} moves",
            text=f"{moves} moves" if moves else "no", hue="model"),
    )  # fmt: skip


def symbols(trace: Trace, spec: Any) -> Sequence[tuple[str, str, str]]:
    """The symbols of the equations, with their values here."""
    start = spec.grid.replace("/", "").index("S")
    worth = minus(float(trace.last("table")["v"][start]), ".2f")
    return (
        ("s, s'", "a cell, and the one that a move leads to", f"{len(spec.grid.replace('/', ''))} cells"),
        ("a, a'", "a move, and the next one", "up, right, down, left"),
        ("q(s, a)", "what a move is worth", f"best at the start: {worth}"),
        ("r(s, a)", "what a move earns at once, on average", f"{minus(spec.step, 'g')} a step"),
        (r"\gamma", "the discount: what comes a step later counts so much", f"{spec.gamma:g}"),
        (r"p(s' \mid s, a)", "how likely a move leads there", f"wind {spec.wind:g}"),
        (r"v, v_k, v_{k+1}", "what cells are worth: in the end, after k sweeps, k + 1", f"start: {worth}"),
        ("k", "how many sweeps were made", f"{int(trace.last('facts')['sweeps'][0])} in all"),
        (r"\pi, P_\pi, r_\pi, I", "a policy (which move in which cell), its p and r; 1 on the diagonal",
         "a linear solve"),
        ("Q, S, A, R, S', A'", "a learner's table; a step: cell, move, earned, next cell, move", "one step"),
        (r"\alpha", "the step size", "0.1 by default"),
        ("Q_A, Q_B", "two tables: a coin says which learns", "2 tables"),
        (r"\theta, \theta^-", "weights of the net, and of its older copy", "copied every 100 steps"),
        (r"\text{target}", "what one step has shown", "four rules above"),
    )  # fmt: skip


def cover() -> Panel:
    """For the page's card."""
    return grid("walked.visits", (), "unsigned", 0, 1.5, "", columns=1)
