"""Figures of blocks with four plugs: arrays in, panels, films and sentences out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from app.figures import marks
from app.figures.captions import Caption
from app.figures.films import Film, header
from app.figures.marks import over
from app.figures.panels import Panel, Title
from app.figures.pipeline import Box
from app.figures.plot import Axis, plot
from engine.core.trace import Trace
from engine.language.llama import gated
from engine.language.llama_lab import HEADS, OLDER, T, V, held

SMALL = {1e-6: "0.000001", 1e-4: "0.0001", 0.01: "0.01", 1.0: "1"}
LEVELS = np.linspace(1.3, 9.3, 7)  # of the seven rows of a block
GPT2 = {"place": "before"} | OLDER
EQUATION = r"x \leftarrow x + W_2\,\big(\mathrm{SiLU}(W_1 n) \odot W_3 n\big), \qquad n = \mathrm{RMSNorm}(x)"
PLAIN = (
    ("A block has two halves. Above stands the second, the MLP's; this is the first. A is attention: queries "
     "and keys are turned by their places.", r"x \leftarrow x + \mathrm{A}\big(\mathrm{RMSNorm}(x)\big)"),
    ("RMSNorm takes no mean away, and has no shift; the other line is the gate's function.",
     r"\mathrm{RMSNorm}(x) = \frac{x}{\sqrt{\frac1d \sum_i x_i^2}} \odot g, \qquad "
     r"\mathrm{SiLU}(a) = \frac{a}{1 + e^{-a}}"),
    ("With the norm after the sum, as in the Transformer of 2017; F is either half.",
     r"x \leftarrow \mathrm{Norm}\big(x + F(x)\big)"),
)  # fmt: skip


def plugs(spec: Any) -> dict[str, str]:
    """The four choices of a spec."""
    return {name: getattr(spec, name) for name in GPT2}


def diagram(spec: Any, sizes: tuple[int, int]) -> Panel:
    """Two blocks side by side, from below upwards: GPT-2's, and this one, what differs in colour."""
    drawn: list[marks.Mark] = []
    for x, own, size in ((0.2, GPT2, sizes[0]), (5.2, plugs(spec), sizes[1])):
        hue = {name: "model" if own[name] != GPT2[name] else "ink" for name in GPT2}
        norm = (own["norm"], "model" if "model" in (hue["norm"], hue["place"]) else "ink")
        turned = own["positions"] == "rotary"
        look = [("turn by place", hue["positions"])] * turned + [("attention", "ink")]
        rows = [] if turned else [("add place", hue["positions"])]
        for part in (look, [(own["mlp"], hue["mlp"])]):
            rows += [norm, *part, ("+", "ink")] if own["place"] == "before" else [*part, ("+", "ink"), norm]
        drawn += [
            marks.arrows([x], [0.5], [0], [9.6], "line", 1.4),
            *(marks.words([[row]], [x + 0.3], [at], size=12) for row, at in zip(rows, LEVELS, strict=True)),
            marks.words([f"{size:,} weights"], [x], [-0.3], "soft", size=11),
        ]
    title: Title = [
        ("GPT-2's block", "past"),
        (" and ", None),
        ("this one", "model"),
        (", read upwards", None),
    ]
    return plot(drawn, title, Axis(low=0, high=10, ticks={}), Axis(low=-0.8, high=10.4, ticks={}), width=1.1)


def by_block(trace: Trace, spec: Any) -> list[Panel]:
    """How alike the vectors of a text are, and the gradient, block by block; pale: before training."""
    blocks, ends = np.arange(spec.depth + 1), {0: "0", spec.depth: str(spec.depth)}
    first = trace.at("stream", 0)["alike"], trace.at("gradient", 0)["norm"]
    same = [
        marks.line(blocks, first[0], "soft", label="before training", dash=(3, 3)),
        marks.line(
            blocks, "stream.alike", "model", width=2.4, dots=2.5, say="behind block {x:0}: cosine {y:3}"
        ),
    ]
    slope = [
        marks.line(blocks[1:], np.maximum(first[1], 1e-7), "soft", label="before training", dash=(3, 3)),
        marks.line(blocks[1:], "gradient.norm", "model", width=2.4, dots=2.5, say="block {x:0}: {y:4}"),
    ]
    x = Axis("behind block", low=0, high=spec.depth, ticks=ends)
    return [
        plot(same, [("How alike the vectors are", None)], x,
             Axis("mean cosine", low=-0.05, high=1.08, ticks={0: "0", 0.5: "0.5", 1: "1: one"}, room=46)),
        plot(slope, [("Gradient, block by block", None)],
             Axis("block", low=0.5, high=spec.depth + 0.5, ticks={1: "1", spec.depth: str(spec.depth)}),
             Axis("length", low=1e-6, high=10, log=True, ticks=SMALL, room=50)),
    ]  # fmt: skip


