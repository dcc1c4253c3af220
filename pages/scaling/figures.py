"""Figures of small laws: arrays in, panels, charts and sentences out."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from app.figures import charts, marks
from app.figures.captions import Caption, Said, minus
from app.figures.charts import Series
from app.figures.encodings import Chart
from app.figures.marks import at, over
from app.figures.panels import Panel, Title
from app.figures.pipeline import Box
from app.figures.plot import Axis, plot
from engine.core.trace import Trace
from engine.scaling.kaplan import ALPHA_N, N_C
from engine.scaling.small_laws import D_EMB, V
from engine.scaling.small_laws_lab import BATCH, BUDGETS, SIZES, TOP, UNIT, ended, history, reached

NAMES = [f"{n:,}" for n in SIZES]
HUES = ("past", "code", "model")  # the least, the middle and the largest budget
LEVELS = {0.05: "0.05", 0.1: "0.1", 0.2: "0.2", 0.5: "0.5", 1.0: "1", 2.0: "2"}
ABOVE = Axis("above the entropy", "nats a token", low=0.05, high=TOP, log=True, ticks=LEVELS)
MODELS = Axis("parameters N", low=200, high=12_000, log=True, ticks={300: "300", 1e3: "1,000", 1e4: "10,000"})
EQUATION = r"L(N) - H \approx \left(\frac{N_0}{N}\right)^{\alpha}"
PLAIN = (
    ("The same as a straight line: what the fit in the picture is.",
     r"\log (L - H) = \alpha \log N_0 - \alpha \log N"),
    ("What a training costs, in floating-point operations: 2 for each parameter and token forwards, 4 back.",
     r"C = 6 N D"),
    ("Hoffmann's law: what no model can do, a model that is too small, data that are too few.",
     r"L(N, D) = E + \frac{A}{N^{\alpha}} + \frac{B}{D^{\beta}}"),
    ("Kaplan's law of size, where data are no bound (line and board).",
     r"L(N) = \left(\frac{N_c}{N}\right)^{\alpha_N}"),
    ("Hoffmann's best size for a budget.",
     r"N^* = G \left(\frac{C}{6}\right)^{a}, \qquad a = \frac{\beta}{\alpha + \beta}, \qquad "
     r"G = \left(\frac{\alpha A}{\beta B}\right)^{1 / (\alpha + \beta)}"),
)  # fmt: skip


def number(value: float) -> str:
    """A large number as it is said: 70 billion, 1.4 trillion, 12,300."""
    for unit, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if value >= unit:
            return f"{value / unit:.3g} {word}"
    return f"{value:,.0f}"


def power(value: float) -> str:
    """FLOPs: 5.76e23."""
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{float(mantissa):g}e{int(exponent)}"


def curves(trace: Trace) -> Panel:
    """The loss of each size as it reads, down towards the source's entropy; rings where it was best."""
    told = [float(v) for v in trace.at("now", 0)["source"]] if trace.moments else None
    entropy, unigram = told or (2.3, 1.0)  # untrained: about where the plane ends, and nothing more
    drawn = [
        marks.line(over(), over(f"loss{i}"), "model" if i == len(SIZES) - 1 else "past",
                   ends=name if i == 0 else "", width=1.2 + 0.25 * i)
        for i, name in enumerate(NAMES)
    ] + [marks.rules(over(), "line", axis="x")]  # fmt: skip
    if told is None:  # the rule comes with the run's first moment
        drawn.append(marks.rules("now.source", "truth", label="entropy of the source", below=True, must=True))
    else:
        drawn += [
            marks.rules([entropy], "truth", label=f"entropy of the source, {entropy:.2f}", below=True,
                        must=True),
            marks.rules([entropy + unigram], "soft", label="guessing by frequency", must=True, dash=(2, 3)),
        ]  # fmt: skip
    if turned := turns(trace):
        drawn.append(
            marks.dots([trace.moments[m] for _, m, _ in turned], [entropy + low for *_, low in turned],
                       "code", size=4.5, ring=True, names=[NAMES[i] for i, *_ in turned],
                       say="{name} parameters: at its best, {y:3} nats")
        )  # fmt: skip
    title: Title = [("Six sizes learn, the smallest to the ", None), ("largest", "model")]
    y = Axis("loss", "nats a token", low=entropy - 0.25, high=entropy + unigram + 0.45)
    return plot(drawn, title, Axis("step"), y, tall=240)


