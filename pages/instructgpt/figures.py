"""Figures of the page on InstructGPT: arrays in, panels, charts and sentences out."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.figures.panels import Panel, Title, lines
from app.figures.planes import scatter
from engine.core.trace import Trace
from engine.data.instructions import OBJECTS, PEOPLE, TASKS
from engine.reward.climb_watch import BEST
from pages.instructgpt.climbing import climb, ledger, replies

PAST, MODEL, TRUTH, BLIND, SOFT = "#2b6cb0", "#d17a1f", "#2a9272", "#c0392b", "#8a9099"
AHEAD = 0.2  # of the pairs, by which manners are ahead of facts
FALL = 0.3  # points that count as a fall, or as a gain
REACH, POINTS = 4.5, (-2.2, 3.6)  # of the plane: √nats, points above SFT
PROMPTS = tuple(f"{task} {thing} ?" for task in TASKS for thing in OBJECTS)
EQUATION = (
    r"\text{objective}(\phi) = E_{(x,y) \sim D_{\pi_\phi^{RL}}} \left[ r_\theta(x, y) - \beta \log "
    r"\frac{\pi_\phi^{RL}(y \mid x)}{\pi^{SFT}(y \mid x)} \right] + \gamma\, E_{x \sim D_{pretrain}} "
    r"\left[ \log \pi_\phi^{RL}(x) \right]"
)
PLAIN = (
    r"\text{loss}(\theta) = -\tfrac{1}{\binom{K}{2}} E \left[ \log \sigma( r_\theta(x, y_w) - "
    r"r_\theta(x, y_l) ) \right]",
    r"L(\phi) = E_t \left[ \min( r_t A_t,\ \text{clip}(r_t, 1-\epsilon, 1+\epsilon) A_t ) \right], \quad "
    r"r_t = \frac{\pi_\phi(y_t \mid x, y_{<t})}{\pi_{old}(y_t \mid x, y_{<t})}",
    r"\text{reward of } y_t: \ -\beta \log \frac{\pi^{RL}(y_t \mid \cdot)}{\pi^{SFT}(y_t \mid \cdot)} "
    r"+ 1\{t = \text{last}\}\, r_\theta(x, y)",
)


def hero(row: int, trace: Trace, liked: int = PEOPLE.cap) -> Sequence[Panel]:
    """The plane of over-optimisation, under what the run shows, and one prompt through three models.

    liked: polite words that people like.
    """
    plane = climb(_told(trace), ((0, REACH), POINTS), BEST, width=1.25)
    return [plane, replies([("One prompt, three models", None)], row, liked=liked)]


def _told(trace: Trace) -> Title:
    """The title of the plane, as far as this run bears it out."""
    judge: Title = [("The ", None), ("judge", "model")]
    gain = trace.scalars.get("gain", ([], [0.0]))[1]
    if gain[-1] < max(gain) - FALL:
        return [*judge, (" rises, ", None), ("people", "truth"), (" fall", None)]
    if gain[-1] > FALL:
        return [*judge, (" rises, and ", None), ("people", "truth"), (" with it", None)]
    return [("What the ", None), judge[1], (" sees, and what ", None), ("people", "truth"), (" get", None)]


def cover() -> Panel:
    """The page's card."""
    return climb((), ((0, REACH), POINTS))


def sentence(trace: Trace, spec: Any) -> str:
    """What the run has come to."""
    if "gain" not in trace.scalars:
        return "Twelve steps train the judge on rankings; in the others a policy, at first still SFT, climbs."
    steps, gain = trace.scalars["gain"]
    best = int(np.argmax(gain))
    end = f"At the end the judge gives {trace.latest('proxy'):+.2f}, and people {gain[-1]:+.2f}"
    return (
        f"A judge of {spec.prompts * spec.K * (spec.K - 1) // 2:,} comparisons tells "
        f"{trace.latest('accuracy'):.0%} of new pairs right. People gained most at step {steps[best]}, "
        f"{gain[best]:+.2f} points over SFT. {end}, at a KL of {trace.latest('d') ** 2:.1f} nats."
    )