def loss(trace: Trace, other: Trace | None, bet: float | None) -> Panel:
    """Nats a character over the steps, and what guessing costs."""
    score = trace.last("score")
    drawn = [
        marks.rules(float(score["once"]), "soft", label="guess by frequency", must=True, dash=(2, 3)),
        marks.line(over(), over("held"), "model", width=2.4),
        marks.rules(over(), "line", axis="x"),
    ]
    if other is not None:
        said = [f"GPT-2's: {held(other):.2f}"]
        drawn.append(
            marks.dots([trace.total], [held(other)], "past", size=4.5, ring=True, names=said, written=True)
        )
    if bet is not None:
        drawn.append(
            marks.dots(
                [trace.total], [bet], "blind", size=5, ring=True, names=[f"you said {bet:g}"], written=True
            )
        )
    return plot(drawn, [("Kept text, nats a character", None)], Axis("step", low=0, high=trace.total),
                Axis("nats", low=2, high=4.6, ticks={2: "2", 3: "3", 4: "4"}))  # fmt: skip


def hero(
    trace: Trace, spec: Any, sizes: tuple[int, int], other: Trace | None, bet: float | None
) -> Sequence[Panel]:
    """Two blocks, what stands in the stream of this one, and how it learns."""
    if not trace.moments:
        return [diagram(spec, sizes)]
    return [diagram(spec, sizes), *by_block(trace, spec), loss(trace, other, bet)]


def hero_said(trace: Trace) -> Caption:
    """What the run has come to."""
    if not trace.moments:
        return Caption("Not trained yet.", "In training.")
    score = trace.last("score")
    guess = f"guessing by frequency costs {score['once']:.2f}, by pairs of characters {score['pairs']:.2f}"
    return Caption(
        "Before training. Each character is a vector that one block after another works on; the dashed lines "
        "stay as they are now.",
        f"After {{step}} steps a character of kept text costs {{held:.2f}} nats; {guess}.",
        f"At the end a character of kept text costs {{held:.2f}} nats; {guess}. Dashed: before training. "
        "Where the cosine is 1, all characters of a text have become one vector.",
    )


def text_of(codes: np.ndarray) -> str:
    """ASCII codes as text; a space is seen."""
    return "".join(chr(int(c)) if 33 <= c < 127 else "␣" if c == 32 else "·" for c in codes)


def pipeline(trace: Trace, spec: Any) -> tuple[Box, ...]:
    """From a text to what the run at hand makes of it."""
    text = trace.last("text") if trace.moments else {}
    read, out = (f"{text_of(text[name][:12])}…" if text else "not trained" for name in ("read", "out"))
    where = "before each of its two parts" if spec.place == "before" else "after each of its two sums"
    gate = "a gate times a value" if spec.mlp == "SwiGLU" else f"{spec.mlp} between two layers"
    return (
        Box("text", "Characters go in, each as a vector.", "x", f"{T} characters", text=read, hue="past"),
        Box("norm", f"A norm stands {where}: it makes vectors equally long.", "n", spec.norm, text=spec.norm),
        Box("attention", "Each place reads from the places before it, and adds that to its own vector.", "A",
            f"{HEADS} heads, {spec.positions} positions", text=f"{spec.positions} positions", hue="code"),
        Box("MLP", f"Each place then works on its vector by itself, by {gate}, and adds that.", "W",
            f"{spec.depth} blocks of both", text=spec.mlp, hue="model"),
        Box("next character", "At each place it gives every next character a probability; training makes the "
            "right ones likelier.", "", f"{V} probabilities", text=out, hue="model"),
    )  # fmt: skip


