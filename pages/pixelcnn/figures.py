"""Figures of the autoregressive labs: arrays in, panels and sentences out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.figures.captions import Caption
from app.figures.films import header
from app.figures.panels import Panel, Title, bars, heat, images, lines
from app.figures.pipeline import Box
from engine.autoregressive.masks import mask as make_mask
from engine.core.trace import Trace
from engine.data.digits import digits

Offset = tuple[int, ...]


def _offsets(mask: np.ndarray) -> list[tuple[int, int]]:
    h = mask.shape[0] // 2
    return [(int(r) - h, int(c) - h) for r, c in np.argwhere(mask)]


def supports(masks: Mapping[str, np.ndarray], layers: int) -> list[list[Offset]]:
    """What each layer reads, from the output's layer to the input's, as the field component wants it.

    With two stacks an offset is (reader, read, rows, columns), 0 the horizontal and 1 the vertical stack:
    in every layer the horizontal one also reads the vertical one of the same layer (the 1x1 link).
    """
    out: list[list[Offset]] = []
    for depth in range(layers):
        which = "first" if depth == layers - 1 else "later"
        across = _offsets(masks[which])
        if "vertical_first" not in masks:
            out.append(list(across))
            continue
        up = _offsets(masks[f"vertical_{which}"])
        out.append([(0, 0, *o) for o in across] + [(0, 1, *o) for o in up] + [(1, 1, *o) for o in up])
    return out


def past(trace: Trace, mark: tuple[int, int], bet: int | str | None) -> dict[str, Any]:
    """The arguments of the field component for one receptive field."""
    field, stack, masks = trace.last("field"), trace.last("stack"), trace.last("masks")
    layers = len(trace.moments)
    two = "vertical_first" in masks
    seen, blind, leaks = (int(field[name].sum()) for name in ("analytic", "blind", "leak"))
    said: list[tuple[str, str | None]] = [(f" You said {bet}.", None)] if bet is not None else []
    own = bool(masks["first"][tuple(n // 2 for n in masks["first"].shape)])
    first = ", mask B, shows the pixel itself, and so it leaks" if own else ", mask A, hides the pixel itself"
    title: Title = [
        ("Seen", "past"),
        (" by the output pixel x, and ", None),
        ("never seen", "blind"),
    ]
    caption: list[tuple[str, str | None]] = [
        (f"Of {seen - leaks + blind} past pixels within reach {seen - leaks} are seen and ", None),
        (f"{blind} are blind" if blind != 1 else "1 is blind", "blind"),
        (".", None),
    ]
    if leaks:
        caption.append((f" {leaks} leak{'s' if leaks == 1 else ''} from the present or the future.", "blind"))
    return {
        "levels": stack["levels"],
        "supports": supports(masks, layers),
        "mark": mark,
        "analytic": field["analytic"],
        "blind": field["blind"],
        "leak": field["leak"],
        "past": field["past"],
        "vertical": stack["vertical"] if two else None,
        "horizontal": stack["horizontal"] if two else None,
        "names": ["output", *[f"layer {n}" for n in range(layers - 1, 0, -1)], "input"],
        "stack_title": [
            (
                f"{_number(layers)} untrained masked layer{'s' if layers > 1 else ''}, wider than a digit",
                None,
            )
        ],
        "grid_title": title,
        "stack_caption": [
            (
                "The gated net's two stacks: one sees the rows above in full width, the other the row to the "
                "left. Its gates, tanh times sigmoid, change nothing in what is seen."
                if two
                else f"The lowest layer{first}. Later ones, mask B, show the pixel below.",
                None,
            )
        ],
        "grid_caption": [*caption, (" A number counts the paths from there to x.", None), *said],
        "sentence": past_sentence(trace),
    }


def _number(n: int) -> str:
    return ("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight")[n - 1]


def past_sentence(trace: Trace) -> str:
    """What the receptive field shows, in words."""
    field = trace.last("field")
    seen, blind, leaks = (int(field[name].sum()) for name in ("analytic", "blind", "leak"))
    end = f"{blind} in reach are blind, to the upper right." if blind else "none in reach is blind."
    leak = f" {leaks} it should not see." if leaks else ""
    return f"Through {len(trace.moments)} layers the pixel sees {seen} pixels; {end}{leak}"


def training(classes: bool, unit: str = "bits/dim") -> Sequence[Panel]:
    """Four pictures that follow a training: samples (of each class, if told), loss, field and surprise."""
    curves = {
        "loss": ("batch", "past"),
        "score.test_bits": ("test digits", "model"),
        "score.baseline_bits": ("histogram", "truth"),
    }
    samples: Title = [
        ("Samples", "model"),
        (", the nearest ", None),
        ("digit", "truth"),
        (" below each", None),
    ]
    asked: Title = [("Samples", "model"), (", asked for 0 to 9, two of each", None)]
    written = images("classes.x", asked, columns=5, width=1.05)
    return [
        written if classes else images("samples.x", samples, columns=4, below="samples.nearest", width=1.05),
        lines(
            curves, [("The ", None), ("model", "model"), (" learns", None)], unit=unit, high=4.2, width=1.1
        ),
        heat(
            "field.effective",
            [("Where it ", None), ("looks", "past"), (" for one pixel", None)],
            unit="gradient",
            outline="field.analytic",
            width=0.92,
        ),
        heat(
            "surprise.bits",
            [("Which pixels ", None), ("surprise", "blind"), (" it", None)],
            high=8,
            unit="bits",
            width=0.92,
        ),
    ]


def trained(spec: Any) -> Caption:
    """What the training has come to."""
    told = (
        "a pixel of a test digit costs {score.test_bits:.2f} bits (bits/dim). A histogram of each pixel by "
        "itself would need {score.baseline_bits:.2f}."
    )
    leaks = getattr(spec, "first", "A") == "B"
    end = " But it reads its own answer, so the bits mean nothing: look at its samples." if leaks else ""
    return Caption(
        "Before training the samples are noise: a pixel of a test digit costs {score.test_bits:.2f} bits.",
        f"After {{step}} steps {told}{end}",
        f"At the end {told}{end} Framed is what the masks let it see.",
    )


def writing(levels: int = 17) -> Sequence[Panel]:
    """Two pictures that follow a generation: the image so far, and the categorical of its next pixel."""
    return [
        heat(
            "write.image",
            [("The image so far; the ", None), ("newest pixel", "truth"), (" is framed", None)],
            low=0,
            high=levels - 1,
            unit="grey level",
            outline="write.current",
        ),
        bars(
            "write.p",
            [("What the ", None), ("model", "model"), (" says of this pixel", None)],
            unit="probability",
            mark="write.level",
            x="grey level",
            width=1.2,
        ),
    ]


def written(
    frames: np.ndarray, p: np.ndarray, levels: np.ndarray
) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Header and arrays of the film of one image, a moment a pixel.

    frames (N, H, W) the image after each pixel, p (N, K) its categorical, levels (N,) what was taken.
    """
    n, height, width = frames.shape
    current = np.zeros((n, height, width), np.uint8)
    current.reshape(n, -1)[np.arange(n), np.arange(n)] = 1
    surprise = -np.log2(np.maximum(p[np.arange(n), levels], 1e-12))
    bits = {"step": list(range(1, n + 1)), "value": [round(float(v), 4) for v in surprise]}
    arrays = {
        "write.image": frames.astype(np.uint8),
        "write.current": current,
        "write.p": p.astype(np.float32),
        "write.level": levels.astype(np.float32),
    }
    return header(range(1, n + 1), {"bits": bits}), arrays