def turns(trace: Trace) -> list[tuple[int, int, float]]:
    """Of a finished run, the sizes that were better before its end: (size, moment, nats above entropy)."""
    if not trace.finished:
        return []
    found, end = history(trace)[1], ended(trace)
    best = found.argmin(0)
    return [(i, int(m), float(found[m, i])) for i, m in enumerate(best) if end[i] > 1.05 * found[m, i]]


def law() -> Panel:
    """What each size loses above the entropy, at the moment shown, and a straight line through it."""
    drawn = [
        marks.line([SIZES[0], SIZES[-1]], "now.fit", "truth", dash=(4, 3), label="straight line", say=""),
        marks.dots([float(n) for n in SIZES], "now.excess", ["past"] * (len(SIZES) - 1) + ["model"], size=5.5,
                   names=NAMES, say="{name} parameters: {y:3} nats above the entropy"),
    ]  # fmt: skip
    return plot(drawn, [("Size against what is lost", None)], MODELS, ABOVE, tall=240)


def hammocks() -> Panel:
    """For each budget, what every size makes of it; a ball at the bottom."""
    drawn = []
    for b, (budget, hue) in enumerate(zip(BUDGETS, HUES, strict=True)):
        x, y = at("iso.N", row=b), at("iso.excess", row=b)
        drawn.append(marks.line(x, y, hue, label=power(budget) + " FLOPs" * (b == 0), say=""))
        drawn.append(marks.dots(x, y, hue, size=3, say="{x:0} parameters: {y:3} nats above the entropy"))
    drawn.append(
        marks.dots("low.N", "low.excess", list(HUES), size=7, ring=True, say="best: {x:0} parameters")
    )
    return plot(
        drawn, [("The best size for each compute budget", None)], replace(MODELS, name="N"), ABOVE, tall=240
    )


def hero(trace: Trace) -> Sequence[Panel]:
    """Six trainings, and two laws that are read off them."""
    return [curves(trace), law(), hammocks()]


LEARNING = Caption(
    "Before training six models of 292 to 8,352 parameters know nothing. Parameters are counted without "
    "embeddings.",
    "After {step} steps the smallest loses {loss0:.2f} nats a token, the largest {loss5:.2f}; the largest is "
    "{excess:.2f} above the entropy.",
)


def hero_said(trace: Trace, spec: Any) -> Said:
    """What the three pictures show, moment by moment; of a run that goes on, in fewer words."""
    if not trace.finished:
        return LEARNING
    said, turned = [], turns(trace)
    for moment, step in enumerate(trace.moments):
        now, low = trace.at("now", moment), trace.at("low", moment)
        if not step:
            said.append(LEARNING.start)
            continue
        when = "At the end" if step == trace.total else f"After {step} steps"
        alpha = -np.log(now["fit"][1] / now["fit"][0]) / np.log(SIZES[-1] / SIZES[0])
        slope = minus(-alpha, "+.2f")
        bottoms = [number(n) for n, known in zip(low["N"], low["known"], strict=True) if known]
        again = f", {UNIT * spec.data:,} different ones" if UNIT * spec.data < step * BATCH else ""
        best = f" Best sizes (large dots): {', '.join(bottoms)}." if bottoms else ""
        if turned and step == trace.total:
            best += (
                f" Violet dots: {len(turned)} sizes were better before, the largest with {turned[-1][2]:.2f}."
            )
        said.append(
            f"{when} each model has read {step * BATCH:,} tokens{again}. Above the entropy the smallest "
            f"loses {now['excess'][0]:.2f} nats a token, the largest {now['excess'][-1]:.2f}; the dashed "
            f"line goes as N to the {slope}.{best}"
        )
    return said