def symbols(trace: Trace, spec: Any) -> Sequence[tuple[str, str, str]]:
    """The symbols of the equations, with their values here."""
    d, hidden = spec.d, round(8 * spec.d / 3)
    return (
        ("x", "a character's vector on its way through the blocks", f"{d} numbers"),
        ("n", "x, made as long as all others", f"{d} numbers"),
        ("W_1, W_3", "what goes into the gate, and the value (SwiGLU)", f"{hidden} x {d} each"),
        ("W_2", "back to the width of x", f"{d} x {hidden}"),
        (r"\mathrm{SiLU}, a", "the gate's function, and a number that goes in", "-"),
        (r"\odot", "number by number, a product", "-"),
        ("g, d", "learned factors of the norm, one for each of d numbers", f"d = {d}"),
        ("i", "counts the numbers of a vector", f"1 to {d}"),
        (r"\mathrm{A}, F", "attention; either half of a block", f"{HEADS} heads"),
        (r"\mathrm{RMSNorm}, \mathrm{Norm}", "the norm of this run", f"{spec.norm}, {spec.place}"),
        ("e", "Euler's number", "2.718"),
    )  # fmt: skip


def gates(found: Mapping[str, np.ndarray]) -> tuple[Sequence[Panel], Film, list[str]]:
    """The gate as a surface, with what passes through it in a trained net, block by block."""
    a, b = found["a"], found["b"]  # (depth, n)
    reach = float(np.ceil(np.quantile(np.abs(np.concatenate([a, b])), 0.995)))
    grid = np.linspace(-reach, reach, 41)
    line = torch.from_numpy(grid)
    surface = gated(line, line.flip(0)[:, None]).numpy()[None].repeat(len(a), 0)
    most = float(np.abs(surface).max())
    ends = {-reach: f"−{reach:g}", 0: "0", reach: f"{reach:g}"}
    x, y = (Axis(name, low=-reach, high=reach, ticks=ends) for name in ("a, into the gate", "b, the value"))
    shut = (a < 0).mean(1)
    panels = [
        plot([marks.heat("surface.out", low=-most, high=most, scale="signed", say="{value:1} comes out"),
              marks.dots("gate.a", "gate.b", "ink", size=1.8, alpha=0.6, say="a {x:1}, b {y:1}")],
             [("What comes out: ", None), ("below 0", "past"), (", ", None), ("above 0", "model")],
             x, y, square=True, aspect=1, tall=280, width=0.8),
        plot([*(marks.line(grid, gated(line, torch.tensor(v)).numpy(), hue, label=name, width=2.2)
                for v, name, hue in ((1, "b = 1", "model"), (2, "b = 2", "code"), (-1, "b = −1", "past"))),
              marks.line(grid, np.maximum(grid, 0), "soft", label="ReLU", dash=(3, 3))],
             [("Four cuts: a value turns the gate's function over", None)], x,
             Axis("comes out", low=-reach, high=2 * reach)),
    ]  # fmt: skip
    blocks = list(range(1, len(a) + 1))
    film = header(blocks, {"shut": {"step": blocks, "value": (100 * shut).round(1).tolist()}})
    said = [
        f"Block {i}: {len(a[0])} hidden numbers over kept text, a dot each. In {100 * shut[i - 1]:.0f}% of "
        "them a is below 0: there the gate lets little through, and nothing where a is far below. An older "
        "MLP has no b: what comes out depends on a alone."
        for i in blocks
    ]
    arrays = {"surface.out": surface.astype(np.float32), "gate.a": a.astype(np.float32),
              "gate.b": b.astype(np.float32)}  # fmt: skip
    return panels, (film, arrays), said


def cover() -> Panel:
    """For the page's card."""
    return plot([marks.line(over(), over("held"), "model", width=2.4)], (), Axis("step"),
                Axis("nats", low=2, high=4.6, ticks={2: "2", 3: "3", 4: "4"}))  # fmt: skip
