"""Figures of the WaveNet in training, its equations and symbols: arrays in, panels and sentences out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.captions import Caption
from app.figures.marks import over
from app.figures.panels import Panel, Title, heat
from app.figures.pipeline import Box
from app.figures.plot import Axis, plot
from engine.autoregressive.wavenet_lab import LONG, SHORT, VALUES, WINDOW, dilations
from engine.core.trace import Trace
from engine.data.sound import RATE

SCALE: dict[float, str] = {0.5: "−1", VALUES / 2: "0", VALUES - 0.5: "1"}
EQUATION = r"p(x \mid h) = \prod_{t=1}^{T} p(x_t \mid x_1, \dots, x_{t-1}, h)"
PLAIN = (
    ("A causal convolution reads backwards, in strides of d. The guess of sample t + 1 rests on y_t.",
     r"y_t = \sum_{i=0}^{k-1} w_i \, x_{t - d i}"),
    ("A gate: one half says what, the other how much of it.",
     r"z = \tanh(W_f * x + V_f^{\top} h) \odot \sigma(W_g * x + V_g^{\top} h)"),
    ("Each layer adds to the next one's input, and sends a share straight to the end.",
     r"x \leftarrow x + W_r z, \qquad \ell = R(\textstyle\sum W_s z)"),
    ("Values stand close together where a wave is quiet.",
     r"f(x) = \operatorname{sign}(x) \, \frac{\ln(1 + \mu |x|)}{\ln(1 + \mu)}"),
)  # fmt: skip


def hero(spec: Any) -> Sequence[Panel]:
    """The chances of each value, what is played on, what a sample costs."""
    start = SHORT / RATE * 1000
    ms = np.arange(max(WINDOW, SHORT + LONG)) / RATE * 1000
    ribbon = [
        marks.heat("ribbon.p", (0, float(ms[WINDOW])), (0, VALUES), low=0, high=50, say="{value:0} % likely"),
        marks.line(ms[:WINDOW].tolist(), "ribbon.x", "truth", label="the string", width=1.3, say=""),
    ]
    on = [
        marks.line(ms[:SHORT].tolist(), "played.given", "past", label="given", width=1.4, say=""),
        marks.line(ms[SHORT:][:LONG].tolist(), "played.on", "model", label="played on", width=1.4, say=""),
        *[
            marks.line([start - long, start], [low, low], hue, label=label, width=3, say="")
            for long, low, hue, label in (
                ((1 + sum(dilations(spec))) / RATE * 1000, 2.0, "code", "heard of"),
                (spec.period / RATE * 1000, 5.0, "truth", "a period"),
            )
        ],
    ]
    cost = [
        marks.rules("score.alone", "soft", label="each value by its frequency", must=True, dash=(2, 3)),
        marks.line(over(), over("learned"), "past", label="learned"),
        marks.line(over(), over("kept"), "model", label="kept", width=2.4),
        marks.rules(over(), "line", axis="x"),
    ]
    y = Axis("wave, on the scale of mu-law", low=0, high=VALUES, ticks=SCALE)
    title: Title = [("How likely each next value is, 0 to 50%; ", None), ("the string", "truth")]
    return [
        plot(ribbon, title, Axis("time", "ms", low=0, high=WINDOW / RATE * 1000), y, width=1.15),
        plot(on, [("Given", "past"), (", and ", None), ("played on", "model")],
             Axis("time", "ms", low=0, high=(SHORT + LONG) / RATE * 1000), y),
        plot(cost, [("What a sample costs", None)], Axis("step"), Axis("nats", low=0, high=4.5), width=0.8),
    ]  # fmt: skip


def hero_said(spec: Any) -> Caption:
    """What a training has come to, and how far back a guess hears."""
    heard = 1 + sum(dilations(spec))
    reach = "within" if spec.period < heard else "beyond"
    tail = f" It hears of {heard} samples, {heard / RATE * 1000:.1f} ms; the string repeats after "
    tail += f"{spec.period}, {reach} that."
    then = (
        "{step} steps a kept sample costs {kept:.2f} nats; {fresh:.2f} while a pluck is new, and all noise. "
        "What it plays on correlates with itself a period before by {repeats:.2f}, a string by {real:.2f}."
    )
    return Caption("Untrained, each of 64 values is about as likely, and it plays noise." + tail,
                   f"After {then}{tail}")  # fmt: skip


def pipeline(trace: Trace, spec: Any) -> tuple[Box, ...]:
    """From a wave to the next sample, and back."""
    cost = f"{trace.latest('kept'):.2f} nats" if "kept" in trace.scalars else "nats"
    first = ", ".join(map(str, dilations(spec)))
    return (
        Box("wave", "The sound so far goes in, sample by sample.", "x", "8,000 a second", text="∿"),
        Box("mu-law", "Each sample becomes one of 64 values, denser where it is quiet.", "f(x)",
            "64 values", text="64 values", hue="past"),
        Box("gated layers", "Each layer reads two values of the one below, so far apart as its dilation "
            "says, and no later one.", "z", f"{spec.layers} x {spec.channels}", text=first, hue="model"),
        Box("which string", "h says, if told, whether the string rings or is muted; all layers hear it.",
            "h", "2 numbers", text="told" if spec.told else "untold", hue="past"),
        Box("64 chances", "What layers send to the end becomes a chance for each value.", "p(x_t|...)",
            "64 chances", text=cost, hue="model"),
        Box("draw", "A value is drawn, played, and read again as the newest.", "x_t", "1 sample", text="↺"),
    )  # fmt: skip


def symbols(trace: Trace, spec: Any) -> Sequence[tuple[str, str, str]]:
    """The symbols of the equations, with their values here."""
    cost = f"{trace.latest('kept'):.2f} nats a kept sample" if "kept" in trace.scalars else "not trained yet"
    return (
        ("x, x_t", "the wave, and one sample of it; in a layer, what comes in", f"{VALUES} values"),
        ("T, t", "how many samples, and which", f"{RATE:,} a second"),
        ("h", "which string", "told" if spec.told else "not told"),
        (r"p(x \mid h), p(x_t \mid \dots)", "how likely a wave, and its next sample, is", cost),
        ("y_t, w_i, i, k", "what a convolution says; its weights, one for each value read", "k = 2"),
        ("d", "the dilation, layer by layer", ", ".join(map(str, dilations(spec)))),
        ("z", "what passes the gate", f"{spec.channels} numbers"),
        ("W_f, W_g, V_f, V_g", "weights for the wave and for h; * is a causal convolution",
         f"{spec.layers} layers"),
        (r"\sigma, \tanh, \odot", "squeeze into 0 to 1, into −1 to 1; number by number", "functions"),
        ("W_r, W_s", "weights for the next layer, and for the end", f"{spec.channels} and 32 numbers"),
        (r"\ell, R", "the 64 raw chances; two layers with ReLUs", "64 numbers"),
        (r"f(x), \mu", "the compressed wave; one less than there are values", f"mu = {VALUES - 1}"),
    )  # fmt: skip


def raced_said(found: Mapping[str, np.ndarray], count: int) -> str:
    """Who wins, by how much, and that the guesses are the same."""
    s, c = found["seconds"], found["columns"]
    return (
        f"{count} samples guessed three times. A pass over all that came before: **{s[0]:.2f} s**. Over what "
        f"a guess hears, and no more: **{s[1]:.2f} s**. From queues: **{s[2]:.3f} s**, {s[0] / s[2]:.0f} and "
        f"{s[1] / s[2]:.0f} times as fast. A layer was computed at {c[0]:,}, {c[1]:,} and {c[2]:,} places. "
        f"The logits differ by {float(found['apart']):.0e} of the largest at most."
    )


def cover() -> Panel:
    """For the page's card."""
    return heat("ribbon.p", (), "unsigned", 0, 50, "%", columns=1)
