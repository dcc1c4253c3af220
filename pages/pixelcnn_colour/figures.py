"""Figures of the PixelCNN in colour: arrays in, panels and sentences out."""

from collections.abc import Mapping, Sequence

import numpy as np

from app.figures.films import Film, header
from app.figures.panels import Panel, Title, checked_range, lines, panel
from engine.core.trace import Trace


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
    return panel("pictures", array, title, width, levels=levels, columns=columns, off=off, now=now)


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
    rest = {"truth": truth, "taken": taken, "step": step, "together": together}
    rest |= {"names": list(names) if names else None, "high": checked_range(0, high)[1]}
    return panel("chances", array, title, width, **rest)


def training(levels: int, together: bool, own: bool = False) -> Sequence[Panel]:
    """Three pictures that follow a training: samples, the first pixel's three chances, the score."""
    plain: Title = [("Samples", "model"), (" of the net that learned ", None), ("your pictures", "truth")]
    samples: Title = [
        ("Samples", "model"),
        ("; a dot marks a ", None),
        ("colour that never occurs", "blind"),
    ]
    first: Title = [
        ("The first pixel, by the ", None),
        ("model", "model"),
        (" and by ", None),
        ("your pictures" if own else "the data", "truth"),
    ]
    curves = {"loss": ("batch", "past"), "score.test_bits": ("test", "model")}
    return [
        pictures(
            "samples.x", plain if own else samples, levels, 4, None if own else "samples.off", width=1.15
        ),
        chances("first.p", first, truth="first.truth", taken="first.colour", together=together, width=1),
        lines(
            curves,
            [("The ", None), ("model", "model"), (" learns", None)],
            unit="bits/dim",
            high=2.2 if levels == 4 else float(np.log2(levels)) * 1.1,
            width=1.1,
        ),
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
    return [
        pictures(
            "a.x", [("Red, green, blue: ", None), ("in order", "model")], levels, 1, "a.off", "now", 1.35
        ),
        chances("a.p", [("Each knows those before", None)], None, "a.taken", "step"),
        pictures(
            "b.x", [("All three at once: ", None), ("side by side", "blind")], levels, 1, "b.off", "now", 1.35
        ),
        chances("b.p", [("None knows the others", None)], None, "b.taken", "step", True),
    ]


def written(both: Mapping[str, Mapping[str, np.ndarray]]) -> Film:
    """The film of two pictures, a moment a step: {"a", "b"} -> picture (H, W, 3), off (H, W),
    probabilities (H, W, 3, K). The last moment is the finished picture."""
    height, width, _ = both["a"]["picture"].shape
    n = height * width * 3
    step = np.arange(n)
    row, col, colour = step // 3 // width, step // 3 % width, step % 3
    arrays: dict[str, np.ndarray] = {
        "now": np.stack([row, col], 1).astype(np.int16),
        "step": colour.astype(np.int16),
    }
    for name, one in both.items():
        flat = one["picture"].reshape(-1).astype(np.int16)
        so_far = np.where(step[None] <= step[:, None], flat, -1)
        p = one["probabilities"].reshape(height * width, 3, -1).repeat(3, 0)
        done = (step[None, ::3] + 2 <= step[:, None]) & (one["off"].reshape(-1) > 0)
        arrays[f"{name}.x"] = so_far.reshape(n, 1, height, width, 3)
        arrays[f"{name}.off"] = done.reshape(n, 1, height, width).astype(np.uint8)
        arrays[f"{name}.p"] = p.astype(np.float32)
        arrays[f"{name}.taken"] = flat.reshape(-1, 3).repeat(3, 0)
    taken = np.take_along_axis(
        both["a"]["probabilities"], both["a"]["picture"][..., None].astype(np.int64), -1
    )
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
