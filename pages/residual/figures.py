"""Figures of deep nets with and without a skip: arrays in, panels, films and sentences out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.figures import charts, marks
from app.figures.captions import Caption
from app.figures.encodings import Chart
from app.figures.films import Film, header
from app.figures.marks import over
from app.figures.panels import Panel, Title
from app.figures.pipeline import Box
from app.figures.plot import Axis, plot
from engine.core.trace import Trace
from engine.data.digits import digits
from engine.plumbing.resnet_lab import DEPTHS, end_loss, loss_at

GUESS = float(np.log(10))  # the loss of a net that finds each of ten digits equally likely
LOSS = Axis("train loss", low=0, high=3.5, ticks={0: "0", 1: "1", 2: "2", 3: "3"})
PERCENT: dict[float, str] = {0: "0", 50: "50", 100: "100"}
HUE = {"plain": "past", "residual": "model"}
EQUATION = r"y = \mathcal{F}(x, \{W_i\}) + x"
PLAIN = (
    ("The residual function of a block: two convolutions, each with a norm (N), a ReLU between them.",
     r"\mathcal{F}(x) = N_2(W_2\, \mathrm{ReLU}(N_1(W_1 x)))"),
    ("What the next block is given; the plain net leaves out the x.",
     r"\text{residual: } \mathrm{ReLU}(\mathcal{F}(x) + x) \qquad "
     r"\text{plain: } \mathrm{ReLU}(\mathcal{F}(x))"),
)  # fmt: skip


def learned(kind: str) -> Caption:
    """What the film of a training says. kind: plain or residual."""
    return Caption(
        f"Before training the {kind} net guesses: a digit in ten is right by chance, a loss of 2.30.",
        f"After {{step}} steps the loss of the {kind} net on a batch of training digits is {{loss:.2f}}; "
        "{right:.0f}% of 397 new digits are read right.",
        f"At the end the loss of the {kind} net on a batch of training digits is {{loss:.2f}}; "
        "{right:.0f}% of 397 new digits are read right. The gradient of the first layer says how steeply the "
        "loss changes with its weights.",
    )


def learning(spec: Any) -> Sequence[Panel]:
    """A net in training: its loss, what it reads, and the gradient that reaches its first layer."""
    hue = HUE[spec.kind]
    here: Title = [(f"{spec.kind.capitalize()}", hue), (f", {2 * spec.blocks} layers in blocks", None)]
    loss = [
        marks.line(over(), over("loss"), hue),
        marks.rules(GUESS, "soft", label="guessing", must=True, dash=(2, 3)),
        marks.rules(over(), "line", axis="x"),
    ]
    right = [marks.line(over(), over("right"), hue), marks.rules(over(), "line", axis="x")]
    slope = [marks.line(over(), over("gradient"), hue), marks.rules(over(), "line", axis="x")]
    return [
        plot(loss, here, Axis("step"), LOSS),
        plot(right, [("New digits read right", None)], Axis("step"),
             Axis("right, %", low=0, high=100, ticks=PERCENT)),
        plot(slope, [("Gradient of the first layer", None)], Axis("step"),
             Axis("length", low=0.01, high=100, log=True)),
    ]  # fmt: skip


def depth(traces: Mapping[str, Trace]) -> tuple[Sequence[Panel], Film, list[str]]:
    """Training loss by depth, plain and residual, at each moment. traces: "plain 3" and so on."""
    steps = [step for step in next(iter(traces.values())).moments if step]
    layers = [2 * n for n in DEPTHS]
    found = {
        kind: np.array([[loss_at(traces[f"{kind} {n}"], step) for n in DEPTHS] for step in steps])
        for kind in HUE
    }
    drawn = [
        marks.line(layers, f"depth.{kind}", hue, label=kind, width=2.6, dots=5,
                   say=f"{kind}: {{x:0}} layers, loss {{y:2}}")
        for kind, hue in HUE.items()
    ]  # fmt: skip
    drawn.append(marks.rules(GUESS, "soft", label="guessing", must=True, dash=(2, 3)))
    title: Title = [("Plain", "past"), (" and ", None), ("residual", "model"), (" nets, by depth", None)]
    x = Axis("layers in blocks", low=4, high=32, ticks={float(n): str(n) for n in layers})
    panels = [plot(drawn, title, x, LOSS)]
    film = header(steps, {"plain": {"step": steps, "value": found["plain"][:, -1].tolist()}})
    said = [
        f"Mean loss on training digits over the last tenth of the steps up to {step}. Plain: "
        f"{_list(found['plain'][i])} with 6, 14 and 30 layers. Residual: {_list(found['residual'][i])}."
        for i, step in enumerate(steps)
    ]
    return panels, (film, {f"depth.{kind}": rows for kind, rows in found.items()}), said


def _list(row: np.ndarray) -> str:
    return ", ".join(f"{one:.2f}" for one in row)


def deleting(found: Mapping[str, np.ndarray], kind: str, off: Sequence[int]) -> tuple[Chart, Chart, str]:
    """What is left without each block alone, and without all that are chosen. off: blocks from 0."""
    n, whole, asked = len(found["each"]), found["whole"].item(), found["asked"].item()
    names, both = [str(i + 1) for i in range(n)], ["all in", "yours out"]
    y = charts.Axis("new digits right, %", low=0, high=112, ticks=(0, 50, 100), rule=whole)
    each = charts.bars(
        [charts.Series("without this block alone", names, found["each"], HUE[kind])],
        charts.Axis("block left out; dotted: all blocks in place", words=names), y, 200, numbers=True,
    )  # fmt: skip
    two = charts.bars(
        [charts.Series("right", both, [whole, asked], "blind")], charts.Axis("", words=both), y, 200,
        numbers=True,
    )  # fmt: skip
    chosen = ", ".join(str(i + 1) for i in off)
    mine = (
        f"Without block{'s' * (len(off) > 1)} {chosen} it reads {asked:.0f}%."
        if off
        else "No block is left out yet: choose one above."
    )
    said = (
        f"The {kind} net reads {whole:.0f}% of 397 new digits; by guessing 10%. {mine} With one block left "
        f"out, each in turn, it reads {found['each'].mean():.0f}% on average, {found['each'].min():.0f}% at "
        "worst."
    )
    return each, two, said


def pipeline(trace: Trace, spec: Any) -> tuple[Box, ...]:
    """From a digit to ten probabilities."""
    shape, hue = f"{spec.channels} x 8 x 8", HUE[spec.kind]
    ends = "adds its input to what they make" if spec.kind == "residual" else "passes on what they make"
    end = f"loss {end_loss(trace):.2f}" if trace.moments and trace.total in trace.moments else "in training"
    seen = 1 - digits().test_x[0] / 16  # dark on light
    return (
        Box("digit", "A handwritten digit goes in.", "", "8 x 8", picture=seen, hue="past"),
        Box("first layer", "A convolution makes several maps of it.", "x", shape, hue=hue),
        Box("blocks", f"Each has two convolutions and {ends}.", "F(x) + x" if spec.kind == "residual"
            else "F(x)", f"{spec.blocks} blocks of {shape}", hue=hue),
        Box("mean", "Each map becomes one number, its mean.", "", f"{spec.channels} numbers"),
        Box("digit read", "A linear layer gives each digit a probability; the right one is made likelier.",
            "", "10 probabilities", text=end),
    )  # fmt: skip


def symbols(trace: Trace, spec: Any) -> Sequence[tuple[str, str, str]]:
    """The symbols of the equations, with their values here."""
    shape = f"{spec.channels} x 8 x 8 numbers"
    return (
        ("x", "what a block is given", shape),
        ("y", "what it makes, before its last ReLU", shape),
        (r"\mathcal{F}", "the residual function: what is added to x", "2 layers"),
        ("W_i", "the weights of a block: W_1 and W_2, a convolution each", f"{9 * spec.channels**2} each"),
        ("N_1, N_2", "batch normalisation, one behind each convolution", f"{spec.channels} maps each"),
        (r"\mathrm{ReLU}", "what is below 0 becomes 0", "-"),
    )


def cover() -> Panel:
    """For the page's card."""
    loss = [marks.line(over(), over("loss"), "past"), marks.rules(GUESS, "soft", dash=(2, 3))]
    return plot(loss, (), Axis("step"), LOSS)
