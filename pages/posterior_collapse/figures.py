"""Figures of two pipes into a picture, neighbours and code: arrays in, panels and sentences out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.captions import Caption, minus
from app.figures.films import Film, header
from app.figures.marks import at, over
from app.figures.panels import Panel, Title, images
from app.figures.pipeline import Box
from app.figures.plot import Axis, plot, stack
from engine.core.trace import Trace
from engine.data.black_digits import independent
from engine.latent.collapse import FIELDS, SIDE
from engine.latent.collapse_lab import REDRAWS, RIGHT, SHOWN

SEES = {
    "none": "no pixel before it",
    "3 x 3": "the 4 pixels before it in a square of 3 x 3",
    "5 x 5": "the 12 pixels before it in a square of 5 x 5",
    "all before": "every pixel before it",
}
EQUATION = r"\log p(x) \ge \mathbb{E}_{q}\Big[\sum_i \log p(x_i \mid z, x_{N(i)})\Big] - \sum_j D_j"
PLAIN = (
    ("What each number of the code costs: how far its cloud is from the prior.",
     r"D_j = \operatorname{KL}(q(z_j|x) \,\|\, p(z_j))"),
    ("Free bits: in training D of j counts as no less than λ, so that making it smaller wins nothing.",
     r"\max(\lambda, D_j)"),
    ("Warm-up: in training the sum of all D counts w times, and w rises from 0 to 1.", r"w \sum_j D_j"),
    ("Bits-back: what telling x costs with a code. The last term is what an encoder that is not exact adds.",
     r"-\log p(x) + \operatorname{KL}(q(z|x) \,\|\, p(z|x))"),
)  # fmt: skip


def now(trace: Trace, name: str) -> float:
    """The newest figure of the score."""
    return float(trace.last("score")[name])


def river(far: float = 6.5, deep: float = 5.0) -> Panel:
    """Two pipes along the picture, from its upper row to its lower; as wide as what a swap costs."""
    rows, flat = np.arange(1, SIDE + 1), np.zeros(SIDE)
    code, near = at("pipes.code"), at("pipes.near", scale=-1)
    drawn = [
        marks.band(rows, flat, code, "code", alpha=0.45),
        marks.band(rows, near, flat, "past", alpha=0.45),
        marks.line(rows, code, "code", width=2),
        marks.line(rows, near, "past", width=2),
        marks.rules(0, "ink"),
    ]
    title: Title = [("Code", "code"), (" above, ", None), ("neighbours", "past"), (" below", None)]
    ticks = {-4.0: "4", 0.0: "0", 4.0: "4"}
    return plot(drawn, title, Axis("row of the picture", low=1, high=SIDE, ticks={1: "1", 4: "4", 8: "8"}),
                Axis("nats lost if swapped", low=-deep, high=far, ticks=ticks))  # fmt: skip


def numbers(spec: Any) -> Panel:
    """What each number of the code says."""
    names = [str(j + 1) for j in range(spec.D)] if spec.D <= 8 else None
    drawn = [marks.bars("price.each", "code", names=names, gap=0.12, say="number {name}: {value:2} nats")]
    high = max(1.8, 1.3 * spec.free)
    return plot(drawn, [("Each number", "code"), (" of the code", None)], Axis("number", names=names),
                Axis("nats (KL)", low=0, high=high))  # fmt: skip


def hero(spec: Any, bet: float | None) -> Sequence[Panel]:
    """Kept digits in and out; two pipes; what each number costs; the bound and the code's price."""
    labels = [f"in {i + 1}" for i in range(SHOWN)] + [f"out {i + 1}" for i in range(SHOWN)]
    shown: Title = [("Kept digits in", "past"), (", ", None), ("redrawn", "model")]
    upper = [
        marks.rules(independent(), "truth", label="independent pixels", must=True, dash=(2, 3)),
        marks.line(over(), over("score.bound"), "model", width=2.4),
        marks.rules(over(), "line", axis="x"),
    ]
    lower = [marks.line(over(), over("score.kl"), "code", width=2.4), marks.rules(over(), "line", axis="x")]
    if bet is not None:
        lower.append(marks.rules(bet, "blind", label=f"you said {bet:.0f}", must=True, dash=(6, 3)))
    top = plot(upper, (), Axis(""), Axis("bound, nats", low=-30, high=-15, ticks={-25: "−25", -20: "−20"}))
    under = plot(lower, (), Axis("step"), Axis("code, nats", low=0, high=10, ticks={0: "0", 4: "4", 8: "8"}))
    title: Title = [("Bound", "model"), (" (up is good), ", None), ("price of code", "code")]
    return [
        images("seen.both", shown, SHOWN, 0, 1, labels, width=1.1),
        river(),
        numbers(spec),
        stack([top, under], title, width=1.2),
    ]


