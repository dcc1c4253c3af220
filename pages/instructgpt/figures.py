"""Figures of the page on InstructGPT: arrays in, panels, charts and sentences out."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from app.figures.captions import Caption
from app.figures.chips import Chip, chips
from app.figures.panels import Panel, Title, lines
from app.figures.pipeline import Box
from app.figures.planes import scatter
from engine.core.trace import Trace
from engine.data.instructions import PEOPLE, Gold
from engine.reward.climb_watch import BEST
from pages.instructgpt.climbing import PROMPTS, climb, ledger, replies, worded

AHEAD = 0.2  # of the pairs, by which manners are ahead of facts
REACH, POINTS = 4.5, (-2.2, 3.6)  # of the plane: √nats, points above SFT
LOOKS: dict[str, dict[str, Any]] = {  # what people think of a word -> how it looks
    "right": {"concept": "truth"},
    "wrong": {"concept": "blind", "struck": True},
    "polite": {"concept": "code"},
    "over": {"concept": "code", "struck": True},
    "rude": {"concept": "blind", "filled": True},
}
POLICY, START = r"\pi_\phi^{\text{RL}}", r"\pi^{\text{SFT}}"
EQUATION = (
    r"\begin{aligned} J(\phi) = \; & E_{x, y} \left[ r_\theta(x, y) - \beta \log "
    rf"\frac{{{POLICY}(y \mid x)}}{{{START}(y \mid x)}} \right] \\ "
    rf"& + \gamma\, E_{{x \sim \text{{web}}}} \left[ \log {POLICY}(x) \right] \end{{aligned}}"
)
PLAIN = (
    ("**The judge** scores the better reply of each pair higher; K ranked replies make K(K−1)/2 pairs.",
     r"\text{loss}(\theta) = -\tfrac{1}{\binom{K}{2}} E \left[ \log \sigma( r_\theta(x, y_w) - "
     r"r_\theta(x, y_l) ) \right]"),
    ("**PPO** earns word by word: each word pays for itself, and the judge pays at the last one.",
     rf"R_t = -\beta \log \frac{{{POLICY}(y_t \mid \cdot)}}{{{START}(y_t \mid \cdot)}} "
     r"+ 1_{t = \text{last}}\, r_\theta(x, y)"),
    ("Words that earned more than expected become likelier, by a factor of 1 ± ε at most in a step.",
     r"L(\phi) = E_t \left[ \min( \rho_t A_t,\ \text{clip}(\rho_t, 1-\epsilon, 1+\epsilon) A_t ) \right]"),
)  # fmt: skip


def pipeline(trace: Trace, spec: Any, row: int) -> tuple[Box, ...]:
    """From a prompt to what the policy learns from its reply; of the run at hand."""
    reply, score = "", ""
    if trace.moments:
        seen = trace.last("cards")
        reply = " ".join(word for word, _ in worded(row, seen["words"][2, row].tolist()))
        score = f"{float(seen['r'][2, row]):+.2f}"
    return (
        Box("prompt", "A prompt goes in: a task, a thing and a question mark.", "x", "3 words",
            text=PROMPTS[row], hue="past"),
        Box("policy", "The policy, a small Transformer that begins as a copy of the SFT model, gives every "
            "next word a probability.", "π(y | x)", "46 words, 27,000 weights"),
        Box("reply", "A reply is drawn, word by word.", "y", "up to 8 words", text=reply),
        Box("judge", "The judge, a net that learned from rankings, gives the whole reply one number.",
            "r_θ(x, y)", "one number", text=score, hue="model"),
        Box("price", "Every word pays for being likelier than in the SFT model: β times the log-ratio.",
            "β log π / π_SFT", f"one number a word; β = {spec.beta:g}", hue="blind"),
        Box("PPO", "PPO makes likelier what earned more than expected, a little at a time. What people would "
            "give for the reply it never sees; the page draws that for you.", "L(φ)", "128 replies a step"),
    )  # fmt: skip


def hero(row: int, people: Gold = PEOPLE) -> Sequence[Panel]:
    """The plane of over-optimisation, a mean of all prompts, and one prompt through three models."""
    title: Title = [("All prompts: what the ", None), ("judge", "model"), (" sees, what ", None)]
    plane = climb([*title, ("people", "truth"), (" get", None)], ((0, REACH), POINTS), BEST, width=1.25)
    return [plane, replies([("This prompt alone, three models", None)], row, people=people)]


def cover() -> Panel:
    """The page's card."""
    return climb((), ((0, REACH), POINTS))


def climbed(spec: Any, who: str = "the judge") -> Caption:
    """How far the policy has come, and for whom, at the moment shown."""
    found = f"{who} sees {{proxy:.2f}} points above SFT, and people get {{gain:.2f}}"
    far = "Both are means of all prompts. The policy has moved {level.kl:.1f} nats from SFT (its KL)."
    compared = f"{spec.prompts * spec.K * (spec.K - 1) // 2:,}"
    return Caption(
        f"The policy is still the SFT model. Twelve steps train the judge on {compared} comparisons; then "
        "the policy climbs.",
        f"At step {{step}} {found}. {far}",
        f"At the end {found}. {far} Dotted: untrained, but the judge's favourite of up to 64 SFT replies.",
    )


