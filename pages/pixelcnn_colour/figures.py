"""Figures of colours, of eight-bit pixels and of likelihood: arrays in, panels and sentences out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.captions import Caption
from app.figures.films import Film, header
from app.figures.kinds import Panel, Title, panel
from app.figures.marks import at
from app.figures.panels import bars, images, lines
from app.figures.pipeline import Box
from app.figures.plot import Axis, plot, stack
from engine.core.trace import Trace

NETS = {
    "categorical": "categorical, 256 numbers",
    "Gaussian": "Gaussian, 2 numbers",
    "logistics": "mixture of 5 logistics, 15 numbers",
}
SETS = ("digit", "blank", "grey", "shape", "shuffled", "noise")


def pictures(
    array: str,
    title: Title,
    levels: int,
    columns: int = 4,
    off: str | None = None,
    now: str | None = None,
    width: float = 1,
) -> Panel:
    """Pictures in colour: array of (moments, N, H, W, 3) levels, below 0 where nothing is written yet.

    off: array of (moments, N, H, W), 1 where a colour is to be marked; now: (moments, 2), the pixel at hand,
    its row below 0 for none. Raises ValueError for fewer than two levels.
    """
    if levels < 2:
        raise ValueError(f"levels must be at least 2, got {levels}")
    kind = "pixelcnn_colour/pictures"
    return panel(kind, array, title, width, levels=levels, columns=columns, off=off, now=now)


def chances(
    array: str,
    title: Title,
    truth: str | None = None,
    taken: str | None = None,
    step: str | None = None,
    together: bool = False,
    width: float = 1,
    names: Sequence[str] | None = None,
    high: float = 1,
) -> Panel:
    """Three categoricals of one pixel: array of (moments, 3, K); of R, G and B, or of three nets in grey.

    truth: the same of the data; taken: (moments, 3) the levels of the pixel; step: (moments,) the colour at
    hand, later ones are pale. together: all three are asked at once. names: of the three nets. high: top of
    the axis.
    """
    planes = []
    for row, name in enumerate(names or ("red", "green", "blue")):
        taken_at = at(taken, column=row) if taken else None
        say = f"{name}, level {{name}}: probability {{value}}{', in the data {truth}' if truth else ''}"
        more = {"truth": at(truth, row=row)} if truth else None
        lit = None if names else taken_at
        dim, p = 0.45 if step else 1, at(array, row=row)
        drawn = [marks.bars(p, "model", lit=lit, dim=dim, gap=0.12, say=say, more=more)]
        if more:
            drawn.append(marks.dots(None, more["truth"], "truth", shape="dash"))
        if names:
            drawn.append(marks.swatches([None] * 3))
        else:
            before = [at(taken, column=k) if taken and not together else 0 for k in range(row)]
            drawn.append(marks.swatches([*before, None, *[0] * (2 - row)], lit))
        if names and taken_at:
            drawn.append(marks.rules(taken_at, "truth", axis="x", flag=True, width=2))
        seen = "" if together or not row else " | red" if row == 1 else " | red, green"
        x = Axis("grey level" if names else f"level of {name}", ticks={})
        y = Axis(name if names else f"p({name}{seen})", low=0, high=high, ticks=2)
        planes.append(plot(drawn, (), x, y, when=None if together else step, least=row))
    return stack(planes, title, tall=300, width=width)


def training(levels: int, together: bool, own: bool = False) -> Sequence[Panel]:
    """Three pictures that follow a training: samples, the first pixel's three chances, the score."""
    plain: Title = [("Samples", "model"), (" of the net that learned ", None), ("your pictures", "truth")]
    samples: Title = [("Samples", "model"), ("; a dot marks a ", None), ("colour that never occurs", "blind")]
    data = ("your pictures" if own else "the data", "truth")
    first: Title = [("The first pixel, by the ", None), ("model", "model"), (" and by ", None), data]
    curves = {"loss": ("batch", "past"), "score.test_bits": ("test", "model")}
    learns: Title = [("What one of a pixel's three numbers costs the ", None), ("model", "model")]
    high = 2.2 if levels == 4 else float(np.log2(levels)) * 1.1
    off = None if own else "samples.off"
    return [
        pictures("samples.x", plain if own else samples, levels, 4, off, width=1.15),
        chances("first.p", first, truth="first.truth", taken="first.colour", together=together, width=1),
        lines(curves, learns, unit="bits/dim", high=high, width=1.1),
    ]


def trained(own: bool = False) -> Caption:
    """What the training has come to; of own pictures without the colours that never occur."""
    told = "a number of a test picture costs {score.test_bits:.3f} bits (bits/dim)"
    if own:
        told = "a number of one of your pictures costs {score.test_bits:.3f} bits (bits/dim)"
    share = "" if own else "; {score.off_share:.3f} of all sampled pixels have a colour that never occurs"
    return Caption(
        "Before training the samples are noise in every colour.",
        f"After {{step}} steps {told}{share}.",
        f"At the end {told}{share}.",
    )


