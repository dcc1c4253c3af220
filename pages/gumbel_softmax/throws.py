"""Figures without a training: softened throws in a triangle, and three estimates of a gradient."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.films import Film, header
from app.figures.marks import at
from app.figures.panels import Panel, Title
from app.figures.plot import Axis, plot
from engine.core.trace import Trace
from engine.latent.estimators_lab import WAYS
from engine.latent.gumbel import TEMPERATURES

HUE = {"soft": "model", "straight": "past", "reinforce": "blind"}
NAME = {"soft": "Gumbel-softmax", "straight": "straight-through", "reinforce": "REINFORCE"}
CORNERS = np.array([[0, 0], [1, 0], [0.5, 3**0.5 / 2]])  # of A, B, C
SHARE = {0: "0", 0.5: "50%", 1: "100%"}


def film(arrays: dict[str, Any]) -> Film:
    """A film over the temperatures, a notch each."""
    notches = list(range(1, len(TEMPERATURES) + 1))
    return header(notches, {"heat": {"step": notches, "value": TEMPERATURES}}), arrays


def every(trace: Trace, snapshot: str, name: str) -> np.ndarray:
    """One array at all temperatures."""
    return np.stack([trace.at(snapshot, moment)[name] for moment in range(len(TEMPERATURES))])


def places(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The two columns of an array, as across and up."""
    return at(name, column=0), at(name, column=1)


def triangle(trace: Trace) -> tuple[Sequence[Panel], Film, list[str]]:
    """Softened throws of a die of three faces; one of them; and which face is the largest."""
    y = every(trace, "throws", "y")  # (T, n, 3)
    largest, mean = every(trace, "throws", "largest"), every(trace, "throws", "mean")
    pi, place = trace.last("throws")["pi"], y @ CORNERS
    edge = np.concatenate([CORNERS, CORNERS[:1]])
    plane = [
        marks.line(edge[:, 0], edge[:, 1], "line", width=1),
        marks.dots(*places("dots.place"), "code", size=2.5, alpha=0.55, say=""),
        marks.dots(*places("one.place"), "model", size=5.5, ring=True, say="one throw"),
        marks.words(["A", "B", "C"], [-0.06, 1.06, 0.5], [-0.03, -0.03, 0.93], align="center", size=14),
    ]  # fmt: skip
    throw = [marks.bars("one.y", "model", names="ABC", gap=0.15, say="face {name}: {value:2}")]
    shares = [
        marks.bars("share.largest", "code", names="ABC", gap=0.15, say="face {name}: largest in {value:%}"),
        marks.dots(None, pi, "truth", shape="dash", say="chance {y:%}"),
        marks.dots(None, "share.mean", "past", size=5, ring=True, say="mean of the softened throws: {y:%}"),
    ]
    where: Title = [("200 softened throws", "code"), (", and ", None), ("one", "model")]
    which: Title = [("Largest", "code"), (", ", None), ("chance", "truth"), (", ", None), ("mean", "past")]
    panels = [
        plot(plane, where, Axis(low=-0.15, high=1.15, ticks={}), Axis(low=-0.1, high=1, ticks={}),
             square=True),
        plot(throw, [("One throw", "model"), (", softened", None)], Axis("face", names="ABC"),
             Axis("its share", low=0, high=1.05, ticks=SHARE)),
        plot(shares, which, Axis("face", names="ABC"), Axis("of all throws", low=0, high=1.05, ticks=SHARE)),
    ]  # fmt: skip
    arrays = {
        "dots.place": place.astype(np.float32), "one.place": place[:, :1].astype(np.float32),
        "one.y": y[:, 0].astype(np.float32), "share.largest": largest, "share.mean": mean,
    }  # fmt: skip
    top = trace.scalars["top"][1]
    said = [
        f"Temperature {tau:.2g}: the largest face has {t:.0f}% of a throw on average. It is A in "
        f"{100 * one[0]:.1f}% of 20,000 throws (chance {100 * pi[0]:.1f}%), at every temperature the same; "
        f"the mean softened throw gives A {100 * m[0]:.0f}%."
        for tau, t, one, m in zip(TEMPERATURES, top, largest, mean, strict=True)
    ]
    return panels, film(arrays), said


def gradients(trace: Trace) -> tuple[Sequence[Panel], Film, list[str]]:
    """Bias against deviation of three estimates, a path over the temperatures; and one die's gradient."""
    found = {way: every(trace, "score", way) for way in WAYS}  # (T, 2) each: bias, deviation
    exact = trace.last("gradient")["exact"][0]  # of the first die
    means = {way: every(trace, "gradient", way)[:, 0] for way in WAYS}
    far = float(np.ceil(max(one[:, 1].max() for one in found.values()) + 0.5))
    plane = [marks.dots([0], [0], "truth", size=6, names=["exact"], written=True, say="the exact gradient")]
    for way in ("soft", "straight"):
        bias, deviation = found[way].T
        far_and_off = at(f"{way}.score", column=1), at(f"{way}.score", column=0)
        plane += [
            marks.line(deviation, bias, HUE[way], label=NAME[way], width=2),
            marks.dots(*far_and_off, HUE[way], size=6, ring=True,
                       say=f"{NAME[way]}: bias {{y:2}}, deviation {{x:2}}"),
        ]  # fmt: skip
    bias, deviation = found["reinforce"][-1]
    plane += [
        marks.dots([deviation], [bias], "blind", size=6, say="REINFORCE: bias {y:2}, deviation {x:2}"),
        marks.words(["REINFORCE"], [deviation], [bias + 0.12], "blind", align="center"),
    ]
    ends = np.abs(np.concatenate([exact, *(one.ravel() for one in means.values())])).max() * 1.15
    numbers = [str(i + 1) for i in range(len(exact))]
    die = [
        marks.bars("soft.mean", "model", names=numbers, gap=0.15, say="face {name}: {value:+2}, mean"),
        marks.dots(None, "straight.mean", "past", size=4, say="straight-through: {y:+2}, mean"),
        marks.dots(None, "reinforce.mean", "blind", size=4, say="REINFORCE: {y:+2}, mean"),
        marks.dots(None, exact, "truth", shape="dash", say="exact: {y:+2}"),
    ]
    path: Title = [("Lower left is better: the ", None), ("exact", "truth"), (" gradient", None)]
    mean: Title = [("Their means on die 1; ", None), ("exact", "truth")]
    panels = [
        plot(plane, path, Axis("deviation of one draw", low=0, high=far), Axis("bias", low=-0.03, high=1.05,
             ticks={0: "0", 0.5: "0.5", 1: "1"}), width=1.4),
        plot(die, mean, Axis("face", names=numbers), Axis("gradient", low=-float(ends), high=float(ends))),
    ]  # fmt: skip
    arrays: dict[str, Any] = {f"{way}.score": found[way][:, None] for way in ("soft", "straight")}
    arrays |= {f"{way}.mean": means[way] for way in WAYS}
    said = [
        f"Temperature {tau:.2g}, in lengths of the exact gradient: Gumbel-softmax has bias {s[0]:.2f} and "
        f"deviation {s[1]:.2f}, straight-through {h[0]:.2f} and {h[1]:.2f}; REINFORCE, without a "
        f"temperature, {bias:.2f} and {deviation:.2f} (its bias is what 8,000 draws leave of noise)."
        for tau, s, h in zip(TEMPERATURES, found["soft"], found["straight"], strict=True)
    ]
    return panels, film(arrays), said
