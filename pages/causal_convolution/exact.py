"""The tree of what reaches one output; mu-law as a staircase: exact traces in, panels and sentences out."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.captions import minus
from app.figures.films import Film, header
from app.figures.marks import at
from app.figures.panels import Panel, Title
from app.figures.plot import Axis, plot
from engine.autoregressive.causal_convolution_lab import SAMPLES
from engine.autoregressive.companding_lab import AMPLITUDES, GRID, MOST, SHOWN
from engine.core.trace import Trace
from engine.data.sound import RATE

SHARES: dict[float, str] = {-2: "−2", -1: "−1", 0: "0", 1: "1", 2: "2"}
PEAKS: dict[float, str] = {0.002: "0.002", 0.01: "0.01", 0.1: "0.1", 1: "1"}


def edges(spec: Any) -> list[np.ndarray]:
    """Which place of a layer reads which of the one below: (n, 2) of places, layer by layer."""
    found = []
    for layer, d in enumerate(spec.dilations):
        reach = d * (spec.kernel - 1)
        left = reach // 2 if spec.padding == "both sides" else reach + (spec.padding != "left" and layer == 0)
        pairs = [(t, t - left + j * d) for t in range(SAMPLES) for j in range(spec.kernel)]
        found.append(np.array([pair for pair in pairs if 0 <= pair[1] < SAMPLES], int).reshape(-1, 2))
    return found


def strokes(spec: Any, reached: np.ndarray | None = None) -> np.ndarray:
    """The connections, or those between places that are reached, as one line that breaks. -> (2, 3 n)."""
    ends = [np.zeros((2, 0))]
    for layer, pairs in enumerate(edges(spec)):
        if reached is not None:
            pairs = pairs[(reached[layer + 1][pairs[:, 0]] & reached[layer][pairs[:, 1]]).astype(bool)]
        x = np.stack([pairs[:, 1], pairs[:, 0], np.full(len(pairs), np.nan)], 1)
        y = np.broadcast_to([layer, layer + 1, np.nan], x.shape)
        ends.append(np.stack([x.reshape(-1), y.reshape(-1)]))
    return np.concatenate(ends, 1)


def tree(trace: Trace, spec: Any) -> tuple[Sequence[Panel], Film, list[str]]:
    """What reaches each output, an output a moment."""
    reached = [trace.at("tree", t)["reached"] for t in range(SAMPLES)]
    lit = [strokes(spec, one) for one in reached]
    long = max(one.shape[1] for one in lit)
    lines = np.stack([np.pad(one, ((0, 0), (0, long - one.shape[1])), constant_values=np.nan) for one in lit])
    places, moments = np.arange(SAMPLES), np.arange(SAMPLES)[:, None]
    inputs = np.stack([one[0] for one in reached]).astype(bool)
    arrays = {"lit_x": lines[:, 0], "lit_y": lines[:, 1], "out": np.ones((SAMPLES, 1)) * moments}
    for name, where in (("past", inputs & (places <= moments)), ("ahead", inputs & (places > moments))):
        arrays[name] = np.where(where, places, np.nan)
    pale, top = strokes(spec).T.astype(np.float32), spec.layers  # (n, 2)
    dots = (np.tile(places, top + 1).tolist(), np.repeat(np.arange(top + 1), SAMPLES).tolist())
    foot, come = [0.0] * SAMPLES, "sample {x:0}: heard, and yet to come"
    drawn = [
        marks.line(at(pale, column=0), at(pale, column=1), "soft", width=0.6, alpha=0.35),
        marks.dots(*dots, "soft", size=1.6, alpha=0.7, say=""),
        marks.line("tree.lit_x", "tree.lit_y", "model", width=1.8),
        marks.dots("tree.past", foot, "past", size=4.5, say="sample {x:0}: heard"),
        marks.dots("tree.ahead", foot, "blind", size=4.5, say=come),
        marks.dots("tree.out", [float(top)], "model", size=6, ring=True, say="output {x:0}"),
        marks.rules("tree.out", "line", axis="x"),
    ]
    rows: dict[float, str] = {0: "samples", top: "outputs"}
    rows |= {i: f"d = {d}" for i, d in enumerate(spec.dilations[:-1], 1)}
    title: Title = [("What reaches ", None), ("one output", "model"), (": ", None), ("the past", "past"),
                    (", or ", None), ("what comes", "blind")]  # fmt: skip
    panel = plot(drawn, title, Axis("sample", low=-1, high=SAMPLES),
                 Axis(low=-0.4, high=top + 0.4, ticks=rows, room=58), touch="click", aspect=1)  # fmt: skip
    count = inputs.sum(1)
    film = header(places.tolist(), {"heard": {"step": places.tolist(), "value": count.tolist()}})
    said = [_told(t, np.flatnonzero(one), spec) for t, one in enumerate(inputs)]
    return [panel], (film, {f"tree.{k}": v.astype(np.float32) for k, v in arrays.items()}), said


def _told(t: int, heard: np.ndarray, spec: Any) -> str:
    """One output in words, in samples and milliseconds."""
    if not len(heard):
        return f"Output {t} hears of nothing: all that it reads lies before the sound."
    oldest, newest, n = int(heard[0]), int(heard[-1]), len(heard)
    spans = newest - oldest + 1
    gaps = f", {spans - n} between them left out" if spans > n else ", none left out"
    ahead = int((heard > t).sum())
    leak = f" {ahead} of them come after it: in training it copies what it should guess." if ahead else ""
    whole = 1 + sum(spec.dilations) * (spec.kernel - 1)
    guessed = t + (spec.padding != "left, shifted")
    return (
        f"Output {t}, which guesses sample {guessed}, hears of {n} samples, {oldest} to {newest}{gaps}: "
        f"{spans / RATE * 1000:.2f} ms of sound.{leak} With enough behind it, it reaches over "
        f"1 + ({' + '.join(map(str, spec.dilations))}) x {spec.kernel - 1} = {whole} samples, "
        f"{whole / RATE * 1000:.2f} ms."
    )


def output(spot: tuple[float, float] | None, other: int) -> int:
    """The output that a click is nearest to; without one, another."""
    return other if spot is None else min(max(round(spot[0]), 0), SAMPLES - 1)


def stairs(trace: Trace, spec: Any) -> Sequence[Panel]:
    """A wave and what comes back, the stairs that it stands on, signal to noise at each loudness."""
    n, grid, peak = (np.arange(SHOWN) / SHOWN).tolist(), GRID.tolist(), AMPLITUDES.tolist()
    decibels = np.array([trace.at("at", i)["decibels"] for i in range(len(trace.moments))]).T.tolist()
    wave = [marks.line(n, at("at.wave", row=0), "truth", label="wave", width=1.4, say="")]
    step = [marks.line([-1, 1], [-1, 1], "truth", width=1, dash=(3, 3), say="")]
    ratio = [marks.rules(0.0, "soft", label="as strong as its noise", must=True, dash=(2, 3)),
             marks.rules("at.peak", "line", axis="x")]  # fmt: skip
    for i, hue, name in ((1, "past", "even steps"), (0, "model", "mu-law")):
        wave.append(marks.line(n, at("at.wave", row=i + 1), hue, label=name, say=""))
        step.append(marks.line(grid, at("at.stairs", row=i), hue, label=name, say=""))
        ratio.append(marks.line(peak, decibels[i], hue, label=name, dots=2, say="{y:1} dB at {x}"))
    peaks = Axis("of its peak", low=-MOST, high=MOST, ticks=SHARES)
    loud = Axis("its peak, of full scale", low=0.0018, high=1.1, log=True, ticks=PEAKS)
    above: Title = [("How far the wave is above its noise", None)]
    return [
        plot(wave, [("A wave", "truth"), (" comes back", None)], Axis(low=0, high=1, ticks={}), peaks),
        plot(step, [("Its stairs", None)], Axis("goes in", low=-1, high=1, ticks=3), peaks, width=0.8),
        plot(ratio, above, loud, Axis("dB", low=-40, high=60), width=1.1),
    ]  # fmt: skip


def stairs_said(trace: Trace, spec: Any) -> list[str]:
    """Both ratios at each loudness."""
    said = []
    for i, peak in enumerate(AMPLITUDES):
        mu, even = trace.at("at", i)["decibels"]
        better = "mu-law is" if mu > even else "even steps are"
        said.append(
            f"A wave with a peak of {peak:.3f} of full scale, on {spec.values} values: {minus(mu)} dB above "
            f"its noise by mu-law, {minus(even)} dB by even steps; {better} better here. What would leave "
            "the picture is cut off at twice the peak."
        )
    return said
