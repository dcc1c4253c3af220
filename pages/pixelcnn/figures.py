"""Figures of the autoregressive labs: arrays in, panels and sentences out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.figures.films import header
from app.figures.panels import Panel, Title, bars, heat, images, lines
from engine.core.trace import Trace

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
    title: Title = [
        ("Seen", "past"),
        (" through at least one path, ", None),
        ("never seen", "blind"),
        (", and future", None),
    ]
    caption: list[tuple[str, str | None]] = [
        (f"Of the {seen - leaks + blind} past pixels in reach, {seen - leaks} are seen and ", None),
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
            (f"{_number(layers)} masked layer{'s' if layers > 1 else ''}, from input to output", None)
        ],
        "grid_title": title,
        "stack_caption": [
            (
                "Two stacks: rows above in full width, and the row to the left."
                if two
                else "First layer: the first mask. Then mask B, which shows the pixel itself.",
                None,
            )
        ],
        "grid_caption": [*caption, (" Numbers count paths.", None), *said],
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
        "score.test_bits": ("test", "model"),
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
            [("The centre ", None), ("looks", "past"), (" here", None)],
            unit="relative gradient",
            outline="field.analytic",
            width=0.92,
        ),
        heat(
            "surprise.bits",
            [("What ", None), ("surprises", "blind"), (" it", None)],
            high=8,
            unit="bits",
            width=0.92,
        ),
    ]


def training_sentence(trace: Trace) -> str:
    """What the training has come to, in words."""
    if not trace.moments or "loss" not in trace.scalars:
        return "The net is untrained: its samples are noise."
    score = trace.last("score")
    test, base = float(score["test_bits"]), float(score["baseline_bits"])
    way = "below" if test < base else "above"
    return (
        f"After {trace.moments[-1]} steps the test digits cost {test:.2f} bits per pixel, "
        f"{abs(base - test):.2f} {way} the {base:.2f} of a model that takes each pixel for itself."
    )


def writing(levels: int = 17) -> Sequence[Panel]:
    """Two pictures that follow a generation: the image so far, and the categorical of its next pixel."""
    return [
        heat(
            "write.image",
            [("The image so far; the ", None), ("current pixel", "model"), (" is framed", None)],
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


def writing_sentence(p: np.ndarray, levels: np.ndarray) -> str:
    """What the written image cost, in words."""
    n = len(levels)
    bits = -np.log2(np.maximum(p[np.arange(n), levels], 1e-12))
    return f"{n} pixels, {n} categoricals: this image costs {bits.sum():.0f} bits, {bits.mean():.2f} a pixel."


def symbols(trace: Trace, layers: int, kernel: int) -> Sequence[tuple[str, str, str]]:
    """The symbols of the page's equations, with their values here."""
    untrained = "not trained yet"
    bits = f"{trace.latest('test'):.3f} bits/dim" if "test" in trace.scalars else untrained
    h = kernel // 2
    return (
        ("x_i", "a pixel, one of 17 grey levels", "0 ... 16"),
        ("n^2", "pixels of a digit", "64"),
        (r"-\tfrac{1}{n^2}\log_2 p(x)", "what a test digit costs", bits),
        ("L", "layers of the picture above", str(layers)),
        ("k, h", "kernel, and its half width", f"{kernel}, {h}"),
        (r"\text{blind}(L)", "blind pixels of a masked stack", str(h * layers * (layers - 1) // 2)),
    )


def cover() -> Panel:
    """For the page's card."""
    return images("samples.x", (), columns=4)
