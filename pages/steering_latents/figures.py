"""Figures of half digits and their answers: arrays in, panels and sentences out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.captions import Caption
from app.figures.films import Film, header
from app.figures.marks import over
from app.figures.panels import Panel, images
from app.figures.pipeline import Box
from app.figures.plot import Axis, plot
from engine.core.trace import Trace
from engine.latent.conditional import PRIORS
from engine.latent.conditional_lab import INK, WALK

EQUATION = (
    r"\log p(y|x) \ge \underbrace{\mathbb{E}_{q}[\log p(y|x,z)]}_{\text{the lower half}} - "
    r"\underbrace{\mathrm{KL}(q(z|x,y) \,\|\, p(z|x))}_{\text{what z tells beyond the upper half}}"
)
PLAIN = (
    ("Answering: y is not known, so z comes from the prior network.",
     r"z \sim p(z|x), \qquad y \sim p(y|x,z)"),
    ("What is told of kept halves: the mean weight of K draws from the recognition network.",
     r"\log p(y|x) \approx \log \frac{1}{K} \sum_k \frac{p(y|x,z_k)\, p(z_k|x)}{q(z_k|x,y)}"),
    ("The squares have no y. A β-VAE weighs the whole KL by β.",
     r"\mathbb{E}_{q}[\log p(x|z)] - \beta\, \mathrm{KL}(q(z|x) \,\|\, p(z))"),
    ("The mean KL is a sum of three; β-TCVAE weighs the middle one alone by β.",
     r"\underbrace{I(x; z)}_{\text{information}} + "
     r"\underbrace{\mathrm{KL}(q(z) \,\|\, \textstyle\prod_j q(z_j))}_{\text{total correlation}} + "
     r"\underbrace{\textstyle\sum_j \mathrm{KL}(q(z_j) \,\|\, p(z_j))}_{\text{dimension-wise}}"),
    ("The same for the whole set: q(z) is a mean over N pictures; in training, over the M of a batch.",
     r"\log q(z) \approx \log \sum_{m=1}^{M} q(z|x_m) - \log (N M)"),
)  # fmt: skip


def hero(bet: float | None) -> Sequence[Panel]:
    """A half digit, twelve answers, a regression's one; how far what both draw lies from learned halves."""
    drawn = [
        marks.rules("score.far_real", "truth", label="real kept halves", below=True, must=True, dash=(2, 3)),
        marks.line(over(), over("far_regression"), "past", label="regression", width=2),
        marks.line(over(), over("far"), "model", label="CVAE", width=2.4),
        marks.rules(over(), "line", axis="x"),
    ]
    if bet is not None:
        drawn.append(marks.rules(bet, "blind", label=f"you said {bet:g}", must=True, dash=(6, 3)))
    return [
        images("seen.given", [("Given, ", None), ("real", "truth")], 2, 0, INK, ["x", "x, y"], width=0.85),
        images("seen.answers", [("Twelve answers", "model")], 4, 0, INK, width=1.25),
        images("seen.grey", [("Regression", "past"), (", ", None), ("mean", "model")], 2, 0, INK,
               ["regression", "mean of 100"], width=0.95),
        plot(drawn, [("Distance: lower is better", None)], Axis("step"),
             Axis("pixels to a learned half", low=0.5, high=3, ticks={1: "1", 2: "2", 3: "3"}), width=1.1),
    ]  # fmt: skip


def hero_said(spec: Any) -> Caption:
    """What the answers have come to."""
    how = "the prior network sees the half" if spec.prior == PRIORS[0] else "z is drawn whatever the half"
    got = (
        "a kept lower half has a log-probability of {cvae:.2f} nats (CVAE), {regression:.2f} (regression). "
        "What they draw lies {far:.2f} and {far_regression:.2f} pixels from the nearest learned half"
    )
    return Caption(
        "Untrained, all answers are the same grey.",
        f"After {{step}} steps {got}; {how}.",
        f"At the end {got}; {how}. The inkier a pixel, the likelier it is black.",
    )