def hero_said(spec: Any) -> Caption:
    """What the run has come to."""
    who = f"The decoder sees {'the code' if spec.code else 'no code'} and {SEES[spec.field]}"
    got = (
        "the code costs {score.kl:.1f} nats a kept digit; bound {score.bound:.1f} (independent pixels "
        f"{minus(independent())}). Swapping the code for a random one "
        "loses {score.code:.1f} nats"
    )
    if spec.field != "none":
        got += ", the neighbours for another digit's {score.near:.1f}"
    return Caption(
        f"{who}. Untrained, it makes nothing of either.",
        f"{who}. After {{step}} steps {got}.",
        f"{who}. At the end {got}.",
    )


def pipeline(trace: Trace, spec: Any) -> tuple[Box, ...]:
    """From a digit to a digit, by two ways."""
    there = bool(trace.moments)
    seen = 1.0 - trace.last("seen")["both"] if there else None
    kl = f"{now(trace, 'kl'):.1f} nats" if there else "not trained yet"
    sees = "none seen" if spec.field == "none" else str(spec.field)
    return (
        Box("digit", "A digit in black and white goes in.", "x", "8 x 8",
            seen[0] if seen is not None else None, hue="past"),
        Box("encoder", "The encoder turns it into a cloud of codes: a centre and a width for each number.",
            "q(z|x)", f"{spec.D} numbers", hue="code"),
        Box("code", "A draw from the cloud is the code; it costs as much as the cloud is far from the prior.",
            "z", f"{spec.D} numbers", text=kl, hue="code"),
        Box("neighbours", "Each pixel is also told the pixels before it that lie in the decoder's field: a "
            "masked convolution reads them.", "N(i)", "0 to 63 pixels", text=sees, hue="past"),
        Box("decoder", "The decoder adds both up and says how likely the pixel is black.", "p", "64 chances"),
        Box("redrawn", "Training makes the digit that went in likely, and the code cheap.", "", "8 x 8",
            seen[SHOWN] if seen is not None else None, hue="model"),
    )  # fmt: skip


def symbols(trace: Trace, spec: Any) -> Sequence[tuple[str, str, str]]:
    """The symbols of the equations, with their values here."""
    there = bool(trace.moments)
    told = (lambda name: f"{minus(now(trace, name))} nats") if there else (lambda name: "not trained yet")
    return (
        ("x, x_i", "a digit, and its pixel i, black or white", "64 pixels"),
        ("i", "a pixel, counted row by row from the upper left", "1 to 64"),
        ("N(i)", "the pixels before i that the decoder sees", SEES[spec.field]),
        ("z, z_j", "the code, and its number j", f"{spec.D} numbers"),
        ("j", "a number of the code", f"1 to {spec.D}"),
        ("p", "the model: of a pixel, of the code (N(0, 1) each), of the digit", f"bound {told('bound')}"),
        (r"\mathbb{E}", "the mean over codes drawn from q", "4 draws, when scored"),
        ("q", "the encoder's cloud of codes for this digit", f"{spec.D} centres and widths"),
        ("D_j, D", "the price of a number of the code (KL)", f"all together {told('kl')}"),
        (r"\lambda", "free bits: nats of each number that cost nothing", f"{spec.free:g} nats"),
        ("w", "the weight of the price in training", f"rises over {spec.warm:.0%} of the steps"),
    )  # fmt: skip