def writing_said(p: np.ndarray, levels: np.ndarray) -> list[str]:
    """What each pixel of the written image cost, in words: a text a moment."""
    n = len(levels)
    chances = p[np.arange(n), levels]
    bits = -np.log2(np.maximum(chances, 1e-12))
    return [
        f"Pass {i + 1} of {n}: the level taken for the framed pixel had probability {chances[i]:.2f} and "
        f"costs "
        f"{bits[i]:.2f} bits; the image so far costs {bits[: i + 1].sum():.0f}."
        for i in range(n)
    ]


def pipeline(trace: Trace, spec: Any) -> tuple[Box, ...]:
    """From a digit to a new one, by a net of masked layers or of two stacks."""
    samples = 1 - trace.last("samples")["x"][0] / 16 if trace.moments else None
    a, b = (make_mask(kind, 3) for kind in (getattr(spec, "first", "A"), "B"))
    kernel, layers = f"{spec.kernel} × {spec.kernel}", f"{spec.layers - 1} layers of 3 × 3"
    through = (
        Box("two stacks", "One stack of convolutions reads all rows above a pixel, another the row to its "
        "left.",
            "", f"{spec.layers} layers", hue="past")
        if getattr(spec, "stacks", "one") == "two"
        else Box("masked layers", "After it come layers with mask B. They may look at the pixel's own "
        "place, for "
                 "by then it holds only its past.", "mask B", layers, b, hue="past")
    )  # fmt: skip
    return (
        Box("digit", "A digit goes in.", "x", "8 × 8 pixels, 17 grey "
        "levels", 1 - digits().test_x[0] / 16, hue="past"),
        Box(f"mask {getattr(spec, 'first', 'A')} first", "The first convolution is masked: its weights "
        "(white) are kept "
            "only where the past of the middle pixel lies.", "mask A", f"{kernel}, half of it "
            f"kept", a, hue="past"),
        through,
        Box("17 chances", "For each pixel come out 17 probabilities, one for each grey level it might have.",
            "p(x_i | x_1, …, x_{i-1})", "8 × 8 × 17", hue="model"),
        Box("new digit", "Training makes the levels of real digits likely. To write a new one, a level is "
        "drawn for "
            "the first pixel, then for the next, and so on.", "x", "64 passes", samples, hue="model"),
    )  # fmt: skip


def symbols(trace: Trace, layers: int, kernel: int) -> Sequence[tuple[str, str, str]]:
    """The symbols of the page's equations, with their values here."""
    bits = f"{trace.latest('test'):.2f} test bits/dim" if "test" in trace.scalars else "not trained yet"
    h = kernel // 2
    return (
        ("x", "a digit", "8 × 8 pixels"),
        ("x_i", "its pixel number i, from the top left, row by row", "0 to 16"),
        ("n, n^2", "pixels in a row, and in all", "8, 64"),
        ("p", "how likely the net holds it", "0 to 1"),
        (r"-\tfrac{1}{n^2}\log_2 p(x)", "so many bits a pixel costs; training makes it small", bits),
        ("L", "layers of the untrained picture at the top", str(layers)),
        ("k, h", "width of a kernel, and how far it looks to a side", f"{kernel}, {h}"),
        (r"\text{blind}(L)", "blind pixels of L masked layers", str(h * layers * (layers - 1) // 2)),
    )


def cover() -> Panel:
    """For the page's card."""
    return images("samples.x", (), columns=4)
