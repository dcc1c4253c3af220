"""Figures of the page on preferences: arrays in, panels and sentences out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.figures.panels import Panel, Title, heat, lines
from engine.core.trace import Trace

HIGH = 2.5  # predicted rewards have a standard deviation of 1
SPREAD = 1.0
BELIEF: Title = [("What it believes", "past"), (" is wanted", None)]
TRUTH: Title = [("What the labeller ", None), ("wants", "truth")]
EQUATION = (
    r"\hat P[\sigma^1 \succ \sigma^2] = \frac{\exp \sum_t \hat r(o^1_t, a^1_t)}"
    r"{\exp \sum_t \hat r(o^1_t, a^1_t) + \exp \sum_t \hat r(o^2_t, a^2_t)}"
)
PLAIN = (
    r"\mathrm{loss}(\hat r) = - \sum_{D} \mu(1) \log \hat P[\sigma^1 \succ \sigma^2] "
    r"+ \mu(2) \log \hat P[\sigma^2 \succ \sigma^1]",
    r"\hat P \leftarrow 0.9\, \hat P + 0.1 \cdot \tfrac12 \quad \text{(some answers are slips)}",
    r"P(i \succ j) = \sigma(u_i - u_j) \quad \text{(Bradley and Terry)}",
)


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
            {"pleased": ("as the labeller sees it", "model"), "return": ("truly", "truth")},
            [("What that ", None), ("earns", "truth")],
            unit="0 random, 1 best",
            x="answers",
            low=-0.1,
            high=1.1,
            baseline={"value": 1, "label": "the best policy"},
            width=1.25,
        ),
    ]


def sentence(trace: Trace) -> str:
    """What the run has come to."""
    if "return" not in trace.scalars:
        return "No answer was given yet: the tables hold noise, and the walker has no idea."
    steps, values = trace.scalars["return"]
    good = next((s for s, v in zip(steps, values, strict=True) if v >= 0.9), None)
    first = (
        f"It reached nine tenths of the best after {good}."
        if good
        else "It never reached nine tenths of the best."
    )
    walked = int(trace.latest("walked"))
    return (
        f"After {steps[-1]} answers the policy earns {values[-1]:.2f} of the way from random "
        f"to best. {first} "
        f"{walked:,} steps were walked to choose the pairs: one answer to every {walked // steps[-1]:,}."
    )


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
    """Where a person's teaching stands, in words."""
    n = before + own
    if not n:
        return (
            "Nobody has answered yet: the map is noise. Choose the clip you like better, and watch it bloom."
        )
    whose = "all of them yours" if not before else f"{own} of them yours" if own else "all the labeller's"
    return (
        f"{n} answers so far, {whose}: {n} bits at most. By the labeller's measure the policy earns "
        f"{float(seen['share']):.2f} of the way from random to best. Of this pair it expects Left at "
        f"{float(seen['odds']):.0%}. Hatching: the predictors disagree."
    )


def symbols(trace: Trace, spec: Any) -> Sequence[tuple[str, str, str]]:
    """The symbols of the page's equations, with their values here."""
    asked = trace.last("asked") if trace.moments else None
    mu = "–" if asked is None else f"{float(asked['mu'][0]):g}"
    return (
        (r"\sigma^1, \sigma^2", "two clips", f"{spec.length} steps each"),
        (r"\hat r", "predicted reward, the mean of normalised predictors", f"{spec.members} tables of 49"),
        (r"\mu", "an answer: 1 left, 0 right, ½ equal", f"last first pair: {mu}"),
        ("D", "answers so far", str(trace.moments[-1] if trace.moments else 0)),
        (r"0.1", "slips allowed for", f"{spec.allowed:g}"),
    )


def curves(arms: Mapping[str, Sequence[Trace]]) -> dict[str, Any]:
    """Return over answers, an arm a colour, a run a thin line, their mean a thick one: Plotly's data."""
    colours = ("#2b6cb0", "#d17a1f", "#7657bd")
    data = []
    for colour, (name, traces) in zip(colours, arms.items(), strict=False):
        for trace in traces:
            steps, values = trace.scalars["return"]
            data.append(_line(steps, values, colour, name, 1, 0.35, False))
        if traces:
            steps = traces[0].scalars["return"][0]
            mean = np.mean([trace.scalars["return"][1] for trace in traces], axis=0)
            data.append(_line(steps, mean.tolist(), colour, f"{name} · {len(traces)} seeds", 3, 1, True))
    axes = {
        "xaxis": {"title": {"text": "answers"}, "rangemode": "tozero"},
        "yaxis": {"title": {"text": "earned: 0 random, 1 best"}, "range": [-0.15, 1.08]},
    }
    layout = {
        "height": 300,
        "margin": {"l": 60, "r": 10, "t": 10, "b": 45},
        "legend": {"orientation": "h", "y": 1.12},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        **axes,
    }
    return {"data": data, "layout": layout}


def arms_said(arms: Mapping[str, Sequence[Trace]]) -> str:
    """The answers that each way took, and what it earned in the end."""
    told = []
    for name, traces in arms.items():
        if not traces:
            continue
        took = [
            next((s for s, v in zip(*t.scalars["return"], strict=True) if v >= 0.9), None) for t in traces
        ]
        last = ", ".join(f"{t.latest('return'):.2f}" for t in traces)
        first = ", ".join("never" if n is None else str(n) for n in took)
        told.append(f"{name}: nine tenths after {first} answers, {last} in the end")
    end = "Whether active pairs help is reported here, not claimed: in the paper they sometimes hurt."
    return f"Seed by seed. {'; '.join(told)}. {end}"


def _line(
    x: Any, y: Any, colour: str, name: str, width: float, opacity: float, legend: bool
) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "x": list(x), "y": list(y), "name": name, "opacity": opacity,
        "line": {"color": colour, "width": width}, "showlegend": legend,
        "hoverinfo": "x+y+name" if legend else "skip",
    }  # fmt: skip


def cover() -> Panel:
    """For the page's card."""
    return heat("map.r_hat", (), "signed", -2.5, 2.5)
