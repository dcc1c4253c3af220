"""Figures of the page on preferences: arrays in, panels and sentences out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.figures import charts
from app.figures.captions import Caption
from app.figures.charts import Axis, Chart, Series
from app.figures.panels import Panel, Title, heat, lines
from app.figures.pipeline import Box
from engine.core.trace import Trace
from engine.reward.gardens import SIDE

HIGH = 2.5  # predicted rewards have a standard deviation of 1
SPREAD = 1.0
ARROWS = "↑→↓←"
SAID = {1.0: "left", 0.0: "right", 0.5: "equal"}
SAME = 5e-4  # a chance that moves by less than a tenth of a point has not moved on this screen
BELIEF: Title = [("What it believes", "past"), (" is wanted", None)]
TRUTH: Title = [("What the labeller ", None), ("wants", "truth")]
EQUATION = (
    r"\begin{aligned} & \hat P[\sigma^1 \succ \sigma^2] = \frac{\exp R_1}{\exp R_1 + \exp R_2} \\ "
    r"& R_k = \textstyle\sum_t \hat r(o^k_t, a^k_t) \end{aligned}"
)
PLAIN = (
    ("Fitting makes this small: it is large where an answer was thought unlikely.",
     r"\begin{aligned} \mathrm{loss}(\hat r) = - \textstyle\sum_{D} \big( & \mu(1) \log \hat P[\sigma^1 "
     r"\succ \sigma^2] \\ & + \mu(2) \log \hat P[\sigma^2 \succ \sigma^1] \big) \end{aligned}"),
    ("One answer in ten is taken for a slip, a coin's throw.",
     r"\hat P \leftarrow 0.9\, \hat P + 0.1 \cdot \tfrac12"),
    ("In a room that votes on things, each thing has a worth instead of a walk's sum.",
     r"P(i \succ j) = \frac{1}{1 + \exp(u_j - u_i)}"),
)  # fmt: skip
TAUGHT = Caption(
    "No answer was given yet: the map is noise, and the policy walks as if by chance.",
    "After {step} answers the policy truly earns {return:.2f}, where walking at random earns 0 and the best "
    "policy 1. To make the clips, {walked} steps were walked.",
    "At the end, after {step} answers, the policy truly earns {return:.2f} (random 0, best 1), and "
    "{pleased:.2f} as the labeller sees it. To make the clips, {walked} steps were walked.",
)


def pipeline(trace: Trace, spec: Any) -> tuple[Box, ...]:
    """From two clips to a policy; of the run at hand."""
    clip = belief = None
    said = ""
    if trace.moments:
        seen = trace.last("asked")
        clip = 1 - 0.8 * path(seen["left"][0].tolist(), SIDE)
        said = SAID[float(seen["mu"][0])]
        belief = np.clip(0.5 - trace.last("map")["r_hat"].astype(float) / (2 * HIGH), 0, 1)
    return (
        Box("two clips", "Two clips go in, walks of a few steps.", "σ¹, σ²", f"{spec.length} cells each",
            clip, hue="model"),
        Box("labeller's answer", "Somebody says which is better, or that they are equal: in this line a "
            "labeller of ours, in the picture below also you.", "μ", "1, 0 or ½", text=said, hue="truth"),
        Box("predictors", "Predictors, tables with a number for each cell, are fitted to all answers: the "
            "clip with the higher sum should have been preferred.", "r̂", f"{spec.members} tables of 49"),
        Box("map of beliefs", "Their mean is the map of beliefs: cells above 0 are taken for wanted. Where "
            "they disagree, the next pair is chosen.", "mean of r̂", "7 × 7 numbers", belief, hue="past"),
        Box("policy", "The policy takes the way that earns most on the map, and walks the next clips.", "",
            "a move for each of 49 cells", text="→ ↑ ↑ →"),
    )  # fmt: skip


def hero() -> Sequence[Panel]:
    """What is believed, where predictors disagree, where the policy walks, and what that truly earns."""
    return [
        heat("map.r_hat", BELIEF, "signed", -HIGH, HIGH, "predicted reward"),
        heat(
            "map.spread", [("Where its predictors ", None), ("disagree", "blind")], high=SPREAD, unit="spread"
        ),
        heat(
            "map.visits",
            [("Where it ", None), ("walks", "model"), (" by then", None)],
            high=4,
            unit="visits in a walk",
        ),
        lines(
            {"pleased": ("as the labeller sees it", "code"), "return": ("truly", "truth")},
            [("What that ", None), ("earns", "truth")],
            unit="0 random, 1 best",
            x="answers",
            low=-0.1,
            high=1.1,
            width=1.25,
        ),
    ]


def reached(trace: Trace, share: float = 0.9) -> int | None:
    """The answers after which the policy first earned this share of the best; None where it never did."""
    steps, values = trace.scalars.get("return", ([], []))
    return next((s for s, v in zip(steps, values, strict=True) if v >= share), None)


def given_before(trace: Trace, count: int) -> list[tuple[list[int], list[int], float]]:
    """The first answers of a run: (left, right, mu)."""
    found: list[tuple[list[int], list[int], float]] = []
    for moment in range(1, len(trace.moments)):
        if len(found) >= count:
            break
        asked, new = trace.at("asked", moment), trace.moments[moment] - trace.moments[moment - 1]
        for i in range(min(new, len(asked["mu"]))):
            found.append((asked["left"][i].tolist(), asked["right"][i].tolist(), float(asked["mu"][i])))
    return found[:count]


def conversation(seen: Mapping[str, Any], before: int, own: int) -> str:
    """Where a person's teaching stands, and how to read the map, in words."""
    n = before + own
    key = (
        "Orange cells are taken for wanted, blue for unwanted, hatched ones are in doubt; arrows: its moves."
    )
    if not n:
        return (
            f"Nobody has answered yet: the map is noise. Teach it: click the walk that you like better. {key}"
        )
    whose = "all of them yours" if not before else f"{own} of them yours" if own else "all the labeller's"
    return (
        f"Teach it: click the walk that you like better; it expects left with {float(seen['odds']):.0%}. "
        f"{n} answers so far, {whose}. Its policy truly earns {float(seen['share']):.2f} (random 0, best 1). "
        f"{key}"
    )