def writing(levels: int, beside: bool) -> Sequence[Panel]:
    """A picture being written, with the chances of its pixel. beside: and one from the same random numbers
    whose colours ignore each other."""
    ordered: Title = [("Red, green, blue: ", None), ("in order", "model")]
    apart: Title = [("All three at once: ", None), ("side by side", "blind")]
    both = [
        pictures("a.x", ordered, levels, 1, "a.off", "now", 1.35 if beside else 0.6),
        chances("a.p", [("Each knows those before", None)], None, "a.taken", "step"),
        pictures("b.x", apart, levels, 1, "b.off", "now", 1.35),
        chances("b.p", [("None knows the others", None)], None, "b.taken", "step", True),
    ]
    return both if beside else both[:2]


def written(both: Mapping[str, Mapping[str, np.ndarray]]) -> Film:
    """The film of two pictures, a moment a step: {"a", "b"} -> picture (H, W, 3), off (H, W),
    probabilities (H, W, 3, K). The last moment is the finished picture."""
    height, width, _ = both["a"]["picture"].shape
    n = height * width * 3
    step = np.arange(n)
    row, col, colour = step // 3 // width, step // 3 % width, step % 3
    arrays = {"now": np.stack([row, col], 1).astype(np.int16), "step": colour.astype(np.int16)}
    for name, one in both.items():
        flat = one["picture"].reshape(-1).astype(np.int16)
        so_far = np.where(step[None] <= step[:, None], flat, -1)
        p = one["probabilities"].reshape(height * width, 3, -1).repeat(3, 0)
        done = (step[None, ::3] + 2 <= step[:, None]) & (one["off"].reshape(-1) > 0)
        arrays[f"{name}.x"] = so_far.reshape(n, 1, height, width, 3)
        arrays[f"{name}.off"] = done.reshape(n, 1, height, width).astype(np.uint8)
        arrays[f"{name}.p"] = p.astype(np.float32)
        arrays[f"{name}.taken"] = flat.reshape(-1, 3).repeat(3, 0)
    level = both["a"]["picture"][..., None].astype(np.int64)
    taken = np.take_along_axis(both["a"]["probabilities"], level, -1)
    bits = -np.log2(np.maximum(taken.reshape(-1), 1e-12))
    line = {"step": (step + 1).tolist(), "value": [round(float(v), 4) for v in bits]}
    return header((step + 1).tolist(), {"bits": line}), arrays


def writing_said(both: Mapping[str, Mapping[str, np.ndarray]], beside: bool) -> list[str]:
    """What is drawn at each step; at the last what came of it."""
    one, size = both["a"], both["a"]["off"].size
    drawn = one["picture"].reshape(-1)
    p = one["probabilities"].reshape(len(drawn), -1)[np.arange(len(drawn)), drawn.astype(int)]
    knows = ("from the pixels before", "knowing red", "knowing red and green")
    told = [
        f"Pixel {n // 3 + 1} of {size}: {('red', 'green', 'blue')[n % 3]} is drawn {knows[n % 3]}; its level "
        f"{int(drawn[n])} had probability {p[n]:.2f}."
        for n in range(len(drawn) - 1)
    ]
    marked = f"{int(one['off'].sum())} of {size} pixels have a colour that no training picture has (a dot)"
    if beside:
        return [*told, f"Drawn in order {marked}; side by side, from the same random numbers, "
                       f"{int(both['b']['off'].sum())}."]  # fmt: skip
    return [*told, f"Three draws a pixel, {3 * size} in all: {marked}."]


def three_nets() -> Sequence[Panel]:
    """Three pictures of the nets on eight bits: a pixel without a past, one on an edge, the scores."""
    concepts = ("model", "blind", "code")
    curves = {f"score.{name}": (name, concept) for name, concept in zip(NETS, concepts, strict=True)}
    past: Title = [
        ("No past: two peaks in the ", None),
        ("photos", "truth"),
        ("; each ", None),
        ("net's", "model"),
        (" guess", None),
    ]
    edge: Title = [("On an edge: the pixel's own ", None), ("level", "truth"), (" is flagged", None)]
    names = list(NETS.values())
    return [
        chances("first.p", past, truth="first.truth", names=names, high=0.02),
        chances("pixel.p", edge, taken="pixel.level", names=names, high=0.06),
        lines(
            curves,
            [("What a pixel of test patches costs", None)],
            unit="test bits/dim",
            low=4,
            high=11,
            width=0.9,
        ),
    ]