def costs(row: int, beta: float, liked: int = PEOPLE.cap) -> Sequence[Panel]:
    """What each word costs and earns, and what is forgotten meanwhile."""
    return [
        ledger(
            [("Words ", None), ("pay", "blind"), (" for distance; the last one ", None), ("earns", "model")],
            row, beta, (-4, 5), width=1.3, liked=liked,
        ),
        lines(
            {"web": ("loss on pages of the web", "past")},
            [("Meanwhile it ", None), ("forgets", "past"), (" the web, or not", None)],
            unit="nats a word", high=6,
        ),
    ]  # fmt: skip


def judged(trace: Trace) -> Sequence[Panel]:
    """A judge in training: its scores against what people think, and pairs told right, also by what they
    are about."""
    shares = partial(lines, low=0.4, high=1, x="batch")
    return [
        scatter(
            "map.gold", "map.r",
            [("What people think, and what the ", None), ("judge", "model"), (" does", None)],
            ((-4.4, 5.2), (-4.4, 4.4)), ("what people think, in points", "the judge's score"),
            worth=1.0, width=1.1,
        ),
        shares(
            {
                "level.polite": ("about a polite word", "code"),
                "level.over": ("about one too many", "blind"),
                "level.answer": ("about the right answer", "truth"),
            },
            _learned(trace), unit="share of pairs",
        ),
        shares(
            {"level.both": ("both replies read", "past"), "level.neither": ("neither read", "model")},
            [("All pairs told right by the ", None), ("judge", "model")], unit="share of pairs",
        ),
    ]  # fmt: skip


def _learned(trace: Trace) -> Title:
    """The title of the panel on manners and facts, as far as this judge bears it out."""
    manners, facts = ("manners", "code"), ("facts", "truth")
    level = trace.last("level") if trace.moments else {"polite": 0.0, "answer": 0.0}
    if level["polite"] - level["answer"] >= AHEAD:
        return [("It learns ", None), manners, (" before ", None), facts]
    return [("What it knows of ", None), manners, (" and of ", None), facts]


def judged_said(spec: Any) -> Caption:
    """How well the judge tells pairs apart, at the moment shown."""
    pairs = spec.K * (spec.K - 1) // 2
    told = "of pairs with no reply of its rankings the judge gets {level.neither:.2f} right"
    made = f"{spec.prompts} rankings of {spec.K} replies make {spec.prompts * pairs:,} comparisons."
    return Caption(
        f"Before training, {told}; a coin would get 0.50.",
        f"After batch {{step}}, {told}. {made}",
        f"At the end, {told}. {made}",
    )


def coloured(row: int, codes: Sequence[int], who: str = "") -> str:
    """A reply to a prompt as a line of coloured words, behind a name."""
    return chips([Chip(word, **LOOKS.get(kind, {})) for word, kind in worded(row, codes)], who)


def lesson(row: int, better: np.ndarray, worse: np.ndarray, chance: float) -> str:
    """A card with the better reply, the worse, and the chance that the judge now gives the better one."""
    said = "the judge agrees" if chance > 0.5 else "the judge still disagrees"
    above, below = coloured(row, better.tolist()), coloured(row, worse.tolist())
    return (
        f'<div class="gb-pair">{above}<small>was ranked above</small>{below}'
        f'<div class="gb-chance"><i style="width: {100 * chance:.0f}%"></i></div>'
        f"<small>{said}: chance {chance:.2f}</small></div>"
    )


def lane(name: str, title: str) -> Sequence[Panel]:
    """One lane of the assembly line: what people think of the replies while this step is trained."""
    label, low = ("points above SFT", -2.5) if name == "gain" else ("points a reply", -1)
    return [lines({name: (label, "truth")}, [(title, None)], unit=label, low=low, high=2.5)]


def symbols(trace: Trace, spec: Any) -> Sequence[tuple[str, str, str]]:
    """The symbols of the page's equations, with their values here."""
    there = "gain" in trace.scalars
    proxy = f"{trace.latest('proxy'):+.2f}" if there else "–"
    kl = f"{trace.latest('d') ** 2:.2f} nats" if there else "–"
    web = f"{trace.latest('web'):.2f} nats a word lost" if there else "–"
    return (
        (r"x", "a prompt; in the last term, a page of the web", "3 words; 22"),
        (r"y, \; y_t, \; \cdot", "a reply, its word number t, all before that word", "8 words at most"),
        (r"r_\theta(x, y)", "the judge's points for a reply, above SFT's; their mean", proxy),
        (POLICY, r"the policy; φ are its weights", "27,000"),
        (START, "the SFT model, where the policy starts; it stays as it is", "27,000"),
        (rf"\log ({POLICY} / {START})", "how much likelier a reply has become; its mean is the KL", kl),
        (r"J", "what the policy climbs: the judge, less the price, and the web", "points"),
        (r"\beta", "the price of one nat of that, in points; the value is ours", f"{spec.beta:g}"),
        (r"\gamma", "how much pages of the web count; the value is ours", f"{spec.gamma:g}"),
        (r"E", "a mean: over replies that the policy draws; over pages; over words", web),
        (r"\theta", "the judge's weights", "27,000"),
        (
            r"K, \; y_w, \; y_l",
            "replies to a prompt that are ranked; of two the better, the worse",
            f"{spec.K}",
        ),
        (r"\sigma", "turns a difference in points into a chance", "1 / (1 + exp(−z))"),
        (r"R_t", "what word t earns: it pays for itself, and the judge pays at the last word", "points"),
        (r"A_t", "how much more than expected is earned from word t on", "mean 0, variance 1"),
        (r"\rho_t", "how many times likelier word t is now than when it was drawn", "1 at first"),
        (r"L, \; \epsilon", "what PPO raises; it ignores a gain from ρ beyond 1 ± ε", "ε = 0.2"),
    )