def symbols(trace: Trace, spec: Any) -> Sequence[tuple[str, str, str]]:
    """The symbols of the page's equations, with their values here."""
    asked = trace.last("asked") if trace.moments else None
    mu, rest = (0.5, 0.5) if asked is None else (float(asked["mu"][0]), 1 - float(asked["mu"][0]))
    return (
        (r"\sigma^1, \sigma^2", "the two clips of a pair", f"{spec.length} steps each"),
        (
            r"o^1_t, a^1_t",
            "where clip 1 is at step t, and its move; here the cell entered counts",
            "1 of 49 cells",
        ),
        (
            r"\hat r",
            "the predicted reward of a step, a table; the map is the mean",
            f"{spec.members} tables of 49",
        ),
        (r"R_k", "the predicted reward of all of clip k", "a sum"),
        (r"\hat P[\sigma^1 \succ \sigma^2]", "the predicted chance that clip 1 is preferred", "0 to 1"),
        (r"\mu(1), \mu(2)", "the answer: 1 and 0, 0 and 1, or ½ each", f"{mu:g}, {rest:g}"),
        ("D", "all answers so far", str(trace.moments[-1] if trace.moments else 0)),
        (
            r"\mathrm{loss}",
            "what fitting makes small: it is high where an answer was thought unlikely",
            "nats",
        ),
        (r"0.1", "the share of answers that are taken for slips, a coin's", f"{spec.allowed:g}"),
        (r"P, \; i, j", "for a room (Bradley and Terry): the chance that thing i beats thing j", "0 to 1"),
        (r"u_i, u_j", "how much things are worth to the room: its ladder", "log odds"),
    )


def curves(arms: Mapping[str, Sequence[Trace]]) -> Chart:
    """Return over answers, an arm a colour, a run a thin line, their mean a thick one."""
    series = []
    for concept, (name, traces) in zip(("past", "model", "code"), arms.items(), strict=False):
        runs, name = [trace.scalars["return"] for trace in traces], f"{name} · {len(traces)} seeds"
        series += [Series(name, *run, concept, thin=True) for run in runs]
        if runs:
            series.append(Series(name, runs[0][0], np.mean([values for _, values in runs], axis=0), concept))
    return charts.lines(series, Axis("answers"), Axis("earned: 0 random, 1 best", -0.15, 1.08))