def redrawn(
    found: Mapping[str, Mapping[str, np.ndarray]], traces: Mapping[str, Trace], digit: int, told: bool
) -> tuple[Sequence[Panel], Film, list[str]]:
    """One kept digit redrawn by each decoder, a draw a moment; and what all decoders have come to.

    told: once the bet is; before, the code's price would be its answer.
    """
    first = found[next(iter(found))]
    outs = [one["out"] for one in found.values()]
    given = np.broadcast_to(first["digit"], outs[0].shape)
    arrays: dict[str, Any] = {"draws.all": np.stack([given, *outs], 1).astype(np.uint8)}
    kls, bounds = ([now(one, name) for one in traces.values()] for name in ("kl", "bound"))
    same = [now(one, "same") for one in traces.values()]
    names = list(found)
    share = [
        marks.bars(same, "model", names=names, gap=0.14, say="{name}: {value:0}% stay the same digit"),
        marks.rules(RIGHT, "truth", label="the judge on kept digits", must=True, below=True, dash=(2, 3)),
    ]
    path = [
        marks.line(kls, bounds, "soft", width=1.4),
        marks.dots(kls, bounds, "model", size=6, names=names, written=True,
                   say="{name}: {x:1} nats in the code, bound {y:1}"),
    ]  # fmt: skip
    low, high = np.floor(min(bounds)) - 0.3, np.ceil(max(bounds)) + 0.3
    tilted: Title = [("Less in the ", None), ("code", "code"), (", higher ", None), ("bound", "model")]
    drawn: Title = [("Given", "past"), (", and ", None), ("redrawn", "model"), (" by each field", None)]
    panels = [
        images("draws.all", drawn, 3, 0, 1, ["given", *names], width=1.1),
        plot(share, [("Redrawn as the same digit", "model")], Axis("field", names=names),
             Axis("% of kept digits", low=0, high=105, ticks={0: "0", 50: "50", 100: "100"}), width=1.2),
        plot(path, tilted, Axis("price of the code, nats (KL)", low=0, high=float(np.ceil(max(kls) + 0.6))),
             Axis("bound, nats a kept digit", low=float(low), high=float(high)), width=1.2),
    ]  # fmt: skip
    panels = panels[: 3 if told else 2]
    label = int(first["label"])
    hits = {name: int((one["took"] == label).sum()) for name, one in found.items()}
    draws = list(range(1, REDRAWS + 1))
    kept = (
        f"Of all kept digits {same[0]:.0f}% stay the same digit with no neighbours in view, {same[-1]:.0f}% "
    )
    said = [
        f"Draw {m} of {REDRAWS} of kept digit {digit}, a {label}. The judge takes what is redrawn for a "
        + ", ".join(f"{int(one['took'][m - 1])} ({name})" for name, one in found.items())
        + f". Over all draws it is a {label} in {hits[names[0]]} by “{names[0]}” and in {hits[names[-1]]} by "
        + f"“{names[-1]}”. {kept}with all before."
        for m in draws
    ]
    stays = [sum(int(one["took"][m - 1] == label) for one in found.values()) for m in draws]
    return panels, (header(draws, {"stays": {"step": draws, "value": stays}}), arrays), said


def paying(trace: Trace, spec: Any) -> tuple[Sequence[Panel], list[str]]:
    """A stripe told with and without a code, by decoders that see more and more; a moment a field."""
    fields = list(range(spec.n))
    scores = [trace.at("score", k) for k in fields]
    alone, coded = ([float(one[name]) for one in scores] for name in ("without", "with_code"))
    least, price = float(scores[0]["least"]), float(scores[0]["price"])
    numbers = [str(i + 1) for i in fields]
    pixels = [
        marks.bars("bars.without", "past", names=numbers, gap=0.12, say="pixel {name}: {value:2} nats alone"),
        marks.dots(None, "bars.given", "code", shape="dash", say="with the code: {y:2} nats"),
    ]
    totals = [
        marks.line(fields, alone, "past", label="without code", width=2.2, dots=3),
        marks.line(fields, coded, "code", label="with code and its price", width=2.2),
        marks.rules(least, "truth", label="entropy: none does better", must=True, below=True, dash=(2, 3)),
        marks.rules(at("score.k"), "line", axis="x"),
    ]
    ends = Axis("nats a stripe", low=0, high=max(*alone, *coded) * 1.08)
    panels = [
        plot(pixels, [("Each pixel", None), (" without", "past"), (", ", None), ("with the code", "code")],
             Axis("pixel", names=numbers if spec.n <= 16 else None), Axis("nats", low=0, high=0.75)),
        plot(totals, [("The whole stripe", None)], Axis("pixels before it in view", low=0, high=spec.n - 1),
             ends, width=1.2),
    ]  # fmt: skip
    said = [
        f"The decoder sees {k} pixel{'s' if k != 1 else ''} before. Without a code a stripe costs {a:.2f} "
        f"nats, with it {c:.2f}: {price:.2f} for the code and {c - price:.2f} for the pixels. The code "
        + (f"saves {a - c:.2f}." if a - c > 0.005 else f"costs {c - a:.2f} more than it saves."
           if c - a > 0.005 else "neither saves nor costs.")
        for k, a, c in zip(fields, alone, coded, strict=True)
    ]  # fmt: skip
    return panels, said


def cover() -> Panel:
    """For the page's card."""
    return images("seen.both", (), SHOWN, 0, 1)


assert set(SEES) == set(FIELDS)
