"""Figures of colours, of eight-bit pixels and of likelihood: arrays in, panels and sentences out."""

from collections.abc import Mapping, Sequence

import numpy as np

from app.figures import marks
from app.figures.films import Film, header
from app.figures.kinds import Panel, Title, panel
from app.figures.marks import at
from app.figures.panels import bars, images, lines
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
    learns: Title = [("The ", None), ("model", "model"), (" learns", None)]
    high = 2.2 if levels == 4 else float(np.log2(levels)) * 1.1
    off = None if own else "samples.off"
    return [
        pictures("samples.x", plain if own else samples, levels, 4, off, width=1.15),
        chances("first.p", first, truth="first.truth", taken="first.colour", together=together, width=1),
        lines(curves, learns, unit="bits/dim", high=high, width=1.1),
    ]


def training_sentence(trace: Trace, own: bool = False) -> str:
    """What the training has come to, in words; of own pictures without the colours that never occur."""
    if not trace.moments or "loss" not in trace.scalars:
        return "The net is untrained: its samples are noise in every colour."
    score = trace.last("score")
    off = trace.last("samples")["off"]
    if own:
        bits = float(score["test_bits"])
        return f"After {trace.moments[-1]} steps one of your pictures costs {bits:.3f} bits/dim."
    return (
        f"After {trace.moments[-1]} steps a test picture costs {float(score['test_bits']):.3f} bits/dim; "
        f"of {off.size} sampled pixels {int(off.sum())} have a colour that never occurs."
    )


def writing(levels: int) -> Sequence[Panel]:
    """Two pictures being written from the same random numbers, each with the chances of its pixel."""
    ordered: Title = [("Red, green, blue: ", None), ("in order", "model")]
    beside: Title = [("All three at once: ", None), ("side by side", "blind")]
    return [
        pictures("a.x", ordered, levels, 1, "a.off", "now", 1.35),
        chances("a.p", [("Each knows those before", None)], None, "a.taken", "step"),
        pictures("b.x", beside, levels, 1, "b.off", "now", 1.35),
        chances("b.p", [("None knows the others", None)], None, "b.taken", "step", True),
    ]


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


def writing_sentence(both: Mapping[str, Mapping[str, np.ndarray]]) -> str:
    """What the two pictures came to, in words."""
    ordered, beside = (int(both[name]["off"].sum()) for name in ("a", "b"))
    pixels = both["a"]["off"].size
    return (
        f"Three steps a pixel, {3 * pixels} in all. In order {ordered} of {pixels} pixels have a colour that "
        f"never occurs in the data; side by side, from the same random numbers, {beside}."
    )


def three_nets() -> Sequence[Panel]:
    """Three pictures of the nets on eight bits: a pixel without a past, one on an edge, the scores."""
    concepts = ("model", "blind", "code")
    curves = {f"score.{name}": (name, concept) for name, concept in zip(NETS, concepts, strict=True)}
    past: Title = [
        ("No past: two peaks in the ", None),
        ("photos", "truth"),
        ("; each ", None),
        ("net", "model"),
    ]
    edge: Title = [("On an edge: the pixel's own ", None), ("level", "truth"), (" is flagged", None)]
    names = list(NETS.values())
    return [
        chances("first.p", past, truth="first.truth", names=names, high=0.02),
        chances("pixel.p", edge, taken="pixel.level", names=names, high=0.06),
        lines(curves, [("Test patches, all pixels", None)], unit="bits/dim", low=4, high=11, width=0.9),
    ]


def three_nets_sentence(trace: Trace) -> str:
    """What the three nets have come to, in words."""
    if not trace.moments or not trace.total:
        return "The three nets are untrained."
    score = trace.last("score")
    whole = ", ".join(f"{name} {float(score[name]):.2f}" for name in NETS)
    first = ", ".join(f"{name} {float(score[f'first_{name}']):.2f}" for name in NETS)
    return (
        f"Bits per dimension of test patches: {whole}. Of their first pixel alone: {first}; "
        "a guess that knows nothing costs 8."
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
    unit = "bits/dim, mean of 64"
    return [
        images("examples.x", each, columns=3, labels=SETS, width=0.8),
        bars("mean.all", asks, unit, x="set", high=10, labels=SETS, mark=1, width=1.2),
        images("mixture.own", [*samples, (" below", None)], columns=4, below="mixture.x", width=1.1),
    ]


def likely_sentence(trace: Trace) -> str:
    """What likelihood says of blank pages and of noise, in words."""
    if not trace.moments:
        return "The net is untrained: every picture is about as likely as any other."
    mean, mixture = trace.last("mean"), trace.last("mixture")
    digits, blank = float(mean["digits"]), float(mean["blank"])
    more = float(mixture["bits"]) - digits
    way = "less than" if blank < digits else "no less than"
    return (
        f"An empty page costs {blank:.2f} bits/dim, {way} a test digit's {digits:.2f}. "
        f"One part of this net in 99 of noise costs {more:.3f} bits/dim more; nearly every sample is noise."
    )


def symbols(trace: Trace, levels: int) -> Sequence[tuple[str, str, str]]:
    """The symbols of the page's equation, with their values here."""
    if not trace.moments:
        return (("K", "levels of a colour", str(levels)),)
    p, colour = trace.last("first")["p"].astype(float), trace.last("first")["colour"].astype(int)
    names = (r"p(x_R)", r"p(x_G \mid x_R)", r"p(x_B \mid x_R, x_G)")
    first = [
        (name, f"first pixel of a test picture, level {colour[c]}", f"{p[c, colour[c]]:.3f}")
        for c, name in enumerate(names)
    ]
    return (("K", "levels of a colour, in the paper 256", str(levels)), *first)


def cover() -> Panel:
    """For the page's card."""
    return pictures("samples.x", (), 4, off="samples.off")