def of_room(trace: Trace) -> str:
    """What a policy has come to that pleases a room."""
    if "gain" not in trace.scalars:
        return "At first the policy is still SFT."
    return (
        f"The room's judge gives {trace.latest('proxy'):+.2f}, the people of this world "
        f"{trace.latest('gain'):+.2f} points above SFT, at a KL of {trace.latest('d') ** 2:.1f} nats."
    )


def costs(row: int, beta: float, liked: int = PEOPLE.cap) -> Sequence[Panel]:
    """What each word costs and earns, and what is forgotten meanwhile."""
    return [
        ledger(
            [("Words ", None), ("pay", "blind"), (" for distance; the last one ", None), ("earns", "model")],
            row,
            beta,
            (-4, 5),
            width=1.3,
            liked=liked,
        ),
        lines(
            {"web": ("loss on pages of the web", "past")},
            [("Meanwhile it ", None), ("forgets", "past"), (" the web, or not", None)],
            unit="nats a word",
            high=6,
        ),
    ]  # fmt: skip


def judged(trace: Trace) -> Sequence[Panel]:
    """A judge in training: its scores against what people think, and pairs told right, also by what they
    are about."""
    return [
        scatter(
            "map.gold",
            "map.r",
            [("What people think, and what the ", None), ("judge", "model"), (" does", None)],
            ((-4.4, 5.2), (-4.4, 4.4)),
            ("what people think, in points", "the judge's score"),
            worth=1.0,
            width=1.1,
        ),
        lines(
            {
                "level.polite": ("about a polite word", "code"),
                "level.over": ("about one too many", "blind"),
                "level.answer": ("about the right answer", "truth"),
            },
            _learned(trace),
            unit="share of new pairs",
            low=0.4,
            high=1,
            x="batch",
        ),
        lines(
            {"level.seen": ("pairs it was trained on", "past"), "level.held": ("new pairs", "model")},
            [("All pairs told right by the ", None), ("judge", "model")],
            unit="share of pairs",
            low=0.4,
            high=1,
            x="batch",
        ),
    ]


def _learned(trace: Trace) -> Title:
    """The title of the panel on manners and facts, as far as this judge bears it out."""
    manners, facts = ("manners", "code"), ("facts", "truth")
    level = trace.last("level") if trace.moments else {"polite": 0.0, "answer": 0.0}
    if level["polite"] - level["answer"] >= AHEAD:
        return [("It learns ", None), manners, (" before ", None), facts]
    return [("What it knows of ", None), manners, (" and of ", None), facts]


def judged_sentence(trace: Trace, spec: Any) -> str:
    """What the judge has come to."""
    if not trace.moments:
        return "The judge has not been trained here yet."
    level = trace.last("level")
    compared = spec.prompts * spec.K * (spec.K - 1) // 2
    return (
        f"{spec.prompts} prompts with {spec.K} replies each make {compared:,} comparisons. After "
        f"{int(level['passed']):,} forward passes the judge tells {float(level['held']):.0%} of new pairs "
        "right."
    )


def lane(name: str, title: str) -> Sequence[Panel]:
    """One lane of the assembly line: what people think of the replies while this step is trained."""
    label = {"level.gold": ("points a reply", "truth"), "gain": ("points above SFT", "truth")}
    return [
        lines(
            {name: label[name]},
            [(title, None)],
            unit=label[name][0],
            low=-2.5 if name == "gain" else -1,
            high=2.5,
        )
    ]


def symbols(trace: Trace, spec: Any) -> Sequence[tuple[str, str, str]]:
    """The symbols of the page's equation, with their values here."""
    there = "gain" in trace.scalars
    return (
        (r"r_\theta", "the judge, mean over replies", f"{trace.latest('proxy'):+.2f}" if there else "–"),
        (r"\beta", "price of a nat away from SFT; ours", f"{spec.beta:g}"),
        (r"\gamma", "weight of the web; ours", f"{spec.gamma:g}"),
        (r"\pi^{RL}_\phi", "the policy", "27,000 weights"),
        (
            r"\log \pi^{RL} / \pi^{SFT}",
            "its mean: the KL",
            f"{trace.latest('d') ** 2:.2f} nats" if there else "–",
        ),
        (
            r"D_{pretrain}",
            "the web: its loss now",
            f"{trace.latest('web'):.2f} nats a word" if there else "–",
        ),
    )