def arms_said(arms: Mapping[str, Sequence[Trace]]) -> str:
    """The answers that each way took, and what it earned in the end."""
    told = []
    for name, traces in arms.items():
        if not traces:
            continue
        last = ", ".join(f"{t.latest('return'):.2f}" for t in traces)
        first = ", ".join("never" if (n := reached(t)) is None else str(n) for t in traces)
        told.append(f"{name}: nine tenths after {first} answers, {last} in the end")
    end = "Whether active pairs help is reported here, not claimed: in the paper they sometimes hurt."
    return f"A thin line is one seed, a thick one their mean. {'; '.join(told)}. {end}"


def arrows(pi: np.ndarray, side: int) -> np.ndarray:
    """The first of the best moves of each cell, as a sign: (side, side)."""
    return np.array(list(ARROWS))[pi.argmax(1)].reshape(side, side)


def path(walk: Sequence[int], side: int) -> np.ndarray:
    """1 in the cells of a walk: (side, side)."""
    cells = np.zeros(side * side, int)
    cells[list(walk)] = 1
    return cells.reshape(side, side)


def odds(before: np.ndarray, after: np.ndarray, mu: Sequence[float] | np.ndarray = ()) -> Chart:
    """The chance of "left" for each pair: a ring as it was, a dot as it is with the constant, a line between.

    mu: the labeller's answers, where it gave some.
    """
    pairs = range(1, len(before) + 1)
    names = [f"pair {n}\nsaid {SAID[float(mu[n - 1])]}" if len(mu) else f"pair {n}" for n in pairs]
    low, high = np.minimum(before, after), np.maximum(before, after)
    ring = Series("before", before, names, "soft", shape="ring", size=320)
    x = Axis("chance of “left is better”", -0.04, 1.04, ticks=(0, 0.25, 0.5, 0.75, 1), format=".3~f")
    series = [ring, Series("with it", after, names, low=low, high=high)]
    return charts.interval(series, x, Axis(words=names), 270, beside=False)


def moved(c: float, k: int, cut: int, change: float, moves: int, same_walk: bool) -> str:
    """What a constant has done, in Markdown."""
    if not c:
        return "Slide the constant. Each :gray[ring] stays where it is; the :blue[dots] may leave."
    gains = f"Each clip of {k} steps gains {c * k:+g}, both alike."
    if cut:
        gains = f"The left clip gains {c * k:+g}, the right one, a step shorter, {c * (k - cut):+g}."
    best = f"In {49 - moves} of 49 cells the best move is the same"
    walk = ", and so is the best walk." if same_walk else ", but the best walk is another."
    if change < SAME:
        return f"{gains} **No chance moved** ({change:.4f} at most). {best}{walk}"
    return f"{gains} :red[**A chance moved by {change:.2f}.**] {best}{walk}"


def voters() -> Sequence[Panel]:
    """The film of a simulated room."""
    return [
        heat(
            "met.wins",
            [("Who ", None), ("beat", "past"), (" whom, best first", None)],
            high=4,
            unit="votes for the row",
        ),
        lines(
            {"rho": ("room and truth", "past"), "agree": ("two voters agree", "code")},
            [("The room's ", None), ("order", "past"), (" comes right", None)],
            unit="rank correlation, share",
            x="votes",
            low=0,
            high=1,
            width=1.1,
        ),
        lines(
            {"cycles": ("circles", "blind")},
            [("Circles", "blind"), (": A over B over C over A", None)],
            unit="triples",
            x="votes",
        ),
    ]  # fmt: skip


def voted(trace: Trace) -> Caption:
    """What a simulated room has come to, at the moment shown."""
    order = "the room's order agrees with the true one to a rank correlation of {rho:.2f}"
    circles = "{cycles} circles of three things beat each other in turn."
    more = " Two voters agree on a pair in {agree:.2f} of the cases." if "agree" in trace.scalars else ""
    if "shrunk" in trace.scalars and trace.latest("shrunk") < 0.999:
        more += (
            " Its mean worth is {shrunk:.2f} of a united room's; camps place {placed:.2f} of voters right."
        )
    return Caption(
        "Nobody has voted yet.",
        f"After {{step}} votes {order}; {circles}",
        f"At the end, after {{step}} votes, {order}; {circles}{more}",
    )


def cover() -> Panel:
    """For the page's card."""
    return heat("map.r_hat", (), "signed", -HIGH, HIGH)