def pipeline(trace: Trace, spec: Any) -> tuple[Box, ...]:
    """From half a digit to twelve answers."""
    seen = trace.last("seen") if trace.moments else None
    size = f"{spec.d} numbers" if spec.d > 1 else "1 number"
    sees = spec.prior == PRIORS[0]
    return (
        Box("half a digit", "The upper half of a digit goes in, black and white.", "x", "4 x 8",
            None if seen is None else 1 - seen["given"][0] / INK),
        Box("prior network", "The prior network looks at the half and says where z may lie." if sees else
            "The prior is N(0, I), whatever the half.", "p(z|x)", f"2 x {size}", hue="code",
            text="μ, σ" if sees else "0, 1"),
        Box("draw", "A draw of z picks one of the answers that the half leaves open.", "z", size,
            text="by chance", hue="code"),
        Box("generator", "The generator sees the half and z, and draws the lower half.", "p(y|x,z)",
            "32 chances", None if seen is None else 1 - seen["answers"][1] / INK, hue="model"),
        Box("recognition", "In training a recognition network sees both halves, and says which z would have "
            "led there; the prior network learns to expect it.", "q(z|x,y)", f"2 x {size}",
            text=f"KL {trace.latest('price'):.1f} nats" if "price" in trace.scalars else "not trained yet",
            hue="past"),
    )  # fmt: skip


def symbols(trace: Trace, spec: Any, squares: Any) -> Sequence[tuple[str, str, str]]:
    """The symbols of the equations, with their values here. squares: what the ladder of beta is set to."""
    none = "not trained yet"
    found = [f"{trace.latest(one):.2f} nats" if one in trace.scalars else none for one in ("cvae", "price")]
    return (
        ("x, x_m", "the upper half of a digit; of the squares, a picture, the m-th of a batch", "32; 256"),
        ("y", "the lower half", "32 pixels"),
        ("z, z_k, z_j", "the hidden numbers; draw k of them; number j", f"{spec.d}; {squares.D} numbers"),
        ("p(y|x)", "how likely the lower half is, given the upper one", found[0]),
        ("p(z|x)", "the prior network: where z may lie, given the upper half", f"2 x {spec.d} numbers"),
        ("q(z|x,y)", "the recognition network: where z lay, given both", f"2 x {spec.d} numbers"),
        ("p(y|x,z), p(x|z)", "the generator; the decoder of the squares", "32; 256 chances"),
        (r"\mathrm{KL}", "how far one distribution lies from another; here the price of z", found[1]),
        (r"\mathbb{E}", "the mean over draws of z", "1 draw in training"),
        ("K, k", "how many draws, and which", "100"),
        (r"\beta", "the weight of the KL, or of its middle part", f"1 to {squares.top:g}"),
        ("I(x; z)", "what z tells about the picture", "5.77 nats at most: log 320"),
        ("q(z), q(z_j)", "where z, or number j, lies over all squares", "mean of 320 clouds"),
        ("p(z), p(z_j)", "where they should lie", "N(0, I)"),
        ("j", "which number of z", f"1 to {squares.D}"),
        ("N, M, m", "pictures in all, in a batch, and which", "320, 64"),
    )


def own(found: Mapping[str, np.ndarray], d: int) -> tuple[Sequence[Panel], Film, list[str]]:
    """Answers to the reader's half, a dozen a moment; a regression's, and what each number of z changes."""
    n, apart = len(found["answers"]), float(found["apart"])
    arrays: dict[str, Any] = {"own.answers": found["answers"]}
    arrays |= {f"own.{name}": np.stack([found[name]] * n) for name in ("regression", "walk")}
    panels = [
        images("own.answers", [("Twelve answers", "model")], 4, 0, INK, width=1.1),
        images("own.regression", [("Regression", "past")], 1, 0, INK, width=0.5),
        images("own.walk", [("Each number of ", None), ("z", "code"), (" in turn", None)], WALK, 0, INK,
               width=1.4),
    ]  # fmt: skip
    said = [
        f"Dozen {i + 1} of {n}. Two answers to this half differ in {apart:.1f} of 32 pixels, on average. "
        f"On the right a row is one number of z ({d} in all), from low to high; the others stay."
        for i in range(n)
    ]
    dozens = list(range(1, n + 1))
    return panels, (header(dozens, {"apart": {"step": dozens, "value": [apart] * n}}), arrays), said


def cover() -> Panel:
    """For the page's card."""
    return images("seen.answers", (), 4, 0, INK)
