"""Figures of the page: what an agent learned, who gets the credit, a cloud of guesses, a clipped aim."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.captions import Caption, minus
from app.figures.marks import over
from app.figures.panels import Panel, heat
from app.figures.pipeline import Box
from app.figures.plot import Axis, plot
from engine.core.trace import Trace
from engine.reward.pong import SIZE, Games

EQUATION = (
    r"\nabla_\theta J = \mathbb{E}\left[ \sum_t A_t \, \nabla_\theta \log \pi_\theta(a_t \mid s_t) \right]"
)
PLAIN = (
    ("The return: a point counts γ times as much one frame earlier.", r"R_t = r_t + \gamma R_{t+1}"),
    ("The advantage: how much better it went than the baseline V said.", r"A_t = R_t - V(s_t)"),
    (
        "GAE: a sum of one-step surprises, each λ times less trusted; λ = 1 is the line above.",
        r"A_t = \sum_l (\gamma \lambda)^l \delta_{t+l}, \qquad \delta_t = r_t + \gamma V(s_{t+1}) - V(s_t)",
    ),
    (
        "A baseline that does not look at the action changes no mean: probabilities always add up to 1.",
        r"\mathbb{E}\left[ b(s) \, \nabla_\theta \log \pi_\theta(a \mid s) \right] = 0",
    ),
    (
        "PPO: the ratio ρ of new and old chance of what was done. Past 1 ± ε, on the side that would pay, "
        "there is nothing more to earn.",
        r"\mathbb{E}\left[ \min\left( \rho_t A_t, \text{clip}(\rho_t, 1-\epsilon, 1+\epsilon) A_t \right)"
        r" \right]",
    ),
)
NOW = marks.rules(over(), "line", axis="x")


def hero(spec: Any) -> Sequence[Panel]:
    """What each hidden unit looks for, and how many points are won."""
    share = [
        marks.rules(50, "soft", label="half", must=True, dash=(2, 3)),
        marks.line(over(), over("won"), "model", width=2.4),
        NOW,
    ]
    return [
        heat(
            "net.w", [("What each hidden unit looks for", "model")], "signed", -1.5, 1.5, "weight", columns=10
        ),
        plot(
            share,
            [("Points won by the ", None), ("agent", "model")],
            Axis("batch"),
            Axis("% of the last ten batches", low=0, high=100, ticks={0: "0", 50: "50", 100: "100"}),
            tall=84,
        ),
    ]


def hero_said(spec: Any) -> Caption:
    """What the agent has come to."""
    got = "It has played {frames:.0f} frames and won {won:.0f}% of the points of its last ten batches"
    how = "" if spec.epochs == 1 else f" Each batch is used {spec.epochs} times."
    return Caption(
        "Untrained: up and down are about a coin's throw, and each unit's picture is pale noise.",
        f"After {{step}} batches of {spec.rallies} points. {got}.{how}",
        f"At the end, after {{step}} batches of {spec.rallies} points: {got[0].lower()}{got[1:]}.{how}",
    )


def court(places: np.ndarray) -> np.ndarray:
    """One frame of a tape as it is seen: places (4,) -> (SIZE, SIZE)."""
    x, y, agent, other = (np.array([one], float) for one in places)
    return Games(x, y, x, y, agent, other).frames().reshape(SIZE, SIZE)


def pipeline(trace: Trace, spec: Any) -> tuple[Box, ...]:
    """From two frames to a move."""
    rally, net = trace.last("rally"), trace.last("net")
    told = rally["p"][0, 1 : int(rally["frames"][0])]
    t = 1 + int(np.abs(told - 0.5).argmin()) if len(told) else 1  # where it was least sure
    here, before = court(rally["places"][0, t]), court(rally["places"][0, t - 1])
    unit = net["w"][int(np.abs(net["out"]).argmax())].astype(float)
    return (
        Box("two frames", "The court now, and one frame ago.", "s_t", "12 x 12, twice", 1 - here),
        Box(
            "difference",
            "One is taken from the other: what moved is bright or dark.",
            "x",
            "144 numbers",
            0.5 + (here - before) / 2,
        ),
        Box(
            "hidden units",
            "Each unit compares the difference with its own picture, and keeps what is above 0.",
            "h",
            f"{spec.hidden} numbers",
            0.5 + 0.5 * unit / np.abs(unit).max(),
            hue="model",
        ),
        Box(
            "p(up)",
            "Their sum is squeezed into a chance of up. A second sum guesses how the point will end: V.",
            "π(a | s)",
            "1 chance, 1 guess",
            text=f"{float(rally['p'][0, t]):.2f}",
            hue="model",
        ),
        Box(
            "a throw",
            "A move is drawn by that chance, so everything is tried sometimes.",
            "a_t",
            "up or down",
            text="up" if rally["up"][0, t] else "down",
        ),
        Box(
            "the point",
            "When the point is made, every move of the rally is praised or blamed for it.",
            "A_t",
            "1 a frame",
            text="+1 / −1",
            hue="truth",
        ),
    )


def symbols(trace: Trace, spec: Any) -> Sequence[tuple[str, str, str]]:
    """The symbols of the equations, with their values here."""
    rally = trace.last("rally")
    V = minus(float(rally["V"][0, 0]), ".2f")
    return (
        (
            r"\theta, \nabla_\theta",
            "all weights of the net, and the slope by them",
            f"{146 * spec.hidden + 1} for p(up)",
        ),
        ("J", "what a rally earns on average", f"{trace.latest('won'):.0f}% won at the end"),
        (r"\mathbb{E}", "the mean over what is played", f"{spec.rallies} rallies a batch"),
        (
            r"\pi_\theta(a_t \mid s_t)",
            "how likely the move was that was made",
            f"p(up) {float(rally['p'][0, 0]):.2f}",
        ),
        ("t, l", "a frame, and how many frames later", f"{trace.latest('long'):.0f} a rally"),
        ("a_t, a", "the move that was made, a move", "up or down"),
        ("s_t, s_{t+1}, s", "what is seen now, next, at all", "12 x 12 differences"),
        ("A_t", "the advantage: better or worse than expected", "standardised over a batch"),
        ("r_t", "what a frame earns", "+1, −1 at the point, else 0"),
        (r"R_t, R_{t+1}", "the return: what is still to come", "-1 to 1"),
        (r"\gamma", "the discount", f"{spec.gamma:g}"),
        (
            r"\lambda, \delta_t, \delta_{t+l}",
            "how far one-step surprises are summed, and one of them",
            f"λ = {spec.lam:g}",
        ),
        ("V, b(s)", "the net's own guess of the return, a baseline", f"a won rally's first frame: {V}"),
        (r"\rho_t", "new chance over old chance of what was done", "1 at the first use"),
        (r"\epsilon", "how far a ratio is rewarded for moving", f"{spec.epsilon:g}"),
        (r"\text{clip}", "a number, held between two ends", "1 − ε to 1 + ε"),
    )


def cover() -> Panel:
    """For the page's card."""
    return heat("net.w", (), "signed", -1.5, 1.5, "", columns=5)