def pipeline(trace: Trace, spec: Any) -> tuple[Box, ...]:
    """From two tokens to a law."""
    now = trace.last("now") if trace.moments else None
    lost = "not measured yet" if now is None else f"{now['excess'][-1]:.2f} nats"
    a, b = np.random.default_rng(spec.seed).integers(V, size=2)  # one of the pairs that it is scored on
    return (
        Box("two tokens", "The two tokens before go in; there are 32 different ones.", "a, b", f"2 of {V}",
            text=f"{a} {b}", hue="past"),
        Box("embeddings", "Each is looked up as a row of numbers. These rows are not counted in N.", "C",
            f"2 × {D_EMB} numbers", hue="past"),
        Box("hidden layer", "A layer whose width sets the size: 4, 8, 16, 32, 64 or 128 units.", "N",
            f"{NAMES[0]} to {NAMES[-1]} parameters", hue="code"),
        Box("next token", "Out come probabilities of the next token; the one that came is made likelier.",
            "p", f"{V} probabilities", hue="model"),
        Box("above the entropy", "How surprised the model is, above what even the source itself would be.",
            "L − H", "of the largest", text=lost, hue="model"),
    )  # fmt: skip


def symbols(trace: Trace, spec: Any, law: Any) -> Sequence[tuple[str, str, str]]:
    """The symbols of the equations, with their values here."""
    found = ("not trained yet",) * 4
    if trace.moments:
        now = trace.last("now")
        alpha = -np.log(now["fit"][1] / now["fit"][0]) / np.log(SIZES[-1] / SIZES[0])
        N_0 = SIZES[0] * float(now["fit"][0]) ** (1 / alpha)
        H = float(now["source"][0])
        found = (f"{H + now['excess'][-1]:.2f} nats, largest", f"{H:.2f} nats", f"{N_0:,.0f}", f"{alpha:.2f}")
    a = law.slope
    return (
        ("L", "loss: the mean surprise at the next token", found[0]),
        ("H", "entropy of the source, the least that any model can lose; E of Hoffmann's law", found[1]),
        ("N_0", "the size at which the line would stand at 1 nat", found[2]),
        (r"\alpha", "how fast the loss falls with size; here, and in Hoffmann's law",
         f"{found[3]}; {law.alpha:g}"),
        (r"\beta", "how fast it falls with data, in Hoffmann's law", f"{law.beta:g}"),
        ("N", "parameters without embeddings (Hoffmann counts all)", f"{NAMES[0]} to {NAMES[-1]}"),
        ("D", "tokens that were read", f"{trace.total * BATCH:,}"),
        ("C", "compute of a training", f"{power(6 * float(SIZES[-1]) * max(trace.total, 1) * BATCH)} FLOPs"),
        ("E, A, B", "constants of Hoffmann's law", f"{law.E:g}, {law.A:g}, {law.B:g}"),
        ("N^*", "the size of least loss for a budget", "on the board"),
        (r"N_c, \alpha_N", "constants of Kaplan's law", f"{N_C:.1e}, {ALPHA_N:g}"),
        ("a, G", "how fast that size grows with the budget, and from where", f"{a:.3f}, from the constants"),
    )  # fmt: skip


def prices(trace: Trace, target: float) -> tuple[Chart, Chart, str]:
    """What each size needs to come down to a loss: tokens, and FLOPs; and both in words."""
    tokens = reached(trace, target)
    there = np.isfinite(tokens)
    names = [f"{n:,}" for n in SIZES[there]]
    axis = charts.Axis("parameters N", words=NAMES)
    read, spent = (
        charts.bars([Series(one.name, names, values[there], hue)], axis, one, 225, numbers=True)
        for one, hue, values in (
            (charts.Axis("tokens read", format=",.0f"), "past", tokens),
            (charts.Axis("million FLOPs spent", format=",.0f"), "model", 6e-6 * SIZES * tokens),
        )
    )
    if not there.any():
        return read, spent, f"No size comes down to {target:g} nats above the entropy in this run."
    flops = np.where(there, 6 * SIZES * tokens, np.inf)
    fewest, cheapest = int(np.nanargmin(tokens)), int(np.argmin(flops))
    missing = int((~there).sum())
    said = (
        f"To come down to {target:g} nats above the entropy, {NAMES[fewest]} parameters need the fewest "
        f"tokens, {tokens[fewest]:,.0f}; {NAMES[cheapest]} parameters need the least compute, "
        f"{number(flops[cheapest])} FLOPs, and read {tokens[cheapest]:,.0f} tokens."
    )
    if missing:
        said += f" {missing} smaller size{'s' * (missing > 1)} never got there."
    return read, spent, said


def cover() -> Panel:
    """For the page's card."""
    return law() | {"title": []}