NETS_SAID = Caption(
    "The three nets are untrained. One that knows nothing needs 8 bits for one of 256 levels.",
    "After {step} steps a pixel of the test patches costs {score.categorical:.2f} bits by the categorical, "
    "{score.Gaussian:.2f} by the Gaussian, {score.logistics:.2f} by the logistics (bits/dim).",
    "At the end a pixel of the test patches costs {score.categorical:.2f} bits by the categorical, "
    "{score.Gaussian:.2f} by the Gaussian, {score.logistics:.2f} by the logistics (bits/dim); the first "
    "pixel, without a past, {score.first_categorical:.2f}, {score.first_Gaussian:.2f} and "
    "{score.first_logistics:.2f}, where a blind guess costs 8 and a histogram "
    "{score.first_histogram:.2f}.",
)


def likely() -> Sequence[Panel]:
    """Three pictures: one of each set, what each set costs, samples of the net and of the mixture."""
    each: Title = [("One of each set; digits are the ", None), ("data", "truth")]
    asks: Title = [("What the ", None), ("model", "model"), (" asks for each; low is likely", None)]
    samples: Title = [
        ("Samples of the ", None),
        ("model", "model"),
        ("; of the ", None),
        ("mixture", "blind"),
    ]
    unit = "bits/dim, mean of 64 pictures"
    return [
        images("examples.x", each, columns=3, labels=SETS, width=0.8),
        bars("mean.all", asks, unit, x="set", high=10, labels=SETS, mark=1, width=1.2),
        images("mixture.own", [*samples, (" below", None)], columns=4, below="mixture.x", width=1.1),
    ]


LIKELY_SAID = Caption(
    "The net is untrained: every picture is about as likely as any other.",
    "After {step} steps a pixel of an empty page costs {mean.blank:.2f} bits, of a test digit "
    "{mean.digits:.2f} (bits/dim): what costs less is likelier.",
    "At the end a pixel of an empty page costs {mean.blank:.2f} bits, of a test digit {mean.digits:.2f} "
    "(bits/dim). Mix one part of this net into 99 of noise: a digit still costs {mixture.bits:.2f}, though "
    "nearly every sample is noise.",
)


def pipeline(trace: Trace, spec: Any, picture: np.ndarray) -> tuple[Box, ...]:
    """From a picture (H, W, 3) of levels to a new one, by three draws a pixel."""
    top = spec.levels - 1
    sample = trace.last("samples")["x"][0] / top if trace.moments else None
    ordered = spec.colours == "in order"
    knows = ("knows the red that was drawn" if ordered else "does not know it",
             "knows both" if ordered else "knows neither")  # fmt: skip
    given = ("x_R", "x_R, x_G") if ordered else ("", "")
    levels = f"{spec.levels} probabilities"
    return (
        Box("picture", "A picture goes in.", "x", "10 × 10 pixels of three "
        "colours", picture / top, hue="past"),
        Box("masked layers", "Masked convolutions bring to each pixel what stands before it.", "",
            f"{spec.layers} layers, {spec.channels} channels", hue="past"),
        Box("red", "From that come the probabilities of red's levels, and one is drawn.", "p(x_R | x before)",
            levels, hue="blind"),
        Box("green", f"Green's probabilities come next; green {knows[0]}.",
            f"p(x_G | x before{', ' * ordered}{given[0]})", levels, hue="truth"),
        Box("blue", f"Blue is last, and {knows[1]}.", f"p(x_B | x before{', ' * ordered}{given[1]})", levels,
            hue="code"),
        Box("new picture", "Then the next pixel. Training makes the levels of real pictures likely.", "x",
            "100 pixels, 300 draws", sample, hue="model"),
    )  # fmt: skip


def symbols(trace: Trace, levels: int) -> Sequence[tuple[str, str, str]]:
    """The symbols of the page's equations, with their values here."""
    names = (r"p(x_{i,R} \mid x_{<i})", r"p(x_{i,G} \mid x_{<i}, x_{i,R})", r"p(x_{i,B} \mid \dots)")
    values = ["untrained"] * 3
    if trace.moments:
        p, colour = trace.last("first")["p"].astype(float), trace.last("first")["colour"].astype(int)
        values = [f"{p[c, colour[c]]:.3f}" for c in range(3)]
    first = [
        (name, f"how likely the {word} of the first pixel of a test picture is", value)
        for name, word, value in zip(names, ("red", "green", "blue"), values, strict=True)
    ]
    return (
        ("x_i, x_{<i}", "pixel number i, and all before it", f"3 numbers, {levels} levels each"),
        ("R, G, B", "red, green, blue", "three draws"),
        *first,
        ("P(x), p(x)", "how likely a level x is, by the logistics; a whole picture x, by a net", "0 to 1"),
        ("0.01", "one part of the net in 99 of noise: 6.6 bits more, shared by all pixels", "1 / 100"),
        (r"m, \pi_m", "which of the logistics, and how much it weighs", "5, in sum 1"),
        (r"\mu_m, s_m", "where it stands, and how wide it is", "grey levels"),
        (r"\sigma", "1 / (1 + exp(−z)), the area under a logistic up to z", "0 to 1"),
    )


def cover() -> Panel:
    """For the page's card."""
    return pictures("samples.x", (), 4, off="samples.off")
